#include "exec/native/chains.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace supportkpi::exec::native {
namespace {

constexpr long double kYearMs = 365.25L * 86'400'000;

bool ByChain(const Period& a, const Period& b) {
  return std::tie(a.cell, a.chain, a.from, a.to, a.code) < std::tie(b.cell, b.chain, b.from, b.to, b.code);
}

std::vector<std::pair<int64_t, int64_t>> UnionOf(std::vector<std::pair<int64_t, int64_t>> periods) {
  std::sort(periods.begin(), periods.end());
  std::vector<std::pair<int64_t, int64_t>> covered;
  for (const auto& [from, to] : periods) {
    if (!covered.empty() && from <= covered.back().second)
      covered.back().second = std::max(covered.back().second, to);
    else
      covered.emplace_back(from, to);
  }
  return covered;
}

}  // namespace

std::vector<ChainSummary> SummarizePeriods(const PartScan& scan, std::vector<Period> periods, size_t cell_count) {
  std::vector<ChainSummary> cells(cell_count);
  std::sort(periods.begin(), periods.end(), ByChain);
  std::vector<std::vector<long double>> annual(cell_count);
  std::vector<std::vector<std::pair<int64_t, int64_t>>> times(cell_count);
  for (size_t begin = 0, end = 0; begin < periods.size(); begin = end) {
    const uint32_t cell = periods[begin].cell;
    Int128 sum = 0, length_ms = 0;
    for (; end < periods.size() && periods[end].cell == cell && periods[end].chain == periods[begin].chain; ++end) {
      const Period& period = periods[end];
      sum += period.value;
      length_ms += period.to - period.from;
      times[cell].emplace_back(period.from, period.to);
      if (end == begin) continue;
      const int64_t at_end = periods[end - 1].customers_at_end;
      cells[cell].breaks += Both(at_end, period.customers_at_start) && at_end != period.customers_at_start;
    }
    cells[cell].first += periods[begin].value;
    cells[cell].last += periods[end - 1].value;
    if (length_ms > 0) annual[cell].push_back(static_cast<long double>(sum) * kYearMs / static_cast<long double>(length_ms));
  }
  for (size_t cell = 0; cell < cell_count; ++cell) {
    // By size, not by code: codes depend on the order in which names arrived.
    std::sort(annual[cell].begin(), annual[cell].end());
    long double sum = 0;
    for (const long double of_chain : annual[cell]) sum += of_chain;
    cells[cell].annual = static_cast<double>(sum);
    if (scan.collects_periods()) cells[cell].covered = UnionOf(std::move(times[cell]));
  }
  return cells;
}

absl::Status CheckNoOverlap(std::vector<Period> periods, const projection::Names& names) {
  for (Period& period : periods) period.cell = 0;
  std::sort(periods.begin(), periods.end(), ByChain);
  std::vector<std::pair<std::string, std::string>> overlaps;
  const Period* last = nullptr;  // of the chain, the one that ends last so far
  for (const Period& period : periods) {
    const bool same_chain = last != nullptr && last->chain == period.chain;
    if (same_chain && last->code == period.code && last->from == period.from) continue;  // the same, in another stream
    if (same_chain && period.from < last->to) overlaps.push_back({names.TextOf(last->code), names.TextOf(period.code)});
    if (!same_chain || period.to > last->to) last = &period;
  }
  if (overlaps.empty()) return absl::OkStatus();
  for (auto& [first, second] : overlaps)
    if (second < first) std::swap(first, second);
  const auto& [first, second] = *std::min_element(overlaps.begin(), overlaps.end());
  return absl::FailedPreconditionError(absl::StrCat("kpis: customer periods \"", first, "\" and \"", second,
                                                    "\" of one segment, persona, region and plan overlap; correct one, or "
                                                    "ask with a filter that leaves one out"));
}

}  // namespace supportkpi::exec::native
