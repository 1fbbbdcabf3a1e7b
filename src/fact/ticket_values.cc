// A field of tickets that has no history is read here and nowhere else.
#include "fact/ticket_values.h"

#include <algorithm>

namespace supportkpi::fact {

TicketValues ReadTicketValues(const v1::Ticket& ticket, Codes& codes) {
  using record::Domain;
  const auto code = [&](Domain domain, const std::string& name) -> int64_t {
    return name.empty() ? 0 : codes.CodeOf(domain, name);
  };
  TicketValues values;
  values.fields[PlaceOfTicketValue<Column::kTicket>()] =
      CodeOfRecord(Domain::kTicketId, ticket.source(), ticket.id(), codes);
  values.fields[PlaceOfTicketValue<Column::kSource>()] = code(Domain::kSource, ticket.source());
  values.fields[PlaceOfTicketValue<Column::kCustomer>()] = code(Domain::kCustomer, ticket.customer());
  values.fields[PlaceOfTicketValue<Column::kOrganization>()] = code(Domain::kOrganization, ticket.organization());
  values.fields[PlaceOfTicketValue<Column::kSegment>()] = code(Domain::kSegment, ticket.segment());
  values.fields[PlaceOfTicketValue<Column::kChannel>()] = code(Domain::kChannel, ticket.channel());
  values.fields[PlaceOfTicketValue<Column::kType>()] = code(Domain::kTicketType, ticket.type());
  values.fields[PlaceOfTicketValue<Column::kComplexity>()] = code(Domain::kComplexity, ticket.complexity());
  values.fields[PlaceOfTicketValue<Column::kLanguage>()] = code(Domain::kLanguage, ticket.language());
  values.fields[PlaceOfTicketValue<Column::kBrand>()] = code(Domain::kBrand, ticket.brand());
  values.fields[PlaceOfTicketValue<Column::kIssueKey>()] = code(Domain::kIssueKey, ticket.issue_key());
  values.fields[PlaceOfTicketValue<Column::kOrigin>()] = OriginOf(ticket);

  values.exclusion = (ticket.deleted() ? kDeletedBit : 0) | (ticket.spam() ? kSpamBit : 0) |
                     (ticket.test() ? kTestBit : 0) | (ticket.merged_into().empty() ? 0 : kMergedBit);
  for (const std::string& tag : ticket.tags()) {
    if (!tag.empty()) values.tags.push_back(codes.CodeOf(Domain::kTag, tag));
  }
  std::sort(values.tags.begin(), values.tags.end());
  values.tags.erase(std::unique(values.tags.begin(), values.tags.end()), values.tags.end());
  values.attributes = AttributesOf(ticket.attributes(), codes);
  return values;
}

}  // namespace supportkpi::fact
