#include "exec/native/verdicts.h"

#include "column/target_clones.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {

SUPPORTKPI_TARGET_CLONES
void JudgeWhereTrue(const int64_t* values, size_t count, uint8_t verdict, uint8_t* verdicts) {
  for (size_t i = 0; i < count; ++i) {
    const bool judged = (verdicts[i] == kCounted) & (values[i] != 0) & (values[i] > kNoSchedule);
    verdicts[i] = judged ? verdict : verdicts[i];
  }
}

SUPPORTKPI_TARGET_CLONES
void JudgeFlags(const int64_t* flags, size_t count, int64_t mask, uint8_t first, uint8_t* verdicts) {
  int64_t any = 0;
  for (size_t i = 0; i < count; ++i) any |= flags[i] > kNoSchedule ? flags[i] : 0;
  if ((any & mask) == 0) return;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t set = flags[i] > kNoSchedule ? static_cast<uint64_t>(flags[i] & mask) : 0;
    if (set != 0) verdicts[i] = static_cast<uint8_t>(first + __builtin_ctzll(set));
  }
}

SUPPORTKPI_TARGET_CLONES
bool AllCounted(const std::vector<uint8_t>& verdicts) {
  uint8_t all = kCounted;
  for (const uint8_t verdict : verdicts) all &= verdict;
  return all == kCounted;
}

SUPPORTKPI_TARGET_CLONES
void DropWhereNotTrue(const int64_t* values, size_t count, uint8_t* verdicts) {
  for (size_t i = 0; i < count; ++i) {
    const bool dropped = (values[i] == 0) | (values[i] <= kNoSchedule);
    verdicts[i] = dropped ? kDropped : verdicts[i];
  }
}

SUPPORTKPI_TARGET_CLONES
void JudgeValues(const int64_t* values, size_t count, const ValueVerdicts& by, uint8_t* verdicts) {
  const int64_t least = by.negative_counts ? kNoSchedule + 1 : 0;
  for (size_t i = 0; i < count; ++i) {
    const int64_t value = values[i];
    uint8_t verdict = value < least ? by.negative : kCounted;
    verdict = (value == kNull) | (value == kForever) ? by.no_value : verdict;
    verdict = value == kNoSchedule ? by.no_schedule : verdict;
    verdicts[i] = verdicts[i] == kCounted ? verdict : verdicts[i];
  }
}

}  // namespace supportkpi::exec::native
