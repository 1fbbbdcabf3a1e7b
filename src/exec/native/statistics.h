// Statistics of exact populations: sums as 128-bit integers, percentiles from all values.
#ifndef SUPPORTKPI_EXEC_NATIVE_STATISTICS_H_
#define SUPPORTKPI_EXEC_NATIVE_STATISTICS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/accumulator.h"
#include "exec/native/rank_selection.h"
#include "exec/native/sorted_runs.h"
#include "plan/plan.h"

namespace supportkpi::exec::native {

// The statistic, but for percentiles; nullopt where it does not exist (no values but for a sum, stddev of one).
std::optional<double> StatisticOf(const plan::Statistic& statistic, const Numbers& numbers);

// As PostgreSQL's percentile_cont: linear interpolation between closest ranks. Requires values.
double PercentileOf(double percentile, RankSelector* values);
// The same of all runs together.
double PercentileOf(double percentile, absl::Span<const SortedRun> runs, RankFinder* finder);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_STATISTICS_H_
