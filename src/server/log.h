// Lines for the operator on standard error; what libraries say is tamed here too.
#ifndef SUPPORTKPI_SERVER_LOG_H_
#define SUPPORTKPI_SERVER_LOG_H_

#include "absl/strings/string_view.h"

namespace supportkpi::server {

// One line with the time, whole even when several threads speak. Any thread.
void Log(absl::string_view line);

// protobuf says nothing any more; gRPC only errors, one a second at most: what strangers send must not fill disks.
void QuietLibraries();

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_LOG_H_
