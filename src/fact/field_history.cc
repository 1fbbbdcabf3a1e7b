// Histories from the events that carry a field; without any, the ticket's own value holds throughout.
#include "fact/field_history.h"

#include <string>

#include "column/value.h"

namespace supportkpi::fact {
namespace {

using column::kForever;
using record::Domain;

int64_t OldValue(Field field, const v1::TicketEvent& event, Codes& codes) {
  const auto code = [&](bool given, Domain domain, const std::string& name) -> int64_t {
    return given && !name.empty() ? codes.CodeOf(domain, name) : 0;
  };
  switch (field) {
    case kAgentField: return code(event.has_old_agent(), Domain::kAgent, event.old_agent());
    case kTeamField: return code(event.has_old_team(), Domain::kTeam, event.old_team());
    case kPriorityField: return code(event.has_old_priority(), Domain::kPriority, event.old_priority());
    case kCategoryField: return code(event.has_old_category(), Domain::kCategory, event.old_category());
  }
  return 0;
}

Four OwnValues(const v1::Ticket& ticket, Codes& codes) {
  const auto code = [&](Domain domain, const std::string& name) -> int64_t {
    return name.empty() ? 0 : codes.CodeOf(domain, name);
  };
  return {code(Domain::kAgent, ticket.agent()), code(Domain::kTeam, ticket.team()),
          code(Domain::kPriority, ticket.priority()), code(Domain::kCategory, ticket.category())};
}

}  // namespace

int64_t FieldHistory::At(int64_t instant) const {
  int64_t value = initial_;
  for (size_t i = 0; i < at_.size() && at_[i] <= instant; ++i) value = values_[i];
  return value;
}

int64_t FieldHistory::Before(int64_t instant) const {
  int64_t value = initial_;
  for (size_t i = 0; i < at_.size() && at_[i] < instant; ++i) value = values_[i];
  return value;
}

FieldHistory::First FieldHistory::FirstAfter(int64_t instant) const {
  if (At(instant) == 0) {
    for (size_t i = 0; i < at_.size(); ++i) {
      if (at_[i] > instant && values_[i] != 0) return {values_[i], at_[i]};
    }
  }
  return {0, kForever};
}

void FieldHistory::Change(int64_t at, int64_t value) {
  if (!at_.empty() && at_.back() == at) {
    at_.pop_back();
    values_.pop_back();
  }
  if (value == LastValue()) return;
  at_.push_back(at);
  values_.push_back(value);
}

Four TicketFields::At(int64_t instant) const {
  return {history[0].At(instant), history[1].At(instant), history[2].At(instant), history[3].At(instant)};
}

Four TicketFields::Before(int64_t instant) const {
  return {history[0].Before(instant), history[1].Before(instant), history[2].Before(instant),
          history[3].Before(instant)};
}

TicketFields ReadFields(const v1::Ticket& ticket, int64_t created_at, const OrderedEvents& events, Codes& codes) {
  TicketFields fields;
  const Four own = OwnValues(ticket, codes);
  fields.before_events = own;
  fields.current = own;
  for (int i = 0; i < kFieldCount; ++i) fields.history[i].SetInitial(own[i]);

  std::array<const OrderedEvent*, kFieldCount> last = {};
  for (const OrderedEvent& event : events) {
    if (event.carried == 0) continue;
    for (int i = 0; i < kFieldCount; ++i) {
      if ((event.carried & (1 << i)) == 0) continue;
      if (last[i] == nullptr) {
        fields.before_events[i] = OldValue(static_cast<Field>(i), *event.event, codes);
        fields.history[i].SetInitial(fields.before_events[i]);
      }
      if (event.at == created_at) {
        fields.history[i].SetInitial(event.values[i]);
      } else {
        fields.history[i].Change(event.at, event.values[i]);
      }
      last[i] = &event;
    }
  }
  for (int i = 0; i < kFieldCount; ++i) {
    if (last[i] != nullptr && last[i]->version > ticket.version()) fields.current[i] = last[i]->values[i];
  }
  return fields;
}

}  // namespace supportkpi::fact
