// The fact sets as a table: what each row of a set is, which columns it has, and by which instant its rows are sorted.
// Everything an answer is computed from stands here; a fact carries the values of its ticket, so nothing is joined when
// a question comes. Stored on disk: do not renumber.
#ifndef SUPPORTKPI_FACT_FACT_SETS_H_
#define SUPPORTKPI_FACT_FACT_SETS_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "record/domain.h"

namespace supportkpi::fact {

enum class FactSet : uint8_t {
  kTicket = 0,          // one per ticket
  kStateSpan = 1,       // a stretch in which status, agent, team, priority and category of a ticket stay the same
  kResolution = 2,      // a stretch in which a ticket is resolved
  kWait = 3,            // a customer's wait on a ticket
  kContact = 4,         // a contact by the customer on a ticket
  kWork = 5,            // work logged on a ticket
  kMove = 6,            // a change of agent, team, priority or category of an unresolved ticket
  kSurvey = 7,          // a survey
  kCall = 8,            // a call as a range that ends inside (known_from, known_to] sees it
  kLeg = 9,             // a leg of a call
  kAgentTime = 10,      // a stretch of an agent's time that belongs to one state, overlaps resolved
  kCustomerPeriod = 11, // a period of the customer base
  kSupportCost = 12,    // a cost of a period
};
inline constexpr int kFactSetCount = 13;

enum class Column : uint16_t {
  // -- of every set that a ticket's values travel with
  kTicket = 0,       // code kTicketId
  kExclusion = 1,    // bits: 1 deleted, 2 spam, 4 test, 8 merged
  kSource = 2,
  kCustomer = 3,     // the fact's own if its kind has a customer (survey, call, leg), else the ticket's
  kOrganization = 4,
  kSegment = 5,
  kChannel = 6,      // as kCustomer (survey)
  kType = 7,
  kComplexity = 8,
  kLanguage = 9,
  kBrand = 10,
  kTags = 11,        // list
  kIssueKey = 12,
  kOrigin = 13,      // TicketOrigin; never unspecified where there is a ticket
  // The four fields with a history, by the set's default attribution and moment (see fact/README.md).
  kAgent = 14,
  kTeam = 15,
  kPriority = 16,
  kCategory = 17,
  // The same, current.
  kAgentCurrent = 18,
  kTeamCurrent = 19,
  kPriorityCurrent = 20,
  kCategoryCurrent = 21,
  // The same as they were just after the events of the fact's instant (attribution `event`).
  kAgentAtEvent = 22,
  kTeamAtEvent = 23,
  kPriorityAtEvent = 24,
  kCategoryAtEvent = 25,
  // Where the value at the event is none: the first other one after it, and when (kForever: never).
  kAgentFirst = 26,
  kAgentFirstAt = 27,
  kTeamFirst = 28,
  kTeamFirstAt = 29,
  kPriorityFirst = 30,
  kPriorityFirstAt = 31,
  kCategoryFirst = 32,
  kCategoryFirstAt = 33,
  // The whole history from the ticket's creation: value just after creation, then the changes (lists of instant and
  // value). Entry i of an `At` list and of its value list belong together; instants ascend, one entry each.
  kAgentInitial = 34,
  kAgentStepAt = 35,
  kAgentStep = 36,
  kTeamInitial = 37,
  kTeamStepAt = 38,
  kTeamStep = 39,
  kPriorityInitial = 40,
  kPriorityStepAt = 41,
  kPriorityStep = 42,
  kCategoryInitial = 43,
  kCategoryStepAt = 44,
  kCategoryStep = 45,
  kStatusStepAt = 46,    // the status history; the first entry is the state at creation, a second may share its instant
  kStatusStep = 47,      // TicketStatus
  kResolvedFrom = 48,    // list: the ticket's resolution spans
  kResolvedTo = 49,      // list; kForever: not reopened
  kParticipantAt = 50,   // list: first public reply or work of each human in each team, with agent and team
  kParticipantAgent = 51,
  kParticipantTeam = 52,

