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
    const int64_t set = flags[i] > kNoSchedule ? flags[i] & mask : 0;
    const int64_t lowest = set & -set;                             // 1, 2, 4 or 8
    const auto place = static_cast<uint8_t>((lowest >> 1) - (lowest >> 3));  // 0, 1, 2 or 3
    verdicts[i] = set != 0 ? static_cast<uint8_t>(first + place) : verdicts[i];
  }
}

SUPPORTKPI_TARGET_CLONES
size_t CountedAmong(absl::Span<const uint8_t> verdicts) {
  size_t counted = 0;
  for (const uint8_t verdict : verdicts) counted += verdict == kCounted;
  return counted;
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
