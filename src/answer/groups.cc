#include "answer/groups.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "answer/answer.h"
#include "answer/cells.h"
#include "status/macros.h"

namespace supportkpi::answer {

using exec::GroupValue;

bool Occurs(const exec::PartCell& cell) {
  return cell.facts > 0 || cell.denominator.value_or(0) > 0 ||
         std::any_of(cell.left_out.begin(), cell.left_out.end(), [](int64_t count) { return count > 0; });
}

GroupTexts TextsOf(const exec::GroupTable& groups, int32_t group, plan::DimensionMask dimensions) {
  GroupTexts texts;
  for (size_t d = 0; d < groups.dimensions(); ++d) {
    if (plan::Has(dimensions, d)) texts.push_back(groups.ValueOf(group, d).name());
  }
  return texts;
}

GroupOrder::GroupOrder(const exec::GroupTable& groups) : groups_(groups) {
  for (size_t d = 0; d < groups.dimensions(); ++d) value_ranks_.push_back(groups.RanksOf(d));
}

void GroupOrder::RankFirst(plan::DimensionMask dimensions, const std::map<GroupTexts, int32_t>& ranks) {
  first_ranks_.resize(groups_.size(), std::numeric_limits<int32_t>::max());
  for (int32_t group = 0; group < groups_.size(); ++group) {
    bool is_other = false;
    for (size_t d = 0; d < groups_.dimensions(); ++d)
      is_other = is_other || (plan::Has(dimensions, d) && groups_.ValueOf(group, d).kind >= GroupValue::Kind::kOther);
    const auto rank = ranks.find(TextsOf(groups_, group, dimensions));
    if (!is_other && rank != ranks.end()) first_ranks_[group] = rank->second;
  }
}

bool GroupOrder::Before(int32_t left, int32_t right) const {
  if (left == right) return false;
  if (!first_ranks_.empty() && first_ranks_[left] != first_ranks_[right]) return first_ranks_[left] < first_ranks_[right];
  const auto left_numbers = groups_.NumbersOf(left), right_numbers = groups_.NumbersOf(right);
  for (size_t d = 0; d < value_ranks_.size(); ++d) {
    const int32_t l = value_ranks_[d][left_numbers[d]], r = value_ranks_[d][right_numbers[d]];
    if (l != r) return l < r;
  }
  return false;
}

int GroupOrder::Compare(int32_t left, int32_t right, size_t dimension, bool descending) const {
  const int32_t l = value_ranks_[dimension][groups_.NumbersOf(left)[dimension]];
  const int32_t r = value_ranks_[dimension][groups_.NumbersOf(right)[dimension]];
  if (l == r) return 0;
  const bool named = groups_.ValueOf(left, dimension).kind == GroupValue::Kind::kName &&
                     groups_.ValueOf(right, dimension).kind == GroupValue::Kind::kName;
  return (l < r) != (descending && named) ? -1 : 1;
}

absl::StatusOr<std::vector<GroupTexts>> FirstGroups(const plan::Plan& plan, exec::Executor& executor,
                                                    const exec::Context& context, int64_t* facts_read) {
  const plan::TopGroups& top = *plan.shape.top;
  std::atomic<int64_t> taken_bytes{0};
  exec::Context ranking = context;
  if (context.take_memory != nullptr) {
    ranking.take_memory = [&](int64_t bytes) {
      RETURN_IF_ERROR(context.take_memory(bytes));
      taken_bytes += bytes;
      return absl::OkStatus();
    };
  }
  // All that was ranked is gone at the end.
  const absl::Cleanup give_back = [&] {
    if (context.give_back_memory != nullptr) context.give_back_memory(taken_bytes);
  };
  ASSIGN_OR_RETURN(const std::shared_ptr<const Answer> answer,
                   Ask(plan::Ranking(plan, top.kpi, top.dimensions), executor, ranking));
  *facts_read += answer->facts_read();
  struct Ranked {
    int32_t group;
    std::optional<double> value;
  };
  std::vector<Ranked> ranked;
  for (const Row& row : answer->rows()) {
    const Cell cell = answer->CellOf(row, 0);
    if (cell.facts >= top.minimum_facts) ranked.push_back({row.key.group, cell.value});
  }
  const GroupOrder order(answer->groups());
  const size_t count = std::min(ranked.size(), static_cast<size_t>(top.count));
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count), ranked.end(),
                    [&](const Ranked& left, const Ranked& right) {
                      if (left.value.has_value() != right.value.has_value()) return left.value.has_value();
                      if (left.value != right.value) return (*left.value < *right.value) != top.descending;
                      return order.Before(left.group, right.group);
                    });
  ranked.resize(count);
  std::vector<GroupTexts> first;
  for (const Ranked& group : ranked) first.push_back(TextsOf(answer->groups(), group.group, top.dimensions));
  return first;
}

}  // namespace supportkpi::answer
