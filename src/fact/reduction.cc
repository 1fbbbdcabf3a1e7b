// The families, one function each.
#include "fact/reduction.h"

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
    WriteTicket(*family.ticket, *seen, codes, facts);
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

void ReduceCall(const std::vector<const v1::CallLeg*>& legs, const TicketFamily& ticket, Codes& codes,
                std::vector<Fact>* facts) {
  if (legs.empty()) return;
  const std::vector<Leg> ordered = OrderLegs(legs);
  const std::optional<SeenTicket> seen = See(ticket, codes);
  WriteCall(ordered, seen ? &*seen : nullptr, codes, facts);
  WriteLegs(ordered, seen ? &*seen : nullptr, codes, facts);
}

std::pair<std::string, std::string> TicketOfCall(const std::vector<const v1::CallLeg*>& legs) {
  for (const Leg& leg : OrderLegs(legs)) {
    const v1::CallLeg& record = *leg.record;
    if (record.ticket().empty()) continue;
    return {record.ticket_source().empty() ? record.source() : record.ticket_source(), record.ticket()};
  }
  return {};
}

}  // namespace supportkpi::fact
