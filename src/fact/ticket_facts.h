// Writes the facts of a ticket from its story.
#ifndef SUPPORTKPI_FACT_TICKET_FACTS_H_
#define SUPPORTKPI_FACT_TICKET_FACTS_H_

#include <vector>

#include "fact/reduction.h"
#include "fact/ticket_values.h"

namespace supportkpi::fact {

// `family.ticket` must be there.
void WriteTicket(const TicketFamily& family, const SeenTicket& seen, Codes& codes, std::vector<Fact>* facts);
void WriteStateSpans(const SeenTicket& seen, std::vector<Fact>* facts);
void WriteResolutions(const SeenTicket& seen, std::vector<Fact>* facts);
void WriteWaits(const SeenTicket& seen, std::vector<Fact>* facts);
void WriteContacts(const SeenTicket& seen, std::vector<Fact>* facts);
void WriteWork(const SeenTicket& seen, std::vector<Fact>* facts);
void WriteMoves(const SeenTicket& seen, std::vector<Fact>* facts);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_TICKET_FACTS_H_
