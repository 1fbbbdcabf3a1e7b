// The table of fact sets, and the look-up of a column's place.
#include "fact/fact_sets.h"

#include <array>
#include <cassert>

#include "fact/fact_columns.h"
#include "fact/reduction.h"

namespace supportkpi::fact {
namespace {

template <FactSet set>
constexpr bool ListsStandLast() {
  for (size_t i = 0; i < ColumnsOfSet<set>().size(); ++i) {
    if (IsListColumn(ColumnsOfSet<set>()[i]) != (static_cast<int>(i) >= ScalarCountOfSet<set>())) return false;
  }
  return ColumnsOfSet<set>().size() - ScalarCountOfSet<set>() <= kListColumnsMax;
}

enum Attributes { kOfTicket, kOwnAndTicket, kOwn };

template <FactSet set>
constexpr FactSetInfo Describe(absl::string_view name, absl::string_view meaning, Column sort_column,
                               Attributes attributes) {
  static_assert(ListsStandLast<set>());
  return FactSetInfo{.set = set,
                     .name = name,
                     .meaning = meaning,
                     .sort_column = sort_column,
                     .columns = absl::MakeConstSpan(ColumnsOfSet<set>().data(), ColumnsOfSet<set>().size()),
                     .scalar_count = ScalarCountOfSet<set>(),
                     .has_ticket = attributes != kOwn,
                     .has_attributes = true,
                     .has_ticket_attributes = attributes == kOwnAndTicket};
}

constexpr FactSetInfo kFactSets[kFactSetCount] = {
    Describe<FactSet::kTicket>("ticket", "a ticket", Column::kCreatedAt, kOfTicket),
    Describe<FactSet::kStateSpan>(
        "state_span", "a stretch in which status, agent, team, priority and category of a ticket stay the same",
        Column::kStartAt, kOfTicket),
    Describe<FactSet::kResolution>("resolution", "a stretch in which a ticket is resolved", Column::kStartAt,
                                   kOfTicket),
    Describe<FactSet::kWait>("wait", "a customer's wait on a ticket", Column::kEndAt, kOfTicket),
    Describe<FactSet::kContact>("contact", "a contact by the customer on a ticket", Column::kAt, kOfTicket),
    Describe<FactSet::kWork>("work", "work logged on a ticket", Column::kAt, kOfTicket),
    Describe<FactSet::kMove>("move", "a change of agent, team, priority or category of an unresolved ticket",
                             Column::kAt, kOfTicket),
    Describe<FactSet::kSurvey>("survey", "a survey", Column::kRespondedAt, kOwnAndTicket),
    Describe<FactSet::kCall>("call", "a call as a range that ends inside (known_from, known_to] sees it",
                             Column::kStartAt, kOwnAndTicket),
    Describe<FactSet::kLeg>("leg", "a leg of a call", Column::kStartAt, kOwnAndTicket),
    Describe<FactSet::kAgentTime>("agent_time", "a stretch of an agent's time that belongs to one state",
                                  Column::kStartAt, kOwn),
    Describe<FactSet::kCustomerPeriod>("customer_period", "a period of the customer base", Column::kStartAt, kOwn),
    Describe<FactSet::kSupportCost>("support_cost", "a cost of a period", Column::kStartAt, kOwn),
};

using Positions = std::array<std::array<int16_t, kColumnIdEnd>, kFactSetCount>;

constexpr Positions MakePositions() {
  Positions positions{};
  for (auto& of_set : positions) of_set.fill(-1);
  for (const FactSetInfo& set : kFactSets) {
    for (size_t i = 0; i < set.columns.size(); ++i) {
      positions[static_cast<size_t>(set.set)][static_cast<size_t>(set.columns[i])] = static_cast<int16_t>(i);
    }
  }
  return positions;
}

constexpr Positions kPositions = MakePositions();

}  // namespace

const FactSetInfo& InfoOf(FactSet set) { return kFactSets[static_cast<size_t>(set)]; }

const ColumnInfo& InfoOf(Column column) {
  assert(kPlaceOfColumn[static_cast<size_t>(column)] >= 0);
  return kColumnTable[kPlaceOfColumn[static_cast<size_t>(column)]];
}

absl::Span<const FactSetInfo> AllFactSets() { return kFactSets; }
absl::Span<const ColumnInfo> AllColumns() { return kColumnTable; }

std::optional<int> PositionOf(FactSet set, Column column) {
  const size_t id = static_cast<size_t>(column);
  if (id >= static_cast<size_t>(kColumnIdEnd)) return std::nullopt;
  const int position = kPositions[static_cast<size_t>(set)][id];
  if (position < 0) return std::nullopt;
  return position;
}

}  // namespace supportkpi::fact
