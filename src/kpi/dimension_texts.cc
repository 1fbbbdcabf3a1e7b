// What each dimension is, in a sentence for people.
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "kpi/dimensions.h"

namespace supportkpi::kpi {
namespace {

// Without the `ticket.` before: that one is put before the sentence.
const std::map<absl::string_view, absl::string_view>& Texts() {
  static const auto& texts = *new std::map<absl::string_view, absl::string_view>{
      {"agent", "The agent credited, by the attribution in use."},
      {"agent.attributes", "An attribute of the agent's record."},
      {"agent.kind", "human or bot; an agent of unknown kind counts as human."},
      {"agent.name", "The agent's name; agents of one name are one group."},
      {"agent.team", "The team of the agent's record at the instant of the fact."},
      {"agents_involved", "Number of humans involved up to the resolution."},
      {"answered", "Whether an agent answered the call."},
      {"answered_at", "When an agent answered the call."},
      {"at", "When it happened: the contact, the work or the change."},
      {"attributes", "An attribute of the fact's own record."},
      {"brand", "The ticket's brand."},
      {"call", "The call, as SOURCE/ID."},
      {"category", "The ticket's category, by the attribution in use."},
      {"channel", "The channel: of the ticket, else of the survey or the cost itself."},
      {"complexity", "The ticket's complexity."},
      {"contacts", "Number of contacts of the customer up to the resolution."},
      {"cost", "The ticket's cost in minor units of its currency."},
      {"created_at", "When the ticket was created."},
      {"currency", "ISO 4217 code of the money that is counted."},
      {"customer", "The customer: of the fact itself, else of its ticket."},
      {"customer.attributes", "An attribute of the customer's record."},
      {"customer.language", "The language in the customer's record, as it is now."},
      {"customer.organization", "The organization in the customer's record, as it is now."},
      {"customer.persona", "The persona in the customer's record, as it is now."},
      {"customer.plan", "The plan in the customer's record, as it is now."},
      {"customer.region", "The region in the customer's record, as it is now."},
      {"customer.segment", "The segment in the customer's record, as it is now."},
      {"customer.since", "Since when the customer is one."},
      {"deleted", "Whether the ticket is flagged as deleted."},
      {"direction", "inbound or outbound, of a call."},
      {"ended_at", "When it ended: the wait or the call."},
      {"first_replied_at", "When a human first replied in public, if before the range's end."},
      {"first_resolved_at", "When the ticket was first resolved, if before the range's end."},
      {"hour_of_day", "The hour of what dates the fact, 0 to 23 in the question's zone."},
      {"issue_key", "What tells that two tickets are about the same issue."},
      {"kind", "The kind: of survey (csat, nps, ces, quality) or of cost."},
      {"language", "The ticket's language."},
      {"merged", "Whether the ticket is merged into another one."},
      {"month_of_year", "The month of what dates the fact, 1 to 12 in the question's zone."},
      {"organization", "The ticket's organization."},
      {"origin", "Who created the ticket: customer, agent or system."},
      {"outcome", "How the call or leg ended: answered, abandoned_in_queue and so on."},
      {"paid", "Whether the agent's time is paid."},
      {"period", "The period of the customer base, by its id."},
      {"persona", "The persona of the period's customers."},
      {"plan", "The plan of the period's customers."},
      {"priority", "The ticket's priority, by the attribution in use."},
      {"question", "The survey's question."},
      {"queue", "The queue of the call."},
      {"region", "The region of the period's customers."},
      {"reopens", "Number of reopenings before the resolution."},
      {"replies", "Number of public replies by humans up to the resolution."},
      {"resolved_at", "When the ticket was resolved."},
      {"responded_at", "When the survey was answered, if before the range's end."},
      {"scale_max", "The greatest score of the survey's scale."},
      {"scale_min", "The least score of the survey's scale."},
      {"score", "The survey's score on its scale, as sent."},
      {"segment", "The segment of the ticket, or of the period's customers."},
      {"sent_at", "When the survey was sent."},
      {"source", "The system that the record comes from."},
      {"spam", "Whether the ticket is flagged as spam."},
      {"started_at", "When it started: the wait or the call."},
      {"state", "The agent's state: available, handling, other_support_work, break or offline."},
      {"status", "The ticket's state: new, open, pending, on_hold, solved or closed."},
      {"survey", "The survey, as SOURCE/ID."},
      {"tags", "The ticket's tags; a ticket stands in the group of each."},
      {"team", "The team credited, by the attribution in use."},
      {"test", "Whether the ticket is flagged as a test."},
      {"ticket", "The ticket, as SOURCE/ID."},
      {"topic", "The topic of the call."},
      {"type", "The ticket's type."},
      {"weekday", "The weekday of what dates the fact, 1 (Monday) to 7 in the question's zone."},
  };
  return texts;
}

}  // namespace

std::string DescriptionOf(absl::string_view name) {
  for (absl::string_view stem : {"customer.attributes", "agent.attributes", "ticket.attributes", "attributes"}) {
    if (absl::StartsWith(name, absl::StrCat(stem, "."))) name = stem;
  }
  if (const auto found = Texts().find(name); found != Texts().end()) return std::string(found->second);
  absl::string_view plain = name;
  if (!absl::ConsumePrefix(&plain, "ticket.")) return "";
  const auto found = Texts().find(plain);
  return found == Texts().end() ? "" : absl::StrCat("Of the ticket that a survey or call belongs to: ", found->second);
}

}  // namespace supportkpi::kpi
