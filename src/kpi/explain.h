// What people are told of a KPI beyond its row.
#ifndef SUPPORTKPI_KPI_EXPLAIN_H_
#define SUPPORTKPI_KPI_EXPLAIN_H_

#include <string>
#include <vector>

#include "kpi/definition.h"

namespace supportkpi::kpi {

// A QueryKpis request in JSON that asks for the KPI in a way that makes sense: grain, groups and parameters as it needs them.
std::string ExampleRequest(const Definition& definition);

// Its anchors and its variants, the default first, each once; no variants: empty.
std::vector<std::string> AnchorsOf(const Definition& definition);
std::vector<std::string> VariantsOf(const Definition& definition);

}  // namespace supportkpi::kpi

#endif  // SUPPORTKPI_KPI_EXPLAIN_H_
