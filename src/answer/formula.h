// Values of formulas over the cells of a KPI's parts.
#ifndef SUPPORTKPI_ANSWER_FORMULA_H_
#define SUPPORTKPI_ANSWER_FORMULA_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "answer/answer.h"
#include "exec/executor.h"
#include "kpi/definition.h"
#include "plan/plan.h"

namespace supportkpi::answer {

// A value, or why there is none. Small enough to be handed on in registers: formulas make several for every cell.
struct Value {
  double number = 0;
  AbsentReason reason = AbsentReason::kPresent;

  bool is_present() const { return reason == AbsentReason::kPresent; }
  std::optional<double> optional() const { return is_present() ? std::optional(number) : std::nullopt; }

  static Value Of(double number) { return {number, AbsentReason::kPresent}; }
  static Value Absent(AbsentReason reason) { return {0, reason}; }
};
static_assert(sizeof(Value) <= 16);

// The cells of one KPI's parts under one key; none: the part has no facts there.
struct PartCells {
  const plan::Plan* plan = nullptr;
  const plan::KpiPlan* kpi = nullptr;
  absl::InlinedVector<exec::CellRef, 4> cells;  // in the order of kpi->parts
  absl::InlinedVector<Value, 4> values;         // ValueOf() each: formulas ask for most of them several times

  const plan::PartPlan& part(size_t i) const { return plan->parts[kpi->parts[i]]; }
};

// A part's value where it has facts, else what nothing amounts to: 0 for counts and sums, absent for the rest.
Value ValueOf(const PartCells& cells, size_t part);

// A formula whose parts are found by place: it is evaluated for every cell of an answer.
class PlacedFormula {
 public:
  PlacedFormula(const kpi::Formula& formula, const kpi::Form& form) { Place(formula, form); }
  Value Evaluate(const PartCells& cells) const { return ValueAt(nodes_.back(), cells); }

 private:
  struct Node {
    kpi::Formula::Op op;
    double constant;
    size_t part;
    std::array<int32_t, 2> args;
  };
  int32_t Place(const kpi::Formula& formula, const kpi::Form& form);
  // Most nodes are parts, and many formulas nothing else.
  Value ValueAt(const Node& node, const PartCells& cells) const {
    return node.op == kpi::Formula::Op::kPart ? cells.values[node.part] : Compute(node, cells);
  }
  Value Compute(const Node& node, const PartCells& cells) const;

  std::vector<Node> nodes_;  // arguments before their users
};

// True where the formula divides nowhere and adds only counts and sums of what happens, not of states.
bool IsSumOfFlows(const PartCells& cells);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_FORMULA_H_
