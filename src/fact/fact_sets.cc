// The tables of columns and fact sets, and the look-up of a column's place.
#include "fact/fact_sets.h"

#include <array>
#include <cassert>

#include "fact/fact_columns.h"
#include "fact/reduction.h"

namespace supportkpi::fact {
namespace {

using record::Domain;

constexpr ColumnInfo kColumns[] = {
    {Column::kTicket, "ticket", ColumnType::kCode, Domain::kTicketId},
    {Column::kExclusion, "exclusion", ColumnType::kEnum},
    {Column::kSource, "source", ColumnType::kCode, Domain::kSource},
    {Column::kCustomer, "customer", ColumnType::kCode, Domain::kCustomer},
    {Column::kOrganization, "organization", ColumnType::kCode, Domain::kOrganization},
    {Column::kSegment, "segment", ColumnType::kCode, Domain::kSegment},
    {Column::kChannel, "channel", ColumnType::kCode, Domain::kChannel},
    {Column::kType, "type", ColumnType::kCode, Domain::kTicketType},
    {Column::kComplexity, "complexity", ColumnType::kCode, Domain::kComplexity},
    {Column::kLanguage, "language", ColumnType::kCode, Domain::kLanguage},
    {Column::kBrand, "brand", ColumnType::kCode, Domain::kBrand},
    {Column::kTags, "tags", ColumnType::kCode, Domain::kTag, true},
    {Column::kIssueKey, "issue_key", ColumnType::kCode, Domain::kIssueKey},
    {Column::kOrigin, "origin", ColumnType::kEnum},
    {Column::kAgent, "agent", ColumnType::kCode, Domain::kAgent},
    {Column::kTeam, "team", ColumnType::kCode, Domain::kTeam},
    {Column::kPriority, "priority", ColumnType::kCode, Domain::kPriority},
    {Column::kCategory, "category", ColumnType::kCode, Domain::kCategory},
    {Column::kAgentCurrent, "agent_current", ColumnType::kCode, Domain::kAgent},
    {Column::kTeamCurrent, "team_current", ColumnType::kCode, Domain::kTeam},
    {Column::kPriorityCurrent, "priority_current", ColumnType::kCode, Domain::kPriority},
    {Column::kCategoryCurrent, "category_current", ColumnType::kCode, Domain::kCategory},
    {Column::kAgentAtEvent, "agent_at_event", ColumnType::kCode, Domain::kAgent},
    {Column::kTeamAtEvent, "team_at_event", ColumnType::kCode, Domain::kTeam},
    {Column::kPriorityAtEvent, "priority_at_event", ColumnType::kCode, Domain::kPriority},
    {Column::kCategoryAtEvent, "category_at_event", ColumnType::kCode, Domain::kCategory},
    {Column::kAgentFirst, "agent_first", ColumnType::kCode, Domain::kAgent},
    {Column::kAgentFirstAt, "agent_first_at", ColumnType::kInstant},
    {Column::kTeamFirst, "team_first", ColumnType::kCode, Domain::kTeam},
    {Column::kTeamFirstAt, "team_first_at", ColumnType::kInstant},
    {Column::kPriorityFirst, "priority_first", ColumnType::kCode, Domain::kPriority},
    {Column::kPriorityFirstAt, "priority_first_at", ColumnType::kInstant},
    {Column::kCategoryFirst, "category_first", ColumnType::kCode, Domain::kCategory},
    {Column::kCategoryFirstAt, "category_first_at", ColumnType::kInstant},
    {Column::kAgentInitial, "agent_initial", ColumnType::kCode, Domain::kAgent},
    {Column::kAgentStepAt, "agent_step_at", ColumnType::kInstant, Domain::kNotCoded, true},
    {Column::kAgentStep, "agent_step", ColumnType::kCode, Domain::kAgent, true},
    {Column::kTeamInitial, "team_initial", ColumnType::kCode, Domain::kTeam},
    {Column::kTeamStepAt, "team_step_at", ColumnType::kInstant, Domain::kNotCoded, true},
    {Column::kTeamStep, "team_step", ColumnType::kCode, Domain::kTeam, true},
    {Column::kPriorityInitial, "priority_initial", ColumnType::kCode, Domain::kPriority},
    {Column::kPriorityStepAt, "priority_step_at", ColumnType::kInstant, Domain::kNotCoded, true},
    {Column::kPriorityStep, "priority_step", ColumnType::kCode, Domain::kPriority, true},
    {Column::kCategoryInitial, "category_initial", ColumnType::kCode, Domain::kCategory},
    {Column::kCategoryStepAt, "category_step_at", ColumnType::kInstant, Domain::kNotCoded, true},
    {Column::kCategoryStep, "category_step", ColumnType::kCode, Domain::kCategory, true},
    {Column::kStatusStepAt, "status_step_at", ColumnType::kInstant, Domain::kNotCoded, true},
    {Column::kStatusStep, "status_step", ColumnType::kEnum, Domain::kNotCoded, true},
    {Column::kResolvedFrom, "resolved_from", ColumnType::kInstant, Domain::kNotCoded, true},
    {Column::kResolvedTo, "resolved_to", ColumnType::kInstant, Domain::kNotCoded, true},
    {Column::kParticipantAt, "participant_at", ColumnType::kInstant, Domain::kNotCoded, true},
    {Column::kParticipantAgent, "participant_agent", ColumnType::kCode, Domain::kAgent, true},
    {Column::kParticipantTeam, "participant_team", ColumnType::kCode, Domain::kTeam, true},
    {Column::kCreatedAt, "created_at", ColumnType::kInstant},
    {Column::kStartAt, "start_at", ColumnType::kInstant},
    {Column::kStartOwnAt, "start_own_at", ColumnType::kInstant},
    {Column::kEndAt, "end_at", ColumnType::kInstant},
    {Column::kEndOwnAt, "end_own_at", ColumnType::kInstant},
    {Column::kAt, "at", ColumnType::kInstant},
    {Column::kClockStartAt, "clock_start_at", ColumnType::kInstant},
    {Column::kClockStartOwnAt, "clock_start_own_at", ColumnType::kInstant},
    {Column::kFirstRepliedAt, "first_replied_at", ColumnType::kInstant},
    {Column::kFirstRepliedOwnAt, "first_replied_own_at", ColumnType::kInstant},
    {Column::kFirstResolvedAt, "first_resolved_at", ColumnType::kInstant},
    {Column::kFirstResolvedOwnAt, "first_resolved_own_at", ColumnType::kInstant},
    {Column::kKnownFrom, "known_from", ColumnType::kInstant},
    {Column::kKnownTo, "known_to", ColumnType::kInstant},
    {Column::kSentAt, "sent_at", ColumnType::kInstant},
    {Column::kRespondedAt, "responded_at", ColumnType::kInstant},
    {Column::kSupersededAt, "superseded_at", ColumnType::kInstant},
    {Column::kAnsweredAt, "answered_at", ColumnType::kInstant},
    {Column::kStateUnknown, "state_unknown", ColumnType::kFlag},
    {Column::kFlat, "flat", ColumnType::kFlag},
    {Column::kStatus, "status", ColumnType::kEnum},
    {Column::kIsFirst, "is_first", ColumnType::kFlag},
    {Column::kReplies, "replies", ColumnType::kCount},
    {Column::kContacts, "contacts", ColumnType::kCount},
    {Column::kAgentsInvolved, "agents_involved", ColumnType::kCount},
    {Column::kReopens, "reopens", ColumnType::kCount},
    {Column::kReassignments, "reassignments", ColumnType::kCount},
    {Column::kTeamChanged, "team_changed", ColumnType::kFlag},
    {Column::kHasCustomerMessage, "has_customer_message", ColumnType::kFlag},
    {Column::kNewMs, "new_ms", ColumnType::kDuration},
    {Column::kOpenMs, "open_ms", ColumnType::kDuration},
    {Column::kPendingMs, "pending_ms", ColumnType::kDuration},
    {Column::kOnHoldMs, "on_hold_ms", ColumnType::kDuration},
    {Column::kAgentAtEnd, "agent_at_end", ColumnType::kCode, Domain::kAgent},
    {Column::kTeamAtEnd, "team_at_end", ColumnType::kCode, Domain::kTeam},
    {Column::kPriorityAtEnd, "priority_at_end", ColumnType::kCode, Domain::kPriority},
    {Column::kCategoryAtEnd, "category_at_end", ColumnType::kCode, Domain::kCategory},
    {Column::kWaitOutcome, "wait_outcome", ColumnType::kEnum},
    {Column::kReplyAgent, "reply_agent", ColumnType::kCode, Domain::kAgent},
    {Column::kReplyTeam, "reply_team", ColumnType::kCode, Domain::kTeam},
    {Column::kReplyPriority, "reply_priority", ColumnType::kCode, Domain::kPriority},
    {Column::kReplyCategory, "reply_category", ColumnType::kCode, Domain::kCategory},
    {Column::kReplyAssignee, "reply_assignee", ColumnType::kCode, Domain::kAgent},
    {Column::kReplyAssigneeTeam, "reply_assignee_team", ColumnType::kCode, Domain::kTeam},
    {Column::kResolverAgent, "resolver_agent", ColumnType::kCode, Domain::kAgent},
    {Column::kResolverTeam, "resolver_team", ColumnType::kCode, Domain::kTeam},
    {Column::kResolverPriority, "resolver_priority", ColumnType::kCode, Domain::kPriority},
    {Column::kResolverCategory, "resolver_category", ColumnType::kCode, Domain::kCategory},
    {Column::kCostMinor, "cost_minor", ColumnType::kMoney},
    {Column::kCurrency, "currency", ColumnType::kCode, Domain::kCurrency},
    {Column::kWorkMs, "work_ms", ColumnType::kDuration},
    {Column::kActorAgent, "actor_agent", ColumnType::kCode, Domain::kAgent},
    {Column::kActorTeam, "actor_team", ColumnType::kCode, Domain::kTeam},
    {Column::kResolverActor, "resolver_actor", ColumnType::kCode, Domain::kAgent},
    {Column::kResolverActorTeam, "resolver_actor_team", ColumnType::kCode, Domain::kTeam},
    {Column::kAgentBefore, "agent_before", ColumnType::kCode, Domain::kAgent},
    {Column::kTeamBefore, "team_before", ColumnType::kCode, Domain::kTeam},
    {Column::kPriorityBefore, "priority_before", ColumnType::kCode, Domain::kPriority},
    {Column::kCategoryBefore, "category_before", ColumnType::kCode, Domain::kCategory},
    {Column::kSurvey, "survey", ColumnType::kCode, Domain::kSurveyId},
    {Column::kSurveyKind, "survey_kind", ColumnType::kEnum},
    {Column::kQuestion, "question", ColumnType::kCode, Domain::kQuestion},
    {Column::kScore, "score", ColumnType::kBillionths},
    {Column::kScaleMin, "scale_min", ColumnType::kBillionths},
    {Column::kScaleMax, "scale_max", ColumnType::kBillionths},
    {Column::kThreshold, "threshold", ColumnType::kBillionths},
    {Column::kOwnAgent, "own_agent", ColumnType::kCode, Domain::kAgent},
    {Column::kOwnTeam, "own_team", ColumnType::kCode, Domain::kTeam},
    {Column::kAgentAtSent, "agent_at_sent", ColumnType::kCode, Domain::kAgent},
    {Column::kTeamAtSent, "team_at_sent", ColumnType::kCode, Domain::kTeam},
    {Column::kPriorityAtSent, "priority_at_sent", ColumnType::kCode, Domain::kPriority},
    {Column::kCategoryAtSent, "category_at_sent", ColumnType::kCode, Domain::kCategory},
    {Column::kTicketCustomer, "ticket_customer", ColumnType::kCode, Domain::kCustomer},
    {Column::kTicketChannel, "ticket_channel", ColumnType::kCode, Domain::kChannel},
    {Column::kTicketAgent, "ticket_agent", ColumnType::kCode, Domain::kAgent},
    {Column::kTicketTeam, "ticket_team", ColumnType::kCode, Domain::kTeam},
    {Column::kReversed, "reversed", ColumnType::kFlag},
    {Column::kSurveyCall, "survey_call", ColumnType::kCode, Domain::kCallId},
    {Column::kCall, "call", ColumnType::kCode, Domain::kCallId},
    {Column::kDirection, "direction", ColumnType::kEnum},
    {Column::kOutcome, "outcome", ColumnType::kEnum},
    {Column::kAnswered, "answered", ColumnType::kFlag},
    {Column::kOffered, "offered", ColumnType::kFlag},
    {Column::kRunning, "running", ColumnType::kFlag},
    {Column::kReturned, "returned", ColumnType::kFlag},
    {Column::kAgentLegs, "agent_legs", ColumnType::kCount},
    {Column::kWaitMs, "wait_ms", ColumnType::kDuration},
    {Column::kIvrMs, "ivr_ms", ColumnType::kDuration},
    {Column::kTalkMs, "talk_ms", ColumnType::kDuration},
    {Column::kTalkUnionMs, "talk_union_ms", ColumnType::kDuration},
    {Column::kQueue, "queue", ColumnType::kCode, Domain::kQueue},
    {Column::kTopic, "topic", ColumnType::kCode, Domain::kTopic},
    {Column::kIsAgentLeg, "is_agent_leg", ColumnType::kFlag},
    {Column::kEndOfQueueMs, "end_of_queue_ms", ColumnType::kDuration},
    {Column::kAgentTime, "agent_time", ColumnType::kCode, Domain::kAgentTimeId},
    {Column::kAgentState, "agent_state", ColumnType::kEnum},
    {Column::kPaid, "paid", ColumnType::kFlag},
    {Column::kPeriod, "period", ColumnType::kCode, Domain::kPeriodId},
    {Column::kPersona, "persona", ColumnType::kCode, Domain::kPersona},
    {Column::kRegion, "region", ColumnType::kCode, Domain::kRegion},
    {Column::kPlan, "plan", ColumnType::kCode, Domain::kPlan},
    {Column::kCustomersAtStart, "customers_at_start", ColumnType::kCount},
    {Column::kCustomersAtEnd, "customers_at_end", ColumnType::kCount},
    {Column::kNewCustomers, "new_customers", ColumnType::kCount},
    {Column::kLostCustomers, "lost_customers", ColumnType::kCount},
    {Column::kRevenueMinor, "revenue_minor", ColumnType::kMoney},
    {Column::kAcquisitionCostMinor, "acquisition_cost_minor", ColumnType::kMoney},
    {Column::kRelationshipYears, "relationship_years", ColumnType::kBillionths},
    {Column::kCostKind, "cost_kind", ColumnType::kCode, Domain::kCostKind},
    {Column::kRevenueCurrency, "revenue_currency", ColumnType::kCode, Domain::kCurrency},
    {Column::kAcquisitionCurrency, "acquisition_currency", ColumnType::kCode, Domain::kCurrency},
    {Column::kCost, "cost", ColumnType::kCode, Domain::kCostId},
};

template <FactSet set>
constexpr bool ListsStandLast() {
  for (size_t i = 0; i < ColumnsOfSet<set>().size(); ++i) {
    if (IsListColumn(ColumnsOfSet<set>()[i]) != (static_cast<int>(i) >= ScalarCountOfSet<set>())) return false;
  }
  return ColumnsOfSet<set>().size() - ScalarCountOfSet<set>() <= kListColumnsMax;
}

enum Attributes { kOfTicket, kOwnAndTicket, kOwn };

template <FactSet set>
constexpr FactSetInfo Describe(absl::string_view name, absl::string_view meaning, Column sort_column,
                               Attributes attributes) {
  static_assert(ListsStandLast<set>());
  return FactSetInfo{.set = set,
                     .name = name,
                     .meaning = meaning,
                     .sort_column = sort_column,
                     .columns = absl::MakeConstSpan(ColumnsOfSet<set>().data(), ColumnsOfSet<set>().size()),
                     .scalar_count = ScalarCountOfSet<set>(),
                     .has_ticket = attributes != kOwn,
                     .has_attributes = true,
                     .has_ticket_attributes = attributes == kOwnAndTicket};
}

constexpr FactSetInfo kFactSets[kFactSetCount] = {
    Describe<FactSet::kTicket>("ticket", "a ticket", Column::kCreatedAt, kOfTicket),
    Describe<FactSet::kStateSpan>(
        "state_span", "a stretch in which status, agent, team, priority and category of a ticket stay the same",
        Column::kStartAt, kOfTicket),
    Describe<FactSet::kResolution>("resolution", "a stretch in which a ticket is resolved", Column::kStartAt, kOfTicket),
    Describe<FactSet::kWait>("wait", "a customer's wait on a ticket", Column::kEndAt, kOfTicket),
    Describe<FactSet::kContact>("contact", "a contact by the customer on a ticket", Column::kAt, kOfTicket),
    Describe<FactSet::kWork>("work", "work logged on a ticket", Column::kAt, kOfTicket),
    Describe<FactSet::kMove>("move", "a change of agent, team, priority or category of an unresolved ticket", Column::kAt,
                             kOfTicket),
    Describe<FactSet::kSurvey>("survey", "a survey", Column::kRespondedAt, kOwnAndTicket),
    Describe<FactSet::kCall>("call", "a call as a range that ends inside (known_from, known_to] sees it", Column::kStartAt,
                             kOwnAndTicket),
    Describe<FactSet::kLeg>("leg", "a leg of a call", Column::kStartAt, kOwnAndTicket),
    Describe<FactSet::kAgentTime>("agent_time", "a stretch of an agent's time that belongs to one state",
                                  Column::kStartAt, kOwn),
    Describe<FactSet::kCustomerPeriod>("customer_period", "a period of the customer base", Column::kStartAt, kOwn),
    Describe<FactSet::kSupportCost>("support_cost", "a cost of a period", Column::kStartAt, kOwn),
};

using Positions = std::array<std::array<int16_t, kColumnIdEnd>, kFactSetCount>;

constexpr Positions MakePositions() {
  Positions positions{};
  for (auto& of_set : positions) of_set.fill(-1);
  for (const FactSetInfo& set : kFactSets) {
    for (size_t i = 0; i < set.columns.size(); ++i) {
      positions[static_cast<size_t>(set.set)][static_cast<size_t>(set.columns[i])] = static_cast<int16_t>(i);
    }
  }
  return positions;
}

constexpr std::array<int16_t, kColumnIdEnd> MakeRowOfColumn() {
  std::array<int16_t, kColumnIdEnd> rows{};
  rows.fill(-1);
  int16_t row = 0;
  for (const ColumnInfo& column : kColumns) rows[static_cast<size_t>(column.column)] = row++;
  return rows;
}

constexpr Positions kPositions = MakePositions();
constexpr std::array<int16_t, kColumnIdEnd> kRowOfColumn = MakeRowOfColumn();

}  // namespace

const FactSetInfo& InfoOf(FactSet set) { return kFactSets[static_cast<size_t>(set)]; }

const ColumnInfo& InfoOf(Column column) {
  assert(kRowOfColumn[static_cast<size_t>(column)] >= 0);
  return kColumns[kRowOfColumn[static_cast<size_t>(column)]];
}

absl::Span<const FactSetInfo> AllFactSets() { return kFactSets; }
absl::Span<const ColumnInfo> AllColumns() { return kColumns; }

std::optional<int> PositionOf(FactSet set, Column column) {
  const size_t id = static_cast<size_t>(column);
  if (id >= static_cast<size_t>(kColumnIdEnd)) return std::nullopt;
  const int position = kPositions[static_cast<size_t>(set)][id];
  if (position < 0) return std::nullopt;
  return position;
}

}  // namespace supportkpi::fact
