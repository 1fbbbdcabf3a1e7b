// Rows: how fast customers are answered and tickets resolved.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

constexpr int64_t kHourMs = 3'600'000;

Parameter TargetParameter(std::string description) {
  Parameter parameter;
  parameter.type = Parameter::Type::kTarget;
  parameter.name = "target";
  parameter.description = std::move(description);
  return parameter;
}

// A ticket judged once, at the earlier of what was to happen and its due time.
Form Judged(Column happened_at, Column happened_own_at, Column clock_start_at, Column clock_start_own_at) {
  const Expr target = Make(Op::kTarget, {Col(Column::kChannel)});
  const Expr due = DueByTicket(Col(clock_start_at), target);
  // What took less than the target came before the due time, wherever that is: behind a stretch without a schedule, say.
  const Expr elapsed = ElapsedByTicket(Col(clock_start_at), Col(happened_at));
  const Expr in_time = Less(elapsed, target);
  Part judged;
  judged.name = "judged";
  judged.set = FactSet::kTicket;
  judged.at = If(in_time, Col(happened_at), Min(Col(happened_at), due));
  judged.where = And({Not(IsNull(Col(clock_start_at))), IsNot(Column::kStateUnknown)});
  judged.left_out = {{"no_target", IsNull(target)},
                     {"invalid_duration", Less(Col(happened_own_at), Col(clock_start_own_at))},
                     {"no_schedule", And({IsNull(elapsed), IsNull(due)})}};
  judged.moment = Moment::kAnchor;
  judged.status = StatusAtEnd();
  Part met = Among(judged, "met", Or({in_time, AtMost(Col(happened_at), due)}));
  return Percent("", "judged", met, judged);
}

Form FirstResponse(std::string anchor, Expr at) {
  Part part = WithDuration(CreatedTickets("responses"),
                           ElapsedByTicket(Col(Column::kClockStartOwnAt), Col(Column::kFirstRepliedOwnAt)));
  part.where = Less(Col(Column::kFirstRepliedAt), RangeEnd());
  if (anchor != "created") part.left_out = {UnknownState()};
  part.at = std::move(at);
  part.moment = Moment::kReply;
  return Single("", std::move(anchor), part);
}

Form Responses(std::string anchor, Column at) {
  Part part;
  part.name = "responses";
  part.set = FactSet::kWait;
  part.at = Col(at);
  part.where = And({Equal(Col(Column::kWaitOutcome), Const(kReplied)), Less(Col(Column::kEndAt), RangeEnd()),
                    IsNot(Column::kStateUnknown)});
  part = WithDuration(part, ElapsedByTicket(Col(Column::kStartOwnAt), Col(Column::kEndOwnAt)));
  return Single("", std::move(anchor), part);
}

Form Unanswered() {
  Part part;
  part.name = "unanswered";
  part.set = FactSet::kStateSpan;
  part.mode = Mode::kAtBucketEnd;
  part.at = Max(Col(Column::kStartAt), Col(Column::kClockStartAt));
  part.to = Min(Col(Column::kEndAt), Col(Column::kFirstRepliedAt));
  part.where = And({IsUnresolved(Col(Column::kStatus)), Not(IsNull(Col(Column::kClockStartAt)))});
  part.status = Col(Column::kStatus);
  Form form = Single("", "bucket_end", part);
  form.parts.push_back(UnknownStates());
  return form;
}

Form Resolution(std::string anchor, Expr at, Expr where) {
  Part part = ResolvedTickets("resolutions");
  part.at = std::move(at);
  part.where = std::move(where);
  part = WithDuration(part, ElapsedByTicket(Col(Column::kCreatedAt), Col(Column::kStartOwnAt)));
  return Single("", std::move(anchor), part);
}

Definition Duration(std::string id, std::string title, std::string text, std::vector<std::string> asked_by) {
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .unit = Unit::kSeconds,
      .direction = Direction::kLower,
      .asked_by = std::move(asked_by),
      .statistics = AllStatistics(),
      .clocks = BothClocks(),
      .parameters = {ScheduleParameter()},
      .left_out_text = std::string(kFlagged) + "; negative durations (invalid); with the business clock durations without a "
                                               "schedule",
  };
}

Definition WithinTarget(std::string id, std::string title, std::string text, std::string target_text) {
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .unit = Unit::kPercent,
      .direction = Direction::kHigher,
      .asked_by = {"S0", "S4"},
      .clocks = BothClocks(),
      .attributions = {"event", "current"},
      .parameters = {TargetParameter(std::move(target_text)), ScheduleParameter()},
      .left_out_text = std::string(kFlagged) + "; tickets whose channel has no target; flat tickets resolved at an unknown time; "
                                               "with the business clock tickets without a schedule",
  };
}

}  // namespace

