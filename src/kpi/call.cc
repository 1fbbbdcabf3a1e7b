// Rows: calls, as the range's end sees them.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

constexpr const char* kNothingLeftOut = "nothing; a call stays when its ticket is flagged";

Part InboundCalls(std::string name, std::vector<Expr> conditions) {
  Part part;
  part.name = std::move(name);
  part.set = FactSet::kCall;
  part.at = Col(Column::kStartAt);
  conditions.insert(conditions.begin(), {CallAsSeen(), Equal(Col(Column::kDirection), Const(kInbound))});
  part.where = And(std::move(conditions));
  part.honours_exclusion = false;
  return part;
}

Expr EndedAs(Outcome outcome) { return And({IsNot(Column::kAnswered), Equal(Col(Column::kOutcome), Const(outcome))}); }
Expr Wait() { return Subtract(Col(Column::kWaitMs), MenuTimeOff()); }

Definition CountRow(std::string id, std::string title, std::string text, Direction direction, std::vector<Expr> conditions) {
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .direction = direction,
      .asked_by = {"S2"},
      .forms = {Single("", "call_start", InboundCalls("calls", std::move(conditions)))},
      .left_out_text = kNothingLeftOut,
  };
}

Definition RateRow(std::string id, std::string title, std::string text, Direction direction, Part numerator, Part denominator) {
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .unit = Unit::kPercent,
      .direction = direction,
      .asked_by = {"S2"},
      .forms = {Percent("", "call_start", std::move(numerator), std::move(denominator))},
      .left_out_text = kNothingLeftOut,
  };
}

Definition AbandonRate() {
  const Expr abandoned = EndedAs(kAbandonedInQueue);
  Part offered = InboundCalls("offered", {Is(Column::kOffered)});
  offered.left_out = {{"short_abandon", And({abandoned, Less(Wait(), Param("short_abandon"))})}};
  Definition row = RateRow("abandon_rate", "Abandon rate", "100 x calls abandoned in a queue / calls offered",
                           Direction::kLower, Among(offered, "abandoned", abandoned), offered);
  row.parameters = {DurationParameter("short_abandon", "calls abandoned after a shorter wait are left out of both sides", "0s"),
                    FromParameter()};
  row.left_out_text = "calls abandoned after less than short_abandon; a call stays when its ticket is flagged";
  return row;
}

Definition SpeedToAnswer() {
  Part part = WithDuration(InboundCalls("calls", {Is(Column::kAnswered)}), Wait());
  part.left_out = {{"running", Is(Column::kRunning)}};
  return Definition{
      .id = "speed_to_answer",
      .title = "Speed to answer",
      .formula_text = "wait of answered inbound calls, from the start of the call to the first agent's answer",
      .unit = Unit::kSeconds,
      .direction = Direction::kLower,
      .asked_by = {"S2"},
      .statistics = AllStatistics(),
      .parameters = {FromParameter()},
      .forms = {Single("", "call_start", part)},
      .left_out_text = "calls that still run; negative waits (invalid); a call stays when its ticket is flagged",
  };
}

Definition ServiceLevel() {
  const Part offered = InboundCalls("offered", {Is(Column::kOffered)});
  const Expr in_time = And({Is(Column::kAnswered), AtMost(Wait(), Param("threshold"))});
  Definition row = RateRow("service_level", "Service level", "100 x calls answered within the threshold / calls offered",
                           Direction::kHigher, Among(offered, "in_time", in_time), offered);
  row.parameters = {DurationParameter("threshold", "the longest wait that is in time", "20s"), FromParameter()};
  return row;
}

Definition LegTalkTime() {
  Part legs;
  legs.name = "legs";
  legs.set = FactSet::kLeg;
  legs.at = Col(Column::kStartAt);
  legs.where = And({Is(Column::kIsAgentLeg), Less(Col(Column::kEndAt), RangeEnd())});
  legs.left_out = {{"unknown_talk", IsNull(Col(Column::kTalkMs))}};
  legs = WithDuration(legs, Col(Column::kTalkMs));
  legs.honours_exclusion = false;

  Part calls;
  calls.name = "calls";
  calls.set = FactSet::kCall;
  calls.at = Col(Column::kStartAt);
  calls.where = And({CallAsSeen(), Is(Column::kAnswered)});
  calls.left_out = {{"running", Is(Column::kRunning)}};
  calls = WithDuration(calls, Coalesce({Col(Column::kTalkUnionMs), Const(0)}));  // none: it still runs, and is counted so
  calls.honours_exclusion = false;
  return Definition{
      .id = "leg_talk_time",
      .title = "Talk time",
      .formula_text = "talk time of ended legs that an agent answered; variant call: per call the union of the times in which its "
                      "agent legs were answered, hold included",
      .unit = Unit::kSeconds,
      .asked_by = {"S2"},
      .statistics = AllStatistics(),
      .forms = {Single("leg", "leg_start", legs), Single("call", "call_start", calls)},
      .left_out_text = "legs that have not ended; variant call: calls that still run; both stay when their ticket is flagged",
  };
}

}  // namespace

std::vector<Definition> CallRows() {
  const Expr failed = EndedAs(kFailed);
  const Part inbound = InboundCalls("inbound", {});
  const Part answered = InboundCalls("answered", {Is(Column::kAnswered)});
  std::vector<Definition> rows;
  rows.push_back(CountRow("calls_inbound", "Inbound calls", "calls whose first leg is inbound", Direction::kNeutral, {}));
  rows.push_back(CountRow("calls_offered", "Calls offered",
                          "inbound calls that reached a queue or rang an agent (not ended in the menu, not failed)",
                          Direction::kNeutral, {Is(Column::kOffered)}));
  rows.push_back(CountRow("calls_answered", "Calls answered", "inbound calls of which an agent answered a leg", Direction::kHigher,
                          {Is(Column::kAnswered)}));
  rows.push_back(CountRow("calls_abandoned", "Calls abandoned", "inbound calls that the caller left while waiting in a queue",
                          Direction::kLower, {EndedAs(kAbandonedInQueue)}));
  rows.push_back(CountRow("inbound_failed_calls", "Failed inbound calls", "inbound calls that failed", Direction::kLower, {failed}));
  rows.push_back(CountRow("callbacks", "Callbacks", "inbound calls whose caller asked to be called back", Direction::kNeutral,
                          {EndedAs(kCallback)}));
  rows.push_back(CountRow("returned_calls", "Returned calls",
                          "inbound calls with a leg that was returned to the queue, whatever came later", Direction::kLower,
                          {Is(Column::kReturned)}));
  rows.push_back(AbandonRate());
  rows.push_back(RateRow("failed_call_rate", "Failed call rate", "100 x failed inbound calls / inbound calls", Direction::kLower,
                         Among(inbound, "failed", failed), inbound));
  rows.push_back(RateRow("transfer_rate", "Transfer rate", "100 x answered calls with two agent legs or more / answered calls",
                         Direction::kLower, Among(answered, "transferred", AtLeast(Col(Column::kAgentLegs), Const(2))), answered));
  rows.push_back(SpeedToAnswer());
  rows.push_back(ServiceLevel());
  rows.push_back(LegTalkTime());
  return rows;
}

}  // namespace supportkpi::kpi::rows
