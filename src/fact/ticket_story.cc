// One walk over a ticket's events in their order.
#include "fact/ticket_story.h"

#include <algorithm>

#include "fact/instants.h"

namespace supportkpi::fact {
namespace {

using column::kForever;
using What = OrderedEvent::What;

class Walk {
 public:
  Walk(TicketStory& story, Codes& codes)
      : story_(story), codes_(codes), values_(story.fields.before_events), state_since_(story.created_at) {}

  void Begin() {
    story_.status_at.push_back(story_.created_at);
    story_.status.push_back(v1::TICKET_STATUS_NEW);
    if (story_.origin != v1::TICKET_ORIGIN_CUSTOMER) return;
    customer_wrote_ = true;
    story_.clock_start = {story_.created_at, story_.created_at};
    StartWait(story_.clock_start);
  }

  void Tell(const OrderedEvent& event) {
    switch (event.what) {
      case What::kCustomerMessage: TellMessage(event); break;
      case What::kHumanReply: TellReply(event); break;
      case What::kStatusChange: TellStatus(event); break;
      case What::kOther:
        if (event.event->kind() == v1::TICKET_EVENT_KIND_WORK_LOG) TellWork(event);
        break;
    }
    if (event.carried != 0) TellFields(event);
  }

 private:
  Actor ActorOfEvent(const OrderedEvent& event) {
    const std::string& team = event.event->actor_team();
    return {event.actor_agent,
            team.empty() ? story_.TeamAt(event.at) : codes_.CodeOf(record::Domain::kTeam, team)};
  }

  void StartWait(Moment start) {
    wait_runs_ = true;
    Wait& wait = story_.waits.emplace_back();
    wait.start = start;
    story_.contacts.push_back({start.at, 1});
  }

  void EndWait(Moment end, Wait::Outcome outcome) {
    wait_runs_ = false;
    story_.waits.back().end = end;
    story_.waits.back().outcome = outcome;
  }

  void TellMessage(const OrderedEvent& event) {
    const Moment moment = {event.at, event.own_at};
    customer_wrote_ = true;
    if (story_.clock_start.at == column::kNull) story_.clock_start = moment;
    if (IsResolved(status_)) {
      wrote_since_resolution_ = true;
    } else if (!wait_runs_) {
      StartWait(moment);
    }
  }

  void TellReply(const OrderedEvent& event) {
    const Moment moment = {event.at, event.own_at};
    const Actor actor = ActorOfEvent(event);
    if (story_.clock_start.at != column::kNull) {
      ++replies_;
      if (story_.first_reply.at == kForever) {
        story_.first_reply = moment;
        story_.first_replier = actor;
      }
    }
    wrote_since_resolution_ = false;
    if (wait_runs_) {
      EndWait(moment, Wait::kReplied);
      story_.waits.back().replier = actor;
    }
    AddParticipant(event.at, actor);
  }

  void TellWork(const OrderedEvent& event) {
    const Actor actor = ActorOfEvent(event);
    story_.work.push_back({event.at, MsOf(event.event->work()), actor});
    if (event.by_human) AddParticipant(event.at, actor);
  }

  void AddParticipant(int64_t at, const Actor& actor) {
    if (actor.agent == 0) return;
    Participants& all = story_.participants;
    bool is_known_agent = false;
    for (size_t i = 0; i < all.at.size(); ++i) {
      if (all.agent[i] != actor.agent) continue;
      if (all.team[i] == actor.team) return;
      is_known_agent = true;
    }
    all.at.push_back(at);
    all.agent.push_back(actor.agent);
    all.team.push_back(actor.team);
    if (!is_known_agent) ++agents_involved_;
  }

  void TellStatus(const OrderedEvent& event) {
    const v1::TicketStatus next = event.event->status();
    if (next == status_ || next < v1::TICKET_STATUS_NEW || next > v1::TICKET_STATUS_CLOSED) return;
    if (!IsResolved(status_)) unresolved_ms_[status_ - v1::TICKET_STATUS_NEW] += event.at - state_since_;
    const bool was_resolved = IsResolved(status_);
    status_ = next;
    state_since_ = event.at;
    story_.StatusBecomes(event.at, next);
    const Actor actor = ActorOfEvent(event);
    TellChange(event.at, actor);
    if (!was_resolved && IsResolved(next)) Resolve(event, actor);
    if (was_resolved && !IsResolved(next)) Reopen(event);
  }

