#include "exec/native/narrow_loops.h"

#include <algorithm>
#include <cstring>

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
void PackWords(const uint8_t* values, size_t count, uint32_t size, uint8_t* __restrict words) {
  const auto most = static_cast<uint8_t>(size - 1), times = static_cast<uint8_t>(size);
  for (size_t i = 0; i < count; ++i) words[i] = static_cast<uint8_t>(words[i] * times + std::min(values[i], most));
}

SUPPORTKPI_TARGET_CLONES
void BeginWords(const uint32_t* values, size_t count, uint32_t size, uint32_t* __restrict words) {
  const uint32_t most = size - 1;
  for (size_t i = 0; i < count; ++i) words[i] = std::min(values[i], most);
}

SUPPORTKPI_TARGET_CLONES
void BeginWords(const uint8_t* values, size_t count, uint32_t size, uint8_t* __restrict words) {
  const auto most = static_cast<uint8_t>(size - 1);
  for (size_t i = 0; i < count; ++i) words[i] = std::min(values[i], most);
}

SUPPORTKPI_TARGET_CLONES
void PackBuckets(absl::Span<const int32_t> bucket, size_t count, int32_t first_bucket, uint32_t buckets, uint32_t* __restrict words) {
  const int32_t* const of_word = bucket.data();
  const auto only = static_cast<uint32_t>(of_word[0] - first_bucket);
  if (bucket.size() == 1)
    for (size_t i = 0; i < count; ++i) words[i] = words[i] * buckets + only;
  else
    for (size_t i = 0; i < count; ++i) words[i] = words[i] * buckets + static_cast<uint32_t>(of_word[i] - first_bucket);
}

SUPPORTKPI_TARGET_CLONES
void PackBuckets(absl::Span<const int32_t> bucket, size_t count, int32_t first_bucket, uint32_t buckets, uint8_t* __restrict words) {
  const int32_t* const of_word = bucket.data();
  const auto only = static_cast<uint8_t>(of_word[0] - first_bucket), times = static_cast<uint8_t>(buckets);
  if (bucket.size() == 1)
    for (size_t i = 0; i < count; ++i) words[i] = static_cast<uint8_t>(words[i] * times + only);
  else
    for (size_t i = 0; i < count; ++i) words[i] = static_cast<uint8_t>(words[i] * times + static_cast<uint8_t>(of_word[i] - first_bucket));
}

SUPPORTKPI_TARGET_CLONES
bool AllBelow(const uint32_t* words, size_t count, uint32_t end) {
  uint32_t most = 0;
  for (size_t i = 0; i < count; ++i) most = std::max(most, words[i]);
  return count == 0 || most < end;
}

SUPPORTKPI_TARGET_CLONES
bool AllBelow(const uint8_t* words, size_t count, uint32_t end) {
  uint8_t most = 0;
  for (size_t i = 0; i < count; ++i) most = std::max(most, words[i]);
  return count == 0 || most < end;
}

void CountWords(const uint32_t* words, const uint8_t* verdicts, size_t count, size_t lanes, uint32_t* counts) {
  size_t i = 0;
  for (; lanes == kLanes && i + kLanes <= count; i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane) counts[words[i + lane] * kLanes + lane] += verdicts[i + lane] == kCounted;
  for (; i < count; ++i) counts[words[i] * lanes] += verdicts[i] == kCounted;
}

void CountByVerdict(const uint32_t* words, const uint8_t* verdicts, size_t count, const uint32_t* first_of_verdict, size_t lanes,
                    uint32_t* counts) {
  size_t i = 0;
  for (; lanes == kLanes && i + kLanes <= count; i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane) ++counts[first_of_verdict[verdicts[i + lane]] + words[i + lane] * kLanes + lane];
  for (; i < count; ++i) ++counts[first_of_verdict[verdicts[i]] + words[i] * lanes];
}

SUPPORTKPI_TARGET_CLONES
uint32_t MostOf(const uint32_t* words, size_t count) {
  uint32_t most = 0;
  for (size_t i = 0; i < count; ++i) most = std::max(most, words[i]);
  return most;
}

SUPPORTKPI_TARGET_CLONES
void AddBytesTo(const uint8_t* bytes, size_t count, uint32_t* __restrict sums) {
  for (size_t i = 0; i < count; ++i) sums[i] += bytes[i];
}

SUPPORTKPI_TARGET_CLONES
void ClassesOf(const uint8_t* verdicts, size_t count, uint8_t reasons, uint8_t* __restrict classes) {
  const auto others = static_cast<uint8_t>(reasons + 1);
  for (size_t i = 0; i < count; ++i) {
    const uint8_t left_out = std::min(static_cast<uint8_t>(verdicts[i] + 1), others);
    classes[i] = verdicts[i] == kCounted ? uint8_t{0} : left_out;
  }
}

void CountBytes(const uint8_t* bytes, size_t count, uint32_t* counts) {
  size_t i = 0;
  for (; i + sizeof(uint64_t) <= count; i += sizeof(uint64_t)) {
    uint64_t eight;
    std::memcpy(&eight, &bytes[i], sizeof(eight));
    for (size_t byte = 0; byte < sizeof(eight); ++byte) ++counts[(eight >> (8 * byte) & 0xff) * kLanes + byte % kLanes];
  }
  for (; i < count; ++i) ++counts[bytes[i] * kLanes];
}

}  // namespace supportkpi::exec::native
