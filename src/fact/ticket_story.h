// What happened to one ticket, told from its events (or its flat facts where it has none): states, resolutions, waits,
// replies, work. The facts are written from it.
#ifndef SUPPORTKPI_FACT_TICKET_STORY_H_
#define SUPPORTKPI_FACT_TICKET_STORY_H_

#include <array>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "column/value.h"
#include "fact/field_history.h"
#include "fact/ordered_event.h"

namespace supportkpi::fact {

struct Actor {
  int64_t agent = 0;
  int64_t team = 0;
};

// An instant in the order of events, and the time that its event was sent with.
struct Moment {
  int64_t at = column::kForever;
  int64_t own_at = column::kForever;
};

struct Resolution {
  Moment start;
  int64_t end_at = column::kForever;
  Actor actor;
  // Up to it; kNull: unknown.
  int64_t replies = column::kNull;
  int64_t contacts = column::kNull;
  int64_t agents_involved = column::kNull;
  int64_t reopens = column::kNull;
  int64_t reassignments = column::kNull;
  int64_t team_changed = column::kNull;
  int64_t has_customer_message = 0;
  // new, open, pending, on hold
  std::array<int64_t, 4> unresolved_ms = {column::kNull, column::kNull, column::kNull, column::kNull};
};

struct Wait {
  enum Outcome : uint8_t { kOpen = 0, kReplied = 1, kResolved = 2 };
  Moment start;
  Moment end;
  Outcome outcome = kOpen;
  Actor replier;
};

struct Work {
  int64_t at = 0;
  int64_t work_ms = 0;
  Actor actor;
};

struct Contact {
  int64_t at = 0;
  int64_t count = 1;
};

// The actor of the last event at an instant that changed the state or a field.
struct Change {
  int64_t at = 0;
  Actor actor;
};

struct Participants {
  absl::InlinedVector<int64_t, 4> at, agent, team;
};

struct TicketStory {
  int64_t created_at = 0;
  v1::TicketOrigin origin = v1::TICKET_ORIGIN_CUSTOMER;
  bool is_flat = false;
  bool is_state_unknown = false;
  TicketFields fields;
  // The state at creation (new; of a flat ticket its own), then the changes, net per instant; empty: unknown.
  absl::InlinedVector<int64_t, 8> status_at, status;
  Moment clock_start = {column::kNull, column::kNull};
  Moment first_reply;
  Actor first_replier;
  absl::InlinedVector<Resolution, 2> resolutions;
  absl::InlinedVector<Wait, 4> waits;
  absl::InlinedVector<Contact, 4> contacts;
  absl::InlinedVector<Work, 4> work;
  absl::InlinedVector<Change, 8> changes;
  Participants participants;

  int64_t TeamAt(int64_t instant) const { return fields.history[kTeamField].At(instant); }
  // The state just before an instant after the creation.
  int64_t StatusBefore(int64_t instant) const;
  void StatusBecomes(int64_t at, v1::TicketStatus status);
};

inline bool IsResolved(int64_t status) {
  return status == v1::TICKET_STATUS_SOLVED || status == v1::TICKET_STATUS_CLOSED;
}

v1::TicketOrigin OriginOf(const v1::Ticket& ticket);
// `family.ticket` must be there.
TicketStory TellStory(const TicketFamily& family, Codes& codes);
// The part of TellStory for a ticket without stored events: `story` has what does not come from events.
void TellFlatStory(const v1::Ticket& ticket, TicketStory& story);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_TICKET_STORY_H_
