// What the files of rows share: words for records' values, conditions and whole forms that many rows are made of.
// Included by the catalogue's files alone.
#ifndef SUPPORTKPI_KPI_ROWS_H_
#define SUPPORTKPI_KPI_ROWS_H_

#include <string>
#include <utility>
#include <vector>

#include "column/value.h"
#include "fact/fact_sets.h"
#include "kpi/definition.h"

namespace supportkpi::kpi::rows {

using column::kForever;
using column::kNull;
using fact::Column;
using fact::FactSet;

// The catalogue's files, in the order of the catalogue.
std::vector<Definition> VolumeRows();
std::vector<Definition> StateRows();
std::vector<Definition> ShareRows();
std::vector<Definition> ResponseRows();
std::vector<Definition> ResolutionRows();
std::vector<Definition> TimeRows();
std::vector<Definition> WorkRows();
std::vector<Definition> TransferRows();
std::vector<Definition> OutcomeRows();
std::vector<Definition> SurveyRows();
std::vector<Definition> CallRows();
std::vector<Definition> AgentRows();
std::vector<Definition> CustomerRows();
std::vector<Definition> CostRows(const std::vector<Part>& interactions);

// Values of the records' enums (protos/supportkpi/v1/records.proto).
enum Status : int64_t { kNew = 1, kOpen = 2, kPending = 3, kOnHold = 4, kSolved = 5, kClosed = 6 };
enum SurveyKind : int64_t { kCsat = 1, kNps = 2, kCes = 3, kQuality = 4 };
enum Outcome : int64_t {
  kAnsweredCall = 1, kAbandonedInIvr = 2, kAbandonedInQueue = 3, kFailed = 4, kVoicemail = 5, kCallback = 6
};
enum AgentState : int64_t { kAvailable = 1, kHandling = 2, kOtherSupportWork = 3, kBreak = 4, kOffline = 5 };
enum WaitOutcome : int64_t { kGoesOn = 0, kReplied = 1, kResolvedWithoutReply = 2 };
inline constexpr int64_t kInbound = 1;
inline constexpr int64_t kBillion = 1'000'000'000;

inline Expr Is(Column flag) { return Equal(Col(flag), Const(1)); }
inline Expr IsNot(Column flag) { return Equal(Col(flag), Const(0)); }
// The last instant that a range sees.
inline Expr JustBefore(Expr instant) { return Subtract(std::move(instant), Const(1)); }
// The state of a ticket (fact set ticket) just before the range's end.
inline Expr StatusAtEnd() {
  return StepAt(Const(kNull), Column::kStatusStepAt, Column::kStatusStep, JustBefore(RangeEnd()));
}
inline Expr IsUnresolved(Expr status) { return IsOneOf(std::move(status), {kNew, kOpen, kPending, kOnHold}); }
inline Expr IsResolved(Expr status) { return IsOneOf(std::move(status), {kSolved, kClosed}); }

// -- parts
// Tickets by creation.
Part CreatedTickets(std::string name);
// Resolution spans that cover the range's end, by their start: tickets resolved, each once.
Part ResolvedTickets(std::string name);
// A share of `whole`: its facts for which `condition` holds too.
Part Among(Part whole, std::string name, Expr condition);
// Tickets without a known state, counted as left out at every bucket end after their creation.
Part UnknownStates();
// The same part with rules that leave facts out.
Part Leaving(Part part, std::vector<LeftOut> rules);
// The same part with a statistic of a duration.
Part WithDuration(Part part, Expr value_ms);
LeftOut UnknownState();

// -- forms
Form Single(std::string variant, std::string anchor, Part part);
// 100 x numerator / denominator; the numerator's facts are among the denominator's.
Form Percent(std::string variant, std::string anchor, Part numerator, Part denominator);

// -- parameters
Parameter ScheduleParameter();
Parameter DurationParameter(std::string name, std::string description, std::string default_value);
Parameter ChoiceParameter(std::string name, std::string description, std::vector<std::string> allowed);
// Where the wait of a call starts, and what to take off its wait for it.
Parameter FromParameter();
Expr MenuTimeOff();
// Every answered row of a call is told by this: the row as the range's end sees it.
Expr CallAsSeen();

// -- columns of rows
std::vector<std::string> AllStatistics();
std::vector<Clock> BothClocks();
inline const char* const kFlagged = "tickets flagged deleted, spam or test, and merged-away ones";
std::vector<std::string> OfCreation();    // attributions: value at creation, else the first
std::vector<std::string> OfResolution();  // assignee just after the event
std::vector<std::string> OfState();
std::vector<std::string> OfActor();

}  // namespace supportkpi::kpi::rows

#endif  // SUPPORTKPI_KPI_ROWS_H_
