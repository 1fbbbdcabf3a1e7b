// Writes the facts of a call: one per stretch of knowledge, and one per leg.
#ifndef SUPPORTKPI_FACT_CALL_FACTS_H_
#define SUPPORTKPI_FACT_CALL_FACTS_H_

#include <vector>

#include "absl/types/span.h"
#include "fact/call_view.h"
#include "fact/reduction.h"
#include "fact/ticket_values.h"

namespace supportkpi::fact {

// `tickets` are those that the legs name and that are there.
void WriteCall(const std::vector<Leg>& legs, absl::Span<const SeenTicket> tickets, Codes& codes,
               std::vector<Fact>* facts);
void WriteLegs(const std::vector<Leg>& legs, absl::Span<const SeenTicket> tickets, Codes& codes,
               std::vector<Fact>* facts);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_CALL_FACTS_H_
