#include "exec/native/sorted_runs.h"

#include <algorithm>

namespace supportkpi::exec::native {
namespace {

// So few are put together and looked through.
constexpr size_t kGatheredMax = 256;

}  // namespace

// What remains are windows of the runs that hold the value; `rank` is the one within them. The middle of the largest window
// is near the middle of all, or cuts that window in two at least.
int64_t ValueAtRank(std::vector<SortedRun> runs, size_t rank) {
  std::vector<size_t> below(runs.size()), not_above(runs.size());
  for (;;) {
    size_t total = 0;
    SortedRun largest;
    for (const SortedRun& run : runs) {
      total += run.size();
      if (run.size() > largest.size()) largest = run;
    }
    if (total <= kGatheredMax) break;
    const int64_t middle = largest[largest.size() / 2];
    size_t all_below = 0, all_not_above = 0;
    for (size_t i = 0; i < runs.size(); ++i) {
      const auto [first, last] = std::equal_range(runs[i].begin(), runs[i].end(), middle);
      all_below += below[i] = static_cast<size_t>(first - runs[i].begin());
      all_not_above += not_above[i] = static_cast<size_t>(last - runs[i].begin());
    }
    if (rank >= all_below && rank < all_not_above) return middle;
    const bool lower = rank < all_below;
    for (size_t i = 0; i < runs.size(); ++i) runs[i] = lower ? runs[i].first(below[i]) : runs[i].subspan(not_above[i]);
    if (!lower) rank -= all_not_above;
  }
  std::vector<int64_t> gathered;
  for (const SortedRun& run : runs) gathered.insert(gathered.end(), run.begin(), run.end());
  const auto at = gathered.begin() + static_cast<ptrdiff_t>(rank);
  std::nth_element(gathered.begin(), at, gathered.end());
  return *at;
}

}  // namespace supportkpi::exec::native
