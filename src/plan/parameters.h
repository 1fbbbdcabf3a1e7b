// Parameters of a KPI as a question gives them.
#ifndef SUPPORTKPI_PLAN_PARAMETERS_H_
#define SUPPORTKPI_PLAN_PARAMETERS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plan/selection.h"

namespace supportkpi::plan {

absl::StatusOr<Parameters> ReadParameters(absl::string_view path, const KpiSelection& asked, const kpi::Definition& definition,
                                          const Question& question, const settings::Settings& settings, const Limits& limits);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_PARAMETERS_H_
