// Which columns each fact set has, known at compile time. Scalar columns first, then list columns; the sets that are
// parts of a ticket open with the same columns, so that these are copied as one block. Stored on disk by Column, not by
// position: columns may be added anywhere.
#ifndef SUPPORTKPI_FACT_FACT_COLUMNS_H_
#define SUPPORTKPI_FACT_FACT_COLUMNS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "fact/fact_sets.h"

namespace supportkpi::fact {

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
              kFirstResolvedOwnAt, kStateUnknown, kFlat, kReplyAgent, kReplyTeam, kReplyPriority, kReplyCategory,
              kReplyAssignee, kReplyAssigneeTeam, kResolverAgent, kResolverTeam, kResolverPriority, kResolverCategory,
              kResolverActor, kResolverActorTeam, kCostMinor, kCurrency),
    kTagList, kFourSteps, kStatusSteps, kResolvedSpans, kParticipants);

inline constexpr auto kStateSpanSet = JoinColumns(
    kTicketPart, kFour, kActor,
    ColumnsOf(kStartAt, kEndAt, kStatus, kCreatedAt, kClockStartAt, kFirstRepliedAt, kFlat, kTeamInitial), kTagList,
    kTeamSteps, kParticipants);

inline constexpr auto kResolutionSet = JoinColumns(
    kTicketPart, kFour, kActor,
    ColumnsOf(kAgentAtEnd, kTeamAtEnd, kPriorityAtEnd, kCategoryAtEnd, kStartAt, kStartOwnAt, kEndAt, kCreatedAt, kIsFirst,
              kFlat, kReplies, kContacts, kAgentsInvolved, kReopens, kReassignments, kTeamChanged, kHasCustomerMessage,
              kNewMs, kOpenMs, kPendingMs, kOnHoldMs, kTeamInitial),
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
    JoinColumns(kTicketPart, kFour, ColumnsOf(kAgentBefore, kTeamBefore, kPriorityBefore, kCategoryBefore, kAt, kCreatedAt),
                kTagList);

inline constexpr auto kSurveySet = JoinColumns(
    kForeignTicket, kFour,
    ColumnsOf(kAgentAtSent, kTeamAtSent, kPriorityAtSent, kCategoryAtSent, kSurvey, kSurveyKind, kQuestion, kScore,
              kScaleMin, kScaleMax, kThreshold, kReversed, kOwnAgent, kOwnTeam, kSurveyCall, kSentAt, kRespondedAt,
              kSupersededAt),
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
    ColumnsOf(kPeriod, kSource, kStartAt, kEndAt, kSegment, kPersona, kRegion, kPlan, kCustomersAtStart, kCustomersAtEnd,
              kNewCustomers, kLostCustomers, kRevenueMinor, kRevenueCurrency, kAcquisitionCostMinor, kAcquisitionCurrency,
              kCurrency, kRelationshipYears);

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

constexpr bool IsListColumn(Column column) {
  using enum Column;
  switch (column) {
    case kTags: case kAgentStepAt: case kAgentStep: case kTeamStepAt: case kTeamStep: case kPriorityStepAt:
    case kPriorityStep: case kCategoryStepAt: case kCategoryStep: case kStatusStepAt: case kStatusStep:
    case kResolvedFrom: case kResolvedTo: case kParticipantAt: case kParticipantAgent: case kParticipantTeam:
      return true;
    default:
      return false;
  }
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
