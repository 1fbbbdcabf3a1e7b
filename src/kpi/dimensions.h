// Which fields the facts of a part are grouped and filtered by, and what is behind each name.
#ifndef SUPPORTKPI_KPI_DIMENSIONS_H_
#define SUPPORTKPI_KPI_DIMENSIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "kpi/bound_field.h"
#include "kpi/definition.h"

namespace supportkpi::kpi {

// The field `name` of the facts of `part`, one of the parts of `form`, by the attribution; nullopt where they have none.
std::optional<BoundField> BindField(const Form& form, const Part& part, absl::string_view attribution, absl::string_view name);

// Names that a part's facts have, sorted; `attributes`, `ticket.attributes`, ... stand for any `attributes.NAME`.
std::vector<std::string> FieldsOf(const Form& form, const Part& part);

// Names that every part of the form has but those that only one side of it can have (see PartPlan::over).
std::vector<std::string> FieldsOf(const Form& form);

// Those of the KPI's first form: what ListKpis shows.
std::vector<std::string> DimensionsOf(const Definition& definition);

// Every name that some KPI has.
const std::vector<std::string>& AllFields();

// What the dimension is, in a sentence; "" where there is none of that name.
std::string DescriptionOf(absl::string_view name);

// True for a field that a part counted over another one's time need not have: it only chooses among the money facts.
bool IsOfMoneyAlone(absl::string_view name);

}  // namespace supportkpi::kpi

#endif  // SUPPORTKPI_KPI_DIMENSIONS_H_
