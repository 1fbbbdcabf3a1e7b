// Checks what a question says of its rows and binds it to columns.
#ifndef SUPPORTKPI_PLAN_SHAPING_H_
#define SUPPORTKPI_PLAN_SHAPING_H_

#include <string>

#include "absl/status/statusor.h"
#include "plan/plan.h"
#include "plan/planner.h"
#include "plan/question.h"
#include "plan/shape.h"

namespace supportkpi::plan {

// The place of a dimension among the plan's group names. INVALID_ARGUMENT `path: ... is not in group_by; ...`.
absl::StatusOr<size_t> DimensionNamed(const std::string& path, const std::string& name, const Plan& plan);

// Requires the plan's KPIs and group names. INVALID_ARGUMENT `order_by[0].column: ...`, `having.all[1]: ...`, `top.count: ...`.
absl::StatusOr<Shape> MakeShape(const Question& question, const Plan& plan, const Limits& limits);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_SHAPING_H_
