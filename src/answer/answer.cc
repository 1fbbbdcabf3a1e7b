#include "answer/answer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "answer/cells.h"
#include "answer/groups.h"
#include "answer/having.h"
#include "answer/ranking.h"
#include "status/macros.h"

namespace supportkpi::answer {
namespace {

using exec::CellKey;

// The group that takes everything together: it has rows even where nothing occurs.
std::vector<exec::GroupValue> Everything(const exec::GroupTable& groups) {
  return std::vector<exec::GroupValue>(groups.dimensions(), {.kind = exec::GroupValue::Kind::kAll});
}

// -1, 0, 1; absent values come last whatever the direction.
int CompareValues(const std::optional<double>& left, const std::optional<double>& right, bool descending) {
  if (left.has_value() != right.has_value()) return left.has_value() ? -1 : 1;
  if (!left || *left == *right) return 0;
  return (*left < *right) != descending ? -1 : 1;
}

}  // namespace

Answer::Answer(plan::Plan plan, exec::Result result) : plan_(std::move(plan)), result_(std::move(result)) {
  makers_.reserve(plan_.kpis.size());
  for (const plan::KpiPlan& kpi : plan_.kpis) makers_.emplace_back(plan_, kpi, result_);
}

Answer::~Answer() = default;

bool Answer::NamesGroups(const Row& row) const {
  const bool is_total = row.set > 0 && row.set <= plan_.total_sets;
  return !is_total || plan_.sets[row.set].dimensions != 0;
}

Cell Answer::CellOf(const Row& row, size_t kpi) const { return makers_[kpi].Make(row.set, row.key); }

// Fills in an answer's rows.
class AnswerMaker {
 public:
  AnswerMaker(Answer* answer, const std::vector<GroupTexts>& first, int64_t rows_max)
      : answer_(*answer), plan_(answer->plan_), rows_max_(rows_max), order_(answer->result_.groups) {
    if (!plan_.shape.top) return;
    std::map<GroupTexts, int32_t> ranks;
    for (size_t i = 0; i < first.size(); ++i) ranks[first[i]] = static_cast<int32_t>(i);
    order_.RankFirst(plan_.shape.top->dimensions, ranks);
  }

  // `facts_read`: by what came before the result.
  absl::Status Make(int64_t facts_read) {
    answer_.facts_read_ = facts_read + answer_.result_.facts_read;
    answer_.warnings_ = plan_.warnings;
    RETURN_IF_ERROR(AddRows(0, &answer_.rows_));
    if (plan_.shape.having.op != plan::Having::Op::kTrue) {
      std::erase_if(answer_.rows_, [&](const Row& row) {
        return !Holds(plan_.shape.having, [&](size_t kpi) { return answer_.CellOf(row, kpi); });
      });
    }
    if (!plan_.shape.order.empty()) Sort();
    answer_.row_count_ = static_cast<int64_t>(answer_.rows_.size());
    if (const int64_t limit = plan_.shape.limit; limit > 0 && answer_.row_count_ > limit) {
      answer_.rows_.resize(static_cast<size_t>(limit));
      answer_.warnings_.push_back(absl::StrCat("limit: ", answer_.row_count_, " rows, the first ", limit, " are here"));
    }
    for (size_t set = 1; set < plan_.sets.size(); ++set) RETURN_IF_ERROR(AddRows(static_cast<uint32_t>(set), &answer_.totals_));
    return absl::OkStatus();
  }

 private:
  // Calls `see` with the key of each cell of the set that occurs in a part that KPIs are computed from.
  template <class See>
  void EachKey(size_t set, See see) const {
    for (const plan::KpiPlan& kpi : plan_.kpis) {
      for (const int part : kpi.parts) {
        const exec::PartResult& of_part = answer_.result_.parts[part];
        if (set >= of_part.sets.size()) continue;
        const exec::Cells& cells = of_part.sets[set];
        for (size_t i = 0; i < cells.size(); ++i)
          if (cells.occurs(i)) see(cells.key(i));
      }
    }
  }

  // True for the row of all other groups where it is not wanted.
  bool IsHidden(int32_t group) const {
    if (!plan_.shape.top || !plan_.shape.top->without_other) return false;
    for (size_t d = 0; d < answer_.groups().dimensions(); ++d)
      if (answer_.groups().ValueOf(group, d).kind == exec::GroupValue::Kind::kOther) return true;
    return false;
  }

  // The groups that occur in the set or in one that differs in buckets only, in order.
  std::vector<int32_t> GroupsOf(const plan::GroupingSet& wanted) const {
    std::vector<uint8_t> occurs(static_cast<size_t>(answer_.groups().size()), 0);
    for (size_t set = 0; set < plan_.sets.size(); ++set)
      if (plan_.sets[set].dimensions == wanted.dimensions) EachKey(set, [&](const CellKey& key) { occurs[key.group] = 1; });
    std::vector<int32_t> groups;
    for (size_t group = 0; group < occurs.size(); ++group)
      if (occurs[group] && !IsHidden(static_cast<int32_t>(group))) groups.push_back(static_cast<int32_t>(group));
    order_.Sort(&groups);
    return groups;
  }

