#include "answer/having.h"

#include <algorithm>

namespace supportkpi::answer {
namespace {

std::optional<double> NumberOf(const plan::Having& having, const Cell& cell) {
  switch (having.of) {
    case plan::Having::Of::kValue: return cell.value;
    case plan::Having::Of::kFacts: return static_cast<double>(cell.facts);
    case plan::Having::Of::kNumerator: return cell.numerator;
    case plan::Having::Of::kDenominator: return cell.denominator;
  }
  return std::nullopt;
}

}  // namespace

bool Holds(const plan::Having& having, const std::function<Cell(size_t)>& cell_of) {
  using Op = plan::Having::Op;
  const auto holds = [&](const plan::Having& arg) { return Holds(arg, cell_of); };
  switch (having.op) {
    case Op::kTrue: return true;
    case Op::kAll: return std::all_of(having.args.begin(), having.args.end(), holds);
    case Op::kAny: return std::any_of(having.args.begin(), having.args.end(), holds);
    case Op::kNot: return !holds(having.args[0]);
    default: break;
  }
  const std::optional<double> number = NumberOf(having, cell_of(having.kpi));
  if (having.op == Op::kPresent) return number.has_value();
  if (having.op == Op::kAbsent) return !number.has_value();
  if (!number) return false;
  switch (having.op) {
    case Op::kIn: return std::find(having.numbers.begin(), having.numbers.end(), *number) != having.numbers.end();
    case Op::kLessThan: return *number < having.numbers[0];
    case Op::kAtMost: return *number <= having.numbers[0];
    case Op::kGreaterThan: return *number > having.numbers[0];
    default: return *number >= having.numbers[0];
  }
}

}  // namespace supportkpi::answer
