// The durable position of an import stream.
//
//   X TENANT 0 stream id -> epoch, durable through, number of answers (varints), then position and answer of the last
//                           chunks, so that a client whose acknowledgement was lost is told of its rejected records
#ifndef SUPPORTKPI_INGEST_STREAM_LOG_H_
#define SUPPORTKPI_INGEST_STREAM_LOG_H_

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/store.h"

namespace supportkpi::ingest {

struct StreamState {
  int64_t epoch = 0;
  int64_t durable_through = 0;
  std::deque<std::pair<int64_t, std::string>> answers;  // position, encoded ImportResult
};
inline constexpr size_t kStreamAnswersKept = 8;  // as many chunks as may be on the way

// A stream that was never opened has epoch -1.
absl::StatusOr<StreamState> ReadStream(const storage::View& view, absl::string_view tenant, absl::string_view stream_id);
void WriteStream(absl::string_view tenant, absl::string_view stream_id, const StreamState& state, storage::Batch* batch);
absl::Status CheckStreamId(absl::string_view stream_id);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_STREAM_LOG_H_
