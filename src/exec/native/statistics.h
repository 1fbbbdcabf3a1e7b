// Statistics of exact populations: sums as 128-bit integers, percentiles from all values.
#ifndef SUPPORTKPI_EXEC_NATIVE_STATISTICS_H_
#define SUPPORTKPI_EXEC_NATIVE_STATISTICS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/accumulator.h"
#include "exec/native/sorted_runs.h"
#include "plan/plan.h"

namespace supportkpi::exec::native {

// The statistic; nullopt where it does not exist (no values but for a sum, stddev of one). `values` are looked at, and
// reordered, for percentiles only.
std::optional<double> StatisticOf(const plan::Statistic& statistic, const Numbers& numbers, absl::Span<int64_t> values);

// As PostgreSQL's percentile_cont: linear interpolation between closest ranks. Requires values; reorders them.
double PercentileOf(double percentile, absl::Span<int64_t> values);
// The same of all runs together.
double PercentileOf(double percentile, absl::Span<const SortedRun> runs, RankFinder* finder);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_STATISTICS_H_
