// The story of a ticket whose source knows no events: what its flat facts tell, the rest unknown.
#include <algorithm>
#include <optional>

#include "fact/instants.h"
#include "fact/ticket_story.h"

namespace supportkpi::fact {
namespace {

using column::kForever;
using column::kNull;

class FlatTicket {
 public:
  FlatTicket(const v1::Ticket& ticket, TicketStory& story) : ticket_(ticket), story_(story) {
    if (ticket.has_resolved_at()) {
      resolved_at_ = MsOf(ticket.resolved_at());
    } else if (ticket.has_closed_at()) {
      resolved_at_ = MsOf(ticket.closed_at());
    }
    if (ticket.has_contacts()) {
      contacts_ = ticket.contacts();
    } else if (IsFromCustomer()) {
      contacts_ = 1;
    }
  }

  void Tell() {
    story_.is_flat = true;
    story_.is_state_unknown = !resolved_at_ && IsResolved(ticket_.status());
    if (!story_.is_state_unknown) {
      TellStates();
      TellResolutions();
    }
    TellWait();
    if (contacts_ != 0) story_.contacts.push_back({story_.created_at, contacts_});
    if (ticket_.has_handle_time()) {
      const int64_t at = InStory(resolved_at_.value_or(story_.created_at)).at;
      story_.work.push_back({at, MsOf(ticket_.handle_time()), Holder()});
    }
  }

 private:
  bool IsFromCustomer() const { return story_.origin == v1::TICKET_ORIGIN_CUSTOMER; }
  Moment InStory(int64_t own_at) const { return {std::max(own_at, story_.created_at), own_at}; }
  // Who replied, worked and resolved, as far as the source tells: the ticket's own agent and team.
  Actor Holder() const {
    return {story_.fields.history[kAgentField].initial(), story_.fields.history[kTeamField].initial()};
  }

  void TellStates() {
    const v1::TicketStatus status = ticket_.status();
    const bool is_known = status != v1::TICKET_STATUS_UNSPECIFIED && !IsResolved(status);
    story_.status_at.push_back(story_.created_at);
    story_.status.push_back(is_known ? status : v1::TICKET_STATUS_OPEN);
    if (!resolved_at_) return;
    const int64_t at = InStory(*resolved_at_).at;
    story_.StatusBecomes(at, ticket_.has_resolved_at() ? v1::TICKET_STATUS_SOLVED : v1::TICKET_STATUS_CLOSED);
    if (ticket_.has_closed_at()) {
      story_.StatusBecomes(std::max(at, MsOf(ticket_.closed_at())), v1::TICKET_STATUS_CLOSED);
    }
  }

  void TellResolutions() {
    if (ticket_.has_first_resolved_at()) {
      const int64_t first_at = MsOf(ticket_.first_resolved_at());
      // It was reopened, nobody knows when: a span that covers nothing.
      if (!resolved_at_ || first_at < *resolved_at_) {
        Resolution& first = story_.resolutions.emplace_back();
        first.start = InStory(first_at);
        first.end_at = first.start.at;
        first.actor = Holder();
        first.reopens = 0;
        first.has_customer_message = IsFromCustomer();
      }
    }
    if (!resolved_at_) return;
    Resolution& last = story_.resolutions.emplace_back();
    last.start = InStory(*resolved_at_);
    last.actor = Holder();
    if (ticket_.has_replies()) last.replies = ticket_.replies();
    if (ticket_.has_agents_involved()) last.agents_involved = ticket_.agents_involved();
    if (ticket_.has_reopens()) last.reopens = ticket_.reopens();
    last.contacts = contacts_;
    last.has_customer_message = IsFromCustomer();
    story_.changes.push_back({last.start.at, last.actor});
  }

  void TellWait() {
    if (!IsFromCustomer()) return;
    story_.clock_start = {story_.created_at, story_.created_at};
    if (ticket_.has_first_replied_at()) {
      story_.first_reply = InStory(MsOf(ticket_.first_replied_at()));
      story_.first_replier = Holder();
    }
    if (story_.is_state_unknown) return;  // it ended, but nobody knows how
    Wait& wait = story_.waits.emplace_back();
    wait.start = story_.clock_start;
    const Moment resolution = resolved_at_ ? InStory(*resolved_at_) : Moment{};
    if (story_.first_reply.at != kForever && story_.first_reply.at <= resolution.at) {
      wait.end = story_.first_reply;
      wait.outcome = Wait::kReplied;
      wait.replier = story_.first_replier;
    } else if (resolved_at_) {
      wait.end = resolution;
      wait.outcome = Wait::kResolved;
    }
  }

  const v1::Ticket& ticket_;
  TicketStory& story_;
  std::optional<int64_t> resolved_at_;  // the last resolution
  int64_t contacts_ = kNull;            // unknown
};

}  // namespace

void TellFlatStory(const v1::Ticket& ticket, TicketStory& story) { FlatTicket(ticket, story).Tell(); }

}  // namespace supportkpi::fact
