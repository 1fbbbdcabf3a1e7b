// The first groups of an answer by a KPI. Ranked are numbers of groups: names are asked for only of the first ones, and of
// those that are as good as the last of them.
#ifndef SUPPORTKPI_ANSWER_RANKING_H_
#define SUPPORTKPI_ANSWER_RANKING_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "answer/groups.h"
#include "exec/executor.h"
#include "plan/plan.h"

namespace supportkpi::answer {

struct FirstGroups {
  std::vector<GroupTexts> groups;  // best first; fewer than asked for: no more occur with enough facts
  // Where these groups by themselves are all that the question wants: its result.
  std::optional<exec::Result> result;
};

// Ranks over the whole range, by a plan of its own, whose facts read are added.
absl::StatusOr<FirstGroups> RankGroups(const plan::Plan& plan, exec::Executor& executor, const exec::Context& context,
                                       int64_t* facts_read);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_RANKING_H_
