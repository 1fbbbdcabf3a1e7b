#include "exec/native/rank_selection.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "column/target_clones.h"
#include "exec/native/radix_sort.h"
#include "exec/native/row_loops.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kGreatestValue = std::numeric_limits<int64_t>::max();
// So few are all looked through.
constexpr size_t kGatheredMax = 512;
// How far in the sample the rank may be from where it should be, in standard deviations.
constexpr double kDeviationsMax = 4;
// Fewer are sorted by comparisons: counting digits would cost more.
constexpr size_t kRadixSortMin = 2048;

SUPPORTKPI_TARGET_CLONES
size_t CountBelow(const uint32_t* values, size_t count, uint32_t bound) {
  uint32_t below = 0;
  for (size_t i = 0; i < count; ++i) below += values[i] < bound;
  return below;
}
size_t CountBelow(absl::Span<const uint32_t> block, int64_t bound) {
  if (bound <= 0) return 0;
  if (bound > std::numeric_limits<uint32_t>::max()) return block.size();
  return CountBelow(block.data(), block.size(), static_cast<uint32_t>(bound));
}
SUPPORTKPI_TARGET_CLONES
size_t CountBelow(const int64_t* values, size_t count, int64_t bound) {
  size_t below = 0;
  for (size_t i = 0; i < count; ++i) below += values[i] < bound;
  return below;
}
size_t CountBelow(absl::Span<const int64_t> block, int64_t bound) { return CountBelow(block.data(), block.size(), bound); }

SUPPORTKPI_TARGET_CLONES
uint64_t SumOf(const uint32_t* values, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; ++i) sum += values[i];
  return sum;
}
__int128 SumOf(absl::Span<const uint32_t> block) { return SumOf(block.data(), block.size()); }
__int128 SumOf(absl::Span<const int64_t> block) {
  __int128 sum = 0;
  for (const int64_t value : block) sum += value;
  return sum;
}

// Judges each by whether it lies in a range of this width.
SUPPORTKPI_TARGET_CLONES
void JudgeWithin(const uint32_t* values, size_t count, uint32_t first, uint32_t width, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) verdicts[i] = values[i] - first <= width ? kCounted : kDropped;
}
SUPPORTKPI_TARGET_CLONES
void JudgeWithin(const int64_t* values, size_t count, uint64_t first, uint64_t width, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) verdicts[i] = static_cast<uint64_t>(values[i]) - first <= width ? kCounted : kDropped;
}
void JudgeBetween(absl::Span<const uint32_t> block, int64_t first, int64_t last, uint8_t* verdicts) {
  constexpr int64_t kMost = std::numeric_limits<uint32_t>::max();
  if (last < 0 || first > kMost) {
    std::fill_n(verdicts, block.size(), kDropped);
    return;
  }
  const int64_t least = std::max<int64_t>(first, 0);
  JudgeWithin(block.data(), block.size(), static_cast<uint32_t>(least), static_cast<uint32_t>(std::min(last, kMost) - least), verdicts);
}
void JudgeBetween(absl::Span<const int64_t> block, int64_t first, int64_t last, uint8_t* verdicts) {
  const uint64_t width = static_cast<uint64_t>(last) - static_cast<uint64_t>(first);
  JudgeWithin(block.data(), block.size(), static_cast<uint64_t>(first), width, verdicts);
}

RankFinder::Values Select(absl::Span<int64_t> values, size_t rank) {
  const auto at = values.begin() + static_cast<ptrdiff_t>(rank);
  std::nth_element(values.begin(), at, values.end());
  const auto next = std::min_element(at + 1, values.end());  // none of them is below it
  return {*at, next == values.end() ? *at : *next};
}

}  // namespace

void RankSelector::Clear() {
  small_.clear();
  narrow_.clear();
  wide_.clear();
  count_ = 0;
}

__int128 RankSelector::Sum() const {
  __int128 sum = 0;
  ForEachBlock([&](const auto& block) { sum += SumOf(block); });
  return sum;
}

