#include "answer/answer.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "answer/cells.h"
#include "status/macros.h"

namespace supportkpi::answer {
namespace {

using exec::CellKey;
using exec::GroupValue;

// Notes alone, as of periods that a bucket cuts, are no occurrence.
bool Occurs(const exec::PartCell& cell) {
  return cell.facts > 0 || cell.denominator.value_or(0) > 0 ||
         std::any_of(cell.left_out.begin(), cell.left_out.end(), [](int64_t count) { return count > 0; });
}

// The groups that occur in the parts that KPIs are computed from, leaving out totals over groups.
std::set<std::vector<GroupValue>> GroupsOf(const plan::Plan& plan, const exec::Result& result) {
  std::set<std::vector<GroupValue>> groups;
  for (const plan::KpiPlan& kpi : plan.kpis) {
    for (int part : kpi.parts) {
      for (const auto& [key, cell] : result.parts[part].cells) {
        if (!key.all_groups && Occurs(cell)) groups.insert(key.groups);
      }
    }
  }
  if (plan.group_names.empty()) groups.insert(std::vector<GroupValue>());
  return groups;
}

// The keys with facts of one grouping set.
std::set<CellKey> KeysWithFacts(const plan::Plan& plan, const exec::Result& result, const plan::GroupingSet& set) {
  std::set<CellKey> keys;
  for (const plan::KpiPlan& kpi : plan.kpis) {
    for (int part : kpi.parts) {
      for (const auto& [key, cell] : result.parts[part].cells) {
        if ((key.bucket >= 0) == set.by_bucket && key.all_groups == !set.by_group && Occurs(cell)) keys.insert(key);
      }
    }
  }
  return keys;
}

std::vector<CellKey> KeysOf(const plan::Plan& plan, const exec::Result& result, const plan::GroupingSet& set, bool sparse) {
  if (sparse && set.by_bucket && !plan.buckets.empty()) {
    const std::set<CellKey> keys = KeysWithFacts(plan, result, set);
    return {keys.begin(), keys.end()};
  }
  std::vector<std::vector<GroupValue>> groups;
  if (set.by_group) {
    for (const auto& group : GroupsOf(plan, result)) groups.push_back(group);
  } else {
    groups.emplace_back();
  }
  std::vector<CellKey> keys;
  const int first = set.by_bucket ? 0 : -1;
  const int last = set.by_bucket ? static_cast<int>(plan.buckets.size()) - 1 : -1;
  for (int bucket = first; bucket <= last; ++bucket) {
    for (const auto& group : groups) keys.push_back({bucket, !set.by_group, group});
  }
  return keys;
}

// -1, 0, 1 for one column; absent values come last whatever the direction.
int CompareColumn(const std::optional<double>& left, const std::optional<double>& right, bool descending) {
  if (left.has_value() != right.has_value()) return left.has_value() ? -1 : 1;
  if (!left || *left == *right) return 0;
  return (*left < *right) != descending ? -1 : 1;
}

int Compare(const GroupValue& left, const GroupValue& right, bool descending) {
  if (left.none != right.none) return left.none ? 1 : -1;
  if (left == right) return 0;
  return (left < right) != descending ? -1 : 1;
}

// What an order_by column stands for.
struct OrderColumn {
  enum class Kind : uint8_t { kBucket, kGroup, kKpi } kind = Kind::kBucket;
  size_t index = 0;
  bool descending = false;
};

absl::StatusOr<std::vector<OrderColumn>> OrderColumns(const plan::Question& question, const plan::Plan& plan) {
  std::vector<OrderColumn> columns;
  for (size_t i = 0; i < question.order_by.size(); ++i) {
    const plan::OrderBy& order = question.order_by[i];
    const auto group = std::find(plan.group_names.begin(), plan.group_names.end(), order.column);
    const auto kpi = std::find_if(plan.kpis.begin(), plan.kpis.end(),
                                  [&](const plan::KpiPlan& plan) { return plan.alias == order.column; });
    if (kpi != plan.kpis.end()) {
      columns.push_back({OrderColumn::Kind::kKpi, static_cast<size_t>(kpi - plan.kpis.begin()), order.descending});
    } else if (group != plan.group_names.end()) {
      columns.push_back({OrderColumn::Kind::kGroup, static_cast<size_t>(group - plan.group_names.begin()), order.descending});
    } else if (order.column == "bucket") {
      columns.push_back({OrderColumn::Kind::kBucket, 0, order.descending});
    } else {
      std::vector<std::string> known = {"bucket"};
      known.insert(known.end(), plan.group_names.begin(), plan.group_names.end());
      for (const plan::KpiPlan& column : plan.kpis) known.push_back(column.alias);
      return absl::InvalidArgumentError(absl::StrCat("order_by[", i, "].column: unknown column \"", order.column,
                                                     "\"; known: ", absl::StrJoin(known, ", ")));
    }
  }
  return columns;
}

int CompareBy(const OrderColumn& column, const Row& left, const Row& right) {
  switch (column.kind) {
    case OrderColumn::Kind::kBucket:
      if (left.key.bucket == right.key.bucket) return 0;
      return (left.key.bucket < right.key.bucket) != column.descending ? -1 : 1;
    case OrderColumn::Kind::kGroup:
      return Compare(left.key.groups[column.index], right.key.groups[column.index], column.descending);
    case OrderColumn::Kind::kKpi:
      return CompareColumn(left.cells[column.index].value, right.cells[column.index].value, column.descending);
  }
  return 0;
}

// By the columns asked for, then by bucket, then by keys, "none" after every name.
void Sort(const std::vector<OrderColumn>& columns, std::vector<Row>* rows) {
  std::sort(rows->begin(), rows->end(), [&](const Row& left, const Row& right) {
    for (const OrderColumn& column : columns) {
      if (const int order = CompareBy(column, left, right); order != 0) return order < 0;
    }
    if (left.key.bucket != right.key.bucket) return left.key.bucket < right.key.bucket;
    for (size_t i = 0; i < left.key.groups.size(); ++i) {
      if (const int order = Compare(left.key.groups[i], right.key.groups[i], false); order != 0) return order < 0;
    }
    return false;
  });
}

std::vector<Row> RowsOf(const std::vector<CellKey>& keys, const std::vector<CellMaker>& makers, bool is_total) {
  std::vector<Row> rows;
  rows.reserve(keys.size());
  for (const CellKey& key : keys) {
    Row row{key, {}};
    row.cells.reserve(makers.size());
    for (const CellMaker& maker : makers) row.cells.push_back(maker.Make(key, is_total));
    rows.push_back(std::move(row));
  }
  return rows;
}

// A KPI whose parts are in different currencies is refused, like a part in several, unless it tells them apart itself.
absl::Status CheckCurrencies(const plan::Plan& plan, const exec::Result& result) {
  for (const plan::KpiPlan& kpi : plan.kpis) {
    std::set<std::string> currencies;
    bool by_currency = false;
    for (const int part : kpi.parts) {
      by_currency = by_currency || exec::AsksByCurrency(plan.parts[part]);
      for (const auto& [key, cell] : result.parts[part].cells)
        if (!cell.currency.empty()) currencies.insert(cell.currency);
    }
    if (currencies.size() > 1 && !by_currency) return exec::SeveralCurrenciesError({currencies.begin(), currencies.end()});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Answer> Ask(const plan::Question& question, const plan::Plan& plan, exec::Executor& executor,
                           const exec::Context& context) {
  ASSIGN_OR_RETURN(const std::vector<OrderColumn> order, OrderColumns(question, plan));
  ASSIGN_OR_RETURN(const exec::Result result, executor.Execute(plan, context));
  RETURN_IF_ERROR(CheckCurrencies(plan, result));
  std::vector<CellMaker> makers;
  makers.reserve(plan.kpis.size());
  for (const plan::KpiPlan& kpi : plan.kpis) makers.emplace_back(plan, kpi, result);

  Answer answer;
  answer.buckets = plan.buckets;
  answer.commit = result.commit;
  answer.data_until_ms = result.data_until_ms;
  answer.facts_read = result.facts_read;
  answer.warnings = plan.warnings;
  answer.rows = RowsOf(KeysOf(plan, result, plan.sets[0], question.sparse), makers, false);
  Sort(order, &answer.rows);
  answer.row_count = static_cast<int64_t>(answer.rows.size());
  if (question.limit > 0 && answer.row_count > question.limit) {
    answer.rows.resize(question.limit);
    answer.warnings.push_back(absl::StrCat("limit: ", answer.row_count, " rows, the first ", question.limit, " are here"));
  }
  for (size_t i = 1; i < plan.sets.size(); ++i) {
    std::vector<Row> totals = RowsOf(KeysOf(plan, result, plan.sets[i], question.sparse), makers, true);
    Sort({}, &totals);
    std::move(totals.begin(), totals.end(), std::back_inserter(answer.totals));
  }
  return answer;
}

}  // namespace supportkpi::answer