  // -- instants; `Own`: the event's own time where it is before the ticket's creation, which the plain one is not
  kCreatedAt = 64,
  kStartAt = 65,         // of spans, waits, legs, calls; of periods and agent time: from
  kStartOwnAt = 66,
  kEndAt = 67,           // kForever while it goes on
  kEndOwnAt = 68,
  kAt = 69,              // of contacts, work, moves
  kClockStartAt = 70,    // the first response clock; kNull: does not run yet
  kClockStartOwnAt = 71,
  kFirstRepliedAt = 72,  // kForever: not yet
  kFirstRepliedOwnAt = 73,
  kFirstResolvedAt = 74, // kForever: not yet
  kFirstResolvedOwnAt = 75,
  kKnownFrom = 76,       // call: a range whose end E has known_from < E <= known_to sees this row
  kKnownTo = 77,
  kSentAt = 78,          // survey; kNull: unknown
  kRespondedAt = 79,     // survey; kForever: not answered
  kSupersededAt = 80,    // survey: the next answer of its ticket, kind and question; kForever: none
  kAnsweredAt = 81,      // call, leg; kForever: not answered by an agent (as seen by the row)
  kLatestAt = 82,        // ticket: the last instant that it or its events name; kNull where other columns tell it

  // -- ticket, resolution, wait
  kStateUnknown = 96,    // 1: flat, solved or closed without a time
  kFlat = 97,            // 1: a flat ticket
  kStatus = 98,          // state span: TicketStatus
  kIsFirst = 99,         // resolution: 1 for the ticket's first
  kReplies = 100,        // resolution: public human replies up to it; kNull unknown
  kContacts = 101,       // resolution: contacts up to it; contact: how many this row is, kNull unknown
  kAgentsInvolved = 102, // resolution: humans up to it; kNull unknown
  kReopens = 103,        // resolution: reopenings before it; kNull unknown
  kReassignments = 104,  // resolution: assignment events up to it that change agent or team; kNull unknown
  kTeamChanged = 105,    // resolution: 1 if one of these changed the team; kNull unknown
  kHasCustomerMessage = 106,  // resolution: 1 if the customer wrote (the creation counts) up to it
  kNewMs = 107,          // resolution: time in each unresolved state from creation to it; kNull unknown
  kOpenMs = 108,
  kPendingMs = 109,
  kOnHoldMs = 110,
  kAgentAtEnd = 111,     // resolution: the four fields just after the reopening; leg: priority and category at its end
  kTeamAtEnd = 112,
  kPriorityAtEnd = 113,
  kCategoryAtEnd = 114,
  kWaitOutcome = 115,    // wait: 0 goes on, 1 reply, 2 ended by a resolution
  kReplyAgent = 116,     // ticket: who gave the first reply; the four fields at the first reply
  kReplyTeam = 117,
  kReplyPriority = 118,
  kReplyCategory = 119,
  kReplyAssignee = 120,  // ticket: assignee (agent, team) at the first reply
  kReplyAssigneeTeam = 121,
  kResolverAgent = 122,  // ticket: assignee (agent, team) and the others at the first resolution
  kResolverTeam = 123,
  kResolverPriority = 124,
  kResolverCategory = 125,
  kCostMinor = 126,      // ticket, period, cost: money in minor units; kNull none
  kCurrency = 127,       // its currency
  kWorkMs = 128,         // work; leg: talk + hold + wrap-up, kNull: none of them known
  kActorAgent = 129,     // state span, resolution: who made the event that began it; none at the ticket's creation
  kActorTeam = 130,
  kResolverActor = 131,  // ticket: who made the first resolution
  kResolverActorTeam = 132,

  // -- move: the four fields just before and just after the instant
  kAgentBefore = 144,
  kTeamBefore = 145,
  kPriorityBefore = 146,
  kCategoryBefore = 147,

