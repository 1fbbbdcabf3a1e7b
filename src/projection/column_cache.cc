#include "projection/column_cache.h"

#include <tuple>
#include <utility>
#include <vector>

namespace supportkpi::projection {

namespace {

constexpr size_t kPruneStep = 4096;

}  // namespace

size_t ColumnCache::PlaceOfThread() {
  static std::atomic<size_t> threads = 0;
  thread_local const size_t place = threads.fetch_add(1, std::memory_order_relaxed) % std::tuple_size_v<decltype(found_)>;
  return place;
}

int64_t ColumnCache::found_count() const {
  int64_t sum = 0;
  for (const FoundCount& found : found_) sum += found.count.load(std::memory_order_relaxed);
  return sum;
}

void ColumnCache::Held(const std::shared_ptr<const column::Segment>& segment, size_t place, size_t byte_count) {
  bytes_ += static_cast<int64_t>(byte_count);
  ++fetched_;
  // A segment may end with the last reference taken here; its destructor must not run under the lock.
  std::vector<std::shared_ptr<const column::Segment>> looked_at;
  absl::MutexLock lock(&mutex_);
  ring_.push_back({segment, place});
  if (ring_.size() > prune_at_) {
    std::erase_if(ring_, [](const Entry& entry) { return entry.segment.expired(); });
    prune_at_ = ring_.size() * 2 + kPruneStep;
  }
  // Once around is enough to clear every mark, twice to drop what stays unused.
  for (size_t looks = ring_.size() * 2; looks > 0 && bytes_ > bytes_max_ && !ring_.empty(); --looks) {
    Entry entry = std::move(ring_.front());
    ring_.pop_front();
    auto held = entry.segment.lock();
    if (held == nullptr) continue;
    if (held->DropUnlessUsed(entry.place)) {
      ++dropped_;
    } else {
      ring_.push_back(std::move(entry));
    }
    looked_at.push_back(std::move(held));
  }
}

}  // namespace supportkpi::projection
