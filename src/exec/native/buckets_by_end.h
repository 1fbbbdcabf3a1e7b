// The buckets of a part by their ends: the first that ends after an instant, of one instant or of all of a batch's.
#ifndef SUPPORTKPI_EXEC_NATIVE_BUCKETS_BY_END_H_
#define SUPPORTKPI_EXEC_NATIVE_BUCKETS_BY_END_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "time/step_table.h"

namespace supportkpi::exec::native {

class BucketsByEnd {
 public:
  BucketsByEnd() = default;
  explicit BucketsByEnd(const std::vector<int64_t>& ends);  // ascending

  // The number of buckets where none ends after it.
  size_t Find(int64_t instant) const { return table_.Find(instant); }
  void FindAll(const int64_t* instants, size_t count, int32_t* buckets) const;

 private:
  time::StepTable table_;
  // Slots of equal length from just before the first end on, so short that in each one bucket ends at most; none where these would
  // be too many. An entry is the first bucket that ends after the slot's beginning, and below it the offset at which that ends.
  int64_t before_first_ = 0, last_ = 0;
  int shift_ = 0;
  std::vector<uint64_t> slots_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_BUCKETS_BY_END_H_
