// Expressions over the columns of a fact set, and over what the question brings (range end, bucket end, parameters).
// The catalogue is written in them; the planner substitutes, an executor computes them over batches of rows.
//
// Every value is an int64. kNull is "no value": arithmetic with it gives kNull, a comparison with it is false (0),
// Min and Max skip it. kForever is an instant later than every other and compares so; arithmetic with it gives kForever.
#ifndef SUPPORTKPI_KPI_EXPR_H_
#define SUPPORTKPI_KPI_EXPR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "column/value.h"
#include "fact/fact_sets.h"

namespace supportkpi::kpi {

enum class Op : uint8_t {
  kColumn,      // a scalar column (by `key`, so that attributes are columns too)
  kConstant,
  kRangeStart,  // start and end of the question's range: what a fact's `sees` rules look at
  kRangeEnd,
  kBucketStart, // start and end of the bucket of the cell: only in kAtBucketEnd and kClipped parts
  kBucketEnd,
  kParameter,   // by name: a number of the right unit; the planner puts a constant in its place
  kDataUntil,   // the latest instant that any fact of the store tells of; kNull without data
  kAdd, kSubtract, kMultiply, kMin, kMax,
  kLess, kAtMost, kEqual, kNotEqual, kAtLeast, kGreater,
  kAnd, kOr, kNot,
  kIf,          // condition, then, else
  kIsNull,
  kCoalesce,    // the first that is not kNull
  kFirstNamed,  // the first that is neither kNull nor 0: for codes
  kIsOneOf,     // argument 0 is one of `constants`
  kHasBit,      // argument 0 has one of the bits of `constant`
  // argument 0: initial value; lists `key` (instants) and `key2` (values); argument 1: instant.
  // The value after all steps at instants <= the instant.
  kStepAt,
  // lists `key` (from) and `key2` (to); argument 0: instant t. The from of the span with from < t <= to, else kNull.
  kCoveringFrom,
  // Elapsed time from argument 0 to argument 1 by the part's clock. Business: by the schedule of the team that held the
  // ticket, stretch by stretch: argument 2 is the team at the start of history, lists `key`, `key2` its steps
  // (key == kNoKey: argument 2 holds throughout; no argument 2: the tenant's schedule). A stretch without schedule: kNull
  // with reason NO_SCHEDULE. A negative elapsed time stays negative (calendar difference) with either clock.
  kElapsed,
  // The instant at which the part's clock has run argument 1 (ms) since argument 0; schedules as for kElapsed.
  kDueAt,
  // Target in ms for argument 0 (a channel's code): PartPlan::target_by_channel, else PartPlan::target_ms; kNull where
  // there is none.
  kTarget,
  // Sum of the time from argument 0 to argument 1 in the states of bit mask `constant` (1 << TicketStatus), by the part's
  // clock; the status lists are kStatusStepAt/kStatusStep, schedules by team lists kTeamInitial/kTeamStepAt/kTeamStep.
  kTimeInStatus,
  // Threshold in billionths for a survey: argument 0 own threshold, 1 question code, 2 scale min, 3 scale max,
  // 4 reversed: own, else the question's setting (turned like the score), else the default of the scale.
  kThreshold,
  // The gap in ms from an earlier ticket of the customer on the same issue (0: unresolved then), the smallest known
  // before the range's end; kNull: none. Argument 0: the ticket's code.
  kRepeatGap,
  // The next ticket of the customer on the same issue created after argument 1 and not after argument 2; its creation,
  // kForever: none. Argument 0: the ticket's code.
  kNextSameIssueAt,
  // A score (argument 0) on the scale from argument 1 to 2 brought to 1..5: 1 + 4 (s - min) / (max - min), all in
  // billionths, rounded half away from zero.
  kToFivePoints,
  // A field of a look-up table: argument 0 the customer's or agent's code, `key` the table field (see LookupField),
  // argument 1 (agent's team only) the instant. kAgentName: the code of the first agent who has that name, so that
  // agents of the same name are one group.
  kLookup,
  // Calendar parts of argument 0 in the question's zone: hour 0..23, weekday 1..7 (Monday 1), month 1..12.
  kHourOfDay, kWeekday, kMonthOfYear,
};

// Fields of customers and agents, looked up code -> code.
enum class LookupField : uint32_t {
  kCustomerOrganization, kCustomerSegment, kCustomerPersona, kCustomerPlan, kCustomerRegion, kCustomerLanguage,
  kCustomerSince, kAgentName, kAgentTeam, kAgentKind,
  kCustomerAttribute = 1u << 16,  // + code of the attribute's name
  kAgentAttribute = 1u << 24,
};

inline constexpr column::ColumnKey kNoKey = 0xffffffff;

struct Expr {
  Op op = Op::kConstant;
  column::ColumnKey key = kNoKey;
  column::ColumnKey key2 = kNoKey;
  int64_t constant = 0;
  std::vector<int64_t> constants;
  std::string name;  // of a parameter
  std::vector<Expr> args;

  bool operator==(const Expr&) const = default;
};

// "Sub(created_at, range_end)": for tests, plans' dumps, and telling expressions apart.
std::string Dump(const Expr& expr);

// -- short makers for the catalogue's rows
Expr Col(fact::Column column);
Expr Const(int64_t value);
Expr RangeStart();
Expr RangeEnd();
Expr BucketStart();
Expr BucketEnd();
Expr Param(absl::string_view name);
Expr Make(Op op, std::vector<Expr> args);
Expr Subtract(Expr left, Expr right);
Expr Less(Expr left, Expr right);
Expr AtMost(Expr left, Expr right);
Expr Greater(Expr left, Expr right);
Expr AtLeast(Expr left, Expr right);
Expr Equal(Expr left, Expr right);
Expr NotEqual(Expr left, Expr right);
Expr And(std::vector<Expr> args);  // of nothing: 1
Expr Or(std::vector<Expr> args);   // of nothing: 0
Expr Not(Expr arg);
Expr Min(Expr left, Expr right);
Expr Max(Expr left, Expr right);
Expr Sum(Expr left, Expr right);
Expr Multiply(Expr left, Expr right);
Expr Coalesce(std::vector<Expr> args);
Expr FirstNamed(std::vector<Expr> args);
Expr Lookup(LookupField field, std::vector<Expr> args);
Expr If(Expr condition, Expr then, Expr otherwise);
Expr IsNull(Expr arg);
Expr IsOneOf(Expr arg, std::vector<int64_t> values);
Expr HasBit(Expr arg, int64_t bits);
Expr StepAt(Expr initial, fact::Column at_list, fact::Column value_list, Expr instant);
Expr CoveringFrom(fact::Column from_list, fact::Column to_list, Expr instant);
// Elapsed time by the ticket's team history.
Expr ElapsedByTicket(Expr from, Expr to);
// Elapsed time by one team throughout.
Expr ElapsedByTeam(Expr from, Expr to, Expr team);
// Elapsed time by the calendar or the tenant's schedule.
Expr Elapsed(Expr from, Expr to);
Expr DueByTicket(Expr from, Expr target_ms);
Expr TimeInStatus(int64_t status_mask, Expr from, Expr to);

// The same with every parameter in `values` put in and constant parts folded.
Expr Substitute(const Expr& expr, const std::map<std::string, int64_t>& values);
// Calls `visit` with the expression and all it is made of.
void Walk(const Expr& expr, const std::function<void(const Expr&)>& visit);

}  // namespace supportkpi::kpi

#endif  // SUPPORTKPI_KPI_EXPR_H_
