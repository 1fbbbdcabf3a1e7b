#include "exec/native/sorted_runs.h"

#include <algorithm>
#include <limits>

namespace supportkpi::exec::native {
namespace {

// So few are put together and looked through.
constexpr size_t kGatheredMax = 256;

}  // namespace

// What remains are windows of the runs that hold the value; `rank` is the one within them, `above` the least value that was cut
// off behind them. The middle of the largest window is near the middle of all, or cuts that window in two at least.
RankFinder::Values RankFinder::Find(absl::Span<const SortedRun> runs, size_t rank) {
  rank = Trim(runs, rank);
  int64_t above = std::numeric_limits<int64_t>::max();
  below_.resize(windows_.size());
  not_above_.resize(windows_.size());
  for (;;) {
    size_t total = 0;
    SortedRun largest;
    for (const SortedRun& window : windows_) {
      total += window.size();
      if (window.size() > largest.size()) largest = window;
    }
    if (total <= kGatheredMax) return Gathered(rank, above);
    const int64_t middle = largest[largest.size() / 2];
    size_t all_below = 0, all_not_above = 0;
    for (size_t i = 0; i < windows_.size(); ++i) {
      const auto [first, last] = std::equal_range(windows_[i].begin(), windows_[i].end(), middle);
      all_below += below_[i] = static_cast<size_t>(first - windows_[i].begin());
      all_not_above += not_above_[i] = static_cast<size_t>(last - windows_[i].begin());
    }
    if (rank >= all_below && rank < all_not_above) {
      if (rank + 1 < all_not_above) return {middle, middle};
      for (size_t i = 0; i < windows_.size(); ++i)
        if (not_above_[i] < windows_[i].size()) above = std::min(above, windows_[i][not_above_[i]]);
      return {middle, above};
    }
    if (rank < all_below) {
      above = middle;
      for (size_t i = 0; i < windows_.size(); ++i) windows_[i] = windows_[i].first(below_[i]);
    } else {
      rank -= all_not_above;
      for (size_t i = 0; i < windows_.size(); ++i) windows_[i].remove_prefix(not_above_[i]);
    }
  }
}

// Neither value stands further from either end of its run than of all runs: of a p90 the last tenth is left. The rank within it.
size_t RankFinder::Trim(absl::Span<const SortedRun> runs, size_t rank) {
  size_t count = 0;
  for (const SortedRun& run : runs) count += run.size();
  const size_t from_last = count - rank;  // so many stand at the rank and behind it
  const size_t from_first = rank + 2;
  windows_.clear();
  for (const SortedRun& run : runs) {
    const size_t skipped = run.size() - std::min(run.size(), from_last);
    windows_.push_back(run.first(std::min(run.size(), from_first)).subspan(skipped));
    rank -= skipped;
  }
  return rank;
}

RankFinder::Values RankFinder::Gathered(size_t rank, int64_t above) {
  gathered_.clear();
  for (const SortedRun& window : windows_) gathered_.insert(gathered_.end(), window.begin(), window.end());
  const auto at = gathered_.begin() + static_cast<ptrdiff_t>(rank);
  std::nth_element(gathered_.begin(), at, gathered_.end());
  const auto next = std::min_element(at + 1, gathered_.end());
  return {*at, next == gathered_.end() ? above : *next};
}

}  // namespace supportkpi::exec::native
