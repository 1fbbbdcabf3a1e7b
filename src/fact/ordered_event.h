// A ticket's events in the order in which they happened, with what they say as codes.
#ifndef SUPPORTKPI_FACT_ORDERED_EVENT_H_
#define SUPPORTKPI_FACT_ORDERED_EVENT_H_

#include <array>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "fact/reduction.h"

namespace supportkpi::fact {

// The fields with a history.
enum Field : uint8_t { kAgentField = 0, kTeamField = 1, kPriorityField = 2, kCategoryField = 3 };
inline constexpr int kFieldCount = 4;
using Four = std::array<int64_t, kFieldCount>;

struct OrderedEvent {
  // In the order of events of one instant.
  enum class What : uint8_t { kCustomerMessage = 0, kHumanReply = 1, kOther = 2, kStatusChange = 3 };

  const v1::TicketEvent* event = nullptr;
  int64_t at = 0;      // not before the ticket's creation
  int64_t own_at = 0;  // as sent
  int64_t version = 0;
  int32_t place = -1;
  What what = What::kOther;
  bool by_human = false;     // done by an agent who is no bot; told of replies and work only
  uint8_t carried = 0;       // bits 1 << Field: it sets these
  Four values = {};          // to these
  int64_t actor_agent = 0;
};

using OrderedEvents = absl::InlinedVector<OrderedEvent, 12>;

// Order: instant; events from before the creation are at it, first, by their own time; then customer messages, public
// human replies, others, status changes; then id in code point order, those without id last, by place.
OrderedEvents OrderEvents(const TicketFamily& family, int64_t created_at, Codes& codes);

// Who did it, where the event does not say: the customer of customer messages, a bot of bot replies, an agent where one
// is named, else a system.
v1::ActorKind ActorOf(const v1::TicketEvent& event);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_ORDERED_EVENT_H_
