// Chains of customer periods: the periods of one segment, persona, region and plan, in order of time.
#ifndef SUPPORTKPI_EXEC_NATIVE_CHAINS_H_
#define SUPPORTKPI_EXEC_NATIVE_CHAINS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "exec/native/accumulator.h"
#include "projection/snapshot.h"

namespace supportkpi::exec::native {

// Of one cell.
struct ChainSummary {
  Int128 first = 0;   // the first period's value of each chain, summed
  Int128 last = 0;
  double annual = 0;  // per chain: sum x 365.25 days / length of its periods; summed
  int64_t breaks = 0; // a period's customers at start are not those at the end of the one before
  std::vector<std::pair<int64_t, int64_t>> covered;  // union of the periods
};

// By cell (Period::cell below cell_count).
std::vector<ChainSummary> SummarizePeriods(const PartScan& scan, std::vector<Period> periods, size_t cell_count);

// FAILED_PRECONDITION names the first two periods of one chain that overlap.
absl::Status CheckNoOverlap(std::vector<Period> periods, const projection::Names& names);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_CHAINS_H_
