// The one way in: requests are checked on the caller's thread, then one ordered thread groups them, settles versions,
// request ids and stream positions, writes records and what follows from them in one synced batch, makes the facts
// visible and answers. OK means durable and visible.
//
// Errors: INVALID_ARGUMENT, ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE, RESOURCE_EXHAUSTED: nothing was
// written. UNAVAILABLE: the outcome is unknown, send the same request with the same request id again. After a failed
// write the committer takes no more requests (`Health()`): only reopening the store tells what became of them.
#ifndef SUPPORTKPI_INGEST_COMMITTER_H_
#define SUPPORTKPI_INGEST_COMMITTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "projection/projection.h"
#include "record/validate.h"
#include "storage/store.h"
#include "supportkpi/v1/records.pb.h"
#include "supportkpi/v1/settings.pb.h"
#include "time/clock.h"

namespace supportkpi::ingest {

using Records = google::protobuf::RepeatedPtrField<v1::Record>;

// Names a record. `id`: the leg of a call leg; an event without id has its place in its ticket, "place 0". `parent`: the
// ticket's id for an event, the call's for a leg, else empty. `source` of customers and agents is ignored.
struct RecordName {
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  std::string source;
  std::string id;
  std::string parent;
};

// What became of the records of a request. A ticket with its events is one record: stale if nothing of it was newer.
struct UpsertResult {
  int64_t commit = 0;
  int64_t accepted = 0;       // not stored before
  int64_t replaced = 0;       // replaced an older or equal version
  int64_t ignored_stale = 0;  // older than the stored one, or than its deletion
  bool replayed = false;      // the answer to an earlier request with the same id
};

// A record that an import refused.
struct Rejected {
  int64_t index = 0;
  std::vector<record::Violation> violations;
};

struct ImportResult {
  UpsertResult counts;
  std::vector<Rejected> rejected;  // the first 100
  int64_t rejected_count = 0;
  int64_t durable_through = 0;     // streams: last position that is durable
  bool duplicate = false;          // streams: the chunk was durable before
};

struct DeleteResult {
  int64_t commit = 0;
  bool deleted = false;   // a record was there and is gone
  bool replayed = false;
};

struct SettingsResult {
  v1::Settings settings;
  int64_t version = 0;
};

template <typename Result>
using Done = std::function<void(absl::StatusOr<Result>)>;

struct CommitterOptions {
  size_t group_bytes_max = 4 << 20;      // requests that share a sync
  size_t queued_bytes_max = 128 << 20;   // more is RESOURCE_EXHAUSTED
  int64_t request_id_keep_ms = 7LL * 24 * 3600 * 1000;
  // Ingest stops when less is free where the store lives (RESOURCE_EXHAUSTED); the larger of the two holds.
  uint64_t free_bytes_min = 1ull << 30;
  double free_share_min = 0.05;
};

struct CommitterStats {
  int64_t groups = 0;
  int64_t requests = 0;
  int64_t rows = 0;
};

// Most records in one request or chunk.
inline constexpr int kBatchRecordsMax = 10'000;
inline constexpr size_t kRequestIdBytesMax = 64;

// Callbacks run on the committer's thread (or, for what is refused at once, on the caller's): they must be short and may
// not wait for another commit. Any thread may call any method. Tenants are valid names ([a-z0-9][a-z0-9-]{0,62}).
class Committer {
 public:
  // All three must outlive it.
  static absl::StatusOr<std::unique_ptr<Committer>> Start(storage::Store& store, projection::Projection& projection,
                                                          const time::Clock& clock, const CommitterOptions& options = {});
  // Answers what is queued, then stops.
  virtual ~Committer() = default;

  // All records or none; a refusal lists every violation (record::ViolationsOf). `request_id` may be empty.
  virtual void Upsert(absl::string_view tenant, absl::string_view request_id, Records records, Done<UpsertResult> done) = 0;
  // The good records; the bad ones are reported.
  virtual void Import(absl::string_view tenant, absl::string_view request_id, Records records, Done<ImportResult> done) = 0;
  // Deletes records of `version` and lower; absent: whatever is stored. Leaves a tombstone in any case.
  virtual void Delete(absl::string_view tenant, absl::string_view request_id, const RecordName& name,
                      std::optional<int64_t> version, Done<DeleteResult> done) = 0;

  // Import streams: positions 1, 2, ... per (tenant, stream id). Opening with a higher epoch fences the lower ones
  // (their chunks get ABORTED `epoch: superseded by epoch 5`); a lower one is FAILED_PRECONDITION. Answers the last durable
  // position.
  virtual void OpenStream(absl::string_view tenant, absl::string_view stream_id, int64_t epoch, Done<int64_t> done) = 0;
  // As Import. Positions up to the durable one are duplicates, a gap is OUT_OF_RANGE `chunk.position: got 9, expected 7`.
  virtual void ImportChunk(absl::string_view tenant, absl::string_view stream_id, int64_t epoch, int64_t position,
                           Records records, Done<ImportResult> done) = 0;

  // Replaces the settings if `expected_version` is theirs (absent: in any case), else ABORTED.
  virtual void UpdateSettings(absl::string_view tenant, const v1::Settings& settings,
                              std::optional<int64_t> expected_version, Done<SettingsResult> done) = 0;
  // The settings in force; defaults at version 0 for a tenant that never set any.
  virtual absl::StatusOr<SettingsResult> GetSettings(absl::string_view tenant) = 0;

  // Not OK once a write failed.
  virtual absl::Status Health() const = 0;
  virtual CommitterStats stats() const = 0;
};

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_COMMITTER_H_
