// The kinds of requests that a group is made of.
#ifndef SUPPORTKPI_INGEST_REQUESTS_H_
#define SUPPORTKPI_INGEST_REQUESTS_H_

#include <memory>
#include <optional>
#include <string>

#include "ingest/committer.h"
#include "ingest/group.h"
#include "ingest/prepare.h"

namespace supportkpi::ingest {

// A request id with the hash of what was asked under it; an empty id is not checked.
struct Identity {
  std::string request_id;
  std::string hash;
};

std::unique_ptr<Request> MakeUpsert(Identity identity, std::unique_ptr<PreparedBatch> batch, Done<UpsertResult> done);
std::unique_ptr<Request> MakeImport(Identity identity, std::unique_ptr<PreparedBatch> batch, Done<ImportResult> done);
std::unique_ptr<Request> MakeDelete(Identity identity, RecordPlace place, RecordName name, std::optional<int64_t> version,
                                    Done<DeleteResult> done);
std::unique_ptr<Request> MakeOpenStream(std::string stream_id, int64_t epoch, Done<int64_t> done);
std::unique_ptr<Request> MakeChunk(std::string stream_id, int64_t epoch, int64_t position,
                                   std::unique_ptr<PreparedBatch> batch, Done<ImportResult> done);
std::unique_ptr<Request> MakeUpdateSettings(v1::Settings settings, std::optional<int64_t> expected_version,
                                            Done<SettingsResult> done);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_REQUESTS_H_
