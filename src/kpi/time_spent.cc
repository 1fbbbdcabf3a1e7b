// Rows: where the time of tickets, agents and customers goes.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

constexpr int64_t Bit(Status status) { return int64_t{1} << status; }

// Time in states up to the resolution, over tickets resolved; 0 counts.
Part TimesOfResolved(std::string name, int64_t status_mask) {
  Part part = Leaving(ResolvedTickets(std::move(name)), {{"unknown_times", IsNull(Col(Column::kNewMs))}});
  return WithDuration(part, TimeInStatus(status_mask, Col(Column::kCreatedAt), Col(Column::kStartAt)));
}

// Time in states inside the bucket, per ticket that has any.
Part TimesInBucket(std::vector<int64_t> states) {
  Part part;
  part.name = "tickets";
  part.set = FactSet::kStateSpan;
  part.mode = Mode::kClipped;
  part.at = Col(Column::kStartAt);
  part.to = Col(Column::kEndAt);
  part.where = IsOneOf(Col(Column::kStatus), std::move(states));
  part.left_out = {{"unknown_times", Is(Column::kFlat)}};
  part.status = Col(Column::kStatus);
  part = WithDuration(part, ElapsedByTeam(Max(Col(Column::kStartAt), BucketStart()), Min(Col(Column::kEndAt), BucketEnd()),
                                          Col(Column::kTeam)));
  part.aggregate = Aggregate::kEntityStatistic;
  part.entity = Col(Column::kTicket);
  return part;
}

Definition TimesIn(std::string id, std::string title, std::string text) {
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = "per ticket resolved: " + text + " from its creation to its resolution (0 counts); anchor clipped: the "
                      "part inside the bucket, resolved or not, over tickets with time in it",
      .unit = Unit::kSeconds,
      .direction = Direction::kLower,
      .asked_by = {"S3"},
      .statistics = AllStatistics(),
      .clocks = BothClocks(),
      .attributions = {"event", "current"},
      .parameters = {ScheduleParameter()},
      .left_out_text = std::string(kFlagged) + "; flat tickets (their times in states are not known)",
  };
}

Definition TimeInStatusRow() {
  const Expr asked = Param("status");
  Form by_resolution;
  by_resolution.anchor = "resolution";
  const std::pair<const char*, Status> kStates[] = {{"new", kNew}, {"open", kOpen}, {"pending", kPending}, {"on_hold", kOnHold}};
  for (const auto& [name, status] : kStates) {
    Part part = TimesOfResolved(name, Bit(status));
    part.where = And({part.where, Or({Equal(asked, Const(0)), Equal(asked, Const(status))})});
    part.aggregate = Aggregate::kEntityStatistic;
    part.entity = Col(Column::kTicket);
    part.status = Const(status);
    if (status != kNew) part.joins = "new";
    by_resolution.parts.push_back(std::move(part));
  }
  by_resolution.formula = P("new");

  Part clipped = TimesInBucket({kNew, kOpen, kPending, kOnHold});
  clipped.where = And({clipped.where, Or({Equal(asked, Const(0)), Equal(Col(Column::kStatus), asked)})});

  Definition row = TimesIn("time_in_status", "Time in status", "time in one state");
  Parameter status;
  status.type = Parameter::Type::kStatus;
  status.name = "status";
  status.description = "the state: new, open, pending or on_hold; required unless the question groups by status";
  status.allowed = {"new", "open", "pending", "on_hold"};
  status.or_group = true;
  row.parameters.insert(row.parameters.begin(), status);
  row.example_group = "status";
  row.forms = {by_resolution, Single("", "clipped", clipped)};
  return row;
}

Definition HandleTime() {
  const Expr source = Param("source");
  Part work;
  work.name = "work";
  work.set = FactSet::kWork;
  work.at = Col(Column::kAt);
  work.where = NotEqual(source, Const(2));
  work = WithDuration(work, Col(Column::kWorkMs));
  work.aggregate = Aggregate::kEntityStatistic;
  work.entity = Col(Column::kTicket);

  Part legs;
  legs.name = "legs";
  legs.set = FactSet::kLeg;
  legs.at = Col(Column::kEndAt);
  legs.where = And({NotEqual(source, Const(1)), Is(Column::kIsAgentLeg)});
  legs.left_out = {{"unknown_work", IsNull(Col(Column::kWorkMs))}};
  legs = WithDuration(legs, Col(Column::kWorkMs));
  legs.moment = Moment::kEnd;
  legs.honours_exclusion = false;
  legs.joins = "work";

  Form form;
  form.anchor = "work";
  form.parts = {work, legs};
  form.formula = P("work");
  return Definition{
      .id = "handle_time",
      .title = "Handle time",
      .formula_text = "(work logged on tickets + talk, hold and wrap-up of answered, ended call legs) / (tickets with work in the "
                      "cell + those legs)",
      .unit = Unit::kSeconds,
      .direction = Direction::kLower,
      .asked_by = {"S3"},
      .statistics = AllStatistics(),
      .attributions = {"actor", "assignee", "current"},
      .parameters = {ChoiceParameter("source", "both, tickets (leaves calls out) or calls (leaves work on tickets out)",
                                     {"both", "tickets", "calls"})},
      .forms = {form},
      .left_out_text = std::string(kFlagged) + " (their call legs stay); legs of which neither talk nor hold nor wrap-up is known",
  };
}

