// What kind of event each is, and their order.
#include "fact/ordered_event.h"

#include <algorithm>
#include <string>

#include "fact/instants.h"

namespace supportkpi::fact {
namespace {

using What = OrderedEvent::What;

bool IsBotsAgent(const v1::TicketEvent& event, Codes& codes) {
  return !event.actor_agent().empty() && codes.IsBot(event.actor_agent());
}

// An agent reply that names nobody is a human's; one that says bot, rule or customer is not.
bool IsHumanReply(const v1::TicketEvent& event, Codes& codes) {
  const bool may_be = event.actor() == v1::ACTOR_KIND_UNSPECIFIED || event.actor() == v1::ACTOR_KIND_AGENT;
  return may_be && !IsBotsAgent(event, codes);
}

void Classify(Codes& codes, OrderedEvent& ordered) {
  switch (ordered.event->kind()) {
    case v1::TICKET_EVENT_KIND_CUSTOMER_MESSAGE:
      ordered.what = What::kCustomerMessage;
      break;
    case v1::TICKET_EVENT_KIND_AGENT_REPLY:
      ordered.by_human = IsHumanReply(*ordered.event, codes);
      ordered.what = ordered.by_human ? What::kHumanReply : What::kOther;
      break;
    case v1::TICKET_EVENT_KIND_WORK_LOG:
      ordered.by_human = ActorOf(*ordered.event) == v1::ACTOR_KIND_AGENT && !IsBotsAgent(*ordered.event, codes);
      break;
    case v1::TICKET_EVENT_KIND_STATUS_CHANGE:
      ordered.what = What::kStatusChange;
      break;
    default:
      break;
  }
}

bool Precedes(const OrderedEvent& a, const OrderedEvent& b) {
  if (a.at != b.at) return a.at < b.at;
  if (a.own_at != b.own_at) return a.own_at < b.own_at;
  if (a.what != b.what) return a.what < b.what;
  const std::string& a_id = a.event->id();
  const std::string& b_id = b.event->id();
  if (a_id.empty() != b_id.empty()) return b_id.empty();
  if (a_id != b_id) return a_id < b_id;
  return a.place < b.place;
}

// After ordering, so that names are asked for in an order that does not depend on arrival.
void ReadNames(Codes& codes, OrderedEvent& ordered) {
  using record::Domain;
  const v1::TicketEvent& event = *ordered.event;
  const auto carry = [&](Field field, Domain domain, const std::string& name) {
    ordered.carried |= 1 << field;
    ordered.values[field] = name.empty() ? 0 : codes.CodeOf(domain, name);
  };
  if (event.has_agent()) carry(kAgentField, Domain::kAgent, event.agent());
  if (event.has_team()) carry(kTeamField, Domain::kTeam, event.team());
  if (event.has_priority()) carry(kPriorityField, Domain::kPriority, event.priority());
  if (event.has_category()) carry(kCategoryField, Domain::kCategory, event.category());
  if (!event.actor_agent().empty()) ordered.actor_agent = codes.CodeOf(Domain::kAgent, event.actor_agent());
}

}  // namespace

v1::ActorKind ActorOf(const v1::TicketEvent& event) {
  if (event.actor() != v1::ACTOR_KIND_UNSPECIFIED) return event.actor();
  if (event.kind() == v1::TICKET_EVENT_KIND_CUSTOMER_MESSAGE) return v1::ACTOR_KIND_CUSTOMER;
  if (event.kind() == v1::TICKET_EVENT_KIND_BOT_REPLY) return v1::ACTOR_KIND_BOT;
  return event.actor_agent().empty() ? v1::ACTOR_KIND_SYSTEM : v1::ACTOR_KIND_AGENT;
}

OrderedEvents OrderEvents(const TicketFamily& family, int64_t created_at, Codes& codes) {
  OrderedEvents events;
  events.reserve(family.events.size());
  for (const TicketFamily::Event& stored : family.events) {
    OrderedEvent& ordered = events.emplace_back();
    ordered.event = stored.event;
    ordered.version = stored.version;
    ordered.place = stored.place;
    ordered.own_at = MsOf(stored.event->at());
    ordered.at = std::max(ordered.own_at, created_at);
    Classify(codes, ordered);
  }
  if (!std::is_sorted(events.begin(), events.end(), Precedes)) std::sort(events.begin(), events.end(), Precedes);
  for (OrderedEvent& ordered : events) ReadNames(codes, ordered);
  return events;
}

}  // namespace supportkpi::fact
