// Filters: their shape, and their leaves bound to the facts of a part.
#ifndef SUPPORTKPI_PLAN_FILTER_BINDING_H_
#define SUPPORTKPI_PLAN_FILTER_BINDING_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plan/field_binding.h"
#include "plan/plan.h"
#include "plan/planner.h"
#include "plan/question.h"

namespace supportkpi::plan {

// Depth, number of leaves and values, empty lists, names that no KPI knows.
absl::Status CheckFilter(absl::string_view path, const Filter& filter, const Limits& limits);
// The same but for the names.
absl::Status CheckFilterShape(absl::string_view path, const Filter& filter, const Limits& limits);
// Requires a checked filter. nullopt: it only looks at fields that do not apply to the part (BoundField::applies).
absl::StatusOr<std::optional<BoundFilter>> BindFilter(absl::string_view path, const Filter& filter, const FieldScope& scope,
                                                      const kpi::Part& part);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_FILTER_BINDING_H_
