// Where one tenant's segments stand in the store: their columns are fetched from here, and those of segments that nobody
// reads any more are deleted.
#ifndef SUPPORTKPI_PROJECTION_SEGMENT_SHELF_H_
#define SUPPORTKPI_PROJECTION_SEGMENT_SHELF_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "column/segment.h"
#include "projection/column_cache.h"
#include "projection/keys.h"
#include "storage/store.h"

namespace supportkpi::projection {

// Any thread. Held by the segments that it made.
class SegmentShelf final : public column::ColumnFetcher, public std::enable_shared_from_this<SegmentShelf> {
 public:
  // The store must outlive every snapshot; snapshots may outlive the projection.
  SegmentShelf(storage::Store& store, std::shared_ptr<ColumnCache> cache, absl::string_view tenant);

  // The segments that the store has, with their deaths, by id. DATA_LOSS: one of them is damaged.
  absl::StatusOr<std::vector<std::shared_ptr<const column::Segment>>> Load();
  // The ids of all that is stored, also of columns without a header and of segments that are no more. Reads one column of each.
  absl::StatusOr<std::set<uint64_t>> StoredIds() const;
  std::shared_ptr<column::Segment> Make(uint64_t id, column::SegmentHeader header);
  // Rows for the batch in which segments appear and disappear.
  void PutHeader(const column::Segment& segment, storage::Batch* batch) const;
  void PutDeaths(const column::Segment& segment, storage::Batch* batch) const;
  void DeleteSegment(uint64_t id, storage::Batch* batch) const;  // its columns stay until Sweep()
  // The batch of DeleteSegment is durable: the columns go when nobody reads them any more, at once where nobody can:
  // `is_made` says whether Make() made the segment.
  void Retire(uint64_t id, bool is_made) ABSL_LOCKS_EXCLUDED(mutex_);
  // Deletes columns of retired segments that are gone; those of a run that was never finished have ids from
  // `first_unused_id` on and are deleted by SweepUnfinished, before new ones are written. What fails is left for the next
  // time: it takes room but harms nobody.
  void Sweep() ABSL_LOCKS_EXCLUDED(mutex_);
  void SweepUnfinished(uint64_t first_unused_id);

  // The first damage that was found.
  absl::Status damage() const ABSL_LOCKS_EXCLUDED(mutex_);
  void NoteDamage(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void ClearDamage() ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether a column of any segment could ever not be read: else no segment's status() needs to be asked for.
  bool any_failed() const { return any_failed_.load(std::memory_order_acquire); }

  absl::StatusOr<std::string> Fetch(const column::Segment& segment, column::ColumnKey stored_as) override;
  void Held(const std::shared_ptr<const column::Segment>& segment, size_t place, size_t byte_count) override;
  void Found() override;
  void Released(size_t byte_count) override;
  void Failed(const column::Segment& segment, const absl::Status& status) override;
  void Gone(uint64_t segment_id) override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Status DeleteColumns(const std::string& begin, const std::string& end, const std::string& garbage_key);

  storage::Store& store_;
  const std::shared_ptr<ColumnCache> cache_;
  const Keys keys_;
  std::atomic<bool> any_failed_{false};  // set after the segment's own status, never taken back
  mutable absl::Mutex mutex_;
  std::set<uint64_t> retired_ ABSL_GUARDED_BY(mutex_);   // perhaps still read
  std::set<uint64_t> sweepable_ ABSL_GUARDED_BY(mutex_);
  absl::Status damage_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_SEGMENT_SHELF_H_
