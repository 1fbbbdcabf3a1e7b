// The table of credits.
#include "kpi/attribution.h"

#include <utility>

namespace supportkpi::kpi {
namespace {

using column::kNull;
using fact::Column;
using fact::FactSet;

using Four = std::array<Expr, 4>;

Four Columns(Column agent, Column team, Column priority, Column category) {
  return {Col(agent), Col(team), Col(priority), Col(category)};
}

Four OfFact() { return Columns(Column::kAgent, Column::kTeam, Column::kPriority, Column::kCategory); }
Four OfEvent() {
  return Columns(Column::kAgentAtEvent, Column::kTeamAtEvent, Column::kPriorityAtEvent, Column::kCategoryAtEvent);
}
Four Current() {
  return Columns(Column::kAgentCurrent, Column::kTeamCurrent, Column::kPriorityCurrent, Column::kCategoryCurrent);
}
Four AtEnd() { return Columns(Column::kAgentAtEnd, Column::kTeamAtEnd, Column::kPriorityAtEnd, Column::kCategoryAtEnd); }
Four AtSent() {
  return Columns(Column::kAgentAtSent, Column::kTeamAtSent, Column::kPriorityAtSent, Column::kCategoryAtSent);
}

// The same with agent and team taken from two other columns.
Four With(Four four, Column agent, Column team) {
  four[0] = Col(agent);
  four[1] = Col(team);
  return four;
}

// The value at the event, else the first one before the range's end.
Expr ElseFirst(Column at_event, Column first, Column first_at) {
  return FirstNamed({Col(at_event), If(Less(Col(first_at), RangeEnd()), Col(first), Const(0))});
}

Four OfCreation() {
  return {ElseFirst(Column::kAgentAtEvent, Column::kAgentFirst, Column::kAgentFirstAt),
          ElseFirst(Column::kTeamAtEvent, Column::kTeamFirst, Column::kTeamFirstAt),
          ElseFirst(Column::kPriorityAtEvent, Column::kPriorityFirst, Column::kPriorityFirstAt),
          ElseFirst(Column::kCategoryAtEvent, Column::kCategoryFirst, Column::kCategoryFirstAt)};
}

// From the whole history, just after the events of the instant.
Four ByHistory(const Expr& instant) {
  return {StepAt(Col(Column::kAgentInitial), Column::kAgentStepAt, Column::kAgentStep, instant),
          StepAt(Col(Column::kTeamInitial), Column::kTeamStepAt, Column::kTeamStep, instant),
          StepAt(Col(Column::kPriorityInitial), Column::kPriorityStepAt, Column::kPriorityStep, instant),
          StepAt(Col(Column::kCategoryInitial), Column::kCategoryStepAt, Column::kCategoryStep, instant)};
}

struct Choice {
  std::string attribution;  // empty: the only way
  Credit credit;
};

Choice One(std::string attribution, Four values) { return {std::move(attribution), {std::move(values), {}, {}}}; }

Choice Participants(Four values, Expr last_instant) {
  return {"participants", {std::move(values), {}, Sum(std::move(last_instant), Const(1))}};
}

std::vector<Choice> OfTicket(const Part& part) {
  switch (part.moment) {
    case Moment::kReply: {
      const Four replier = Columns(Column::kReplyAgent, Column::kReplyTeam, Column::kReplyPriority, Column::kReplyCategory);
      return {One("actor", replier), One("assignee", With(replier, Column::kReplyAssignee, Column::kReplyAssigneeTeam)),
              One("current", Current()), Participants(replier, Col(Column::kFirstRepliedAt))};
    }
    case Moment::kAnchor: return {One("event", ByHistory(part.at)), One("current", Current())};
    default: return {One("creation", OfCreation()), One("event", OfEvent()), One("current", Current())};
  }
}

std::vector<Choice> OfResolution(const Part& part) {
  if (part.moment == Moment::kEnd) return {One("event", AtEnd()), One("current", Current())};
  return {One("event", OfFact()), One("actor", With(OfFact(), Column::kActorAgent, Column::kActorTeam)),
          One("current", Current()), Participants(OfFact(), Col(Column::kStartAt))};
}

std::vector<Choice> OfWait(const Part& part) {
  if (part.moment == Moment::kBucketEnd) {
    return {One("assignee", ByHistory(Subtract(BucketEnd(), Const(1)))), One("current", Current())};
  }
  return {One("actor", OfFact()), One("assignee", OfEvent()), One("current", Current()),
          Participants(OfFact(), Col(Column::kEndAt))};
}

// The survey's own agent and team go before the ticket's.
std::vector<Choice> OfSurvey(const Part& part) {
  Four values = OfFact();
  if (part.moment == Moment::kSent) {
    const Four sent = AtSent();
    for (size_t i = 0; i < values.size(); ++i) values[i] = OnceAnswered(values[i], sent[i]);
  }
  Four current = Current();
  current[0] = FirstNamed({Col(Column::kOwnAgent), current[0]});
  current[1] = FirstNamed({Col(Column::kOwnTeam), current[1]});
  return {One("event", values), One("current", current)};
}

// Always to who handled it; priority and category of its ticket, current beside tickets that are credited so.
std::vector<Choice> OfCall(Four values) {
  return {One("", std::move(values)), One("current", With(Current(), Column::kAgent, Column::kTeam))};
}

std::vector<Choice> ChoicesOf(const Part& part) {
  switch (part.set) {
    case FactSet::kTicket: return OfTicket(part);
    case FactSet::kResolution: return OfResolution(part);
    case FactSet::kStateSpan: return {One("instant", OfFact()), One("current", Current())};
    case FactSet::kWait: return OfWait(part);
    case FactSet::kContact: return {One("creation", OfCreation()), One("event", OfEvent()), One("current", Current())};
    case FactSet::kWork: return {One("actor", OfFact()), One("assignee", OfEvent()), One("current", Current())};
    case FactSet::kSurvey: return OfSurvey(part);
    case FactSet::kMove: {
      Choice choice = One("", OfFact());
      choice.credit.before =
          Columns(Column::kAgentBefore, Column::kTeamBefore, Column::kPriorityBefore, Column::kCategoryBefore);
      return {choice};
    }
    case FactSet::kLeg: {
      const Four at_end = Columns(Column::kAgent, Column::kTeam, Column::kPriorityAtEnd, Column::kCategoryAtEnd);
      return OfCall(part.moment == Moment::kEnd ? at_end : OfFact());
    }
    case FactSet::kCall: return OfCall(OfFact());
    case FactSet::kAgentTime: return {One("", {Col(Column::kAgent), Col(Column::kTeam), Const(0), Const(0)})};
    case FactSet::kSupportCost: return {One("", {Const(0), Col(Column::kTeam), Const(0), Const(0)})};
    case FactSet::kCustomerPeriod: return {One("", {Const(0), Const(0), Const(0), Const(0)})};
  }
  return {};
}

}  // namespace

Credit CreditOf(const Part& part, absl::string_view attribution) {
  std::vector<Choice> choices = ChoicesOf(part);
  const auto find = [&](absl::string_view name) -> const Choice* {
    for (const Choice& choice : choices) {
      if (choice.attribution == name) return &choice;
    }
    return nullptr;
  };
  const Choice* chosen = find(attribution);
  // Where nobody acts, the assignee is who holds the ticket at the event.
  if (chosen == nullptr && attribution == "assignee") chosen = find("event");
  return chosen == nullptr ? choices.front().credit : chosen->credit;
}

std::vector<std::string> AttributionsOf(const Part& part) {
  std::vector<std::string> names;
  for (const Choice& choice : ChoicesOf(part)) {
    if (!choice.attribution.empty()) names.push_back(choice.attribution);
  }
  return names;
}

Expr OnceAnswered(Expr answered, Expr sent) {
  return If(Less(Col(Column::kRespondedAt), RangeEnd()), std::move(answered), std::move(sent));
}

}  // namespace supportkpi::kpi
