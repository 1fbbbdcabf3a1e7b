// The values of a ticket that travel with its facts, and with the facts of surveys and calls about it.
#ifndef SUPPORTKPI_FACT_TICKET_VALUES_H_
#define SUPPORTKPI_FACT_TICKET_VALUES_H_

#include <array>
#include <cstdint>
#include <vector>

#include "fact/fact_columns.h"
#include "fact/record_names.h"
#include "fact/ticket_story.h"

namespace supportkpi::fact {

template <Column column>
constexpr size_t PlaceOfTicketValue() {
  size_t place = 0;
  while (columns::kTicketValues[place] != column) ++place;
  return place;
}

struct TicketValues {
  std::array<int64_t, columns::kTicketValues.size()> fields = {};  // in the order of columns::kTicketValues
  int64_t exclusion = 0;
  std::vector<int64_t> tags;  // ascending, each once
  Attributes attributes;

  template <Column column>
  int64_t Get() const {
    return fields[PlaceOfTicketValue<column>()];
  }
};

// Bits of Column::kExclusion.
inline constexpr int64_t kDeletedBit = 1, kSpamBit = 2, kTestBit = 4, kMergedBit = 8;

TicketValues ReadTicketValues(const v1::Ticket& ticket, Codes& codes);

// A ticket as surveys and calls see it; all none where it is not there.
struct SeenTicket {
  TicketValues values;
  TicketStory story;
};

// `ticket` is nullptr where there is none.
template <typename Row>
void SetForeignTicket(const SeenTicket* ticket, Row& row) {
  if (ticket == nullptr) return;  // scalars are none as they are
  row.template SetBlock<columns::kTicketValues[0]>(ticket->values.fields);
  row.template SetBlock<Column::kAgentCurrent>(ticket->story.fields.current);
  row.template Set<Column::kTicketCustomer>(ticket->values.Get<Column::kCustomer>());
  row.template Set<Column::kTicketChannel>(ticket->values.Get<Column::kChannel>());
}

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_TICKET_VALUES_H_
