// The rows of the schema.
#include "record/schema.h"

namespace supportkpi::record {
namespace {

constexpr FieldRow kTicketFields[] = {
    {"id", FieldType::kId, true},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"created_at", FieldType::kHappened, true},
    {"customer", FieldType::kText},
    {"organization", FieldType::kText},
    {"segment", FieldType::kText},
    {"channel", FieldType::kText},
    {"type", FieldType::kText},
    {"category", FieldType::kText},
    {"priority", FieldType::kText},
    {"complexity", FieldType::kText},
    {"language", FieldType::kText},
    {"brand", FieldType::kText},
    {"tags", FieldType::kTexts},
    {"team", FieldType::kText},
    {"agent", FieldType::kText},
    {"issue_key", FieldType::kText},
    {"origin", FieldType::kEnum},
    {"deleted", FieldType::kFlag},
    {"spam", FieldType::kFlag},
    {"test", FieldType::kFlag},
    {"merged_into", FieldType::kId},
    {"cost", FieldType::kMoney},
    {"status", FieldType::kEnum},
    {"first_replied_at", FieldType::kHappened},
    {"first_resolved_at", FieldType::kHappened},
    {"resolved_at", FieldType::kHappened},
    {"closed_at", FieldType::kHappened},
    {"replies", FieldType::kCount},
    {"contacts", FieldType::kCount},
    {"reopens", FieldType::kCount},
    {"agents_involved", FieldType::kCount},
    {"handle_time", FieldType::kDuration},
    {"attributes", FieldType::kAttributes},
    {"events", FieldType::kEvents},
};

constexpr FieldRow kTicketEventFields[] = {
    {"ticket", FieldType::kId},
    {"id", FieldType::kId},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"at", FieldType::kHappened, true},
    {"kind", FieldType::kEnum, true},
    {"status", FieldType::kEnum},
    {"agent", FieldType::kText},
    {"old_agent", FieldType::kText},
    {"team", FieldType::kText},
    {"old_team", FieldType::kText},
    {"priority", FieldType::kText},
    {"old_priority", FieldType::kText},
    {"category", FieldType::kText},
    {"old_category", FieldType::kText},
    {"work", FieldType::kDuration},
    {"actor", FieldType::kEnum},
    {"actor_agent", FieldType::kText},
    {"actor_team", FieldType::kText},
    {"attributes", FieldType::kAttributes},
};

constexpr FieldRow kSurveyFields[] = {
    {"id", FieldType::kId, true},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"kind", FieldType::kEnum, true},
    {"question", FieldType::kText},
    {"scale_min", FieldType::kNumber},
    {"scale_max", FieldType::kNumber},
    {"direction", FieldType::kEnum},
    {"threshold", FieldType::kNumber},
    {"score", FieldType::kNumber},
    {"sent_at", FieldType::kHappened},
    {"responded_at", FieldType::kHappened},
    {"ticket", FieldType::kId},
    {"ticket_source", FieldType::kId},
    {"call", FieldType::kId},
    {"customer", FieldType::kText},
    {"agent", FieldType::kText},
    {"team", FieldType::kText},
    {"channel", FieldType::kText},
    {"comment", FieldType::kText},
    {"attributes", FieldType::kAttributes},
};

constexpr FieldRow kCallLegFields[] = {
    {"call", FieldType::kId, true},
    {"leg", FieldType::kId, true},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"direction", FieldType::kEnum},
    {"queue", FieldType::kText},
    {"started_at", FieldType::kHappened, true},
    {"answered_at", FieldType::kHappened},
    {"ended_at", FieldType::kHappened},
    {"ivr", FieldType::kDuration},
    {"queued", FieldType::kDuration},
    {"ring", FieldType::kDuration},
    {"talk", FieldType::kDuration},
    {"hold", FieldType::kDuration},
    {"wrap_up", FieldType::kDuration},
    {"outcome", FieldType::kEnum},
    {"agent", FieldType::kText},
    {"team", FieldType::kText},
    {"customer", FieldType::kText},
    {"ticket", FieldType::kId},
    {"ticket_source", FieldType::kId},
    {"topic", FieldType::kText},
    {"attributes", FieldType::kAttributes},
};

constexpr FieldRow kAgentTimeFields[] = {
    {"id", FieldType::kId, true},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"agent", FieldType::kId, true},
    {"team", FieldType::kText},
    {"from", FieldType::kInstant, true},
    {"to", FieldType::kInstant, true},
    {"state", FieldType::kEnum, true},
    {"paid", FieldType::kFlag},
    {"attributes", FieldType::kAttributes},
};

constexpr FieldRow kCustomerPeriodFields[] = {
    {"id", FieldType::kId, true},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"from", FieldType::kInstant, true},
    {"to", FieldType::kInstant, true},
    {"segment", FieldType::kText},
    {"persona", FieldType::kText},
    {"region", FieldType::kText},
    {"plan", FieldType::kText},
    {"customers_at_start", FieldType::kCount},
    {"customers_at_end", FieldType::kCount},
    {"new_customers", FieldType::kCount},
    {"lost_customers", FieldType::kCount},
    {"revenue", FieldType::kMoney},
    {"acquisition_cost", FieldType::kMoney},
    {"relationship_years", FieldType::kPositiveNumber},
    {"attributes", FieldType::kAttributes},
};

constexpr FieldRow kSupportCostFields[] = {
    {"id", FieldType::kId, true},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"from", FieldType::kInstant, true},
    {"to", FieldType::kInstant, true},
    {"team", FieldType::kText},
    {"channel", FieldType::kText},
    {"kind", FieldType::kText},
    {"amount", FieldType::kMoney, true},
    {"attributes", FieldType::kAttributes},
};

constexpr FieldRow kCustomerFields[] = {
    {"id", FieldType::kId, true},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"organization", FieldType::kText},
    {"segment", FieldType::kText},
    {"persona", FieldType::kText},
    {"plan", FieldType::kText},
    {"region", FieldType::kText},
    {"language", FieldType::kText},
    {"since", FieldType::kInstant},
    {"attributes", FieldType::kAttributes},
};

constexpr FieldRow kAgentFields[] = {
    {"id", FieldType::kId, true},
    {"source", FieldType::kId},
    {"version", FieldType::kVersion},
    {"name", FieldType::kText},
    {"teams", FieldType::kTeams},
    {"kind", FieldType::kEnum},
    {"attributes", FieldType::kAttributes},
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
