#include "exec/native/verdicts.h"

#include <algorithm>

#include "column/target_clones.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {

namespace {

// The place of the lowest of four flags: 1, 2, 4, 8 -> 0, 1, 2, 3.
template <class Flags>
inline uint8_t PlaceOfLowest(Flags set) {
  const auto lowest = static_cast<Flags>(set & -set);
  return static_cast<uint8_t>((lowest >> 1) - (lowest >> 3));
}

inline void JudgeFlagged(const int64_t* flags, size_t begin, size_t end, int64_t mask, uint8_t first, uint8_t* verdicts) {
  for (size_t i = begin; i < end; ++i) {
    const int64_t set = flags[i] > kNoSchedule ? flags[i] & mask : 0;
    const bool judged = (set != 0) & (verdicts[i] == kCounted);
    verdicts[i] = judged ? static_cast<uint8_t>(first + PlaceOfLowest(set)) : verdicts[i];
  }
}

}  // namespace

SUPPORTKPI_TARGET_CLONES
void JudgeWhereTrue(const int64_t* values, size_t count, uint8_t verdict, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) {
    const bool judged = (verdicts[i] == kCounted) & (values[i] != 0) & (values[i] > kNoSchedule);
    verdicts[i] = judged ? verdict : verdicts[i];
  }
}

SUPPORTKPI_TARGET_CLONES
void JudgeWhereMarked(const uint8_t* marks, size_t count, uint8_t verdict, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) verdicts[i] = (verdicts[i] == kCounted) & (marks[i] != 0) ? verdict : verdicts[i];
}

// Few facts have a flag: most stretches are passed over.
SUPPORTKPI_TARGET_CLONES
void JudgeFlags(const int64_t* flags, size_t count, int64_t mask, uint8_t first, uint8_t* verdicts) {
  constexpr size_t kStretch = 16;
  for (size_t begin = 0; begin < count; begin += kStretch) {
    const size_t end = std::min(begin + kStretch, count);
    int64_t any = 0;
    for (size_t i = begin; i < end; ++i) any |= flags[i];
    if ((any & mask) != 0) JudgeFlagged(flags, begin, end, mask, first, verdicts);
  }
}

SUPPORTKPI_TARGET_CLONES
void JudgeFlags(const uint8_t* flags, size_t count, int64_t mask, uint8_t first, uint8_t* __restrict verdicts) {
  const auto bits = static_cast<uint8_t>(mask);
  for (size_t i = 0; i < count; ++i) {
    const auto set = static_cast<uint8_t>(flags[i] & bits);
    const auto verdict = static_cast<uint8_t>(first + PlaceOfLowest(set));
    verdicts[i] = (set != 0) & (verdicts[i] == kCounted) ? verdict : verdicts[i];
  }
}

BlockOfVerdict BlocksOf(size_t reason_count, uint32_t block) {
  BlockOfVerdict begins;
  begins.fill(static_cast<uint32_t>(reason_count + 1) * block);
  begins[kCounted] = 0;
  for (size_t reason = 0; reason < reason_count; ++reason) begins[reason] = static_cast<uint32_t>(reason + 1) * block;
  return begins;
}

SUPPORTKPI_TARGET_CLONES
size_t CountedAmong(absl::Span<const uint8_t> verdicts) {
  constexpr size_t kStretch = 128;  // whose count a byte holds: the widest registers add up most of them
  const uint8_t* const all = verdicts.data();
  const size_t count = verdicts.size();
  size_t counted = 0;
  for (size_t begin = 0; begin < count; begin += kStretch) {
    uint8_t some = 0;
    const size_t end = std::min(begin + kStretch, count);
    for (size_t i = begin; i < end; ++i) some = static_cast<uint8_t>(some + (all[i] == kCounted));
    counted += some;
  }
  return counted;
}

SUPPORTKPI_TARGET_CLONES
void DropWhereNotTrue(const int64_t* values, size_t count, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) {
    const bool dropped = (values[i] == 0) | (values[i] <= kNoSchedule);
    verdicts[i] = dropped ? kDropped : verdicts[i];
  }
}

SUPPORTKPI_TARGET_CLONES
void DropWhereNotMarked(const uint8_t* marks, size_t count, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) verdicts[i] = marks[i] == 0 ? kDropped : verdicts[i];
}

SUPPORTKPI_TARGET_CLONES
void DropOutside(const int64_t* instants, size_t count, int64_t first, int64_t end, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) {
    const bool outside = (instants[i] < first) | (instants[i] >= end);
    verdicts[i] = outside ? kDropped : verdicts[i];
  }
}

SUPPORTKPI_TARGET_CLONES
void DropUnseen(const int32_t* firsts, const int32_t* lasts, size_t count, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) verdicts[i] = firsts[i] < lasts[i] ? verdicts[i] : kDropped;
}

SUPPORTKPI_TARGET_CLONES
void JudgeValues(const int64_t* values, size_t count, const ValueVerdicts& by, uint8_t* __restrict verdicts) {
  const int64_t least = by.negative_counts ? kNoSchedule + 1 : 0;
  const uint8_t no_schedule = by.no_schedule, no_value = by.no_value, negative = by.negative;
  for (size_t i = 0; i < count; ++i) {
    const int64_t value = values[i];
    uint8_t verdict = value < least ? negative : kCounted;
    verdict = ((value == kNull) | (value == kForever)) ? no_value : verdict;
    verdict = value == kNoSchedule ? no_schedule : verdict;
    verdicts[i] = verdicts[i] == kCounted ? verdict : verdicts[i];
  }
}

}  // namespace supportkpi::exec::native
