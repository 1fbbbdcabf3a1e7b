#include "exec/native/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace supportkpi::exec::native {
namespace {

double MeanOf(const Numbers& numbers) {
  return static_cast<double>(static_cast<long double>(numbers.sum) / static_cast<long double>(numbers.count));
}

// Of the sample. The squares are first taken around an integer near the mean, exactly, so that large values with a small
// spread lose nothing.
double StddevOf(const Numbers& numbers) {
  const Int128 count = numbers.count;
  const Int128 centre = numbers.sum / count;
  const Int128 rest = numbers.sum - centre * count;
  const Int128 squares = numbers.squares - 2 * centre * numbers.sum + centre * centre * count;
  const long double spread = static_cast<long double>(squares) - static_cast<long double>(rest) * static_cast<long double>(rest) /
                                                                     static_cast<long double>(count);
  return static_cast<double>(std::sqrt(std::max(spread, 0.0L) / static_cast<long double>(count - 1)));
}

// find(rank): the values at that rank and at the next one, which is not looked at behind the last.
template <class Find>
double Interpolate(double percentile, size_t count, Find find) {
  const long double rank = static_cast<long double>(percentile) * static_cast<long double>(count - 1) / 100.0L;
  const size_t below = std::min(count - 1, static_cast<size_t>(rank));
  const RankFinder::Values values = find(below);
  const long double share = rank - static_cast<long double>(below);
  if (share <= 0 || below + 1 == count) return static_cast<double>(values.at);
  return static_cast<double>(static_cast<long double>(values.at) + share * static_cast<long double>(values.next - values.at));
}

}  // namespace

double PercentileOf(double percentile, RankSelector* values) {
  return Interpolate(percentile, values->count(), [&](size_t rank) { return values->Find(rank); });
}

double PercentileOf(double percentile, absl::Span<const SortedRun> runs, RankFinder* finder) {
  size_t count = 0;
  for (const SortedRun& run : runs) count += run.size();
  return Interpolate(percentile, count, [&](size_t rank) { return finder->Find(runs, rank); });
}

std::optional<double> StatisticOf(const plan::Statistic& statistic, const Numbers& numbers) {
  using Kind = plan::Statistic::Kind;
  assert(statistic.kind != Kind::kPercentile);
  if (statistic.kind == Kind::kSum) return static_cast<double>(numbers.sum);
  if (numbers.count == 0) return std::nullopt;
  switch (statistic.kind) {
    case Kind::kMin: return static_cast<double>(numbers.min);
    case Kind::kMax: return static_cast<double>(numbers.max);
    case Kind::kStddev: return numbers.count < 2 ? std::nullopt : std::optional<double>(StddevOf(numbers));
    default: return MeanOf(numbers);
  }
}

}  // namespace supportkpi::exec::native