Part EndedWaits() {
  Part part;
  part.name = "waits";
  part.set = FactSet::kWait;
  part.at = Col(Column::kEndAt);
  part.where = IsNot(Column::kStateUnknown);
  part = WithDuration(part, Subtract(Col(Column::kEndOwnAt), Col(Column::kStartOwnAt)));
  part.aggregate = Aggregate::kMax;
  part.record = Col(Column::kTicket);
  part.record_column = Column::kTicket;
  return part;
}

Part EndedCalls() {
  const Expr queued = Or({Is(Column::kAnswered), IsOneOf(Col(Column::kOutcome), {kAbandonedInQueue, kVoicemail, kCallback})});
  Part part;
  part.name = "calls";
  part.set = FactSet::kCall;
  part.at = Sum(Col(Column::kStartAt), Col(Column::kWaitMs));
  part.where = And({CallAsSeen(), Equal(Col(Column::kDirection), Const(kInbound)), queued});
  part = WithDuration(part, Subtract(Col(Column::kWaitMs), MenuTimeOff()));
  part.aggregate = Aggregate::kMax;
  part.record = Col(Column::kCall);
  part.record_column = Column::kCall;
  part.honours_exclusion = false;
  part.joins = "waits";
  return part;
}

Part OpenWaits() {
  Part part = EndedWaits();
  part.name = "open_waits";
  part.mode = Mode::kAtBucketEnd;
  part.at = Col(Column::kStartAt);
  part.to = Col(Column::kEndAt);
  part.where = And({Equal(Param("include_open"), Const(1)), IsNot(Column::kStateUnknown)});
  part.value = Subtract(BucketEnd(), Col(Column::kStartOwnAt));
  part.moment = Moment::kBucketEnd;
  part.joins = "waits";
  return part;
}

// Calls that still wait, each by its row as the bucket's end sees it.
Part OpenCalls() {
  Part part = EndedCalls();
  part.name = "open_calls";
  part.mode = Mode::kAtBucketEnd;
  part.at = Col(Column::kKnownFrom);
  part.to = Col(Column::kKnownTo);
  part.where = And({Equal(Param("include_open"), Const(1)), Equal(Col(Column::kDirection), Const(kInbound)),
                    Is(Column::kRunning), Is(Column::kOffered), IsNot(Column::kAnswered)});
  part.value = Subtract(Subtract(BucketEnd(), Col(Column::kStartAt)), MenuTimeOff());
  part.record_at = Col(Column::kStartAt);
  return part;
}

Definition LongestWait() {
  Form form;
  form.anchor = "wait_end";
  form.parts = {EndedWaits(), EndedCalls(), OpenWaits(), OpenCalls()};
  form.formula = P("waits");
  return Definition{
      .id = "longest_wait",
      .title = "Longest wait",
      .formula_text = "the longest wait of a customer that ended in the bucket, on tickets and in call queues (answered, "
                      "abandoned, voicemail, callback); names the record",
      .unit = Unit::kSeconds,
      .direction = Direction::kLower,
      .asked_by = {"S3"},
      .statistics = {"max"},
      .attributions = OfActor(),
      .parameters = {ChoiceParameter("include_open", "true: also waits that still run at the end of the bucket", {"false", "true"}),
                     FromParameter()},
      .forms = {form},
      .left_out_text = std::string(kFlagged) + " (their calls stay)",
  };
}

}  // namespace

std::vector<Definition> TimeRows() {
  std::vector<Definition> rows;
  Definition requester = TimesIn("requester_wait_time", "Time the requester waits", "time in new, open and on hold");
  requester.forms = {Single("", "resolution", TimesOfResolved("tickets", Bit(kNew) | Bit(kOpen) | Bit(kOnHold))),
                     Single("", "clipped", TimesInBucket({kNew, kOpen, kOnHold}))};
  rows.push_back(requester);
  Definition agent = TimesIn("agent_wait_time", "Time the agent waits", "time in pending");
  agent.forms = {Single("", "resolution", TimesOfResolved("tickets", Bit(kPending))),
                 Single("", "clipped", TimesInBucket({kPending}))};
  rows.push_back(agent);
  Definition on_hold = TimesIn("on_hold_time", "Time on hold", "time on hold");
  on_hold.forms = {Single("", "resolution", TimesOfResolved("tickets", Bit(kOnHold))),
                   Single("", "clipped", TimesInBucket({kOnHold}))};
  rows.push_back(on_hold);
  rows.push_back(TimeInStatusRow());
  return rows;
}

std::vector<Definition> WorkRows() { return {HandleTime(), LongestWait()}; }

}  // namespace supportkpi::kpi::rows
