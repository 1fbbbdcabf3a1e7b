// A field of facts, bound to the fact set of a part: what it is grouped and filtered by.
#ifndef SUPPORTKPI_KPI_BOUND_FIELD_H_
#define SUPPORTKPI_KPI_BOUND_FIELD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fact/fact_sets.h"
#include "kpi/expr.h"
#include "record/domain.h"

namespace supportkpi::kpi {

// How the texts of a field are told from its int64 values.
enum class ValueKind : uint8_t {
  kCode,     // by the dictionary of `domain`; 0 and kNull: none
  kEnum,     // by `enum_names`: (value, name); flags are "false" and "true"
  kInteger,  // as it is: hours, weekdays, months, counts
  kInstant,  // RFC 3339
  kDuration, // seconds
  kMoney,    // minor units
  kBillionths,
  kAgentName,  // an agent's code, told by AgentTable::name
};

// A field bound to a part's fact set: an expression, perhaps a list column (tags, participants), and its texts.
struct BoundField {
  std::string name;                  // as asked: "ticket.channel"
  Expr expr;                         // scalar
  std::optional<fact::Column> list;  // a list column instead: the fact stands in the group of each distinct entry
  // Of participants: only entries whose instant in the list `list_at` is before `list_until`. Fields with the same list_at
  // go together entry by entry (an agent with that agent's team), not as a product.
  std::optional<fact::Column> list_at;
  Expr list_until;
  ValueKind kind = ValueKind::kCode;
  record::Domain domain = record::Domain::kNotCoded;
  std::vector<std::pair<int64_t, std::string>> enum_names;
  // An attribute: expr is unset; the executor finds the column by the name's code.
  std::string attribute;             // name; empty: no attribute
  enum class Owner : uint8_t { kOwn, kTicket, kCustomer, kAgent } attribute_owner = Owner::kOwn;
  Expr attribute_of;                 // kCustomer, kAgent: the expression of the customer's or agent's code
  // kMovedIn, kMovedOut: the field just before the instant (expr: just after); equal to expr where it has no history. Of an
  // attribute of the agent: that agent's code just before (attribute_of: just after).
  Expr before;
  // False: this part has no such field (only the other side of a ratio has, see PartPlan::over) and is not told apart by it.
  bool applies = true;
};

}  // namespace supportkpi::kpi

#endif  // SUPPORTKPI_KPI_BOUND_FIELD_H_
