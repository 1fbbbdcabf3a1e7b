// Loops over the rows of a batch that vector units can run: what all rows have in common, so that a batch of which all rows
// stay, or all stand in one bucket, is never gone through row by row.
#ifndef SUPPORTKPI_EXEC_NATIVE_ROW_LOOPS_H_
#define SUPPORTKPI_EXEC_NATIVE_ROW_LOOPS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace supportkpi::exec::native {

struct Reach {
  int64_t min, max;  // min > max: there are no values
};
Reach ReachOf(const int64_t* values, size_t count);
// Of those from `first` to before `end`.
Reach ReachWithin(const int64_t* values, size_t count, int64_t first, int64_t end);
bool AreAscending(const int64_t* values, size_t count);

bool AllTrue(const int64_t* values, size_t count);

// The cell that all have; false where they differ. There is at least one.
bool AllAlike(const uint32_t* cells, size_t count);
bool AllAlike(const int32_t* buckets, size_t count);

// Adds to the counter of each one's cell whether its verdict is kCounted.
void CountByCell(const uint32_t* cells, const uint8_t* verdicts, size_t count, std::vector<int64_t>* counters);

// Replaces *places with those at which the verdict is kCounted, ascending.
void PlacesCounted(const uint8_t* verdicts, size_t count, std::vector<uint32_t>* places);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_ROW_LOOPS_H_
