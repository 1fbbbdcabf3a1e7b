// What each column is and which columns each fact set has, known at compile time. Scalar columns first, then list
// columns; sets that are parts of a ticket open with the same columns, so that these are copied as one block. Stored on
// disk by Column, not by position: columns may be added anywhere.
#ifndef SUPPORTKPI_FACT_FACT_COLUMNS_H_
#define SUPPORTKPI_FACT_FACT_COLUMNS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "fact/fact_sets.h"

namespace supportkpi::fact {

// Name, type and domain of every column.
inline constexpr ColumnInfo kColumnTable[] = {
    {Column::kTicket, "ticket", ColumnType::kCode, record::Domain::kTicketId},
    {Column::kExclusion, "exclusion", ColumnType::kEnum},
    {Column::kSource, "source", ColumnType::kCode, record::Domain::kSource},
    {Column::kCustomer, "customer", ColumnType::kCode, record::Domain::kCustomer},
    {Column::kOrganization, "organization", ColumnType::kCode, record::Domain::kOrganization},
    {Column::kSegment, "segment", ColumnType::kCode, record::Domain::kSegment},
    {Column::kChannel, "channel", ColumnType::kCode, record::Domain::kChannel},
    {Column::kType, "type", ColumnType::kCode, record::Domain::kTicketType},
    {Column::kComplexity, "complexity", ColumnType::kCode, record::Domain::kComplexity},
    {Column::kLanguage, "language", ColumnType::kCode, record::Domain::kLanguage},
    {Column::kBrand, "brand", ColumnType::kCode, record::Domain::kBrand},
    {Column::kTags, "tags", ColumnType::kCode, record::Domain::kTag, true},
    {Column::kIssueKey, "issue_key", ColumnType::kCode, record::Domain::kIssueKey},
    {Column::kOrigin, "origin", ColumnType::kEnum},
    {Column::kAgent, "agent", ColumnType::kCode, record::Domain::kAgent},
    {Column::kTeam, "team", ColumnType::kCode, record::Domain::kTeam},
    {Column::kPriority, "priority", ColumnType::kCode, record::Domain::kPriority},
    {Column::kCategory, "category", ColumnType::kCode, record::Domain::kCategory},
    {Column::kAgentCurrent, "agent_current", ColumnType::kCode, record::Domain::kAgent},
    {Column::kTeamCurrent, "team_current", ColumnType::kCode, record::Domain::kTeam},
    {Column::kPriorityCurrent, "priority_current", ColumnType::kCode, record::Domain::kPriority},
    {Column::kCategoryCurrent, "category_current", ColumnType::kCode, record::Domain::kCategory},
    {Column::kAgentAtEvent, "agent_at_event", ColumnType::kCode, record::Domain::kAgent},
    {Column::kTeamAtEvent, "team_at_event", ColumnType::kCode, record::Domain::kTeam},
    {Column::kPriorityAtEvent, "priority_at_event", ColumnType::kCode, record::Domain::kPriority},
    {Column::kCategoryAtEvent, "category_at_event", ColumnType::kCode, record::Domain::kCategory},
    {Column::kAgentFirst, "agent_first", ColumnType::kCode, record::Domain::kAgent},
    {Column::kAgentFirstAt, "agent_first_at", ColumnType::kInstant},
    {Column::kTeamFirst, "team_first", ColumnType::kCode, record::Domain::kTeam},
    {Column::kTeamFirstAt, "team_first_at", ColumnType::kInstant},
    {Column::kPriorityFirst, "priority_first", ColumnType::kCode, record::Domain::kPriority},
    {Column::kPriorityFirstAt, "priority_first_at", ColumnType::kInstant},
    {Column::kCategoryFirst, "category_first", ColumnType::kCode, record::Domain::kCategory},
    {Column::kCategoryFirstAt, "category_first_at", ColumnType::kInstant},
    {Column::kAgentInitial, "agent_initial", ColumnType::kCode, record::Domain::kAgent},
    {Column::kAgentStepAt, "agent_step_at", ColumnType::kInstant, record::Domain::kNotCoded, true},
    {Column::kAgentStep, "agent_step", ColumnType::kCode, record::Domain::kAgent, true},
    {Column::kTeamInitial, "team_initial", ColumnType::kCode, record::Domain::kTeam},
    {Column::kTeamStepAt, "team_step_at", ColumnType::kInstant, record::Domain::kNotCoded, true},
    {Column::kTeamStep, "team_step", ColumnType::kCode, record::Domain::kTeam, true},
    {Column::kPriorityInitial, "priority_initial", ColumnType::kCode, record::Domain::kPriority},
    {Column::kPriorityStepAt, "priority_step_at", ColumnType::kInstant, record::Domain::kNotCoded, true},
    {Column::kPriorityStep, "priority_step", ColumnType::kCode, record::Domain::kPriority, true},
    {Column::kCategoryInitial, "category_initial", ColumnType::kCode, record::Domain::kCategory},
    {Column::kCategoryStepAt, "category_step_at", ColumnType::kInstant, record::Domain::kNotCoded, true},
    {Column::kCategoryStep, "category_step", ColumnType::kCode, record::Domain::kCategory, true},
    {Column::kStatusStepAt, "status_step_at", ColumnType::kInstant, record::Domain::kNotCoded, true},
    {Column::kStatusStep, "status_step", ColumnType::kEnum, record::Domain::kNotCoded, true},
    {Column::kResolvedFrom, "resolved_from", ColumnType::kInstant, record::Domain::kNotCoded, true},
    {Column::kResolvedTo, "resolved_to", ColumnType::kInstant, record::Domain::kNotCoded, true},
    {Column::kParticipantAt, "participant_at", ColumnType::kInstant, record::Domain::kNotCoded, true},
    {Column::kParticipantAgent, "participant_agent", ColumnType::kCode, record::Domain::kAgent, true},
    {Column::kParticipantTeam, "participant_team", ColumnType::kCode, record::Domain::kTeam, true},
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
    {Column::kLatestAt, "latest_at", ColumnType::kInstant},
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
    {Column::kAgentAtEnd, "agent_at_end", ColumnType::kCode, record::Domain::kAgent},
    {Column::kTeamAtEnd, "team_at_end", ColumnType::kCode, record::Domain::kTeam},
    {Column::kPriorityAtEnd, "priority_at_end", ColumnType::kCode, record::Domain::kPriority},
    {Column::kCategoryAtEnd, "category_at_end", ColumnType::kCode, record::Domain::kCategory},
    {Column::kWaitOutcome, "wait_outcome", ColumnType::kEnum},
    {Column::kReplyAgent, "reply_agent", ColumnType::kCode, record::Domain::kAgent},
    {Column::kReplyTeam, "reply_team", ColumnType::kCode, record::Domain::kTeam},
    {Column::kReplyPriority, "reply_priority", ColumnType::kCode, record::Domain::kPriority},
    {Column::kReplyCategory, "reply_category", ColumnType::kCode, record::Domain::kCategory},
    {Column::kReplyAssignee, "reply_assignee", ColumnType::kCode, record::Domain::kAgent},
    {Column::kReplyAssigneeTeam, "reply_assignee_team", ColumnType::kCode, record::Domain::kTeam},
    {Column::kResolverAgent, "resolver_agent", ColumnType::kCode, record::Domain::kAgent},
    {Column::kResolverTeam, "resolver_team", ColumnType::kCode, record::Domain::kTeam},
    {Column::kResolverPriority, "resolver_priority", ColumnType::kCode, record::Domain::kPriority},
    {Column::kResolverCategory, "resolver_category", ColumnType::kCode, record::Domain::kCategory},
    {Column::kCostMinor, "cost_minor", ColumnType::kMoney},
    {Column::kCurrency, "currency", ColumnType::kCode, record::Domain::kCurrency},
    {Column::kWorkMs, "work_ms", ColumnType::kDuration},
    {Column::kActorAgent, "actor_agent", ColumnType::kCode, record::Domain::kAgent},
    {Column::kActorTeam, "actor_team", ColumnType::kCode, record::Domain::kTeam},
    {Column::kResolverActor, "resolver_actor", ColumnType::kCode, record::Domain::kAgent},
    {Column::kResolverActorTeam, "resolver_actor_team", ColumnType::kCode, record::Domain::kTeam},
    {Column::kAgentBefore, "agent_before", ColumnType::kCode, record::Domain::kAgent},
    {Column::kTeamBefore, "team_before", ColumnType::kCode, record::Domain::kTeam},
    {Column::kPriorityBefore, "priority_before", ColumnType::kCode, record::Domain::kPriority},
    {Column::kCategoryBefore, "category_before", ColumnType::kCode, record::Domain::kCategory},
    {Column::kSurvey, "survey", ColumnType::kCode, record::Domain::kSurveyId},
    {Column::kSurveyKind, "survey_kind", ColumnType::kEnum},
    {Column::kQuestion, "question", ColumnType::kCode, record::Domain::kQuestion},
    {Column::kScore, "score", ColumnType::kBillionths},
    {Column::kScaleMin, "scale_min", ColumnType::kBillionths},
    {Column::kScaleMax, "scale_max", ColumnType::kBillionths},
    {Column::kThreshold, "threshold", ColumnType::kBillionths},
    {Column::kOwnAgent, "own_agent", ColumnType::kCode, record::Domain::kAgent},
    {Column::kOwnTeam, "own_team", ColumnType::kCode, record::Domain::kTeam},
    {Column::kAgentAtSent, "agent_at_sent", ColumnType::kCode, record::Domain::kAgent},
    {Column::kTeamAtSent, "team_at_sent", ColumnType::kCode, record::Domain::kTeam},
    {Column::kPriorityAtSent, "priority_at_sent", ColumnType::kCode, record::Domain::kPriority},
    {Column::kCategoryAtSent, "category_at_sent", ColumnType::kCode, record::Domain::kCategory},
    {Column::kTicketCustomer, "ticket_customer", ColumnType::kCode, record::Domain::kCustomer},
    {Column::kTicketChannel, "ticket_channel", ColumnType::kCode, record::Domain::kChannel},
    {Column::kTicketAgent, "ticket_agent", ColumnType::kCode, record::Domain::kAgent},
    {Column::kTicketTeam, "ticket_team", ColumnType::kCode, record::Domain::kTeam},
    {Column::kReversed, "reversed", ColumnType::kFlag},
    {Column::kSurveyCall, "survey_call", ColumnType::kCode, record::Domain::kCallId},
    {Column::kTicketAgentAtSent, "ticket_agent_at_sent", ColumnType::kCode, record::Domain::kAgent},
    {Column::kTicketTeamAtSent, "ticket_team_at_sent", ColumnType::kCode, record::Domain::kTeam},
    {Column::kCall, "call", ColumnType::kCode, record::Domain::kCallId},
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
    {Column::kQueue, "queue", ColumnType::kCode, record::Domain::kQueue},
    {Column::kTopic, "topic", ColumnType::kCode, record::Domain::kTopic},
    {Column::kIsAgentLeg, "is_agent_leg", ColumnType::kFlag},
    {Column::kEndOfQueueMs, "end_of_queue_ms", ColumnType::kDuration},
    {Column::kAgentTime, "agent_time", ColumnType::kCode, record::Domain::kAgentTimeId},
    {Column::kAgentState, "agent_state", ColumnType::kEnum},
    {Column::kPaid, "paid", ColumnType::kFlag},
    {Column::kPeriod, "period", ColumnType::kCode, record::Domain::kPeriodId},
    {Column::kPersona, "persona", ColumnType::kCode, record::Domain::kPersona},
    {Column::kRegion, "region", ColumnType::kCode, record::Domain::kRegion},
    {Column::kPlan, "plan", ColumnType::kCode, record::Domain::kPlan},
    {Column::kCustomersAtStart, "customers_at_start", ColumnType::kCount},
    {Column::kCustomersAtEnd, "customers_at_end", ColumnType::kCount},
    {Column::kNewCustomers, "new_customers", ColumnType::kCount},
    {Column::kLostCustomers, "lost_customers", ColumnType::kCount},
    {Column::kRevenueMinor, "revenue_minor", ColumnType::kMoney},
    {Column::kAcquisitionCostMinor, "acquisition_cost_minor", ColumnType::kMoney},
    {Column::kRelationshipYears, "relationship_years", ColumnType::kBillionths},
    {Column::kCostKind, "cost_kind", ColumnType::kCode, record::Domain::kCostKind},
    {Column::kRevenueCurrency, "revenue_currency", ColumnType::kCode, record::Domain::kCurrency},
    {Column::kAcquisitionCurrency, "acquisition_currency", ColumnType::kCode, record::Domain::kCurrency},
    {Column::kCost, "cost", ColumnType::kCode, record::Domain::kCostId},
};

// Place of each column in the table; -1 where a number is no column.
inline constexpr auto kPlaceOfColumn = [] {
  std::array<int16_t, kColumnIdEnd> places{};
  places.fill(-1);
  int16_t place = 0;
  for (const ColumnInfo& column : kColumnTable) places[static_cast<size_t>(column.column)] = place++;
  return places;
}();

constexpr bool IsListColumn(Column column) {
  return kColumnTable[kPlaceOfColumn[static_cast<size_t>(column)]].is_list;
}

template <size_t... sizes>
constexpr auto JoinColumns(const std::array<Column, sizes>&... groups) {
  std::array<Column, (sizes + ...)> joined{};
  size_t next = 0;
  ([&] { for (Column column : groups) joined[next++] = column; }(), ...);
  return joined;
}

template <typename... C>
constexpr auto ColumnsOf(C... columns) {
  return std::array<Column, sizeof...(C)>{columns...};
}

namespace columns {
using enum Column;

// The ticket's values as other kinds carry them; parts of the ticket also carry its exclusion flags.
inline constexpr auto kTicketValues =
    ColumnsOf(kTicket, kSource, kCustomer, kOrganization, kSegment, kChannel, kType, kComplexity, kLanguage, kBrand,
              kIssueKey, kOrigin);
inline constexpr auto kCurrentFour = ColumnsOf(kAgentCurrent, kTeamCurrent, kPriorityCurrent, kCategoryCurrent);
inline constexpr auto kTicketPart = JoinColumns(kTicketValues, ColumnsOf(kExclusion), kCurrentFour);
inline constexpr auto kForeignTicket =
    JoinColumns(kTicketValues, kCurrentFour, ColumnsOf(kTicketCustomer, kTicketChannel, kTicketAgent, kTicketTeam));

inline constexpr auto kFour = ColumnsOf(kAgent, kTeam, kPriority, kCategory);
inline constexpr auto kFourAtEvent = ColumnsOf(kAgentAtEvent, kTeamAtEvent, kPriorityAtEvent, kCategoryAtEvent);
inline constexpr auto kFourFirst = ColumnsOf(kAgentFirst, kAgentFirstAt, kTeamFirst, kTeamFirstAt, kPriorityFirst,
                                             kPriorityFirstAt, kCategoryFirst, kCategoryFirstAt);
inline constexpr auto kFourInitial = ColumnsOf(kAgentInitial, kTeamInitial, kPriorityInitial, kCategoryInitial);
inline constexpr auto kActor = ColumnsOf(kActorAgent, kActorTeam);

inline constexpr auto kTagList = ColumnsOf(kTags);
inline constexpr auto kTeamSteps = ColumnsOf(kTeamStepAt, kTeamStep);
inline constexpr auto kFourSteps = ColumnsOf(kAgentStepAt, kAgentStep, kTeamStepAt, kTeamStep, kPriorityStepAt,
                                             kPriorityStep, kCategoryStepAt, kCategoryStep);
inline constexpr auto kStatusSteps = ColumnsOf(kStatusStepAt, kStatusStep);
inline constexpr auto kResolvedSpans = ColumnsOf(kResolvedFrom, kResolvedTo);
inline constexpr auto kParticipants = ColumnsOf(kParticipantAt, kParticipantAgent, kParticipantTeam);

inline constexpr auto kTicketSet = JoinColumns(
    kTicketPart, kFourAtEvent, kFourFirst, kFourInitial,
    ColumnsOf(kCreatedAt, kClockStartAt, kClockStartOwnAt, kFirstRepliedAt, kFirstRepliedOwnAt, kFirstResolvedAt,
              kFirstResolvedOwnAt, kLatestAt, kStateUnknown, kFlat, kReplyAgent, kReplyTeam, kReplyPriority,
              kReplyCategory, kReplyAssignee, kReplyAssigneeTeam, kResolverAgent, kResolverTeam, kResolverPriority,
              kResolverCategory, kResolverActor, kResolverActorTeam, kCostMinor, kCurrency),
    kTagList, kFourSteps, kStatusSteps, kResolvedSpans, kParticipants);

inline constexpr auto kStateSpanSet = JoinColumns(
    kTicketPart, kFour, kActor,
    ColumnsOf(kStartAt, kEndAt, kStatus, kCreatedAt, kClockStartAt, kFirstRepliedAt, kFlat, kTeamInitial), kTagList,
    kTeamSteps, kParticipants);

inline constexpr auto kResolutionSet = JoinColumns(
    kTicketPart, kFour, kActor,
    ColumnsOf(kAgentAtEnd, kTeamAtEnd, kPriorityAtEnd, kCategoryAtEnd, kStartAt, kStartOwnAt, kEndAt, kCreatedAt,
              kIsFirst, kFlat, kReplies, kContacts, kAgentsInvolved, kReopens, kReassignments, kTeamChanged,
              kHasCustomerMessage, kNewMs, kOpenMs, kPendingMs, kOnHoldMs, kTeamInitial),
    kTagList, kTeamSteps, kStatusSteps, kParticipants);

inline constexpr auto kWaitSet = JoinColumns(
    kTicketPart, kFour, kFourAtEvent, kFourInitial,
    ColumnsOf(kStartAt, kStartOwnAt, kEndAt, kEndOwnAt, kCreatedAt, kWaitOutcome, kFlat, kStateUnknown), kTagList,
    kFourSteps, kParticipants);

inline constexpr auto kContactSet = JoinColumns(kTicketPart, kFourAtEvent, kFourFirst,
                                                ColumnsOf(kAt, kCreatedAt, kContacts, kFlat, kStateUnknown), kTagList,
                                                kParticipants);

inline constexpr auto kWorkSet = JoinColumns(kTicketPart, kFour, kFourAtEvent,
                                             ColumnsOf(kAt, kCreatedAt, kWorkMs, kFlat, kStateUnknown), kTagList,
                                             kParticipants);

inline constexpr auto kMoveSet =
    JoinColumns(kTicketPart, kFour,
                ColumnsOf(kAgentBefore, kTeamBefore, kPriorityBefore, kCategoryBefore, kAt, kCreatedAt), kTagList);

inline constexpr auto kSurveySet = JoinColumns(
    kForeignTicket, kFour,
    ColumnsOf(kAgentAtSent, kTeamAtSent, kPriorityAtSent, kCategoryAtSent, kSurvey, kSurveyKind, kQuestion, kScore,
              kScaleMin, kScaleMax, kThreshold, kReversed, kOwnAgent, kOwnTeam, kSurveyCall, kSentAt, kRespondedAt,
              kSupersededAt, kTicketAgentAtSent, kTicketTeamAtSent),
    kTagList, kResolvedSpans);

inline constexpr auto kCallSet = JoinColumns(
    kForeignTicket, kFour,
    ColumnsOf(kCall, kStartAt, kEndAt, kKnownFrom, kKnownTo, kAnsweredAt, kDirection, kOutcome, kAnswered, kOffered,
              kRunning, kReturned, kAgentLegs, kWaitMs, kIvrMs, kTalkUnionMs, kEndOfQueueMs, kQueue, kTopic),
    kTagList);

inline constexpr auto kLegSet = JoinColumns(
    kForeignTicket, kFour,
    ColumnsOf(kPriorityAtEnd, kCategoryAtEnd, kCall, kStartAt, kEndAt, kAnsweredAt, kDirection, kOutcome, kIsAgentLeg,
              kTalkMs, kWorkMs, kQueue, kTopic),
    kTagList);

inline constexpr auto kAgentTimeSet =
    ColumnsOf(kAgentTime, kSource, kAgent, kTeam, kStartAt, kEndAt, kAgentState, kPaid);

inline constexpr auto kCustomerPeriodSet =
    ColumnsOf(kPeriod, kSource, kStartAt, kEndAt, kSegment, kPersona, kRegion, kPlan, kCustomersAtStart,
              kCustomersAtEnd, kNewCustomers, kLostCustomers, kRevenueMinor, kRevenueCurrency, kAcquisitionCostMinor,
              kAcquisitionCurrency, kCurrency, kRelationshipYears);

inline constexpr auto kSupportCostSet =
    ColumnsOf(kCost, kSource, kStartAt, kEndAt, kTeam, kChannel, kCostKind, kCostMinor, kCurrency);

}  // namespace columns

// The columns of a set, at compile time.
template <FactSet set>
constexpr const auto& ColumnsOfSet() {
  using enum FactSet;
  if constexpr (set == kTicket) return columns::kTicketSet;
  else if constexpr (set == kStateSpan) return columns::kStateSpanSet;
  else if constexpr (set == kResolution) return columns::kResolutionSet;
  else if constexpr (set == kWait) return columns::kWaitSet;
  else if constexpr (set == kContact) return columns::kContactSet;
  else if constexpr (set == kWork) return columns::kWorkSet;
  else if constexpr (set == kMove) return columns::kMoveSet;
  else if constexpr (set == kSurvey) return columns::kSurveySet;
  else if constexpr (set == kCall) return columns::kCallSet;
  else if constexpr (set == kLeg) return columns::kLegSet;
  else if constexpr (set == kAgentTime) return columns::kAgentTimeSet;
  else if constexpr (set == kCustomerPeriod) return columns::kCustomerPeriodSet;
  else return columns::kSupportCostSet;
}

template <FactSet set>
constexpr int ScalarCountOfSet() {
  int count = 0;
  for (Column column : ColumnsOfSet<set>()) count += IsListColumn(column) ? 0 : 1;
  return count;
}

// -1 where the set does not have the column.
template <FactSet set>
constexpr int PositionInSet(Column column) {
  int position = 0;
  for (Column each : ColumnsOfSet<set>()) {
    if (each == column) return position;
    ++position;
  }
  return -1;
}

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_FACT_COLUMNS_H_
