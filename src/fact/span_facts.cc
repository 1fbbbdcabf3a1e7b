// Facts of a ticket that have a start and an end, and the changes between them.
#include <algorithm>

#include "fact/ticket_facts.h"
#include "fact/ticket_part.h"

namespace supportkpi::fact {
namespace {

using column::kForever;

using Instants = absl::InlinedVector<int64_t, 16>;

Instants FieldChanges(const TicketStory& story) {
  Instants instants;
  for (const FieldHistory& history : story.fields.history) {
    instants.insert(instants.end(), history.at().begin(), history.at().end());
  }
  return instants;
}

void SortUnique(Instants& instants) {
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
}

Actor ActorOfChange(const TicketStory& story, int64_t at) {
  for (const Change& change : story.changes) {
    if (change.at == at) return change.actor;
  }
  return {};
}

// Just after the events of the instant.
int64_t StatusAt(const TicketStory& story, int64_t instant) {
  return story.StatusBefore(instant + 1);
}

}  // namespace

void WriteStateSpans(const SeenTicket& seen, std::vector<Fact>* facts) {
  const TicketStory& story = seen.story;
  if (story.is_state_unknown) return;
  Instants cuts = FieldChanges(story);
  cuts.insert(cuts.end(), story.status_at.begin(), story.status_at.end());
  SortUnique(cuts);
  for (size_t i = 0; i < cuts.size(); ++i) {
    TicketPartRow<FactSet::kStateSpan> row(seen, facts);
    const Actor actor = ActorOfChange(story, cuts[i]);
    row.SetBlock<Column::kAgent>(story.fields.At(cuts[i]));
    row.Set<Column::kActorAgent>(actor.agent)
        .Set<Column::kActorTeam>(actor.team)
        .Set<Column::kStartAt>(cuts[i])
        .Set<Column::kEndAt>(i + 1 < cuts.size() ? cuts[i + 1] : kForever)
        .Set<Column::kStatus>(StatusAt(story, cuts[i]))
        .Set<Column::kCreatedAt>(story.created_at)
        .Set<Column::kClockStartAt>(story.clock_start.at)
        .Set<Column::kFirstRepliedAt>(story.first_reply.at)
        .Set<Column::kFlat>(story.is_flat)
        .Set<Column::kTeamInitial>(story.fields.history[kTeamField].initial());
    row.SetTags();
    row.SetTeamSteps();
    row.SetParticipants();
  }
}

void WriteMoves(const SeenTicket& seen, std::vector<Fact>* facts) {
  const TicketStory& story = seen.story;
  Instants instants = FieldChanges(story);
  SortUnique(instants);
  for (int64_t at : instants) {
    if (at <= story.created_at || story.is_state_unknown || IsResolved(story.StatusBefore(at))) continue;
    TicketPartRow<FactSet::kMove> row(seen, facts);
    row.SetBlock<Column::kAgent>(story.fields.At(at));
    row.SetBlock<Column::kAgentBefore>(story.fields.Before(at));
    row.Set<Column::kAt>(at).Set<Column::kCreatedAt>(story.created_at);
    row.SetTags();
  }
}

void WriteResolutions(const SeenTicket& seen, std::vector<Fact>* facts) {
  const TicketStory& story = seen.story;
  for (size_t i = 0; i < story.resolutions.size(); ++i) {
    const Resolution& resolution = story.resolutions[i];
    TicketPartRow<FactSet::kResolution> row(seen, facts);
    row.SetBlock<Column::kAgent>(story.fields.At(resolution.start.at));
    row.SetBlock<Column::kAgentAtEnd>(resolution.end_at == kForever ? Four{} : story.fields.At(resolution.end_at));
    row.Set<Column::kActorAgent>(resolution.actor.agent)
        .Set<Column::kActorTeam>(resolution.actor.team)
        .Set<Column::kStartAt>(resolution.start.at)
        .Set<Column::kStartOwnAt>(resolution.start.own_at)
        .Set<Column::kEndAt>(resolution.end_at)
        .Set<Column::kCreatedAt>(story.created_at)
        .Set<Column::kIsFirst>(i == 0)
        .Set<Column::kFlat>(story.is_flat)
        .Set<Column::kReplies>(resolution.replies)
        .Set<Column::kContacts>(resolution.contacts)
        .Set<Column::kAgentsInvolved>(resolution.agents_involved)
        .Set<Column::kReopens>(resolution.reopens)
        .Set<Column::kReassignments>(resolution.reassignments)
        .Set<Column::kTeamChanged>(resolution.team_changed)
        .Set<Column::kHasCustomerMessage>(resolution.has_customer_message)
        .SetBlock<Column::kNewMs>(resolution.unresolved_ms)
        .Set<Column::kTeamInitial>(story.fields.history[kTeamField].initial());
    row.SetTags();
    row.SetTeamSteps();
    row.SetStatusSteps();
    row.SetParticipants();
  }
}

void WriteWaits(const SeenTicket& seen, std::vector<Fact>* facts) {
  const TicketStory& story = seen.story;
  for (const Wait& wait : story.waits) {
    TicketPartRow<FactSet::kWait> row(seen, facts);
    const Four then = story.fields.At(wait.end.at);
    Four attributed = then;
    if (wait.outcome == Wait::kReplied) {
      attributed[kAgentField] = wait.replier.agent;
      attributed[kTeamField] = wait.replier.team;
    }
    row.SetBlock<Column::kAgent>(attributed);
    row.SetBlock<Column::kAgentAtEvent>(then);
    row.SetInitials();
    row.Set<Column::kStartAt>(wait.start.at)
        .Set<Column::kStartOwnAt>(wait.start.own_at)
        .Set<Column::kEndAt>(wait.end.at)
        .Set<Column::kEndOwnAt>(wait.end.own_at)
        .Set<Column::kCreatedAt>(story.created_at)
        .Set<Column::kWaitOutcome>(wait.outcome)
        .Set<Column::kFlat>(story.is_flat)
        .Set<Column::kStateUnknown>(story.is_state_unknown);
    row.SetTags();
    row.SetFourSteps();
    row.SetParticipants();
  }
}

}  // namespace supportkpi::fact
