// How many states begin and end in each bucket, by group and verdict, in one array: states of which every change is counted by
// its place, and none is an item.
#ifndef SUPPORTKPI_EXEC_NATIVE_CHANGE_COUNTS_H_
#define SUPPORTKPI_EXEC_NATIVE_CHANGE_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/accumulator.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {

class ChangeCounts {
 public:
  // Counters that it would have.
  static uint64_t SizeFor(uint64_t groups, size_t reason_count, int32_t bucket_count);

  // Before the first states, of so many groups and buckets. Verdicts below reason_count leave out.
  void Begin(uint32_t groups, size_t reason_count, int32_t bucket_count);
  bool has_begun() const { return !counts_.empty(); }
  // States by their groups (nullptr: all in the only one), the buckets at whose ends they are first seen and no longer seen, and
  // their verdicts.
  void Add(const uint32_t* groups, const int32_t* firsts, const int32_t* lasts, absl::Span<const uint8_t> verdicts);

  // What was counted goes to its cells as changes, and is gone. False: too many groups.
  bool AddTo(Accumulator* to);

  // Memory that it takes.
  int64_t bytes() const { return static_cast<int64_t>(counts_.capacity() * sizeof(uint32_t)); }

 private:
  uint32_t groups_ = 0;
  size_t reason_count_ = 0;
  size_t places_each_ = 0;  // of a group: its buckets, and one for what never ends in them
  // Counters of a place beside each other: of states that begin there, and then end, each in lanes. Blocks of all places: of what
  // counts, of each reason, of what was dropped, at which nobody looks.
  std::vector<uint32_t> counts_;
  BlockOfVerdict block_of_verdict_ = {};  // the place where it begins
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_CHANGE_COUNTS_H_