  void Resolve(const OrderedEvent& event, const Actor& actor) {
    const Moment moment = {event.at, event.own_at};
    if (wait_runs_) EndWait(moment, Wait::kResolved);
    wrote_since_resolution_ = false;
    Resolution& resolution = story_.resolutions.emplace_back();
    resolution.start = moment;
    resolution.actor = actor;
    resolution.replies = replies_;
    resolution.contacts = static_cast<int64_t>(story_.contacts.size());
    resolution.agents_involved = agents_involved_;
    resolution.reopens = static_cast<int64_t>(story_.resolutions.size()) - 1;
    resolution.reassignments = reassignments_;
    resolution.team_changed = team_changed_;
    resolution.has_customer_message = customer_wrote_;
    resolution.unresolved_ms = unresolved_ms_;
  }

  void Reopen(const OrderedEvent& event) {
    story_.resolutions.back().end_at = event.at;
    const bool by_customer = ActorOf(*event.event) == v1::ACTOR_KIND_CUSTOMER;
    if (by_customer || wrote_since_resolution_) StartWait({event.at, event.own_at});
    wrote_since_resolution_ = false;
  }

  void TellFields(const OrderedEvent& event) {
    Four next = values_;
    for (int i = 0; i < kFieldCount; ++i) {
      if ((event.carried & (1 << i)) != 0) next[i] = event.values[i];
    }
    if (next == values_) return;
    if (event.event->kind() == v1::TICKET_EVENT_KIND_ASSIGNMENT) {
      const auto goes_over = [&](Field field) {
        return values_[field] != 0 && next[field] != 0 && values_[field] != next[field];
      };
      if (goes_over(kTeamField)) team_changed_ = 1;
      if (goes_over(kAgentField) || goes_over(kTeamField)) ++reassignments_;
    }
    values_ = next;
    TellChange(event.at, ActorOfEvent(event));
  }

  void TellChange(int64_t at, const Actor& actor) {
    if (story_.changes.empty() || story_.changes.back().at != at) story_.changes.emplace_back().at = at;
    story_.changes.back().actor = actor;
  }

  TicketStory& story_;
  Codes& codes_;
  Four values_;  // after the events told so far
  v1::TicketStatus status_ = v1::TICKET_STATUS_NEW;
  int64_t state_since_;
  std::array<int64_t, 4> unresolved_ms_ = {};
  bool customer_wrote_ = false;
  bool wait_runs_ = false;
  bool wrote_since_resolution_ = false;  // a customer message with no human reply after it
  int64_t replies_ = 0;
  int64_t agents_involved_ = 0;
  int64_t reassignments_ = 0;
  int64_t team_changed_ = 0;
};

}  // namespace

int64_t TicketStory::StatusBefore(int64_t instant) const {
  int64_t value = v1::TICKET_STATUS_UNSPECIFIED;
  for (size_t i = 0; i < status_at.size() && status_at[i] < instant; ++i) value = status[i];
  return value;
}

void TicketStory::StatusBecomes(int64_t at, v1::TicketStatus next) {
  if (status_at.size() > 1 && status_at.back() == at) {
    status_at.pop_back();
    status.pop_back();
  }
  if (status.back() == next) return;
  status_at.push_back(at);
  status.push_back(next);
}

v1::TicketOrigin OriginOf(const v1::Ticket& ticket) {
  return ticket.origin() == v1::TICKET_ORIGIN_UNSPECIFIED ? v1::TICKET_ORIGIN_CUSTOMER : ticket.origin();
}

TicketStory TellStory(const TicketFamily& family, Codes& codes) {
  const v1::Ticket& ticket = *family.ticket;
  TicketStory story;
  story.created_at = MsOf(ticket.created_at());
  story.origin = OriginOf(ticket);
  const OrderedEvents events = OrderEvents(family, story.created_at, codes);
  story.fields = ReadFields(ticket, story.created_at, events, codes);
  if (events.empty()) {
    TellFlatStory(ticket, story);
    return story;
  }
  Walk walk(story, codes);
  walk.Begin();
  for (const OrderedEvent& event : events) walk.Tell(event);
  return story;
}

}  // namespace supportkpi::fact
