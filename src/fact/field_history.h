// The history of agent, team, priority and category of one ticket: "as it was then".
#ifndef SUPPORTKPI_FACT_FIELD_HISTORY_H_
#define SUPPORTKPI_FACT_FIELD_HISTORY_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "fact/ordered_event.h"

namespace supportkpi::fact {

// A value that changes at instants: ascending, one change each, each to another value than before.
class FieldHistory {
 public:
  explicit FieldHistory(int64_t initial = 0) : initial_(initial) {}

  // The value just after the ticket's creation and all events dated there.
  int64_t initial() const { return initial_; }
  absl::Span<const int64_t> at() const { return at_; }
  absl::Span<const int64_t> values() const { return values_; }

  // Just after the events of the instant.
  int64_t At(int64_t instant) const;
  // Just before them.
  int64_t Before(int64_t instant) const;
  struct First {
    int64_t value = 0;
    int64_t at = 0;
  };
  // Where the value at the instant is none: the first other one after it; (0, kForever) where there is none, or need.
  First FirstAfter(int64_t instant) const;

  void SetInitial(int64_t value) { initial_ = value; }
  // `at` is not before the last change; of several values at one instant the last stays.
  void Change(int64_t at, int64_t value);

 private:
  int64_t LastValue() const { return values_.empty() ? initial_ : values_.back(); }

  int64_t initial_;
  absl::InlinedVector<int64_t, 4> at_;
  absl::InlinedVector<int64_t, 4> values_;
};

struct TicketFields {
  std::array<FieldHistory, kFieldCount> history;
  Four before_events = {};  // before the first event, even one dated at the creation
  Four current = {};        // the newer by version of the ticket's own value and the last event's

  Four At(int64_t instant) const;
  Four Before(int64_t instant) const;
};

TicketFields ReadFields(const v1::Ticket& ticket, int64_t created_at, const OrderedEvents& events, Codes& codes);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_FIELD_HISTORY_H_
