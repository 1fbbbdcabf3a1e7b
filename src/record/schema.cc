// The rows of the schema.
#include "record/schema.h"

#include <string>
#include <type_traits>

namespace supportkpi::record {
namespace {

template <typename T>
struct Getter;
template <typename Owner, typename Result>
struct Getter<Result (Owner::*)() const> {
  using Message = Owner;
};

// By the generated code: validation asks every field of every record, and reflection would take many times as long.
template <auto get>
bool IsSet(const google::protobuf::Message& message) {
  const auto& value = (static_cast<const typename Getter<decltype(get)>::Message&>(message).*get)();
  if constexpr (std::is_same_v<decltype(value), const std::string&>) {
    return !value.empty();
  } else {
    return value != std::remove_cvref_t<decltype(value)>();
  }
}

constexpr FieldRow kTicketFields[] = {
    {"id", FieldType::kId, true, IsSet<&v1::Ticket::id>},
    {"source", FieldType::kId, false, IsSet<&v1::Ticket::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::Ticket::version>},
    {"created_at", FieldType::kHappened, true, IsSet<&v1::Ticket::has_created_at>},
    {"customer", FieldType::kText, false, IsSet<&v1::Ticket::customer>},
    {"organization", FieldType::kText, false, IsSet<&v1::Ticket::organization>},
    {"segment", FieldType::kText, false, IsSet<&v1::Ticket::segment>},
    {"channel", FieldType::kText, false, IsSet<&v1::Ticket::channel>},
    {"type", FieldType::kText, false, IsSet<&v1::Ticket::type>},
    {"category", FieldType::kText, false, IsSet<&v1::Ticket::category>},
    {"priority", FieldType::kText, false, IsSet<&v1::Ticket::priority>},
    {"complexity", FieldType::kText, false, IsSet<&v1::Ticket::complexity>},
    {"language", FieldType::kText, false, IsSet<&v1::Ticket::language>},
    {"brand", FieldType::kText, false, IsSet<&v1::Ticket::brand>},
    {"tags", FieldType::kTexts, false, IsSet<&v1::Ticket::tags_size>},
    {"team", FieldType::kText, false, IsSet<&v1::Ticket::team>},
    {"agent", FieldType::kText, false, IsSet<&v1::Ticket::agent>},
    {"issue_key", FieldType::kText, false, IsSet<&v1::Ticket::issue_key>},
    {"origin", FieldType::kEnum, false, IsSet<&v1::Ticket::origin>},
    {"deleted", FieldType::kFlag, false, IsSet<&v1::Ticket::deleted>},
    {"spam", FieldType::kFlag, false, IsSet<&v1::Ticket::spam>},
    {"test", FieldType::kFlag, false, IsSet<&v1::Ticket::test>},
    {"merged_into", FieldType::kId, false, IsSet<&v1::Ticket::merged_into>},
    {"cost", FieldType::kMoney, false, IsSet<&v1::Ticket::has_cost>},
    {"status", FieldType::kEnum, false, IsSet<&v1::Ticket::status>},
    {"first_replied_at", FieldType::kHappened, false, IsSet<&v1::Ticket::has_first_replied_at>},
    {"first_resolved_at", FieldType::kHappened, false, IsSet<&v1::Ticket::has_first_resolved_at>},
    {"resolved_at", FieldType::kHappened, false, IsSet<&v1::Ticket::has_resolved_at>},
    {"closed_at", FieldType::kHappened, false, IsSet<&v1::Ticket::has_closed_at>},
    {"replies", FieldType::kCount, false, IsSet<&v1::Ticket::replies>},
    {"contacts", FieldType::kCount, false, IsSet<&v1::Ticket::contacts>},
    {"reopens", FieldType::kCount, false, IsSet<&v1::Ticket::reopens>},
    {"agents_involved", FieldType::kCount, false, IsSet<&v1::Ticket::agents_involved>},
    {"handle_time", FieldType::kDuration, false, IsSet<&v1::Ticket::has_handle_time>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::Ticket::attributes_size>},
    {"events", FieldType::kEvents, false, IsSet<&v1::Ticket::events_size>},
};

constexpr FieldRow kTicketEventFields[] = {
    {"ticket", FieldType::kId, false, IsSet<&v1::TicketEvent::ticket>},
    {"id", FieldType::kId, false, IsSet<&v1::TicketEvent::id>},
    {"source", FieldType::kId, false, IsSet<&v1::TicketEvent::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::TicketEvent::version>},
    {"at", FieldType::kHappened, true, IsSet<&v1::TicketEvent::has_at>},
    {"kind", FieldType::kEnum, true, IsSet<&v1::TicketEvent::kind>},
    {"status", FieldType::kEnum, false, IsSet<&v1::TicketEvent::status>},
    {"agent", FieldType::kText, false, IsSet<&v1::TicketEvent::agent>},
    {"old_agent", FieldType::kText, false, IsSet<&v1::TicketEvent::old_agent>},
    {"team", FieldType::kText, false, IsSet<&v1::TicketEvent::team>},
    {"old_team", FieldType::kText, false, IsSet<&v1::TicketEvent::old_team>},
    {"priority", FieldType::kText, false, IsSet<&v1::TicketEvent::priority>},
    {"old_priority", FieldType::kText, false, IsSet<&v1::TicketEvent::old_priority>},
    {"category", FieldType::kText, false, IsSet<&v1::TicketEvent::category>},
    {"old_category", FieldType::kText, false, IsSet<&v1::TicketEvent::old_category>},
    {"work", FieldType::kDuration, false, IsSet<&v1::TicketEvent::has_work>},
    {"actor", FieldType::kEnum, false, IsSet<&v1::TicketEvent::actor>},
    {"actor_agent", FieldType::kText, false, IsSet<&v1::TicketEvent::actor_agent>},
    {"actor_team", FieldType::kText, false, IsSet<&v1::TicketEvent::actor_team>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::TicketEvent::attributes_size>},
};

constexpr FieldRow kSurveyFields[] = {
    {"id", FieldType::kId, true, IsSet<&v1::Survey::id>},
    {"source", FieldType::kId, false, IsSet<&v1::Survey::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::Survey::version>},
    {"kind", FieldType::kEnum, true, IsSet<&v1::Survey::kind>},
    {"question", FieldType::kText, false, IsSet<&v1::Survey::question>},
    {"scale_min", FieldType::kNumber, false, IsSet<&v1::Survey::scale_min>},
    {"scale_max", FieldType::kNumber, false, IsSet<&v1::Survey::scale_max>},
    {"direction", FieldType::kEnum, false, IsSet<&v1::Survey::direction>},
    {"threshold", FieldType::kNumber, false, IsSet<&v1::Survey::threshold>},
    {"score", FieldType::kNumber, false, IsSet<&v1::Survey::score>},
    {"sent_at", FieldType::kHappened, false, IsSet<&v1::Survey::has_sent_at>},
    {"responded_at", FieldType::kHappened, false, IsSet<&v1::Survey::has_responded_at>},
    {"ticket", FieldType::kId, false, IsSet<&v1::Survey::ticket>},
    {"ticket_source", FieldType::kId, false, IsSet<&v1::Survey::ticket_source>},
    {"call", FieldType::kId, false, IsSet<&v1::Survey::call>},
    {"customer", FieldType::kText, false, IsSet<&v1::Survey::customer>},
    {"agent", FieldType::kText, false, IsSet<&v1::Survey::agent>},
    {"team", FieldType::kText, false, IsSet<&v1::Survey::team>},
    {"channel", FieldType::kText, false, IsSet<&v1::Survey::channel>},
    {"comment", FieldType::kText, false, IsSet<&v1::Survey::comment>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::Survey::attributes_size>},
};

constexpr FieldRow kCallLegFields[] = {
    {"call", FieldType::kId, true, IsSet<&v1::CallLeg::call>},
    {"leg", FieldType::kId, true, IsSet<&v1::CallLeg::leg>},
    {"source", FieldType::kId, false, IsSet<&v1::CallLeg::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::CallLeg::version>},
    {"direction", FieldType::kEnum, false, IsSet<&v1::CallLeg::direction>},
    {"queue", FieldType::kText, false, IsSet<&v1::CallLeg::queue>},
    {"started_at", FieldType::kHappened, true, IsSet<&v1::CallLeg::has_started_at>},
    {"answered_at", FieldType::kHappened, false, IsSet<&v1::CallLeg::has_answered_at>},
    {"ended_at", FieldType::kHappened, false, IsSet<&v1::CallLeg::has_ended_at>},
    {"ivr", FieldType::kDuration, false, IsSet<&v1::CallLeg::has_ivr>},
    {"queued", FieldType::kDuration, false, IsSet<&v1::CallLeg::has_queued>},
    {"ring", FieldType::kDuration, false, IsSet<&v1::CallLeg::has_ring>},
    {"talk", FieldType::kDuration, false, IsSet<&v1::CallLeg::has_talk>},
    {"hold", FieldType::kDuration, false, IsSet<&v1::CallLeg::has_hold>},
    {"wrap_up", FieldType::kDuration, false, IsSet<&v1::CallLeg::has_wrap_up>},
    {"outcome", FieldType::kEnum, false, IsSet<&v1::CallLeg::outcome>},
    {"agent", FieldType::kText, false, IsSet<&v1::CallLeg::agent>},
    {"team", FieldType::kText, false, IsSet<&v1::CallLeg::team>},
    {"customer", FieldType::kText, false, IsSet<&v1::CallLeg::customer>},
    {"ticket", FieldType::kId, false, IsSet<&v1::CallLeg::ticket>},
    {"ticket_source", FieldType::kId, false, IsSet<&v1::CallLeg::ticket_source>},
    {"topic", FieldType::kText, false, IsSet<&v1::CallLeg::topic>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::CallLeg::attributes_size>},
};

constexpr FieldRow kAgentTimeFields[] = {
    {"id", FieldType::kId, true, IsSet<&v1::AgentTime::id>},
    {"source", FieldType::kId, false, IsSet<&v1::AgentTime::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::AgentTime::version>},
    {"agent", FieldType::kId, true, IsSet<&v1::AgentTime::agent>},
    {"team", FieldType::kText, false, IsSet<&v1::AgentTime::team>},
    {"from", FieldType::kInstant, true, IsSet<&v1::AgentTime::has_from>},
    {"to", FieldType::kInstant, true, IsSet<&v1::AgentTime::has_to>},
    {"state", FieldType::kEnum, true, IsSet<&v1::AgentTime::state>},
    {"paid", FieldType::kFlag, false, IsSet<&v1::AgentTime::paid>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::AgentTime::attributes_size>},
};

constexpr FieldRow kCustomerPeriodFields[] = {
    {"id", FieldType::kId, true, IsSet<&v1::CustomerPeriod::id>},
    {"source", FieldType::kId, false, IsSet<&v1::CustomerPeriod::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::CustomerPeriod::version>},
    {"from", FieldType::kInstant, true, IsSet<&v1::CustomerPeriod::has_from>},
    {"to", FieldType::kInstant, true, IsSet<&v1::CustomerPeriod::has_to>},
    {"segment", FieldType::kText, false, IsSet<&v1::CustomerPeriod::segment>},
    {"persona", FieldType::kText, false, IsSet<&v1::CustomerPeriod::persona>},
    {"region", FieldType::kText, false, IsSet<&v1::CustomerPeriod::region>},
    {"plan", FieldType::kText, false, IsSet<&v1::CustomerPeriod::plan>},
    {"customers_at_start", FieldType::kCount, false, IsSet<&v1::CustomerPeriod::customers_at_start>},
    {"customers_at_end", FieldType::kCount, false, IsSet<&v1::CustomerPeriod::customers_at_end>},
    {"new_customers", FieldType::kCount, false, IsSet<&v1::CustomerPeriod::new_customers>},
    {"lost_customers", FieldType::kCount, false, IsSet<&v1::CustomerPeriod::lost_customers>},
    {"revenue", FieldType::kMoney, false, IsSet<&v1::CustomerPeriod::has_revenue>},
    {"acquisition_cost", FieldType::kMoney, false, IsSet<&v1::CustomerPeriod::has_acquisition_cost>},
    {"relationship_years", FieldType::kPositiveNumber, false, IsSet<&v1::CustomerPeriod::relationship_years>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::CustomerPeriod::attributes_size>},
};

constexpr FieldRow kSupportCostFields[] = {
    {"id", FieldType::kId, true, IsSet<&v1::SupportCost::id>},
    {"source", FieldType::kId, false, IsSet<&v1::SupportCost::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::SupportCost::version>},
    {"from", FieldType::kInstant, true, IsSet<&v1::SupportCost::has_from>},
    {"to", FieldType::kInstant, true, IsSet<&v1::SupportCost::has_to>},
    {"team", FieldType::kText, false, IsSet<&v1::SupportCost::team>},
    {"channel", FieldType::kText, false, IsSet<&v1::SupportCost::channel>},
    {"kind", FieldType::kText, false, IsSet<&v1::SupportCost::kind>},
    {"amount", FieldType::kMoney, true, IsSet<&v1::SupportCost::has_amount>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::SupportCost::attributes_size>},
};

constexpr FieldRow kCustomerFields[] = {
    {"id", FieldType::kId, true, IsSet<&v1::Customer::id>},
    {"source", FieldType::kId, false, IsSet<&v1::Customer::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::Customer::version>},
    {"organization", FieldType::kText, false, IsSet<&v1::Customer::organization>},
    {"segment", FieldType::kText, false, IsSet<&v1::Customer::segment>},
    {"persona", FieldType::kText, false, IsSet<&v1::Customer::persona>},
    {"plan", FieldType::kText, false, IsSet<&v1::Customer::plan>},
    {"region", FieldType::kText, false, IsSet<&v1::Customer::region>},
    {"language", FieldType::kText, false, IsSet<&v1::Customer::language>},
    {"since", FieldType::kInstant, false, IsSet<&v1::Customer::has_since>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::Customer::attributes_size>},
};

constexpr FieldRow kAgentFields[] = {
    {"id", FieldType::kId, true, IsSet<&v1::Agent::id>},
    {"source", FieldType::kId, false, IsSet<&v1::Agent::source>},
    {"version", FieldType::kVersion, false, IsSet<&v1::Agent::version>},
    {"name", FieldType::kText, false, IsSet<&v1::Agent::name>},
    {"teams", FieldType::kTeams, false, IsSet<&v1::Agent::teams_size>},
    {"kind", FieldType::kEnum, false, IsSet<&v1::Agent::kind>},
    {"attributes", FieldType::kAttributes, false, IsSet<&v1::Agent::attributes_size>},
};

const KindRow kKinds[] = {
    {v1::RECORD_KIND_TICKET, "ticket", &v1::Ticket::descriptor, kTicketFields},
    {v1::RECORD_KIND_TICKET_EVENT, "ticket_event", &v1::TicketEvent::descriptor, kTicketEventFields},
    {v1::RECORD_KIND_SURVEY, "survey", &v1::Survey::descriptor, kSurveyFields},
    {v1::RECORD_KIND_CALL_LEG, "call_leg", &v1::CallLeg::descriptor, kCallLegFields},
    {v1::RECORD_KIND_AGENT_TIME, "agent_time", &v1::AgentTime::descriptor, kAgentTimeFields},
    {v1::RECORD_KIND_CUSTOMER_PERIOD, "customer_period", &v1::CustomerPeriod::descriptor, kCustomerPeriodFields},
    {v1::RECORD_KIND_SUPPORT_COST, "support_cost", &v1::SupportCost::descriptor, kSupportCostFields},
    {v1::RECORD_KIND_CUSTOMER, "customer", &v1::Customer::descriptor, kCustomerFields},
    {v1::RECORD_KIND_AGENT, "agent", &v1::Agent::descriptor, kAgentFields},
};

}  // namespace

absl::Span<const KindRow> AllKinds() { return kKinds; }

const KindRow* KindRowOf(v1::RecordKind kind) {
  if (kind < v1::RECORD_KIND_TICKET || kind > v1::RECORD_KIND_AGENT) return nullptr;
  return &kKinds[kind - v1::RECORD_KIND_TICKET];
}

v1::RecordKind KindOf(const v1::Record& record) {
  // The fields of the oneof have the numbers of the enum; a test holds them together.
  return static_cast<v1::RecordKind>(record.kind_case());
}

}  // namespace supportkpi::record
