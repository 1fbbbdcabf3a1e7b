// What a group remembers between its requests.
#include "ingest/group.h"

#include <utility>

#include "status/macros.h"

namespace supportkpi::ingest {

absl::StatusOr<StreamState*> Group::Stream(absl::string_view stream_id) {
  const auto found = streams_.find(stream_id);
  if (found != streams_.end()) return &found->second.state;
  ASSIGN_OR_RETURN(StreamState state, ReadStream(store, tenant, stream_id));
  OpenStream& stream = streams_[stream_id];
  stream.state = std::move(state);
  return &stream.state;
}

absl::StatusOr<std::shared_ptr<const StoredSettings>> Group::Settings() {
  if (new_settings_ != nullptr) return new_settings_;
  return settings_.Of(tenant);
}

void Group::SetSettings(std::shared_ptr<const StoredSettings> settings) {
  state.SetSettings(settings->values);
  new_settings_ = std::move(settings);
}

Group::Answered* Group::FindAnswered(absl::string_view request_id) {
  const auto found = answered_.find(request_id);
  return found == answered_.end() ? nullptr : &found->second;
}

bool Group::WriteRest(storage::Batch* batch) const {
  bool wrote = !answered_.empty();
  if (new_settings_ != nullptr) WriteSettings(tenant, *new_settings_, batch);
  for (const auto& [id, stream] : streams_) {
    if (!stream.changed) continue;
    WriteStream(tenant, id, stream.state, batch);
    wrote = true;
  }
  return wrote;
}

}  // namespace supportkpi::ingest
