// Who is credited: which expressions the fields with a history (agent, team, priority, category) are, for each fact set,
// moment and attribution. One table; READINGS.md says what the names mean.
#ifndef SUPPORTKPI_KPI_ATTRIBUTION_H_
#define SUPPORTKPI_KPI_ATTRIBUTION_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "kpi/definition.h"

namespace supportkpi::kpi {

enum class HistoricField : uint8_t { kAgent = 0, kTeam = 1, kPriority = 2, kCategory = 3 };

struct Credit {
  std::array<Expr, 4> values;                 // by HistoricField; Const(0): the set has no such field
  std::optional<std::array<Expr, 4>> before;  // of moves: just before the instant
  // Agent and team are each of the ticket's participants whose instant is before it; `values` tells the other two.
  std::optional<Expr> participants_until;
};

// The credit of a part's facts by the attribution; one that the part does not know gives its default.
Credit CreditOf(const Part& part, absl::string_view attribution);
// The attributions that the part tells apart, its default first; empty: it has only one way.
std::vector<std::string> AttributionsOf(const Part& part);

// Of a survey that counts where it was sent: `answered` once the range sees the answer, else `sent`.
Expr OnceAnswered(Expr answered, Expr sent);

}  // namespace supportkpi::kpi

#endif  // SUPPORTKPI_KPI_ATTRIBUTION_H_
