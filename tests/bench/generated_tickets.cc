#include "tests/bench/generated_tickets.h"

#include <array>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace supportkpi::bench {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr std::array<const char*, 6> kChannels = {"email", "chat", "phone", "web", "social", "app"};
constexpr std::array<const char*, 4> kTypes = {"question", "incident", "problem", "task"};
constexpr std::array<const char*, 4> kPriorities = {"low", "normal", "high", "urgent"};
constexpr std::array<const char*, 4> kSegments = {"self-serve", "business", "enterprise", "partner"};

void SetAt(int64_t at_ms, google::protobuf::Timestamp* stamp) {
  stamp->set_seconds(at_ms / 1000);
  stamp->set_nanos(static_cast<int32_t>(at_ms % 1000) * 1'000'000);
}

struct Draw {
  std::mt19937_64 bits;
  int64_t Below(int64_t n) { return static_cast<int64_t>(bits() % static_cast<uint64_t>(n)); }
  int64_t Exponential(double mean) { return static_cast<int64_t>(std::exponential_distribution<double>(1 / mean)(bits)); }
  bool Chance(double share) { return static_cast<double>(bits() >> 11) * 0x1p-53 < share; }
};

v1::TicketEvent* AddEvent(v1::Ticket* ticket, int64_t at_ms, v1::TicketEventKind kind) {
  v1::TicketEvent* event = ticket->add_events();
  event->set_id(absl::StrCat("e", ticket->events_size()));
  SetAt(at_ms, event->mutable_at());
  event->set_kind(kind);
  return event;
}

// Assigned, replied, worked on, solved; half of them with a customer's question back, some reopened: six events each.
int64_t AddEvents(const Shape& shape, Draw& draw, int64_t created, v1::Ticket* ticket) {
  const std::string agent = absl::StrCat("agent-", draw.Below(shape.agents));
  int64_t at = created + draw.Exponential(0.5 * kHourMs);
  v1::TicketEvent* assigned = AddEvent(ticket, at, v1::TICKET_EVENT_KIND_ASSIGNMENT);
  assigned->set_agent(agent);
  if (draw.Chance(0.15)) assigned->set_team(absl::StrCat("team-", draw.Below(shape.teams)));
  at += 1000 + draw.Exponential(3 * kHourMs);
  AddEvent(ticket, at, v1::TICKET_EVENT_KIND_AGENT_REPLY)->set_actor_agent(agent);
  v1::TicketEvent* work = AddEvent(ticket, at + 5000, v1::TICKET_EVENT_KIND_WORK_LOG);
  work->mutable_work()->set_seconds(60 + draw.Below(1200));
  work->set_actor_agent(agent);
  const bool reopened = draw.Chance(0.1);
  if (!reopened) {
    at += 1000 + draw.Exponential(9 * kHourMs);
    AddEvent(ticket, at, v1::TICKET_EVENT_KIND_CUSTOMER_MESSAGE);
    at += 1000 + draw.Exponential(4 * kHourMs);
    AddEvent(ticket, at, v1::TICKET_EVENT_KIND_AGENT_REPLY)->set_actor_agent(agent);
  }
  at += 1000 + draw.Exponential(30 * kHourMs);
  AddEvent(ticket, at, v1::TICKET_EVENT_KIND_STATUS_CHANGE)->set_status(v1::TICKET_STATUS_SOLVED);
  if (reopened) {
    v1::TicketEvent* reopen = AddEvent(ticket, at + draw.Exponential(20 * kHourMs), v1::TICKET_EVENT_KIND_STATUS_CHANGE);
    reopen->set_status(v1::TICKET_STATUS_OPEN);
    reopen->set_actor(v1::ACTOR_KIND_CUSTOMER);
    at += 40 * kHourMs + draw.Exponential(20 * kHourMs);
    AddEvent(ticket, at, v1::TICKET_EVENT_KIND_STATUS_CHANGE)->set_status(v1::TICKET_STATUS_SOLVED);
  }
  return at;
}