RankFinder::Values RankSelector::Find(size_t rank) {
  if (count_ <= kGatheredMax) return Select(GatherAll(), rank);
  const Range range = RangeAround(rank);
  if (range.first == range.last && StandsAmongEqual(range.first, rank)) return {range.first, range.first};
  size_t below = 0;
  ForEachBlock([&](const auto& block) { below += CountBelow(block, range.first); });
  const absl::Span<int64_t> within = Gather(range);
  const size_t last = std::min(rank + 1, count_ - 1);
  if (rank < below || last - below >= within.size()) return Select(GatherAll(), rank);
  if (within.size() <= kGatheredMax || within.size() > count_ / 2) return Select(within, rank - below);
  RankSelector inner;
  inner.Add(within);
  return inner.Find(rank - below);
}

// Of n values some n^(2/3) are taken, so that as few as possible are sampled and gathered together.
RankSelector::Range RankSelector::RangeAround(size_t rank) {
  const auto count = static_cast<double>(count_);
  const auto step = static_cast<size_t>(std::cbrt(count));
  sample_.clear();
  size_t at = step / 2;
  ForEachBlock([&](const auto& block) {
    for (; at < block.size(); at += step) sample_.push_back(block[at]);
    at -= block.size();
  });
  const double share = static_cast<double>(rank) / count, expected = share * static_cast<double>(sample_.size());
  const double distance = 2 + kDeviationsMax * std::sqrt(expected * (1 - share));
  Range range{kLeast, kGreatestValue};
  auto end = sample_.end();
  if (expected + distance < static_cast<double>(sample_.size())) {
    end = sample_.begin() + static_cast<ptrdiff_t>(expected + distance);
    std::nth_element(sample_.begin(), end, sample_.end());
    range.last = *end;
  }
  if (expected >= distance) {
    const auto begin = sample_.begin() + static_cast<ptrdiff_t>(expected - distance);
    std::nth_element(sample_.begin(), begin, end);
    range.first = *begin;
  }
  return range;
}

// So do the value at `rank` and the one behind it.
bool RankSelector::StandsAmongEqual(int64_t value, size_t rank) const {
  size_t below = 0, not_above = 0;
  ForEachBlock([&](const auto& block) {
    below += CountBelow(block, value);
    not_above += value == kGreatestValue ? block.size() : CountBelow(block, value + 1);
  });
  return rank >= below && std::min(rank + 1, count_ - 1) < not_above;
}

// Few lie in the range: they are listed first, block by block.
absl::Span<int64_t> RankSelector::Gather(const Range& range) {
  size_t count = 0;
  within_.resize(kBlockMax);
  ForEachBlock([&](const auto& block) {
    JudgeBetween(block, range.first, range.last, within_.data());
    PlacesCounted(within_.data(), block.size(), &places_);
    if (gathered_.size() < count + places_.size()) gathered_.resize(std::max(count + places_.size(), 2 * gathered_.size()));
    for (const uint32_t place : places_) gathered_[count++] = block[place];
  });
  return absl::MakeSpan(gathered_).first(count);
}

absl::Span<int64_t> RankSelector::GatherAll() {
  if (gathered_.size() < count_) gathered_.resize(count_);
  auto to = gathered_.begin();
  ForEachBlock([&](const auto& block) { to = std::copy(block.begin(), block.end(), to); });
  return absl::MakeSpan(gathered_).first(count_);
}

SortedRun RankSelector::Sorted() {
  sorted_.resize(count_);
  auto to = sorted_.begin();
  ForEachBlock([&](const auto& block) { to = std::copy(block.begin(), block.end(), to); });
  if (count_ < kRadixSortMin) {
    std::sort(sorted_.begin(), sorted_.end());
    return sorted_;
  }
  const auto [least, greatest] = std::minmax_element(sorted_.begin(), sorted_.end());
  const auto first = static_cast<uint64_t>(*least);
  RadixSort(&sorted_, static_cast<uint64_t>(*greatest) - first, [first](int64_t value) { return static_cast<uint64_t>(value) - first; });
  return sorted_;
}

}  // namespace supportkpi::exec::native
