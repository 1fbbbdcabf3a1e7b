// The parts, forms and parameters that many rows are made of.
#include "kpi/rows.h"

namespace supportkpi::kpi {

Formula P(std::string part) {
  Formula formula;
  formula.part = std::move(part);
  return formula;
}
Formula C(double constant) {
  Formula formula;
  formula.op = Formula::Op::kConstant;
  formula.constant = constant;
  return formula;
}

namespace {
Formula Pair(Formula::Op op, Formula left, Formula right) {
  Formula formula;
  formula.op = op;
  formula.args = {std::move(left), std::move(right)};
  return formula;
}
}  // namespace

Formula Add(Formula left, Formula right) { return Pair(Formula::Op::kAdd, std::move(left), std::move(right)); }
Formula Minus(Formula left, Formula right) { return Pair(Formula::Op::kSubtract, std::move(left), std::move(right)); }
Formula Times(Formula left, Formula right) { return Pair(Formula::Op::kMultiply, std::move(left), std::move(right)); }
Formula Divide(Formula left, Formula right) { return Pair(Formula::Op::kDivide, std::move(left), std::move(right)); }

namespace rows {

Part CreatedTickets(std::string name) {
  Part part;
  part.name = std::move(name);
  part.set = FactSet::kTicket;
  part.at = Col(Column::kCreatedAt);
  part.status = StatusAtEnd();
  return part;
}

Part ResolvedTickets(std::string name) {
  Part part;
  part.name = std::move(name);
  part.set = FactSet::kResolution;
  part.at = Col(Column::kStartAt);
  part.where = AtLeast(Col(Column::kEndAt), RangeEnd());
  return part;
}

Part Among(Part whole, std::string name, Expr condition) {
  whole.name = std::move(name);
  whole.where = whole.where == Const(1) ? std::move(condition) : And({whole.where, std::move(condition)});
  whole.subset = true;
  return whole;
}

Part UnknownStates() {
  Part part = CreatedTickets("unknown_states");
  part.mode = Mode::kAtBucketEnd;
  part.to = Const(kForever);
  part.where = Is(Column::kStateUnknown);
  part.left_out = {{"unknown_state", Const(1)}};
  part.status = Const(kNull);
  return part;
}

Part Leaving(Part part, std::vector<LeftOut> rules) {
  for (LeftOut& rule : rules) part.left_out.push_back(std::move(rule));
  return part;
}

Part WithDuration(Part part, Expr value_ms) {
  part.aggregate = Aggregate::kStatistic;
  part.value = std::move(value_ms);
  part.value_is_duration = true;
  return part;
}

LeftOut UnknownState() { return {"unknown_state", Is(Column::kStateUnknown)}; }

Form Single(std::string variant, std::string anchor, Part part) {
  Form form;
  form.variant = std::move(variant);
  form.anchor = std::move(anchor);
  form.formula = P(part.name);
  form.parts = {std::move(part)};
  return form;
}

Form Percent(std::string variant, std::string anchor, Part numerator, Part denominator) {
  Form form;
  form.variant = std::move(variant);
  form.anchor = std::move(anchor);
  form.numerator = P(numerator.name);
  form.denominator = P(denominator.name);
  form.formula = Times(C(100), Divide(P(numerator.name), P(denominator.name)));
  form.parts = {std::move(numerator), std::move(denominator)};
  return form;
}

Parameter ScheduleParameter() {
  Parameter parameter;
  parameter.type = Parameter::Type::kSchedule;
  parameter.name = "schedule";
  parameter.description =
      "name of the schedule that the business clock runs by; default that of the team that held the ticket, else the "
      "tenant's";
  return parameter;
}

Parameter DurationParameter(std::string name, std::string description, std::string default_value) {
  Parameter parameter;
  parameter.type = Parameter::Type::kDuration;
  parameter.name = std::move(name);
  parameter.description = std::move(description);
  parameter.default_value = std::move(default_value);
  return parameter;
}

Parameter ChoiceParameter(std::string name, std::string description, std::vector<std::string> allowed) {
  Parameter parameter;
  parameter.type = Parameter::Type::kText;
  parameter.name = std::move(name);
  parameter.description = std::move(description);
  parameter.default_value = allowed.front();
  parameter.allowed = std::move(allowed);
  return parameter;
}

Parameter FromParameter() {
  return ChoiceParameter("from", "where the wait of a call begins: start, or queue (menu time taken off)",
                         {"start", "queue"});
}

Expr MenuTimeOff() { return If(Equal(Param("from"), Const(1)), Coalesce({Col(Column::kIvrMs), Const(0)}), Const(0)); }

Expr CallAsSeen() {
  return And({Less(Col(Column::kKnownFrom), RangeEnd()), AtLeast(Col(Column::kKnownTo), RangeEnd())});
}

std::vector<std::string> AllStatistics() { return {"mean", "sum", "min", "max", "stddev", "median", "p0..p100"}; }
std::vector<Clock> BothClocks() { return {Clock::kCalendar, Clock::kBusiness}; }
std::vector<std::string> OfCreation() { return {"creation", "event", "current"}; }
std::vector<std::string> OfResolution() { return {"event", "actor", "current", "participants"}; }
std::vector<std::string> OfState() { return {"instant", "current"}; }
std::vector<std::string> OfActor() { return {"actor", "assignee", "current", "participants"}; }

}  // namespace rows
}  // namespace supportkpi::kpi
