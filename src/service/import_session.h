// One ImportRecords call: open, then chunks.
#ifndef SUPPORTKPI_SERVICE_IMPORT_SESSION_H_
#define SUPPORTKPI_SERVICE_IMPORT_SESSION_H_

#include <memory>

#include "ingest/committer.h"
#include "service/method.h"

namespace supportkpi::service {

std::unique_ptr<Session> MakeImportSession(ingest::Committer& committer);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_IMPORT_SESSION_H_