  // -- survey
  kSurvey = 160,         // code kSurveyId
  kSurveyKind = 161,     // SurveyKind
  kQuestion = 162,
  kScore = 163,          // billionths, turned so that high is good (scale_min + scale_max - score)
  kScaleMin = 164,       // billionths
  kScaleMax = 165,
  kThreshold = 166,      // billionths, turned likewise; kNull: none of its own
  kOwnAgent = 167,       // as sent; kAgent and kTeam: own, else the ticket's assignee at the answer
  kOwnTeam = 168,
  kAgentAtSent = 169,    // own, else the ticket's at the sending
  kTeamAtSent = 170,
  kPriorityAtSent = 171,
  kCategoryAtSent = 172,
  kTicketCustomer = 173, // survey, call, leg: fields of the ticket whose names the kind has itself
  kTicketChannel = 174,
  kTicketAgent = 175,
  kTicketTeam = 176,
  kReversed = 177,       // 1: low is good on the scale as sent
  kSurveyCall = 178,     // code kCallId of the call it is about
  kTicketAgentAtSent = 179,  // kTicketAgent and kTicketTeam are the ticket's at the answer
  kTicketTeamAtSent = 180,

  // -- call, leg
  kCall = 192,           // code kCallId
  kDirection = 193,      // CallDirection, never unspecified
  kOutcome = 194,        // CallOutcome of the call or leg; 0 none yet
  kAnswered = 195,       // 1: by an agent
  kOffered = 196,        // 1
  kRunning = 197,        // 1: a leg has not ended
  kReturned = 198,       // 1: a leg was returned to the queue
  kAgentLegs = 199,      // how many
  kWaitMs = 200,         // call: started_at to the first answer or the end; kNull while it goes on unanswered
  kIvrMs = 201,          // call: menu time up to the answer
  kTalkMs = 202,         // leg
  kTalkUnionMs = 203,    // call: union of [answered_at, ended_at) of agent legs; kNull without one
  kQueue = 204,
  kTopic = 205,
  kIsAgentLeg = 206,     // leg: 1 if an agent answered it
  kEndOfQueueMs = 207,   // call: start to the end of its wait as an unanswered one; kNull if answered

  // -- agent time
  kAgentTime = 224,      // code kAgentTimeId
  kAgentState = 225,     // AgentState
  kPaid = 226,           // 1

  // -- customer period, support cost
  kPeriod = 240,         // code kPeriodId
  kPersona = 241,
  kRegion = 242,
  kPlan = 243,
  kCustomersAtStart = 244,
  kCustomersAtEnd = 245,
  kNewCustomers = 246,
  kLostCustomers = 247,  // given, else start + new - end; kNull unknown
  kRevenueMinor = 248,
  kAcquisitionCostMinor = 249,
  kRelationshipYears = 250,  // billionths of a year
  kCostKind = 251,
  kRevenueCurrency = 252,  // customer period: its two sums may differ in it; kCurrency: the revenue's, else the other
  kAcquisitionCurrency = 253,
  kCost = 254,           // code kCostId
};
inline constexpr int kColumnIdEnd = 255;  // above every Column

enum class ColumnType : uint8_t { kInstant, kDuration, kCount, kFlag, kEnum, kCode, kMoney, kBillionths };

struct ColumnInfo {
  Column column;
  absl::string_view name;
  ColumnType type;
  record::Domain domain = record::Domain::kNotCoded;
  bool is_list = false;
};

struct FactSetInfo {
  FactSet set;
  absl::string_view name;
  absl::string_view meaning;
  Column sort_column;
  absl::Span<const Column> columns;  // scalar columns first, then list columns
  int scalar_count;                  // so many are scalar
  bool has_ticket;                   // carries a ticket's values
  bool has_attributes;               // carries attributes: its record's own, of a part of a ticket the ticket's
  bool has_ticket_attributes;        // survey, call, leg: carries the ticket's attributes apart from its own
};

const FactSetInfo& InfoOf(FactSet set);
const ColumnInfo& InfoOf(Column column);
absl::Span<const FactSetInfo> AllFactSets();
absl::Span<const ColumnInfo> AllColumns();
// Position of a column in its set's `columns`; nullopt where the set does not have it.
std::optional<int> PositionOf(FactSet set, Column column);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_FACT_SETS_H_