  absl::Status AddRows(uint32_t set, std::vector<Row>* rows) {
    const plan::GroupingSet& by = plan_.sets[set];
    if (plan_.shape.sparse && by.by_bucket && !plan_.buckets.empty()) return AddOccurring(set, rows);
    std::vector<int32_t> groups = GroupsOf(by);
    const bool one_group = by.dimensions == 0 || plan_.group_names.empty();
    if (groups.empty() && one_group) groups = {*answer_.groups().Find(absl::MakeConstSpan(Everything(answer_.groups())))};
    const int32_t first = by.by_bucket ? 0 : -1;
    const int32_t last = by.by_bucket ? static_cast<int32_t>(plan_.buckets.size()) - 1 : -1;
    RETURN_IF_ERROR(CheckCount(rows->size() + groups.size() * static_cast<size_t>(last - first + 1)));
    rows->reserve(rows->size() + groups.size() * static_cast<size_t>(last - first + 1));
    for (int32_t bucket = first; bucket <= last; ++bucket)
      for (const int32_t group : groups) rows->push_back({{bucket, group}, set});
    return absl::OkStatus();
  }

  absl::Status AddOccurring(uint32_t set, std::vector<Row>* rows) {
    const size_t begin = rows->size();
    EachKey(set, [&](const CellKey& key) {
      if (!IsHidden(key.group)) rows->push_back({key, set});
    });
    std::sort(rows->begin() + static_cast<ptrdiff_t>(begin), rows->end(), [&](const Row& left, const Row& right) {
      if (left.key.bucket != right.key.bucket) return left.key.bucket < right.key.bucket;
      return order_.Before(left.key.group, right.key.group);
    });
    rows->erase(std::unique(rows->begin() + static_cast<ptrdiff_t>(begin), rows->end(),
                            [](const Row& left, const Row& right) { return left.key == right.key; }),
                rows->end());
    return CheckCount(rows->size());
  }

  absl::Status CheckCount(size_t rows) const {
    if (rows <= static_cast<size_t>(rows_max_)) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat("response: ", rows, " rows; at most ", rows_max_,
                                                     "; ask for a coarser grain, fewer groups or sparse buckets"));
  }

  // By the columns asked for; of equal rows the first stays first.
  void Sort() {
    struct Sortable {
      Row row;
      std::vector<std::optional<double>> values;
    };
    std::vector<Sortable> sortable;
    for (const Row& row : answer_.rows_) {
      Sortable& with_values = sortable.emplace_back(Sortable{row, {}});
      for (const plan::OrderColumn& column : plan_.shape.order)
        if (column.kind == plan::OrderColumn::Kind::kKpi) with_values.values.push_back(answer_.CellOf(row, column.index).value);
    }
    std::stable_sort(sortable.begin(), sortable.end(), [&](const Sortable& left, const Sortable& right) {
      size_t value = 0;
      for (const plan::OrderColumn& column : plan_.shape.order) {
        int order = 0;
        switch (column.kind) {
          case plan::OrderColumn::Kind::kBucket: {
            const int32_t l = left.row.key.bucket, r = right.row.key.bucket;
            order = l == r ? 0 : (l < r) != column.descending ? -1 : 1;
            break;
          }
          case plan::OrderColumn::Kind::kGroup:
            order = order_.Compare(left.row.key.group, right.row.key.group, column.index, column.descending);
            break;
          case plan::OrderColumn::Kind::kKpi:
            order = CompareValues(left.values[value], right.values[value], column.descending);
            ++value;
            break;
        }
        if (order != 0) return order < 0;
      }
      return false;
    });
    for (size_t i = 0; i < sortable.size(); ++i) answer_.rows_[i] = sortable[i].row;
  }

  Answer& answer_;
  const plan::Plan& plan_;
  const int64_t rows_max_;
  GroupOrder order_;
};

absl::StatusOr<std::shared_ptr<const Answer>> Ask(plan::Plan plan, exec::Executor& executor, const exec::Context& context,
                                                  int64_t rows_max) {
  int64_t facts_read = 0;
  FirstGroups first;
  exec::Context gathering = context;
  if (plan.shape.top) {
    gathering.max_groups = std::max(context.max_groups, kRankedGroupsMax);
    ASSIGN_OR_RETURN(first, RankGroups(plan, executor, gathering, &facts_read));
  }
  if (!first.result.has_value()) {
    if (plan.shape.top)
      plan.fold = plan::Fold{.dimensions = plan.shape.top->dimensions, .kept = {first.groups.begin(), first.groups.end()}};
    ASSIGN_OR_RETURN(first.result, executor.Execute(plan, gathering));
    RETURN_IF_ERROR(CheckCurrencies(plan, *first.result));
  }
  exec::Result& result = *first.result;
  for (exec::PartResult& part : result.parts)
    for (exec::Cells& cells : part.sets) cells.Index();
  result.groups.Intern(absl::MakeConstSpan(Everything(result.groups)));
  const auto answer = std::make_shared<Answer>(std::move(plan), std::move(result));
  RETURN_IF_ERROR(AnswerMaker(answer.get(), first.groups, rows_max).Make(facts_read));
  return answer;
}

}  // namespace supportkpi::answer