std::vector<Definition> ResponseRows() {
  std::vector<Definition> rows;
  Definition first = Duration("first_response_time", "First response time",
                              "first public reply by a human - start of the clock, over answered tickets",
                              {"S0", "S1", "S2", "S4"});
  first.attributions = OfActor();
  first.forms = {FirstResponse("first_reply", Col(Column::kFirstRepliedAt)), FirstResponse("created", Col(Column::kCreatedAt))};
  rows.push_back(first);

  Definition response = Duration("response_time", "Response time", "length of each wait of a customer that ended in a reply",
                                 {"S3"});
  response.attributions = OfActor();
  response.forms = {Responses("reply", Column::kEndAt), Responses("wait_start", Column::kStartAt)};
  rows.push_back(response);

  rows.push_back({
      .id = "unanswered_tickets",
      .title = "Unanswered tickets",
      .formula_text = "unresolved tickets whose clock runs, without a public reply by a human, at the end of the bucket",
      .direction = Direction::kLower,
      .asked_by = {"S0"},
      .attributions = OfState(),
      .forms = {Unanswered()},
      .left_out_text = std::string(kFlagged) + "; flat tickets resolved at an unknown time",
  });

  Definition within = WithinTarget(
      "first_response_within_target", "First responses within target",
      "100 x met / (met + missed); judged once, at the earlier of the first reply and the due time; met if not after due",
      "target for every channel, such as \"4h\"; default the tenant's by channel, else email 12h, social 2h, chat 1h");
  within.forms = {Judged(Column::kFirstRepliedAt, Column::kFirstRepliedOwnAt, Column::kClockStartAt, Column::kClockStartOwnAt)};
  within.default_targets = {{"email", 12 * kHourMs}, {"social", 2 * kHourMs}, {"chat", kHourMs}};
  rows.push_back(within);
  return rows;
}

std::vector<Definition> ResolutionRows() {
  const Expr resolved = AtLeast(Col(Column::kEndAt), RangeEnd());
  std::vector<Definition> rows;
  Definition time = Duration("resolution_time", "Resolution time",
                             "start of the resolution that stands at the range's end - creation, over tickets resolved",
                             {"S0", "S1", "S2", "S4"});
  time.attributions = OfResolution();
  time.forms = {Resolution("resolution", Col(Column::kStartAt), resolved),
                Resolution("created", Col(Column::kCreatedAt), And({Less(Col(Column::kStartAt), RangeEnd()), resolved}))};
  rows.push_back(time);

  Definition first = Duration("first_resolution_time", "First resolution time", "first resolution - creation", {"S0"});
  first.attributions = OfResolution();
  first.forms = {Resolution("first_resolution", Col(Column::kStartAt), Is(Column::kIsFirst))};
  rows.push_back(first);

  Definition within = WithinTarget(
      "resolution_within_target", "Resolutions within target",
      "100 x met / (met + missed); judged once, at the earlier of the first resolution and the due time counted from creation",
      "target for every channel, such as \"2d\"; default the tenant's by channel; there is no other");
  within.forms = {Judged(Column::kFirstResolvedAt, Column::kFirstResolvedOwnAt, Column::kCreatedAt, Column::kCreatedAt)};
  rows.push_back(within);
  return rows;
}

std::vector<Definition> TransferRows() {
  std::vector<Definition> rows;
  Part reassignments = Leaving(ResolvedTickets("reassignments"),
                               {{"unknown_reassignments", IsNull(Col(Column::kReassignments))}});
  reassignments.aggregate = Aggregate::kSum;
  reassignments.value = Col(Column::kReassignments);
  rows.push_back({
      .id = "reassignments",
      .title = "Reassignments",
      .formula_text = "assignment events up to the resolution that change agent or team from one value to another, over tickets "
                      "resolved",
      .asked_by = {"S0", "S1"},
      .attributions = OfResolution(),
      .forms = {Single("", "resolution", reassignments)},
      .left_out_text = std::string(kFlagged) + "; flat tickets (their reassignments are not known)",
  });
  const Part known = Leaving(ResolvedTickets("resolved"), {{"unknown_reassignments", IsNull(Col(Column::kTeamChanged))}});
  rows.push_back({
      .id = "transferred_share",
      .title = "Share of transferred tickets",
      .formula_text = "100 x tickets resolved whose team changed from one to another up to the resolution / tickets resolved",
      .unit = Unit::kPercent,
      .asked_by = {"S0", "S1"},
      .attributions = OfResolution(),
      .forms = {Percent("", "resolution", Among(known, "transferred", Is(Column::kTeamChanged)), known)},
      .left_out_text = std::string(kFlagged) + "; flat tickets (their reassignments are not known)",
  });
  return rows;
}

}  // namespace supportkpi::kpi::rows
