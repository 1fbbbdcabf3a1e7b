// Lays the slots of a StepTable.
#include "time/step_table.h"

namespace supportkpi::time {

namespace {

// Slots per step: few enough to stay in cache, many enough that a slot rarely holds two steps.
constexpr uint64_t kSlotsPerStep = 4;
constexpr uint64_t kMostSlots = uint64_t{1} << 14;

}  // namespace

StepTable::StepTable(std::vector<int64_t> later_starts) {
  starts_.reserve(later_starts.size() + 2);
  starts_.push_back(std::numeric_limits<int64_t>::min());
  starts_.insert(starts_.end(), later_starts.begin(), later_starts.end());
  starts_.push_back(std::numeric_limits<int64_t>::max());
  if (later_starts.empty()) {
    first_ = last_ = std::numeric_limits<int64_t>::max();
    return;
  }
  first_ = later_starts.front();
  last_ = later_starts.back();

  const uint64_t span = static_cast<uint64_t>(last_) - static_cast<uint64_t>(first_);
  uint64_t most_slots = kSlotsPerStep * later_starts.size();
  if (most_slots > kMostSlots) most_slots = kMostSlots;
  while ((span >> shift_) + 1 > most_slots) ++shift_;
  const uint64_t slot_count = (span >> shift_) + 1;
  slots_.reserve(slot_count);
  uint32_t step = 1;
  for (uint64_t slot = 0; slot < slot_count; ++slot) {
    const uint64_t offset = slot << shift_;
    while (step + 2 < starts_.size() &&
           static_cast<uint64_t>(starts_[step + 1]) - static_cast<uint64_t>(first_) <= offset) {
      ++step;
    }
    slots_.push_back(step);
  }
}

}  // namespace supportkpi::time
