// Writes the facts of surveys.
#ifndef SUPPORTKPI_FACT_SURVEY_FACTS_H_
#define SUPPORTKPI_FACT_SURVEY_FACTS_H_

#include <vector>

#include "fact/reduction.h"
#include "fact/ticket_values.h"

namespace supportkpi::fact {

// Surveys that name one ticket, in any order; `ticket` is nullptr where it is not there.
void WriteSurveys(const std::vector<const v1::Survey*>& surveys, const SeenTicket* ticket, Codes& codes,
                  std::vector<Fact>* facts);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_SURVEY_FACTS_H_
