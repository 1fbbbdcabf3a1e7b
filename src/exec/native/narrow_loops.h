// Loops over rows in bytes and words that vector units can run.
#ifndef SUPPORTKPI_EXEC_NATIVE_NARROW_LOOPS_H_
#define SUPPORTKPI_EXEC_NATIVE_NARROW_LOOPS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace supportkpi::exec::native {

inline constexpr uint8_t kMarked = 0xff;

// marks[i] becomes kMarked where values[i] is in first..first + span, else stays.
void MarkInterval(const uint8_t* values, size_t count, uint8_t first, uint8_t span, uint8_t* marks);
void LookUpMarks(const uint8_t* values, size_t count, const uint8_t* mark_of, uint8_t* marks);
void LookUpWords(const uint8_t* values, size_t count, const uint32_t* word_of, uint32_t* words);
void MarkBoth(const uint8_t* left, const uint8_t* right, size_t count, uint8_t* marks);
void MarkEither(const uint8_t* left, const uint8_t* right, size_t count, uint8_t* marks);
void MarkNot(const uint8_t* values, size_t count, uint8_t* marks);

// Of values in 64 bits, by the rules of value_rules.h.
void MarkTrue(const int64_t* values, size_t count, uint8_t* marks);
void MarkNull(const int64_t* values, size_t count, uint8_t* marks);
void MarkLess(const int64_t* left, const int64_t* right, size_t count, uint8_t* marks);
void MarkAtMost(const int64_t* left, const int64_t* right, size_t count, uint8_t* marks);
void MarkEqual(const int64_t* left, const int64_t* right, size_t count, uint8_t* marks);
// What is null or does not fit becomes 0xffffffff.
void WordsOf(const int64_t* values, size_t count, uint32_t* words);

// Packed places of a table of cells, in bytes or in words.
// words[i] = words[i] * size + the smaller of values[i] and size - 1.
void PackWords(const uint8_t* values, size_t count, uint32_t size, uint8_t* words);
void PackWords(const uint32_t* values, size_t count, uint32_t size, uint32_t* words);
// words[i] = the smaller of values[i] and size - 1.
void BeginWords(const uint8_t* values, size_t count, uint32_t size, uint8_t* words);
void BeginWords(const uint32_t* values, size_t count, uint32_t size, uint32_t* words);
// words[i] = words[i] * buckets + bucket i - first_bucket; of one bucket for all where there is but one.
void PackBuckets(absl::Span<const int32_t> bucket, size_t count, int32_t first_bucket, uint32_t buckets, uint8_t* words);
void PackBuckets(absl::Span<const int32_t> bucket, size_t count, int32_t first_bucket, uint32_t buckets, uint32_t* words);
// Are all words below `end`?
bool AllBelow(const uint8_t* words, size_t count, uint32_t end);
bool AllBelow(const uint32_t* words, size_t count, uint32_t end);
// counts[words[i]] is raised for each verdict that is kCounted. Each word has `lanes` counters beside each other, 1 or kLanes, that
// neighbouring rows take turns with: one that is raised in every row would wait for itself.
inline constexpr size_t kLanes = 4;
void CountWords(const uint32_t* words, const uint8_t* verdicts, size_t count, size_t lanes, uint32_t* counts);
// The same of every verdict, whose counters begin at first_of_verdict[verdict].
void CountByVerdict(const uint32_t* words, const uint8_t* verdicts, size_t count, const uint32_t* first_of_verdict, size_t lanes,
                    uint32_t* counts);
// The greatest of the words, 0 of none.
uint32_t MostOf(const uint32_t* words, size_t count);
// sums[i] += bytes[i].
void AddBytesTo(const uint8_t* bytes, size_t count, uint32_t* sums);
// 0 where the verdict is kCounted, 1 + the reason where it is one of so many, else 1 + reasons.
void ClassesOf(const uint8_t* verdicts, size_t count, uint8_t reasons, uint8_t* classes);
// Raises counts[byte * kLanes + some lane] for each.
void CountBytes(const uint8_t* bytes, size_t count, uint32_t* counts);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_NARROW_LOOPS_H_
