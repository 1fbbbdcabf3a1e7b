#include "exec/native/buckets_by_end.h"

#include <algorithm>

#include "column/target_clones.h"

namespace supportkpi::exec::native {
namespace {

// As many as stay in the nearer caches: a year of hours has 8,760 ends.
constexpr uint64_t kSlotsMax = 1 << 15;

// Offsets within a slot fit into the lower half of its entry, below kNever.
constexpr int kShiftMax = 31;
constexpr uint64_t kNever = 0xffffffff;

SUPPORTKPI_TARGET_CLONES
void FindInSlots(const int64_t* __restrict instants, size_t count, int64_t first, int64_t last, int shift, const uint64_t* __restrict slots,
                 int32_t* __restrict buckets) {
  const uint64_t within = (uint64_t{1} << shift) - 1;
  for (size_t i = 0; i < count; ++i) {
    const auto offset = static_cast<uint64_t>(std::min(std::max(instants[i], first), last) - first);
    const uint64_t slot = slots[offset >> shift];
    buckets[i] = static_cast<int32_t>(slot >> 32) + static_cast<int32_t>((offset & within) >= (slot & kNever));
  }
}

}  // namespace

BucketsByEnd::BucketsByEnd(const std::vector<int64_t>& ends) : table_(ends) {
  if (ends.empty()) return;
  before_first_ = ends.front() - 1;
  last_ = ends.back();
  const auto span = static_cast<uint64_t>(last_ - before_first_);
  uint64_t shortest = span;
  for (size_t i = 1; i < ends.size(); ++i) shortest = std::min(shortest, static_cast<uint64_t>(ends[i] - ends[i - 1]));
  while (shift_ < kShiftMax && uint64_t{2} << shift_ <= shortest) ++shift_;
  if (shortest == 0 || span >> shift_ >= kSlotsMax) return;
  uint64_t bucket = 0;
  for (uint64_t slot = 0; slot <= span >> shift_; ++slot) {
    const auto end_of = [&] { return bucket < ends.size() ? static_cast<uint64_t>(ends[bucket] - before_first_) : ~uint64_t{0}; };
    while (end_of() <= slot << shift_) ++bucket;
    const bool ends_within = end_of() < (slot + 1) << shift_;
    slots_.push_back(bucket << 32 | (ends_within ? end_of() - (slot << shift_) : kNever));
  }
}

void BucketsByEnd::FindAll(const int64_t* instants, size_t count, int32_t* buckets) const {
  if (!slots_.empty()) return FindInSlots(instants, count, before_first_, last_, shift_, slots_.data(), buckets);
  for (size_t i = 0; i < count; ++i) buckets[i] = static_cast<int32_t>(Find(instants[i]));
}

}  // namespace supportkpi::exec::native
