// How an item or a row is counted, or why not, as loops over arrays that vector units can run.
#ifndef SUPPORTKPI_EXEC_NATIVE_VERDICTS_H_
#define SUPPORTKPI_EXEC_NATIVE_VERDICTS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace supportkpi::exec::native {

// A verdict is a place in left_out, or one of these.
inline constexpr uint8_t kCounted = 0xff;
inline constexpr uint8_t kPartly = 0xfe;   // a period that overlaps the bucket
inline constexpr uint8_t kDropped = 0xfd;  // not at all

// What is counted so far and for which the value is true becomes `verdict`.
void JudgeWhereTrue(const int64_t* values, size_t count, uint8_t verdict, uint8_t* verdicts);
void JudgeWhereMarked(const uint8_t* marks, size_t count, uint8_t verdict, uint8_t* verdicts);
// What is counted so far and has one of the flags in `mask`, below 16, becomes `first` and the place of the lowest.
void JudgeFlags(const int64_t* flags, size_t count, int64_t mask, uint8_t first, uint8_t* verdicts);
void JudgeFlags(const uint8_t* flags, size_t count, int64_t mask, uint8_t first, uint8_t* verdicts);
// Whatever was judged is dropped where the value is not true, or nothing marked, or the instant not from `first` to before `end`.
void DropWhereNotTrue(const int64_t* values, size_t count, uint8_t* verdicts);
void DropWhereNotMarked(const uint8_t* marks, size_t count, uint8_t* verdicts);
void DropOutside(const int64_t* instants, size_t count, int64_t first, int64_t end, uint8_t* verdicts);
// The same where the first bucket is not before the last.
void DropUnseen(const int32_t* firsts, const int32_t* lasts, size_t count, uint8_t* verdicts);

// Of counters in blocks of `block` each, where those of a verdict begin: first of what counts, then of each reason, then of all
// others.
using BlockOfVerdict = std::array<uint32_t, 256>;
BlockOfVerdict BlocksOf(size_t reason_count, uint32_t block);

size_t CountedAmong(absl::Span<const uint8_t> verdicts);

struct ValueVerdicts {
  uint8_t no_schedule, no_value, negative;
  bool negative_counts;  // not a duration
};
// What is counted so far but has no value, or a negative duration for one.
void JudgeValues(const int64_t* values, size_t count, const ValueVerdicts& by, uint8_t* verdicts);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_VERDICTS_H_
