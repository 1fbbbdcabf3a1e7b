// Names of dimensions in a question, and their meaning for the parts of one KPI.
#ifndef SUPPORTKPI_PLAN_FIELD_BINDING_H_
#define SUPPORTKPI_PLAN_FIELD_BINDING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kpi/definition.h"
#include "plan/plan.h"

namespace supportkpi::plan {

// A KPI of the question as far as fields are concerned.
struct FieldScope {
  const kpi::Definition& definition;
  const kpi::Form& form;  // its parameters put in
  std::string attribution;
};

// Refuses a name that no KPI knows.
absl::Status CheckFieldName(absl::string_view path, absl::string_view name);
// The field of one part's facts; says which side has it where only one does.
absl::StatusOr<BoundField> BindFieldOf(absl::string_view path, const FieldScope& scope, const kpi::Part& part,
                                       absl::string_view name);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_FIELD_BINDING_H_
