// The families, one function each.
#include "fact/reduction.h"

#include <algorithm>
#include <optional>

#include "fact/call_facts.h"
#include "fact/survey_facts.h"
#include "fact/ticket_facts.h"
#include "fact/ticket_story.h"
#include "fact/ticket_values.h"

namespace supportkpi::fact {
namespace {

std::optional<SeenTicket> See(const TicketFamily& family, Codes& codes) {
  if (family.ticket == nullptr) return std::nullopt;
  return SeenTicket{ReadTicketValues(*family.ticket, codes), TellStory(family, codes)};
}

}  // namespace

void ReduceTicketFamily(const TicketFamily& family, Codes& codes, std::vector<Fact>* facts) {
  const std::optional<SeenTicket> seen = See(family, codes);
  if (seen) {
    const TicketStory& story = seen->story;
    // The ticket, what happened to it, and at most a span and a move per change. Not where the caller gathers the facts
    // of many families: growing by a little each time would copy them over and over.
    if (facts->empty()) {
      facts->reserve(2 + story.status_at.size() + 2 * story.changes.size() + story.resolutions.size() +
                     story.waits.size() + story.contacts.size() + story.work.size() + family.surveys.size());
    }
    WriteTicket(family, *seen, codes, facts);
    WriteStateSpans(*seen, facts);
    WriteResolutions(*seen, facts);
    WriteWaits(*seen, facts);
    WriteContacts(*seen, facts);
    WriteWork(*seen, facts);
    WriteMoves(*seen, facts);
  }
  if (!family.surveys.empty()) WriteSurveys(family.surveys, seen ? &*seen : nullptr, codes, facts);
}

void ReduceLoneSurvey(const v1::Survey& survey, Codes& codes, std::vector<Fact>* facts) {
  WriteSurveys({&survey}, nullptr, codes, facts);
}

void ReduceCall(const std::vector<const v1::CallLeg*>& legs, absl::Span<const TicketFamily> tickets, Codes& codes,
                std::vector<Fact>* facts) {
  if (legs.empty()) return;
  std::vector<SeenTicket> seen;
  for (const TicketFamily& family : tickets) {
    if (std::optional<SeenTicket> ticket = See(family, codes)) seen.push_back(*std::move(ticket));
  }
  const std::vector<Leg> ordered = OrderLegs(legs);
  WriteCall(ordered, seen, codes, facts);
  WriteLegs(ordered, seen, codes, facts);
}

std::vector<std::pair<std::string, std::string>> TicketsOfCall(const std::vector<const v1::CallLeg*>& legs) {
  std::vector<std::pair<std::string, std::string>> tickets;
  for (const v1::CallLeg* leg : legs) {
    if (leg->ticket().empty()) continue;
    tickets.emplace_back(leg->ticket_source().empty() ? leg->source() : leg->ticket_source(), leg->ticket());
  }
  std::sort(tickets.begin(), tickets.end());
  tickets.erase(std::unique(tickets.begin(), tickets.end()), tickets.end());
  return tickets;
}

}  // namespace supportkpi::fact