// The same outcome as told by a system that keeps no events: some are still open, some wait for the customer.
void SetOutcome(const Shape& shape, Draw& draw, int64_t created, v1::Ticket* ticket) {
  ticket->set_agent(absl::StrCat("agent-", draw.Below(shape.agents)));
  ticket->set_status(v1::TICKET_STATUS_OPEN);
  if (draw.Chance(0.01)) return;
  int64_t at = created + 1000 + draw.Exponential(3.5 * kHourMs);
  SetAt(at, ticket->mutable_first_replied_at());
  ticket->set_replies(1 + draw.Below(3));
  ticket->set_contacts(1 + draw.Below(2));
  ticket->mutable_handle_time()->set_seconds(60 + draw.Below(1200));
  ticket->set_status(v1::TICKET_STATUS_PENDING);
  if (draw.Chance(0.01)) return;
  at += 1000 + draw.Exponential(40 * kHourMs);
  SetAt(at, ticket->mutable_first_resolved_at());
  const bool reopened = draw.Chance(0.1);
  ticket->set_reopens(reopened ? 1 : 0);
  if (reopened) at += 60 * kHourMs + draw.Exponential(20 * kHourMs);
  SetAt(at, ticket->mutable_resolved_at());
  ticket->set_status(v1::TICKET_STATUS_SOLVED);
}

void AppendSurvey(Draw& draw, const v1::Ticket& ticket, int64_t solved, std::vector<v1::Record>* records) {
  v1::Survey* survey = records->emplace_back().mutable_survey();
  survey->set_id(absl::StrCat("S", ticket.id()));
  const bool nps = draw.Chance(0.3);
  survey->set_kind(nps ? v1::SURVEY_KIND_NPS : v1::SURVEY_KIND_CSAT);
  survey->set_scale_min(nps ? 0 : 1);
  survey->set_scale_max(nps ? 10 : 5);
  survey->set_ticket(ticket.id());
  survey->set_customer(ticket.customer());
  SetAt(solved + kHourMs, survey->mutable_sent_at());
  if (draw.Chance(0.6)) {
    survey->set_score(static_cast<double>(nps ? draw.Below(11) : 1 + draw.Below(5)));
    SetAt(solved + kHourMs + draw.Exponential(20 * kHourMs), survey->mutable_responded_at());
  }
}

void AppendCall(const Shape& shape, Draw& draw, int64_t n, int64_t at, std::vector<v1::Record>* records) {
  v1::CallLeg* leg = records->emplace_back().mutable_call_leg();
  leg->set_call(absl::StrCat("K", n));
  leg->set_leg("1");
  leg->set_direction(v1::CALL_DIRECTION_INBOUND);
  leg->set_queue(absl::StrCat("queue-", draw.Below(8)));
  SetAt(at, leg->mutable_started_at());
  const int64_t queued = draw.Exponential(30'000);
  leg->mutable_queued()->set_seconds(queued / 1000);
  if (draw.Chance(0.1)) {
    leg->set_outcome(v1::CALL_OUTCOME_ABANDONED_IN_QUEUE);
    SetAt(at + queued, leg->mutable_ended_at());
    return;
  }
  const int64_t talk = 20'000 + draw.Exponential(200'000);
  leg->set_outcome(v1::CALL_OUTCOME_ANSWERED);
  leg->set_agent(absl::StrCat("agent-", draw.Below(shape.agents)));
  leg->set_team(absl::StrCat("team-", draw.Below(shape.teams)));
  leg->mutable_talk()->set_seconds(talk / 1000);
  SetAt(at + queued, leg->mutable_answered_at());
  SetAt(at + queued + talk, leg->mutable_ended_at());
}

}  // namespace

void AppendTicket(const Shape& shape, int64_t n, std::vector<v1::Record>* records) {
  Draw draw{std::mt19937_64(shape.seed * 1'000'003 + static_cast<uint64_t>(n))};
  const int64_t created = kYearStartMs + static_cast<int64_t>(
      static_cast<double>(kYearEndMs - kYearStartMs) * static_cast<double>(n) / static_cast<double>(shape.tickets));
  const size_t index = records->size();
  v1::Ticket* ticket = records->emplace_back().mutable_ticket();
  ticket->set_id(absl::StrCat("T", n));
  SetAt(created, ticket->mutable_created_at());
  // A tenth as many customers as tickets, with a skew: the square favours low numbers.
  const double skew = static_cast<double>(draw.Below(1'000'000)) / 1e6;
  ticket->set_customer(absl::StrCat("C", static_cast<int64_t>(skew * skew * static_cast<double>(shape.tickets) / 10)));
  ticket->set_segment(kSegments[draw.Below(4)]);
  ticket->set_channel(kChannels[draw.Below(6)]);
  ticket->set_type(kTypes[draw.Below(4)]);
  ticket->set_category(absl::StrCat("category-", draw.Below(30)));
  ticket->set_priority(kPriorities[draw.Below(4)]);
  ticket->set_team(absl::StrCat("team-", draw.Below(shape.teams)));
  if (shape.flat) return SetOutcome(shape, draw, created, ticket);
  const int64_t solved = AddEvents(shape, draw, created, ticket);
  // emplace_back below moves the records: the ticket is looked at by index from here on.
  if (draw.Chance(0.3)) AppendSurvey(draw, v1::Ticket((*records)[index].ticket()), solved, records);
  if (draw.Chance(0.3)) AppendCall(shape, draw, n, created + 1000, records);
}

