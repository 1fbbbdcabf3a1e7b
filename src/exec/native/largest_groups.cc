#include "exec/native/largest_groups.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace supportkpi::exec::native {
namespace {

bool HasNone(absl::Span<const int64_t> codes) {
  return std::any_of(codes.begin(), codes.end(), [](int64_t code) { return code <= 0; });
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
