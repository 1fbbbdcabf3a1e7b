// The parts of one selected KPI as parts of a plan: parameters put in, fields bound, targets put together.
#ifndef SUPPORTKPI_PLAN_PART_PLANNING_H_
#define SUPPORTKPI_PLAN_PART_PLANNING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plan/plan.h"
#include "plan/question.h"
#include "plan/selection.h"
#include "settings/settings.h"

namespace supportkpi::plan {

// In the order of the form's parts; `joins` and `over` are indexes into the result. `path` is the KPI's, for errors of its
// own filter. Buckets and range are left to the caller.
absl::StatusOr<std::vector<PartPlan>> PlanParts(absl::string_view path, const Selection& selection, const KpiSelection& asked,
                                                const Question& question, const settings::Settings& settings);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_PART_PLANNING_H_
