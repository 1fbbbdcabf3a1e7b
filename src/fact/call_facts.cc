// A call's row holds for ranges that end inside (known_from, known_to]; neighbours that differ in nothing are one.
#include "fact/call_facts.h"

#include <string>

#include "fact/fact_row.h"
#include "fact/instants.h"

namespace supportkpi::fact {
namespace {

using column::kForever;
using column::kNull;
using record::Domain;

int64_t CodeOfName(Domain domain, const std::string& name, Codes& codes) {
  return name.empty() ? 0 : codes.CodeOf(domain, name);
}

int64_t CodeOfTicket(const Leg* leg, Codes& codes) {
  if (leg == nullptr) return 0;
  const v1::CallLeg& record = *leg->record;
  const std::string& source = record.ticket_source().empty() ? record.source() : record.ticket_source();
  return CodeOfRecord(Domain::kTicketId, source, record.ticket(), codes);
}

// The ticket that has this code; nullptr: none, or it is not there.
const SeenTicket* Find(absl::Span<const SeenTicket> tickets, int64_t code) {
  for (const SeenTicket& ticket : tickets) {
    if (code != 0 && ticket.values.Get<Column::kTicket>() == code) return &ticket;
  }
  return nullptr;
}

// Of each attribute the value of the first leg seen that has it.
Attributes AttributesOfCall(const std::vector<Leg>& legs, int legs_seen, Codes& codes) {
  if (legs_seen == 1) return AttributesOf(legs[0].record->attributes(), codes);
  AttributeMap all;
  for (int i = 0; i < legs_seen; ++i) {
    for (const auto& [name, value] : legs[i].record->attributes()) {
      if (!value.empty()) all.insert({name, value});
    }
  }
  return AttributesOf(all, codes);
}

// The ticket's values, and its agent, team, priority and category at an instant; `people` handled the call.
template <typename Row>
void SetTicketAndPeople(const SeenTicket* ticket, int64_t at, Actor people, Row& row) {
  SetForeignTicket(ticket, row);
  Four then = {}, current = {};
  if (ticket != nullptr) {
    then = ticket->story.fields.At(at);
    current = ticket->story.fields.current;
    row.fact().ticket_attributes = ticket->values.attributes;
  }
  row.template Set<Column::kTicketAgent>(then[kAgentField]).template Set<Column::kTicketTeam>(then[kTeamField]);
  row.template SetBlock<Column::kAgent>(Four{people.agent, people.team, then[kPriorityField], then[kCategoryField]});
  row.template SetBlock<Column::kAgentCurrent>(
      Four{people.agent, people.team, current[kPriorityField], current[kCategoryField]});
  row.template SetList<Column::kTags>(ticket == nullptr ? std::vector<int64_t>{} : ticket->values.tags);
}

void SetCallTimes(const CallView& view, int64_t start_at, FactRow<FactSet::kCall>& row) {
  const bool is_answered = view.answering != nullptr;
  const int64_t answered_at = is_answered ? view.answering->answered_at : kForever;
  const int64_t unanswered_ms = is_answered || view.is_running ? kNull : view.ended_at - start_at;
  row.Set<Column::kStartAt>(start_at)
      .Set<Column::kEndAt>(view.ended_at)
      .Set<Column::kAnsweredAt>(answered_at)
      .Set<Column::kWaitMs>(is_answered ? answered_at - start_at : unanswered_ms)
      .Set<Column::kEndOfQueueMs>(unanswered_ms)
      .Set<Column::kIvrMs>(view.ivr_ms)
      .Set<Column::kTalkUnionMs>(view.talk_union_ms);
}

void WriteView(const std::vector<Leg>& legs, const CallView& view, absl::Span<const SeenTicket> tickets, Codes& codes,
               std::vector<Fact>* facts) {
  const v1::CallLeg& first = *view.first->record;
  const v1::CallLeg& spoke = *(view.answering != nullptr ? view.answering : view.last)->record;
  const auto name = [&](const Leg* leg, Domain domain, const std::string& (v1::CallLeg::*field)() const) {
    return leg == nullptr ? 0 : CodeOfName(domain, (leg->record->*field)(), codes);
  };
  const int64_t named_ticket = CodeOfTicket(view.with_ticket, codes);
  FactRow<FactSet::kCall> row(facts);
  SetTicketAndPeople(Find(tickets, named_ticket), view.first->started_at,
                     {CodeOfName(Domain::kAgent, spoke.agent(), codes), CodeOfName(Domain::kTeam, spoke.team(), codes)},
                     row);
  row.Set<Column::kTicket>(named_ticket)
      .Set<Column::kSource>(CodeOfName(Domain::kSource, first.source(), codes))
      .Set<Column::kCall>(CodeOfRecord(Domain::kCallId, first.source(), first.call(), codes))
      .Set<Column::kCustomer>(name(view.with_customer, Domain::kCustomer, &v1::CallLeg::customer))
      .Set<Column::kQueue>(name(view.with_queue, Domain::kQueue, &v1::CallLeg::queue))
      .Set<Column::kTopic>(name(view.with_topic, Domain::kTopic, &v1::CallLeg::topic))
      .Set<Column::kDirection>(view.is_inbound ? v1::CALL_DIRECTION_INBOUND : v1::CALL_DIRECTION_OUTBOUND)
      .Set<Column::kOutcome>(view.outcome)
      .Set<Column::kAnswered>(view.answering != nullptr)
      .Set<Column::kOffered>(view.is_offered)
      .Set<Column::kRunning>(view.is_running)
      .Set<Column::kReturned>(view.is_returned)
      .Set<Column::kAgentLegs>(view.agent_legs);
  SetCallTimes(view, view.first->started_at, row);
  row.fact().attributes = AttributesOfCall(legs, view.legs_seen, codes);
}

v1::CallDirection DirectionOf(const v1::CallLeg& leg) {
  return leg.direction() == v1::CALL_DIRECTION_UNSPECIFIED ? v1::CALL_DIRECTION_INBOUND : leg.direction();
}

// A leg's fact is as it ends: what is counted of legs is seen from their end on.
void SetLegValues(const Leg& leg, Codes& codes, FactRow<FactSet::kLeg>& row) {
  constexpr int64_t kInTheEnd = kForever - 1;
  const v1::CallLeg& record = *leg.record;
  const bool is_agent_leg = leg.IsAgentLeg(kInTheEnd);
  row.Set<Column::kSource>(CodeOfName(Domain::kSource, record.source(), codes))
      .Set<Column::kCall>(CodeOfRecord(Domain::kCallId, record.source(), record.call(), codes))
      .Set<Column::kCustomer>(CodeOfName(Domain::kCustomer, record.customer(), codes))
      .Set<Column::kQueue>(CodeOfName(Domain::kQueue, record.queue(), codes))
      .Set<Column::kTopic>(CodeOfName(Domain::kTopic, record.topic(), codes))
      .Set<Column::kStartAt>(leg.started_at)
      .Set<Column::kEndAt>(leg.ended_at)
      .Set<Column::kOutcome>(leg.Outcome(kInTheEnd))
      .Set<Column::kIsAgentLeg>(is_agent_leg)
      .Set<Column::kAnsweredAt>(is_agent_leg ? leg.answered_at : kForever)
      .Set<Column::kTalkMs>(record.has_talk() ? MsOf(record.talk()) : kNull)
      .Set<Column::kWorkMs>(record.has_talk() || record.has_hold() || record.has_wrap_up()
                                ? MsOf(record.talk()) + MsOf(record.hold()) + MsOf(record.wrap_up())
                                : kNull);
  row.fact().attributes = AttributesOf(record.attributes(), codes);
}

}  // namespace

void WriteCall(const std::vector<Leg>& legs, absl::Span<const SeenTicket> tickets, Codes& codes,
               std::vector<Fact>* facts) {
  const std::vector<int64_t> steps = KnowledgeSteps(legs);
  constexpr int kFrom = PositionInSet<FactSet::kCall>(Column::kKnownFrom);
  constexpr int kTo = PositionInSet<FactSet::kCall>(Column::kKnownTo);
  for (size_t i = 0; i < steps.size(); ++i) {
    WriteView(legs, ViewAt(legs, steps[i]), tickets, codes, facts);
    Fact& fact = facts->back();
    if (i > 0) {
      Fact& before = (*facts)[facts->size() - 2];
      fact.scalars[kFrom] = before.scalars[kFrom];
      fact.scalars[kTo] = before.scalars[kTo];
      if (fact == before) {
        facts->pop_back();
        continue;
      }
      before.scalars[kTo] = steps[i];
    }
    fact.scalars[kFrom] = steps[i];
    fact.scalars[kTo] = kForever;
  }
}

void WriteLegs(const std::vector<Leg>& legs, absl::Span<const SeenTicket> tickets, Codes& codes,
               std::vector<Fact>* facts) {
  for (const Leg& leg : legs) {
    const int64_t own_ticket = CodeOfTicket(&leg, codes);
    const SeenTicket* seen = Find(tickets, own_ticket);
    FactRow<FactSet::kLeg> row(facts);
    const int64_t agent = CodeOfName(Domain::kAgent, leg.record->agent(), codes);
    SetTicketAndPeople(seen, leg.started_at, {agent, CodeOfName(Domain::kTeam, leg.record->team(), codes)}, row);
    const Four at_end = seen == nullptr ? Four{} : seen->story.fields.At(leg.ended_at);
    row.Set<Column::kTicket>(own_ticket)
        .Set<Column::kPriorityAtEnd>(at_end[kPriorityField])
        .Set<Column::kCategoryAtEnd>(at_end[kCategoryField])
        .Set<Column::kDirection>(DirectionOf(*leg.record));
    SetLegValues(leg, codes, row);
  }
}

}  // namespace supportkpi::fact
