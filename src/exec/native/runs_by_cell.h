// Pieces of what was gathered or sorted before, by the cell that each stands in.
#ifndef SUPPORTKPI_EXEC_NATIVE_RUNS_BY_CELL_H_
#define SUPPORTKPI_EXEC_NATIVE_RUNS_BY_CELL_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace supportkpi::exec::native {

// `Run` has a `cell`.
template <class Run>
class RunsByCell {
 public:
  void Add(const Run& run) { runs_.push_back(run); }
  // Of so many cells; nothing is added afterwards.
  void Place(size_t cells) {
    if (runs_.empty()) return;
    begins_.assign(cells + 1, 0);
    for (const Run& run : runs_) ++begins_[run.cell + 1];
    for (size_t cell = 0; cell < cells; ++cell) begins_[cell + 1] += begins_[cell];
    std::vector<size_t> next(begins_.begin(), begins_.end() - 1);
    std::vector<Run> placed(runs_.size());
    for (const Run& run : runs_) placed[next[run.cell]++] = run;
    runs_ = std::move(placed);
  }
  bool empty() const { return runs_.empty(); }
  absl::Span<const Run> Of(size_t cell) const {
    if (runs_.empty()) return {};
    return absl::MakeConstSpan(runs_).subspan(begins_[cell], begins_[cell + 1] - begins_[cell]);
  }

 private:
  std::vector<Run> runs_;
  std::vector<size_t> begins_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_RUNS_BY_CELL_H_
