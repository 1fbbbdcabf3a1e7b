// Steps of a piecewise constant function of int64: finds the step that covers a value in near constant time, through an
// index of equal slots laid over the span of the steps.
#ifndef SUPPORTKPI_TIME_STEP_TABLE_H_
#define SUPPORTKPI_TIME_STEP_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace supportkpi::time {

class StepTable {
 public:
  StepTable() : StepTable(std::vector<int64_t>{}) {}
  // `later_starts`: ascending; step 0 covers all before later_starts[0], step i begins at later_starts[i - 1].
  explicit StepTable(std::vector<int64_t> later_starts);

  size_t size() const { return starts_.size() - 1; }
  // First value of the step; INT64_MIN for step 0.
  int64_t StartOf(size_t step) const { return starts_[step]; }
  // First value after the step; INT64_MAX for the last one.
  int64_t EndOf(size_t step) const { return starts_[step + 1]; }

  size_t Find(int64_t value) const {
    if (value < first_) return 0;
    if (value >= last_) return starts_.size() - 2;
    size_t step = slots_[(static_cast<uint64_t>(value) - static_cast<uint64_t>(first_)) >> shift_];
    // Most slots hold one later start at most: added without a branch, which random values would mispredict.
    step += static_cast<size_t>(starts_[step + 1] <= value);
    while (starts_[step + 1] <= value) [[unlikely]] ++step;
    return step;
  }

 private:
  std::vector<int64_t> starts_;  // INT64_MIN, the later starts, INT64_MAX
  int64_t first_;                // start of step 1
  int64_t last_;                 // start of the last step
  int shift_ = 0;
  std::vector<uint32_t> slots_;  // slot -> the step that covers the slot's first value
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_STEP_TABLE_H_
