// One place that knows which messages a family's rows hold.
#include "ingest/family.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

using google::protobuf::Arena;
using google::protobuf::Message;

constexpr int64_t kDayMs = 24LL * 3600 * 1000;

template <typename T>
const Message* ParseAs(absl::string_view bytes, Arena* arena) {
  T* message = Arena::CreateMessage<T>(arena);
  return message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ? message : nullptr;
}

}  // namespace

absl::Status DamagedRow(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("records: a stored row of ", what, " is damaged"));
}

void LiveFamily::Add(char family_letter, RowKind kind, const RowHead& head, const Message& message) {
  switch (kind) {
    case RowKind::kTicket:
      ticket.ticket = static_cast<const v1::Ticket*>(&message);
      return;
    case RowKind::kEvent:
      ticket.events.push_back({static_cast<const v1::TicketEvent*>(&message), head.version, head.place});
      return;
    case RowKind::kSurvey:
      if (family_letter == kTicketFamily)
        ticket.surveys.push_back(static_cast<const v1::Survey*>(&message));
      else
        lone_survey = static_cast<const v1::Survey*>(&message);
      return;
    case RowKind::kLeg:
      legs.push_back(static_cast<const v1::CallLeg*>(&message));
      return;
    case RowKind::kAgentTime:
      times.push_back(static_cast<const v1::AgentTime*>(&message));
      return;
    case RowKind::kPeriod:
      period = static_cast<const v1::CustomerPeriod*>(&message);
      return;
    case RowKind::kCost:
      cost = static_cast<const v1::SupportCost*>(&message);
      return;
    case RowKind::kCallHead:
    case RowKind::kCustomer:
    case RowKind::kAgent:
      return;
  }
}

void ReduceFamily(const FamilyName& name, const LiveFamily& family, absl::Span<const fact::TicketFamily> named_tickets,
                  fact::Codes& codes, std::vector<fact::Fact>* facts) {
  switch (name.letter) {
    case kTicketFamily:
      if (family.ticket.ticket != nullptr || !family.ticket.surveys.empty())
        fact::ReduceTicketFamily(family.ticket, codes, facts);
      return;
    case kSurveyFamily:
      if (family.lone_survey != nullptr) fact::ReduceLoneSurvey(*family.lone_survey, codes, facts);
      return;
    case kCallFamily:
      if (!family.legs.empty()) fact::ReduceCall(family.legs, named_tickets, codes, facts);
      return;
    case kAgentDayFamily:
      if (!family.times.empty()) fact::ReduceAgentDay(name.day * kDayMs, family.times, codes, facts);
      return;
    case kPeriodFamily:
      if (family.period != nullptr) fact::ReduceCustomerPeriod(*family.period, codes, facts);
      return;
    case kCostFamily:
      if (family.cost != nullptr) fact::ReduceSupportCost(*family.cost, codes, facts);
      return;
    default:
      return;
  }
}

std::vector<std::string> TicketFamiliesOfCall(const LiveFamily& call) {
  std::vector<std::string> families;  // in the order of their tickets, since names in keys keep it
  for (const auto& [source, id] : fact::TicketsOfCall(call.legs))
    families.push_back(NamedFamily(kTicketFamily, source, id));
  return families;
}

const Message* ParseMessage(RowKind kind, absl::string_view bytes, Arena* arena) {
  switch (kind) {
    case RowKind::kTicket: return ParseAs<v1::Ticket>(bytes, arena);
    case RowKind::kEvent: return ParseAs<v1::TicketEvent>(bytes, arena);
    case RowKind::kSurvey: return ParseAs<v1::Survey>(bytes, arena);
    case RowKind::kLeg: return ParseAs<v1::CallLeg>(bytes, arena);
    case RowKind::kAgentTime: return ParseAs<v1::AgentTime>(bytes, arena);
    case RowKind::kPeriod: return ParseAs<v1::CustomerPeriod>(bytes, arena);
    case RowKind::kCost: return ParseAs<v1::SupportCost>(bytes, arena);
    case RowKind::kCustomer: return ParseAs<v1::Customer>(bytes, arena);
    case RowKind::kAgent: return ParseAs<v1::Agent>(bytes, arena);
    case RowKind::kCallHead: break;
  }
  return nullptr;
}

absl::Status ForEachRow(const storage::View& view, absl::string_view tenant, absl::string_view family,
                        const RowVisitor& visit) {
  const std::string prefix = RowPrefix(tenant, family);
  absl::Status status;
  RETURN_IF_ERROR(view.Scan(storage::Table::kTruth, prefix, storage::PrefixEnd(prefix),
                            [&](absl::string_view key, absl::string_view value) {
                              const absl::string_view suffix = key.substr(prefix.size());
                              const auto kind = static_cast<RowKind>(suffix.front());
                              if (kind != RowKind::kCallHead) status = visit(kind, suffix, value);
                              return status.ok();
                            }));
  return status;
}

absl::Status LoadFamily(const storage::View& view, absl::string_view tenant, absl::string_view family, Arena* arena,
                        LiveFamily* live) {
  return ForEachRow(view, tenant, family, [&](RowKind kind, absl::string_view, absl::string_view value) -> absl::Status {
    RowHead head;
    absl::string_view bytes;
    if (!ReadRow(kind, value, &head, &bytes)) return DamagedRow("a family");
    if (!head.live) return absl::OkStatus();
    const Message* message = ParseMessage(kind, bytes, arena);
    if (message == nullptr) return DamagedRow("a family");
    live->Add(family.front(), kind, head, *message);
    return absl::OkStatus();
  });
}

}  // namespace supportkpi::ingest
