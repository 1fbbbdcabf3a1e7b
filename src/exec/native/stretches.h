// Pieces of agents' time: the reduction cuts records at midnight UTC, and evidence counts what follows on itself as one.
#ifndef SUPPORTKPI_EXEC_NATIVE_STRETCHES_H_
#define SUPPORTKPI_EXEC_NATIVE_STRETCHES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace supportkpi::exec::native {

struct Stretch {
  uint32_t cell = 0;
  int64_t record = 0;
  int64_t from = 0;  // kNull: it begins before the cell's bucket, or with it
  int64_t to = 0;    // kForever: it ends after the cell's bucket, or with it
};

// Only such a piece can follow on another, or another on it.
inline constexpr int64_t kDayMs = 86'400'000;
inline bool TouchesMidnight(int64_t from_ms, int64_t to_ms) { return from_ms % kDayMs == 0 || to_ms % kDayMs == 0; }
// Drops nearly all others.
void DropUncut(const int64_t* from, const int64_t* to, size_t count, uint8_t* verdicts);

// Pieces of a record that follow on each other in a cell become one, and *facts, by cell, counts them as one. Left are those
// that another piece, of another chunk or thread or of a cell that is taken together with theirs, can still follow on.
void JoinStretches(size_t cell_count, std::vector<Stretch>* stretches, std::vector<int64_t>* facts);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_STRETCHES_H_
