// What all facts of a ticket have in common: its values, and its histories as lists.
#ifndef SUPPORTKPI_FACT_TICKET_PART_H_
#define SUPPORTKPI_FACT_TICKET_PART_H_

#include <vector>

#include "fact/fact_row.h"
#include "fact/ticket_values.h"

namespace supportkpi::fact {

// A row of a set that is a part of a ticket, with the ticket's values.
template <FactSet set>
class TicketPartRow : public FactRow<set> {
 public:
  TicketPartRow(const SeenTicket& seen, std::vector<Fact>* facts) : FactRow<set>(facts), seen_(seen) {
    static_assert(PositionInSet<set>(Column::kTicket) == 0);
    this->template SetBlock<Column::kTicket>(seen.values.fields);
    this->template Set<Column::kExclusion>(seen.values.exclusion);
    this->template SetBlock<Column::kAgentCurrent>(seen.story.fields.current);
    this->fact().attributes = seen.values.attributes;
  }

  void SetFirstAfter(int64_t instant) {
    SetFirst<Column::kAgentFirst, Column::kAgentFirstAt>(kAgentField, instant);
    SetFirst<Column::kTeamFirst, Column::kTeamFirstAt>(kTeamField, instant);
    SetFirst<Column::kPriorityFirst, Column::kPriorityFirstAt>(kPriorityField, instant);
    SetFirst<Column::kCategoryFirst, Column::kCategoryFirstAt>(kCategoryField, instant);
  }

  void SetInitials() {
    const auto& history = seen_.story.fields.history;
    this->template SetBlock<Column::kAgentInitial>(
        Four{history[0].initial(), history[1].initial(), history[2].initial(), history[3].initial()});
  }

  void SetTags() { this->template SetList<Column::kTags>(seen_.values.tags); }

  void SetTeamSteps() { SetSteps<Column::kTeamStepAt, Column::kTeamStep>(kTeamField); }

  void SetFourSteps() {
    SetSteps<Column::kAgentStepAt, Column::kAgentStep>(kAgentField);
    SetTeamSteps();
    SetSteps<Column::kPriorityStepAt, Column::kPriorityStep>(kPriorityField);
    SetSteps<Column::kCategoryStepAt, Column::kCategoryStep>(kCategoryField);
  }

  void SetStatusSteps() {
    this->template SetList<Column::kStatusStepAt>(seen_.story.status_at);
    this->template SetList<Column::kStatusStep>(seen_.story.status);
  }

  void SetParticipants() {
    this->template SetList<Column::kParticipantAt>(seen_.story.participants.at);
    this->template SetList<Column::kParticipantAgent>(seen_.story.participants.agent);
    this->template SetList<Column::kParticipantTeam>(seen_.story.participants.team);
  }

 private:
  template <Column value, Column at>
  void SetFirst(Field field, int64_t instant) {
    const FieldHistory::First first = seen_.story.fields.history[field].FirstAfter(instant);
    this->template Set<value>(first.value);
    this->template Set<at>(first.at);
  }

  template <Column at, Column value>
  void SetSteps(Field field) {
    this->template SetList<at>(seen_.story.fields.history[field].at());
    this->template SetList<value>(seen_.story.fields.history[field].values());
  }

  const SeenTicket& seen_;
};

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_TICKET_PART_H_
