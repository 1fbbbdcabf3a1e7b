// From a question to a plan: everything that can be wrong with a question is found here, before any fact is read.
#ifndef SUPPORTKPI_PLAN_PLANNER_H_
#define SUPPORTKPI_PLAN_PLANNER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "plan/plan.h"
#include "plan/question.h"
#include "settings/settings.h"

namespace supportkpi::plan {

// What a question may ask for at most. Each bounds the work or the memory of one request.
struct Limits {
  int64_t kpis = 64;
  int64_t buckets = 10'000;
  int64_t dimensions = 8;
  int64_t subtotals = 16;
  int64_t top_groups = 10'000;
  int64_t filter_depth = 16;
  int64_t filter_leaves = 256;
  int64_t filter_values = 10'000;  // of one `in`
  int64_t text_bytes = 256;        // of a name or a value
};

// INVALID_ARGUMENT `<path in the question>: <what is wrong>; <what is allowed>`. The path is that of the API's message:
// `kpis[2].statistic`, `group_by[0]`, `filter.all[1].not.in`, `range`, `grain.count`, `time_zone`, `order_by[0].column`,
// `having.all[0].field`, `top.count`, `subtotals[1].group_by[0]`.
absl::StatusOr<Plan> MakePlan(const Question& question, const settings::Settings& settings, const Limits& limits);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_PLANNER_H_
