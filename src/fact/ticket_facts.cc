// The ticket's own fact, its contacts and the work on it.
#include "fact/ticket_facts.h"

#include <algorithm>

#include "fact/instants.h"
#include "fact/ticket_part.h"

namespace supportkpi::fact {
namespace {

using column::kForever;
using column::kNull;

void SetFirstReply(const TicketStory& story, TicketPartRow<FactSet::kTicket>& row) {
  row.Set<Column::kFirstRepliedAt>(story.first_reply.at).Set<Column::kFirstRepliedOwnAt>(story.first_reply.own_at);
  if (story.first_reply.at == kForever) return;
  const Four then = story.fields.At(story.first_reply.at);
  row.Set<Column::kReplyAgent>(story.first_replier.agent)
      .Set<Column::kReplyTeam>(story.first_replier.team)
      .Set<Column::kReplyAssignee>(then[kAgentField])
      .Set<Column::kReplyAssigneeTeam>(then[kTeamField])
      .Set<Column::kReplyPriority>(then[kPriorityField])
      .Set<Column::kReplyCategory>(then[kCategoryField]);
}

void SetFirstResolution(const TicketStory& story, TicketPartRow<FactSet::kTicket>& row) {
  if (story.resolutions.empty()) {
    row.Set<Column::kFirstResolvedAt>(kForever).Set<Column::kFirstResolvedOwnAt>(kForever);
    return;
  }
  const Resolution& first = story.resolutions[0];
  const Four then = story.fields.At(first.start.at);
  row.Set<Column::kFirstResolvedAt>(first.start.at)
      .Set<Column::kFirstResolvedOwnAt>(first.start.own_at)
      .Set<Column::kResolverAgent>(then[kAgentField])
      .Set<Column::kResolverTeam>(then[kTeamField])
      .Set<Column::kResolverPriority>(then[kPriorityField])
      .Set<Column::kResolverCategory>(then[kCategoryField])
      .Set<Column::kResolverActor>(first.actor.agent)
      .Set<Column::kResolverActorTeam>(first.actor.team);
}

// The last instant that the ticket's record and its events name. Some of them make no fact (a bot's note, a flat ticket's
// closing), yet data reaches up to them. kNull where states, first reply, contacts or work tell of it: nearly always.
int64_t LatestUntold(const TicketFamily& family, const TicketStory& story) {
  const v1::Ticket& ticket = *family.ticket;
  int64_t latest = kNull;
  const auto consider = [&latest](bool is_known, const google::protobuf::Timestamp& at) {
    if (is_known) latest = std::max(latest, MsOf(at));
  };
  consider(ticket.has_first_replied_at(), ticket.first_replied_at());
  consider(ticket.has_first_resolved_at(), ticket.first_resolved_at());
  consider(ticket.has_resolved_at(), ticket.resolved_at());
  consider(ticket.has_closed_at(), ticket.closed_at());
  for (const TicketFamily::Event& event : family.events) consider(true, event.event->at());

  int64_t told = story.created_at;
  if (!story.status_at.empty()) told = std::max(told, story.status_at.back());
  if (story.first_reply.at != kForever) told = std::max(told, story.first_reply.at);
  if (!story.contacts.empty()) told = std::max(told, story.contacts.back().at);
  if (!story.work.empty()) told = std::max(told, story.work.back().at);
  return latest > told ? latest : kNull;
}

}  // namespace

void WriteTicket(const TicketFamily& family, const SeenTicket& seen, Codes& codes, std::vector<Fact>* facts) {
  const v1::Ticket& ticket = *family.ticket;
  const TicketStory& story = seen.story;
  TicketPartRow<FactSet::kTicket> row(seen, facts);
  row.SetBlock<Column::kAgentAtEvent>(story.fields.At(story.created_at));
  row.SetFirstAfter(story.created_at);
  row.SetInitials();
  row.Set<Column::kCreatedAt>(story.created_at)
      .Set<Column::kClockStartAt>(story.clock_start.at)
      .Set<Column::kClockStartOwnAt>(story.clock_start.own_at)
      .Set<Column::kLatestAt>(LatestUntold(family, story))
      .Set<Column::kStateUnknown>(story.is_state_unknown)
      .Set<Column::kFlat>(story.is_flat);
  SetFirstReply(story, row);
  SetFirstResolution(story, row);
  row.Set<Column::kCostMinor>(ticket.has_cost() ? ticket.cost().minor_units() : kNull);
  if (ticket.has_cost()) {
    row.Set<Column::kCurrency>(codes.CodeOf(record::Domain::kCurrency, ticket.cost().currency()));
  }

  row.SetTags();
  row.SetFourSteps();
  row.SetStatusSteps();
  absl::InlinedVector<int64_t, 4> from, to;
  for (const Resolution& resolution : story.resolutions) {
    from.push_back(resolution.start.at);
    to.push_back(resolution.end_at);
  }
  row.SetList<Column::kResolvedFrom>(from).SetList<Column::kResolvedTo>(to);
  row.SetParticipants();
}

void WriteContacts(const SeenTicket& seen, std::vector<Fact>* facts) {
  const TicketStory& story = seen.story;
  for (const Contact& contact : story.contacts) {
    TicketPartRow<FactSet::kContact> row(seen, facts);
    row.SetBlock<Column::kAgentAtEvent>(story.fields.At(contact.at));
    row.SetFirstAfter(contact.at);
    row.Set<Column::kAt>(contact.at)
        .Set<Column::kCreatedAt>(story.created_at)
        .Set<Column::kContacts>(contact.count)
        .Set<Column::kFlat>(story.is_flat)
        .Set<Column::kStateUnknown>(story.is_state_unknown);
    row.SetTags();
    row.SetParticipants();
  }
}

void WriteWork(const SeenTicket& seen, std::vector<Fact>* facts) {
  const TicketStory& story = seen.story;
  for (const Work& work : story.work) {
    TicketPartRow<FactSet::kWork> row(seen, facts);
    const Four then = story.fields.At(work.at);
    row.SetBlock<Column::kAgent>(Four{work.actor.agent, work.actor.team, then[kPriorityField], then[kCategoryField]});
    row.SetBlock<Column::kAgentAtEvent>(then);
    row.Set<Column::kAt>(work.at)
        .Set<Column::kCreatedAt>(story.created_at)
        .Set<Column::kWorkMs>(work.work_ms)
        .Set<Column::kFlat>(story.is_flat)
        .Set<Column::kStateUnknown>(story.is_state_unknown);
    row.SetTags();
    row.SetParticipants();
  }
}

}  // namespace supportkpi::fact
