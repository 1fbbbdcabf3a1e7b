#include "answer/ranking.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "answer/answer.h"
#include "answer/cells.h"
#include "status/macros.h"

namespace supportkpi::answer {
namespace {

struct Ranked {
  int32_t group;
  std::optional<double> value;
};

// True where the first groups, ranked, are the answer: no bucket but the range, no totals and no others beside them, and no
// cell that depends on other groups.
bool IsWholeAnswer(const plan::Plan& plan) {
  plan::DimensionMask dimensions = 0;
  for (size_t d = 0; d < plan.group_names.size(); ++d) dimensions |= plan::MaskOf(d);
  const bool ranks_all = (plan.shape.top->dimensions & dimensions) == dimensions;
  const bool one_set = plan.sets.size() == 1 && (plan.sets[0].dimensions & dimensions) == dimensions;
  const bool one_bucket = plan.buckets.size() == 1 && plan.buckets[0].start_ms == plan.start_ms &&
                          plan.buckets[0].end_ms == plan.end_ms;
  return plan.shape.top->without_other && plan.kpis.size() == 1 && ranks_all && one_set && one_bucket &&
         plan.kpis[0].definition->finish == kpi::Finish::kPlain;
}

// True where a group's value is the number of its facts, and those with most come first.
bool RanksByFacts(const plan::Plan& ranking, bool descending) {
  const plan::KpiPlan& kpi = ranking.kpis[0];
  return descending && ranking.parts.size() == 1 && kpi.definition->finish == kpi::Finish::kPlain &&
         kpi.form->formula.op == kpi::Formula::Op::kPart && ranking.parts[0].part.aggregate == kpi::Aggregate::kCount;
}

// The groups that occur with enough facts.
std::vector<Ranked> GroupsToRank(const plan::Plan& ranking, const exec::Result& result, int64_t minimum_facts) {
  const plan::KpiPlan& kpi = ranking.kpis[0];
  std::vector<uint8_t> occurs(static_cast<size_t>(result.groups.size()), 0);
  size_t count = 0;
  for (const int part : kpi.parts) {
    if (result.parts[part].sets.empty()) continue;
    const exec::Cells& cells = result.parts[part].sets[0];
    for (size_t i = 0; i < cells.size(); ++i)
      if (cells.occurs(i)) count += std::exchange(occurs[cells.key(i).group], 1) == 0;
  }
  const CellMaker maker(ranking, kpi, result);
  std::vector<Ranked> ranked;
  ranked.reserve(count);
  for (size_t group = 0; group < occurs.size(); ++group) {
    if (!occurs[group]) continue;
    const Cell cell = maker.Make(0, {.bucket = -1, .group = static_cast<int32_t>(group)});
    if (cell.facts >= minimum_facts) ranked.push_back({static_cast<int32_t>(group), cell.value});
  }
  return ranked;
}

// Leaves those that may be among the first: names decide between those of the last one's value.
void KeepCandidates(size_t count, bool descending, std::vector<Ranked>* ranked) {
  if (ranked->size() <= count) return;
  const auto better = [&](const Ranked& left, const Ranked& right) {
    if (left.value.has_value() != right.value.has_value()) return left.value.has_value();
    return left.value.has_value() && *left.value != *right.value && (*left.value < *right.value) != descending;
  };
  if (count == 0) return ranked->clear();
  std::nth_element(ranked->begin(), ranked->begin() + static_cast<std::ptrdiff_t>(count) - 1, ranked->end(), better);
  const Ranked last = (*ranked)[count - 1];
  std::erase_if(*ranked, [&](const Ranked& group) { return better(last, group); });
}

// What the ranking found of some groups, as the result of the question itself.
exec::Result ResultOf(const plan::Plan& plan, const plan::Plan& ranking, const exec::Result& found, exec::GroupTable groups,
                      const std::vector<std::pair<int32_t, int32_t>>& kept) {
  exec::Result result{.groups = std::move(groups), .parts = {}, .commit = found.commit,
                      .data_until_ms = found.data_until_ms, .facts_read = 0};
  result.parts.resize(plan.parts.size());
  const int32_t bucket = plan.sets[0].by_bucket ? 0 : -1;
  for (size_t i = 0; i < plan.kpis[0].parts.size(); ++i) {
    exec::Cells& cells = result.parts[plan.kpis[0].parts[i]].sets.emplace_back();
    for (const auto& [group, number] : kept) {
      const exec::CellRef cell = found.parts[ranking.kpis[0].parts[i]].Find(0, {.bucket = -1, .group = group});
      if (cell) cells.Add({.bucket = bucket, .group = number}, cell.cell());
    }
    cells.Index();
  }
  return result;
}

}  // namespace

absl::StatusOr<FirstGroups> RankGroups(const plan::Plan& plan, exec::Executor& executor, const exec::Context& context,
                                       int64_t* facts_read) {
  const plan::TopGroups& top = *plan.shape.top;
  std::atomic<int64_t> taken_bytes{0};
  exec::Context of_ranking = context;
  of_ranking.names_later = true;
  if (context.take_memory != nullptr) {
    of_ranking.take_memory = [&](int64_t bytes) {
      RETURN_IF_ERROR(context.take_memory(bytes));
      taken_bytes += bytes;
      return absl::OkStatus();
    };
  }
  // All that was ranked is gone at the end.
  const absl::Cleanup give_back = [&] {
    if (context.give_back_memory != nullptr) context.give_back_memory(taken_bytes);
  };
  const plan::Plan ranking = plan::Ranking(plan, top.kpi, top.dimensions);
  if (RanksByFacts(ranking, top.descending)) of_ranking.largest_groups = top.count;
  ASSIGN_OR_RETURN(const exec::Result result, executor.Execute(ranking, of_ranking));
  RETURN_IF_ERROR(CheckCurrencies(ranking, result));
  *facts_read += result.facts_read;
  std::vector<Ranked> ranked = GroupsToRank(ranking, result, top.minimum_facts);
  KeepCandidates(static_cast<size_t>(top.count), top.descending, &ranked);
  std::vector<int32_t> candidates, numbers;
  for (const Ranked& group : ranked) candidates.push_back(group.group);
  exec::GroupTable named = result.groups.Named(candidates, &numbers);
  const GroupOrder order(named);
  std::vector<size_t> places;  // in `ranked`
  for (size_t i = 0; i < ranked.size(); ++i) places.push_back(i);
  const size_t count = std::min(ranked.size(), static_cast<size_t>(top.count));
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count), places.end(),
                    [&](size_t left, size_t right) {
                      const std::optional<double>& l = ranked[left].value;
                      const std::optional<double>& r = ranked[right].value;
                      if (l.has_value() != r.has_value()) return l.has_value();
                      if (l != r) return (*l < *r) != top.descending;
                      return order.Before(numbers[left], numbers[right]);
                    });
  places.resize(count);
  FirstGroups first;
  std::vector<std::pair<int32_t, int32_t>> kept;  // groups of the ranking, of the named table
  for (const size_t place : places) {
    first.groups.push_back(TextsOf(named, numbers[place], top.dimensions));
    kept.push_back({ranked[place].group, numbers[place]});
  }
  if (IsWholeAnswer(plan)) first.result = ResultOf(plan, ranking, result, std::move(named), kept);
  return first;
}

}  // namespace supportkpi::answer
