// Ranks among values that lie in several sorted runs: found by halving the runs, so that a percentile of millions of values
// looks at some hundred of them.
#ifndef SUPPORTKPI_EXEC_NATIVE_SORTED_RUNS_H_
#define SUPPORTKPI_EXEC_NATIVE_SORTED_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace supportkpi::exec::native {

using SortedRun = absl::Span<const int64_t>;  // ascending

// Keeps the memory that one search took for the next. Of one thread.
class RankFinder {
 public:
  struct Values {
    int64_t at = 0;
    int64_t next = 0;  // the one behind it; undefined behind the last
  };
  // What stands at `rank` (from 0, below the number of values) once all runs are merged.
  Values Find(absl::Span<const SortedRun> runs, size_t rank);

 private:
  size_t Trim(absl::Span<const SortedRun> runs, size_t rank);
  Values Gathered(size_t rank, int64_t above);

  std::vector<SortedRun> windows_;
  std::vector<size_t> below_, not_above_;
  std::vector<int64_t> gathered_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_SORTED_RUNS_H_
