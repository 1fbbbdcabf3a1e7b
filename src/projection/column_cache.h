// Decoded columns of sealed segments that are held in memory, over all tenants together: when there are too many bytes,
// columns that were not used since the last look go first.
#ifndef SUPPORTKPI_PROJECTION_COLUMN_CACHE_H_
#define SUPPORTKPI_PROJECTION_COLUMN_CACHE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "column/segment.h"

namespace supportkpi::projection {

class ColumnCache {
 public:
  explicit ColumnCache(int64_t bytes_max) : bytes_max_(bytes_max) {}

  void Held(const std::shared_ptr<const column::Segment>& segment, size_t place, size_t byte_count)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Released(size_t byte_count) { bytes_ -= static_cast<int64_t>(byte_count); }
  int64_t byte_count() const { return bytes_; }
  void Found() { found_[PlaceOfThread()].count.fetch_add(1, std::memory_order_relaxed); }
  int64_t fetched_count() const { return fetched_; }
  int64_t found_count() const;
  int64_t dropped_count() const { return dropped_; }

 private:
  struct Entry {
    std::weak_ptr<const column::Segment> segment;
    size_t place;
  };
  const int64_t bytes_max_;
  std::atomic<int64_t> bytes_ = 0;
  std::atomic<int64_t> fetched_ = 0;
  std::atomic<int64_t> dropped_ = 0;
  // All threads count at every read: one counter would go from core to core.
  struct alignas(64) FoundCount {
    std::atomic<int64_t> count = 0;
  };
  static size_t PlaceOfThread();
  std::array<FoundCount, 16> found_;
  absl::Mutex mutex_;
  std::deque<Entry> ring_ ABSL_GUARDED_BY(mutex_);
  size_t prune_at_ ABSL_GUARDED_BY(mutex_) = 0;  // entries of segments that are gone are removed at this size
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_COLUMN_CACHE_H_
