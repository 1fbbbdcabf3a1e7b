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

// The value that stands at `rank` (from 0, below the number of values) once all runs are merged.
int64_t ValueAtRank(std::vector<SortedRun> runs, size_t rank);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_SORTED_RUNS_H_
