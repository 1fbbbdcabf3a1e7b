// The groups of an answer: which occur, in which order, and which come first by a KPI.
#ifndef SUPPORTKPI_ANSWER_GROUPS_H_
#define SUPPORTKPI_ANSWER_GROUPS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exec/executor.h"
#include "plan/plan.h"

namespace supportkpi::answer {

// Facts were counted or left out; notes alone, as of periods that a bucket cuts, are no occurrence.
bool Occurs(const exec::PartCell& cell);

using plan::GroupTexts;
GroupTexts TextsOf(const exec::GroupTable& groups, int32_t group, plan::DimensionMask dimensions);

// Orders the groups of a result by their values, dimension by dimension; "none" after every name, then all others.
class GroupOrder {
 public:
  explicit GroupOrder(const exec::GroupTable& groups);
  // Groups whose values of `dimensions` stand in `ranks` come first, by rank.
  void RankFirst(plan::DimensionMask dimensions, const std::map<GroupTexts, int32_t>& ranks);

  bool Before(int32_t left, int32_t right) const;
  // -1, 0, 1 by the values of one dimension; whatever the direction, "none" and all others come last.
  int Compare(int32_t left, int32_t right, size_t dimension, bool descending) const;

 private:
  const exec::GroupTable& groups_;
  std::vector<std::vector<int32_t>> value_ranks_;  // by dimension, by number of value
  std::vector<int32_t> first_ranks_;               // by group; empty: none is ranked
};

// The first groups by their KPI over the whole range, best first. Runs a plan of its own, whose facts read are added.
// A shorter list: fewer groups occur with enough facts.
absl::StatusOr<std::vector<GroupTexts>> FirstGroups(const plan::Plan& plan, exec::Executor& executor,
                                                    const exec::Context& context, int64_t* facts_read);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_GROUPS_H_
