// A group: requests of one tenant that become one commit. Each request applies itself, seals its answer once the commit's
// number is known, and answers when the group is durable and visible. For the committer's thread.
#ifndef SUPPORTKPI_INGEST_GROUP_H_
#define SUPPORTKPI_INGEST_GROUP_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/commit_state.h"
#include "ingest/stream_log.h"
#include "ingest/tenant_settings.h"
#include "projection/projection.h"
#include "storage/store.h"

namespace supportkpi::ingest {

class Group {
 public:
  // `store`: with what the commit before this one writes.
  Group(const storage::View& store, projection::Projection& projection, SettingsCache& settings, absl::string_view tenant,
        int64_t now_ms)
      : store(store), tenant(tenant), now_ms(now_ms), hold(projection.Hold(tenant)), state(store, projection, tenant),
        settings_(settings) {}

  // Streams and settings as this group's earlier requests left them.
  absl::StatusOr<StreamState*> Stream(absl::string_view stream_id);
  absl::StatusOr<std::shared_ptr<const StoredSettings>> Settings();
  void SetSettings(std::shared_ptr<const StoredSettings> settings);
  void MarkChanged(absl::string_view stream_id) { streams_[stream_id].changed = true; }

  // What was answered under a request id in this group.
  struct Answered {
    std::string hash;
    std::string answer;  // empty until sealed
  };
  Answered* FindAnswered(absl::string_view request_id);
  void AddAnswered(absl::string_view request_id, const std::string& hash) { answered_[request_id].hash = hash; }

  // Adds what the group changes besides records; true if there is anything.
  bool WriteRest(storage::Batch* batch) const;
  const std::shared_ptr<const StoredSettings>& new_settings() const { return new_settings_; }

  const storage::View& store;
  const std::string tenant;
  const int64_t now_ms;
  const std::shared_ptr<const void> hold;  // of the tenant: codes and what is staged stay until the group is gone
  CommitState state;
  int64_t commit = 0;  // known when requests are sealed

 private:
  struct OpenStream {
    StreamState state;
    bool changed = false;
  };

  SettingsCache& settings_;
  absl::flat_hash_map<std::string, OpenStream> streams_;
  absl::flat_hash_map<std::string, Answered> answered_;
  std::shared_ptr<const StoredSettings> new_settings_;
};

// One queued request.
class Request {
 public:
  virtual ~Request() = default;
  // Not OK: the group fails as a whole. What only this request does wrong becomes its own answer. May be called again
  // with another group.
  virtual absl::Status Apply(Group& group) = 0;
  // After all were applied: settles the answer, logs it.
  virtual absl::Status Seal(Group& group, storage::Batch* batch) = 0;
  virtual void Answer() = 0;
  virtual void Fail(const absl::Status& status) = 0;
  virtual size_t byte_count() const = 0;
};

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_GROUP_H_
