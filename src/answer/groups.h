// The order of an answer's groups.
#ifndef SUPPORTKPI_ANSWER_GROUPS_H_
#define SUPPORTKPI_ANSWER_GROUPS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "exec/executor.h"
#include "plan/plan.h"

namespace supportkpi::answer {

using plan::GroupTexts;
GroupTexts TextsOf(const exec::GroupTable& groups, int32_t group, plan::DimensionMask dimensions);

// Orders the groups of a result by their values, dimension by dimension; "none" after every name, then all others.
class GroupOrder {
 public:
  explicit GroupOrder(const exec::GroupTable& groups);
  // Groups whose values of `dimensions` stand in `ranks` come first, by rank.
  void RankFirst(plan::DimensionMask dimensions, const std::map<GroupTexts, int32_t>& ranks);

  bool Before(int32_t left, int32_t right) const;
  void Sort(std::vector<int32_t>* groups) const;
  // -1, 0, 1 by the values of one dimension; whatever the direction, "none" and all others come last.
  int Compare(int32_t left, int32_t right, size_t dimension, bool descending) const;

 private:
  bool BeforeByValues(int32_t left, int32_t right) const;

  const exec::GroupTable& groups_;
  std::vector<std::vector<int32_t>> value_ranks_;  // by dimension, by number of value
  std::vector<uint64_t> places_;     // by group: ranks of all its values in one number; empty: they do not fit
  std::vector<int32_t> first_ranks_; // by group; empty: none is ranked
};

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_GROUPS_H_