void AppendAgentDay(const Shape& shape, int day, std::vector<v1::Record>* records) {
  constexpr std::array<v1::AgentState, 4> states = {v1::AGENT_STATE_AVAILABLE, v1::AGENT_STATE_HANDLING,
                                                    v1::AGENT_STATE_BREAK, v1::AGENT_STATE_OTHER_SUPPORT_WORK};
  for (int agent = 0; agent < shape.agents; ++agent) {
    int64_t at = kYearStartMs + day * 24 * kHourMs + 8 * kHourMs;
    for (int part = 0; part < 4; ++part) {
      v1::AgentTime* time = records->emplace_back().mutable_agent_time();
      time->set_id(absl::StrCat(agent, "/", day, "/", part));
      time->set_agent(absl::StrCat("agent-", agent));
      time->set_team(absl::StrCat("team-", agent % shape.teams));
      time->set_state(states[part]);
      SetAt(at, time->mutable_from());
      at += (1 + (agent + part + day) % 3) * kHourMs;
      SetAt(at, time->mutable_to());
    }
  }
}

void AppendMonth(const Shape& shape, int month, std::vector<v1::Record>* records) {
  const absl::CivilMonth first(2025, month);
  const int64_t from = absl::ToUnixMillis(absl::FromCivil(first, absl::UTCTimeZone()));
  const int64_t to = absl::ToUnixMillis(absl::FromCivil(first + 1, absl::UTCTimeZone()));
  for (const char* segment : kSegments) {
    v1::CustomerPeriod* period = records->emplace_back().mutable_customer_period();
    period->set_id(absl::StrCat(segment, month));
    period->set_segment(segment);
    SetAt(from, period->mutable_from());
    SetAt(to, period->mutable_to());
    period->set_customers_at_start(1000 + 10 * month);
    period->set_customers_at_end(1010 + 10 * month);
    period->set_new_customers(30);
    period->mutable_revenue()->set_currency("EUR");
    period->mutable_revenue()->set_minor_units(5'000'000);
    period->mutable_acquisition_cost()->set_currency("EUR");
    period->mutable_acquisition_cost()->set_minor_units(300'000);
    period->set_relationship_years(3);
  }
  for (int team = 0; team < shape.teams; ++team) {
    v1::SupportCost* cost = records->emplace_back().mutable_support_cost();
    cost->set_id(absl::StrCat(team, "/", month));
    cost->set_team(absl::StrCat("team-", team));
    cost->set_kind("staff");
    SetAt(from, cost->mutable_from());
    SetAt(to, cost->mutable_to());
    cost->mutable_amount()->set_currency("EUR");
    cost->mutable_amount()->set_minor_units(8'000'000);
  }
}

v1::Settings GeneratedSettings(const Shape& shape) {
  v1::Settings settings;
  settings.set_default_schedule("berlin");
  for (const auto& [name, zone] : {std::pair("berlin", "Europe/Berlin"), std::pair("new-york", "America/New_York")}) {
    auto* schedule = settings.add_schedules();
    schedule->set_name(name);
    schedule->set_time_zone(zone);
    auto* version = schedule->add_versions();
    version->set_first_date("2020-01-01");
    for (int weekday = 1; weekday <= 5; ++weekday) {
      auto* hours = version->add_weekly();
      hours->set_weekday(weekday);
      hours->set_start("09:00");
      hours->set_end("17:00");
    }
  }
  for (int team = 0; team < shape.teams; ++team) {
    (*settings.mutable_team_schedules())[absl::StrCat("team-", team)] = team % 2 == 0 ? "berlin" : "new-york";
  }
  return settings;
}

}  // namespace supportkpi::bench
