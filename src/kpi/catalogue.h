// The catalogue: every KPI that supportkpi knows, in the order in which people read it.
#ifndef SUPPORTKPI_KPI_CATALOGUE_H_
#define SUPPORTKPI_KPI_CATALOGUE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "kpi/definition.h"

namespace supportkpi::kpi {

// Built once, lives as long as the process; its rows keep their addresses.
absl::Span<const Definition> AllKpis();
// nullptr: there is none.
const Definition* FindKpi(absl::string_view id);
// Up to three ids most like the text, best first; none where nothing is alike.
std::vector<std::string> NearestKpis(absl::string_view text);

// Up to `count` of the names that are most like the text, best first; none where nothing is alike.
std::vector<std::string> NearestNames(absl::string_view text, const std::vector<std::string>& names, size_t count);

}  // namespace supportkpi::kpi

#endif  // SUPPORTKPI_KPI_CATALOGUE_H_
