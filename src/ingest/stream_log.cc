// See stream_log.h for the layout.
#include "ingest/stream_log.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "ingest/coding.h"
#include "ingest/committer.h"
#include "ingest/keys.h"
#include "status/macros.h"

namespace supportkpi::ingest {

absl::StatusOr<StreamState> ReadStream(const storage::View& view, absl::string_view tenant, absl::string_view stream_id) {
  StreamState state;
  ASSIGN_OR_RETURN(const std::optional<std::string> value,
                   view.Get(storage::Table::kTruth, StreamKey(tenant, stream_id)));
  if (!value.has_value()) {
    state.epoch = -1;
    return state;
  }
  absl::string_view bytes = *value;
  uint64_t epoch = 0;
  uint64_t durable_through = 0;
  uint64_t count = 0;
  bool good = TakeVarint(&bytes, &epoch) && TakeVarint(&bytes, &durable_through) && TakeVarint(&bytes, &count);
  for (uint64_t i = 0; good && i < count; ++i) {
    uint64_t position = 0;
    absl::string_view answer;
    good = TakeVarint(&bytes, &position) && TakeText(&bytes, &answer);
    state.answers.emplace_back(static_cast<int64_t>(position), std::string(answer));
  }
  if (!good) return absl::DataLossError("records: a stored stream position is damaged");
  state.epoch = static_cast<int64_t>(epoch);
  state.durable_through = static_cast<int64_t>(durable_through);
  return state;
}

void WriteStream(absl::string_view tenant, absl::string_view stream_id, const StreamState& state, storage::Batch* batch) {
  std::string value;
  AppendVarint(static_cast<uint64_t>(state.epoch), &value);
  AppendVarint(static_cast<uint64_t>(state.durable_through), &value);
  AppendVarint(state.answers.size(), &value);
  for (const auto& [position, answer] : state.answers) {
    AppendVarint(static_cast<uint64_t>(position), &value);
    AppendText(answer, &value);
  }
  batch->Put(storage::Table::kTruth, StreamKey(tenant, stream_id), value);
}

absl::Status CheckStreamId(absl::string_view stream_id) {
  if (stream_id.empty()) return absl::InvalidArgumentError(absl::StrCat("stream_id: missing; 1 to ", kRequestIdBytesMax, " bytes"));
  if (stream_id.size() <= kRequestIdBytesMax) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("stream_id: ", stream_id.size(), " bytes; at most ", kRequestIdBytesMax));
}

}  // namespace supportkpi::ingest
