// The reduction of a family to its facts: a pure function of the family's records. The same records give the same facts
// in the same order, whatever order they arrived in.
//
// Families: a ticket with its events, its surveys; a survey without ticket; a call with its legs; the agent time of one
// agent that touches one UTC day; a customer period; a support cost. A call's facts also read the tickets that
// its legs name.
#ifndef SUPPORTKPI_FACT_REDUCTION_H_
#define SUPPORTKPI_FACT_REDUCTION_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fact/fact_sets.h"
#include "record/domain.h"
#include "supportkpi/v1/records.pb.h"

namespace supportkpi::fact {

// Names to codes. Asking for a new name makes its code (the caller stores it with the facts). "" is 0.
class Codes {
 public:
  virtual ~Codes() = default;
  virtual int64_t CodeOf(record::Domain domain, absl::string_view name) = 0;
  // Is this agent's record that of a bot?
  virtual bool IsBot(absl::string_view agent) = 0;
};

inline constexpr int kListColumnsMax = 16;

// One fact. FactSetInfo::columns holds the scalar columns first, then the list columns: `scalars[p]` is the column at
// position p < scalar_count, `List(p - scalar_count)` the list at position p. Attributes are (name code, value code),
// sorted.
struct Fact {
  FactSet set = FactSet::kTicket;
  std::vector<int64_t> scalars;                         // scalar_count
  std::vector<int64_t> list_values;                     // of all lists, one after the other
  std::array<uint32_t, kListColumnsMax> list_ends = {}; // where list i ends in list_values; it begins where i - 1 ends
  std::vector<std::pair<int64_t, int64_t>> attributes;         // the fact's own record's (ticket facts: the ticket's)
  std::vector<std::pair<int64_t, int64_t>> ticket_attributes;  // survey, call, leg: the ticket's

  absl::Span<const int64_t> List(int index) const {
    const uint32_t begin = index == 0 ? 0 : list_ends[index - 1];
    return absl::MakeConstSpan(list_values).subspan(begin, list_ends[index] - begin);
  }
  bool operator==(const Fact&) const = default;
};

// The live records of a ticket's family. Events are those that were stored, with their place where they have no id.
struct TicketFamily {
  const v1::Ticket* ticket = nullptr;  // nullptr: not there (yet)
  struct Event {
    const v1::TicketEvent* event = nullptr;
    int64_t version = 0;
    int32_t place = -1;  // in its ticket's list, where it has no id
  };
  std::vector<Event> events;
  std::vector<const v1::Survey*> surveys;
};

// Appends the facts of a ticket's family; without the ticket only its surveys' (their ticket's fields are none).
void ReduceTicketFamily(const TicketFamily& family, Codes& codes, std::vector<Fact>* facts);
// A survey without ticket.
void ReduceLoneSurvey(const v1::Survey& survey, Codes& codes, std::vector<Fact>* facts);
// A call; `tickets` are the families of the tickets that its legs name, in any order; one that is missing is not there.
void ReduceCall(const std::vector<const v1::CallLeg*>& legs, absl::Span<const TicketFamily> tickets, Codes& codes,
                std::vector<Fact>* facts);
// The tickets that a call's legs name, as (source, id), ascending, each once.
std::vector<std::pair<std::string, std::string>> TicketsOfCall(const std::vector<const v1::CallLeg*>& legs);
// The agent time of one agent, cut to [day_start_ms, day_start_ms + 1 day): each instant belongs to one record.
void ReduceAgentDay(int64_t day_start_ms, const std::vector<const v1::AgentTime*>& records, Codes& codes,
                    std::vector<Fact>* facts);
void ReduceCustomerPeriod(const v1::CustomerPeriod& period, Codes& codes, std::vector<Fact>* facts);
void ReduceSupportCost(const v1::SupportCost& cost, Codes& codes, std::vector<Fact>* facts);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_REDUCTION_H_
