#include "exec/native/largest_groups.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include "exec/native/narrow_loops.h"

namespace supportkpi::exec::native {
namespace {

bool HasNone(absl::Span<const int64_t> codes) {
  return std::any_of(codes.begin(), codes.end(), [](int64_t code) { return code <= 0; });
}

// Calls with begin and end of stretches in which some value is `least()` or more: of very many values most are passed over.
template <class Least, class Body>
void ForEachStretch(absl::Span<const uint32_t> values, Least least, Body body) {
  constexpr size_t kStretch = 512;
  for (size_t begin = 0; begin < values.size(); begin += kStretch) {
    const size_t end = std::min(begin + kStretch, values.size());
    if (MostOf(&values[begin], end - begin) >= least()) body(begin, end);
  }
}

// The least of the `count` largest values, of which there are as many at least; in one pass: what is less than those is not kept.
uint32_t LeastOfLargest(absl::Span<const uint32_t> values, size_t count) {
  std::vector<uint32_t> candidates;
  candidates.reserve(2 * count);
  uint32_t least = 0;
  const auto cut = [&] {
    std::nth_element(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(count - 1), candidates.end(), std::greater<>());
    candidates.resize(count);
    least = candidates.back();
  };
  ForEachStretch(values, [&] { return least; }, [&](size_t begin, size_t end) {
    for (const uint32_t value : values.subspan(begin, end - begin)) {
      if (value < least || (value == least && candidates.size() >= count)) continue;
      candidates.push_back(value);
      if (candidates.size() == 2 * count) cut();
    }
  });
  cut();
  return least;
}

// Places with as many rows or more, and those of which some value is none, ascending.
std::vector<uint32_t> LargestPlaces(const CellTable& cells, absl::Span<const uint32_t> counted, uint32_t least) {
  std::vector<uint32_t> places;
  const uint32_t in_row = cells.PlacesInRow();
  for (uint32_t begin = 0; begin < counted.size(); begin += in_row) {
    bool has_none = false;
    for (size_t d = 0; d + 1 < cells.dimension_count(); ++d) has_none = has_none || cells.ValueAt(begin, 1, d) == 0;
    const absl::Span<const uint32_t> row = counted.subspan(begin, in_row);
    if (row[0] < least && !has_none) places.push_back(begin);
    ForEachStretch(row, [&] { return has_none ? 0 : least; }, [&](size_t first, size_t end) {
      for (size_t i = first; i < end; ++i)
        if (row[i] >= least || has_none) places.push_back(begin + static_cast<uint32_t>(i));
    });
  }
  return places;
}

// Where the threads have counted by place, groups that are not among the largest never become cells.
bool KeepLargestPlaces(size_t count, int64_t max_groups, const std::vector<PlaceCounts*>& threads, Accumulator* to) {
  PlaceCounts& all = *threads[0];
  for (size_t i = 1; i < threads.size(); ++i) all.Merge(*threads[i]);
  const absl::Span<const uint32_t> counted = all.Counted();
  if (static_cast<int64_t>(counted.size()) > max_groups && static_cast<int64_t>(all.CountOccupied()) > max_groups) return false;
  const uint32_t least = counted.size() <= count ? 0 : LeastOfLargest(counted, count);
  if (least == 0) return all.AddTo(to);
  return all.AddThese(LargestPlaces(to->cells, counted, least), to);
}

// Places, of all threads that have any; std::nullopt: some thread has cells too.
std::optional<std::vector<PlaceCounts*>> PlacesAloneOf(const std::vector<std::unique_ptr<PartRun>*>& runs) {
  std::vector<PlaceCounts*> threads;
  for (const std::unique_ptr<PartRun>* run : runs) {
    PlaceCounts* places = (*run)->PlacesAlone();
    if (places == nullptr) return std::nullopt;
    if (places->has_begun()) threads.push_back(places);
  }
  return threads;
}

}  // namespace

bool CanKeepLargestGroups(const PartScan& scan, const QueryResources& resources) {
  const bool counts_facts = scan.plan->part.aggregate == kpi::Aggregate::kCount && scan.plan->joins < 0 &&
                            scan.keep == Keep::kCount && scan.weight == kNoNode && scan.currency == kNoNode &&
                            scan.stretch_record == kNoNode && !scan.collects_periods() && scan.fold == nullptr;
  const bool one_cell = scan.streams.size() == 1 && (scan.streams[0].whole_range || scan.bucket_count == 1);
  // Names that were erased are one group, whatever their codes.
  const auto told_by_code = [&](const Dimension& dimension) {
    return dimension.field->kind == plan::ValueKind::kCode &&
           !resources.snapshot().NamesOf(dimension.field->domain).may_have_erased();
  };
  return counts_facts && one_cell && std::all_of(scan.dimensions.begin(), scan.dimensions.end(), told_by_code);
}

bool KeepLargestGroups(int64_t count, int64_t max_groups, const std::vector<std::unique_ptr<PartRun>*>& runs) {
  if (runs.empty()) return true;
  Accumulator& all = *(*runs[0])->accumulators()[0];
  if (const auto threads = PlacesAloneOf(runs); threads.has_value() && !threads->empty() && !all.scan.dimensions.empty()) {
    const bool fits = KeepLargestPlaces(static_cast<size_t>(count), max_groups, *threads, &all);
    for (size_t i = 1; i < runs.size(); ++i) runs[i]->reset();
    return fits;
  }
  for (const std::unique_ptr<PartRun>* run : runs)
    if ((*run)->PlacesAlone() != nullptr && !(*run)->EndGathering()) return false;
  std::vector<uint32_t> cells;
  for (size_t i = 1; i < runs.size(); ++i) {
    const Accumulator& other = *(*runs[i])->accumulators()[0];
    cells.resize(other.cells.size());
    std::iota(cells.begin(), cells.end(), 0);
    if (!all.AddCounts(other, cells)) return false;
    runs[i]->reset();
  }
  if (static_cast<int64_t>(all.cells.size()) <= count) return true;
  std::vector<int64_t> facts = all.facts;
  std::nth_element(facts.begin(), facts.begin() + (count - 1), facts.end(), std::greater<>());
  const int64_t least = facts[static_cast<size_t>(count - 1)];
  cells.clear();
  for (uint32_t cell = 0; cell < all.cells.size(); ++cell)
    if (all.facts[cell] >= least || HasNone(all.cells.ValuesOf(all.cells.GroupOf(cell)))) cells.push_back(cell);
  auto largest = std::make_unique<Accumulator>(all.scan, all.stream, max_groups, cells.size());
  largest->AddCounts(all, cells);
  (*runs[0])->Replace(0, std::move(largest));
  return true;
}

}  // namespace supportkpi::exec::native
