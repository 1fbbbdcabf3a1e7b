#include "answer/formula.h"

#include <algorithm>

namespace supportkpi::answer {
namespace {

using kpi::Aggregate;
using kpi::Formula;
using StatisticKind = plan::Statistic::Kind;

bool IsCountOrSum(const plan::PartPlan& part) {
  switch (part.part.aggregate) {
    case Aggregate::kCount:
    case Aggregate::kSum:
    case Aggregate::kDistinct:
    case Aggregate::kChainFirst:
    case Aggregate::kChainLast:
    case Aggregate::kChainAnnual:
      return true;
    case Aggregate::kStatistic:
    case Aggregate::kEntityStatistic:
      return part.statistic.kind == StatisticKind::kSum;
    case Aggregate::kMax:
      return false;
  }
  return false;
}

bool HasDivision(const Formula& formula) {
  if (formula.op == Formula::Op::kDivide) return true;
  for (const Formula& arg : formula.args) {
    if (HasDivision(arg)) return true;
  }
  return false;
}

Value Divided(double left, double right) {
  if (right == 0) return Value::Absent(AbsentReason::kZeroDenominator);
  return Value::Of(left / right);
}

// Parts that join another one add to its evidence: a schedule that they lacked is lacking there too.
bool AnyLacksSchedule(const PartCells& cells, size_t part) {
  for (size_t i = 0; i < cells.cells.size(); ++i) {
    if (!cells.cells[i] || !cells.cells[i].no_schedule()) continue;
    if (i == part || cells.part(i).joins == cells.kpi->parts[part]) return true;
  }
  return false;
}

}  // namespace

Value ValueOf(const PartCells& cells, size_t part) {
  const exec::CellRef cell = cells.cells[part];
  if (cell && cell.mixed_currencies()) return Value::Absent(AbsentReason::kMixedCurrencies);
  if (cell && cell.value().has_value()) return Value::Of(*cell.value());
  const plan::PartPlan& plan = cells.part(part);
  const bool has_facts = cell && cell.denominator().value_or(0) > 0;
  if (!has_facts && AnyLacksSchedule(cells, part)) return Value::Absent(AbsentReason::kNoSchedule);
  if (IsCountOrSum(plan)) return Value::Of(0);
  if (has_facts && plan.statistic.kind == StatisticKind::kStddev) return Value::Absent(AbsentReason::kTooFewFacts);
  return Value::Absent(AbsentReason::kNoData);
}

int32_t PlacedFormula::Place(const Formula& formula, const kpi::Form& form) {
  Node node{.op = formula.op, .constant = formula.constant, .part = 0, .args = {-1, -1}};
  if (formula.op == Formula::Op::kPart) {
    const auto named = [&](const kpi::Part& part) { return part.name == formula.part; };
    // The catalogue's self-check allows no formula that names none of them.
    node.part = static_cast<size_t>(std::find_if(form.parts.begin(), form.parts.end(), named) - form.parts.begin());
  } else if (formula.op != Formula::Op::kConstant) {
    for (size_t i = 0; i < node.args.size(); ++i) node.args[i] = Place(formula.args[i], form);
  }
  nodes_.push_back(node);
  return static_cast<int32_t>(nodes_.size()) - 1;
}

Value PlacedFormula::Compute(const Node& node, const PartCells& cells) const {
  if (node.op == Formula::Op::kConstant) return Value::Of(node.constant);
  const Value left = ValueAt(nodes_[node.args[0]], cells);
  if (!left.is_present()) return left;
  const Value right = ValueAt(nodes_[node.args[1]], cells);
  if (!right.is_present()) return right;
  switch (node.op) {
    case Formula::Op::kAdd:
      return Value::Of(left.number + right.number);
    case Formula::Op::kSubtract:
      return Value::Of(left.number - right.number);
    case Formula::Op::kMultiply:
      return Value::Of(left.number * right.number);
    default:
      return Divided(left.number, right.number);
  }
}

bool IsSumOfFlows(const PartCells& cells) {
  if (HasDivision(cells.kpi->form->formula)) return false;
  for (size_t i = 0; i < cells.kpi->parts.size(); ++i) {
    const plan::PartPlan& part = cells.part(i);
    if (!IsCountOrSum(part) || part.part.mode == kpi::Mode::kAtBucketEnd) return false;
  }
  return true;
}

}  // namespace supportkpi::answer
