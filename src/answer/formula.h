// Values of formulas over the cells of a KPI's parts.
#ifndef SUPPORTKPI_ANSWER_FORMULA_H_
#define SUPPORTKPI_ANSWER_FORMULA_H_

#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "answer/answer.h"
#include "exec/executor.h"
#include "kpi/definition.h"
#include "plan/plan.h"

namespace supportkpi::answer {

// A value, or why there is none.
struct Value {
  std::optional<double> value;
  AbsentReason reason = AbsentReason::kPresent;

  static Value Of(double number) { return {number, AbsentReason::kPresent}; }
  static Value Absent(AbsentReason reason) { return {std::nullopt, reason}; }
};

// The cells of one KPI's parts under one key; nullptr: the part has no facts there.
struct PartCells {
  const plan::Plan* plan = nullptr;
  const plan::KpiPlan* kpi = nullptr;
  absl::InlinedVector<const exec::PartCell*, 8> cells;  // in the order of kpi->parts

  const plan::PartPlan& part(size_t i) const { return plan->parts[kpi->parts[i]]; }
  // Index of the part that a formula names.
  size_t IndexOf(const std::string& name) const;
};

// A part's value where it has facts, else what nothing amounts to: 0 for counts and sums, absent for the rest.
Value ValueOf(const PartCells& cells, size_t part);
Value Evaluate(const kpi::Formula& formula, const PartCells& cells);
// True where the formula divides nowhere and adds only counts and sums of what happens, not of states.
bool IsSumOfFlows(const PartCells& cells);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_FORMULA_H_
