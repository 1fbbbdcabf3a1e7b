#include "exec/native/narrow_loops.h"

#include <algorithm>

#include "column/target_clones.h"
#include "exec/native/value_rules.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {
namespace {

inline uint8_t MarkOf(bool holds) { return holds ? kMarked : uint8_t{0}; }

}  // namespace

SUPPORTKPI_TARGET_CLONES
void MarkInterval(const uint8_t* values, size_t count, uint8_t first, uint8_t span, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i) marks[i] |= MarkOf(static_cast<uint8_t>(values[i] - first) <= span);
}

void LookUpMarks(const uint8_t* values, size_t count, const uint8_t* mark_of, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i) marks[i] = mark_of[values[i]];
}

void LookUpWords(const uint8_t* values, size_t count, const uint32_t* word_of, uint32_t* __restrict words) {
  for (size_t i = 0; i < count; ++i) words[i] = word_of[values[i]];
}

SUPPORTKPI_TARGET_CLONES
void MarkBoth(const uint8_t* left, const uint8_t* right, size_t count, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i) marks[i] = left[i] & right[i];
}

SUPPORTKPI_TARGET_CLONES
void MarkEither(const uint8_t* left, const uint8_t* right, size_t count, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i) marks[i] = left[i] | right[i];
}

SUPPORTKPI_TARGET_CLONES
void MarkNot(const uint8_t* values, size_t count, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i) marks[i] = static_cast<uint8_t>(~values[i]);
}

SUPPORTKPI_TARGET_CLONES
void MarkTrue(const int64_t* values, size_t count, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i) marks[i] = MarkOf((values[i] != 0) & (values[i] > kNoSchedule));
}

SUPPORTKPI_TARGET_CLONES
void MarkNull(const int64_t* values, size_t count, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i) marks[i] = MarkOf(values[i] <= kNoSchedule);
}

SUPPORTKPI_TARGET_CLONES
void MarkLess(const int64_t* left, const int64_t* right, size_t count, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i)
    marks[i] = MarkOf((left[i] > kNoSchedule) & (right[i] > kNoSchedule) & (left[i] < right[i]));
}

SUPPORTKPI_TARGET_CLONES
void MarkAtMost(const int64_t* left, const int64_t* right, size_t count, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i)
    marks[i] = MarkOf((left[i] > kNoSchedule) & (right[i] > kNoSchedule) & (left[i] <= right[i]));
}

SUPPORTKPI_TARGET_CLONES
void MarkEqual(const int64_t* left, const int64_t* right, size_t count, uint8_t* __restrict marks) {
  for (size_t i = 0; i < count; ++i) marks[i] = MarkOf((left[i] > kNoSchedule) & (left[i] == right[i]));
}

SUPPORTKPI_TARGET_CLONES
void WordsOf(const int64_t* values, size_t count, uint32_t* __restrict words) {
  constexpr uint64_t kMost = 0xffffffff;
  for (size_t i = 0; i < count; ++i) words[i] = static_cast<uint32_t>(std::min(static_cast<uint64_t>(values[i]), kMost));
}

SUPPORTKPI_TARGET_CLONES
void PackWords(const uint32_t* values, size_t count, uint32_t size, uint32_t* __restrict words) {
  const uint32_t most = size - 1;
  for (size_t i = 0; i < count; ++i) words[i] = words[i] * size + std::min(values[i], most);
}

SUPPORTKPI_TARGET_CLONES
void BeginWords(const uint32_t* values, size_t count, uint32_t size, uint32_t* __restrict words) {
  const uint32_t most = size - 1;
  for (size_t i = 0; i < count; ++i) words[i] = std::min(values[i], most);
}

SUPPORTKPI_TARGET_CLONES
void PackBuckets(const int32_t* bucket, size_t count, int32_t first_bucket, uint32_t buckets, uint32_t* __restrict words) {
  for (size_t i = 0; i < count; ++i) words[i] = words[i] * buckets + static_cast<uint32_t>(bucket[i] - first_bucket);
}

SUPPORTKPI_TARGET_CLONES
bool AllBelow(const uint32_t* words, size_t count, uint32_t end) {
  uint32_t most = 0;
  for (size_t i = 0; i < count; ++i) most = std::max(most, words[i]);
  return count == 0 || most < end;
}

void CountWords(const uint32_t* words, const uint8_t* verdicts, size_t count, size_t lanes, uint32_t* counts) {
  size_t i = 0;
  for (; lanes == kLanes && i + kLanes <= count; i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane) counts[words[i + lane] * kLanes + lane] += verdicts[i + lane] == kCounted;
  for (; i < count; ++i) counts[words[i] * lanes] += verdicts[i] == kCounted;
}

}  // namespace supportkpi::exec::native
