// What a KPI is: a row of data. Parts say what to count over which facts; the formula puts the parts together. There is
// no code for a single KPI anywhere; an executor knows parts, `answer` knows formulas and finishes.
#ifndef SUPPORTKPI_KPI_DEFINITION_H_
#define SUPPORTKPI_KPI_DEFINITION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fact/fact_sets.h"
#include "kpi/expr.h"

namespace supportkpi::kpi {

enum class Unit : uint8_t { kCount, kSeconds, kPercent, kIndex, kMoney };
enum class Direction : uint8_t { kHigher, kLower, kNeutral };
enum class Clock : uint8_t { kCalendar, kBusiness };

// How a fact meets the buckets.
enum class Mode : uint8_t {
  kInstant,      // the fact is in the bucket that holds its instant `at`
  kAtBucketEnd,  // the fact holds over (at, to] and is in every bucket whose end lies there
  kClipped,      // the fact holds over [at, to) and is in every bucket that it overlaps; its value says what is counted:
                 // Elapsed(Max(at, bucket_start), Min(to, bucket_end), ...), by the part's clock
  kContained,    // the fact [at, to) is in the bucket that holds it whole; others are noted as partly_covered
  kMovedIn,      // at `at` the fact came into its group (see fact set move); kMovedOut: left it
  kMovedOut,
};

enum class Aggregate : uint8_t {
  kCount,          // of facts, each `weight` times
  kSum,            // of `value`
  kStatistic,      // the question's statistic of `value`
  kMax,            // of `value`, with `record` of the greatest
  kDistinct,       // of `entity`
  kEntityStatistic,// the question's statistic over entities of the sum of `value` per entity; mean = sum / entities
  kChainFirst,     // over chains of periods: the first period's `value`, summed over chains
  kChainLast,      // the last period's
  kChainAnnual,    // per chain: sum of `value` x 365.25 days / length of its periods, summed over chains
};

// At which moment the fields with a history (agent, team, priority, category) are looked at; see dimensions.h.
enum class Moment : uint8_t {
  kFact,       // the moment that the fact set is about: creation, resolution, end of a wait, answer of a survey, ...
  kReply,      // ticket: the first reply
  kAnchor,     // ticket: the instant `at` of the part, by the history
  kEnd,        // resolution: the reopening
  kBucketEnd,  // wait: just before the bucket's end, by the history
  kSent,       // survey: the answer if the range sees it, else the sending
};

// A rule that leaves facts of the part out of it, counted in the evidence. Rules are tried in order on facts that pass
// anchor, filter and `where`.
struct LeftOut {
  std::string rule;
  Expr when;
};

struct Part {
  std::string name;  // formulas refer to it
  fact::FactSet set = fact::FactSet::kTicket;
  Mode mode = Mode::kInstant;
  Expr at;
  Expr to;                       // kAtBucketEnd, kClipped, kContained
  Expr where = Const(1);         // which facts count at all; not said in the evidence
  std::vector<LeftOut> left_out;
  std::vector<LeftOut> notes;    // counted, but nothing is left out
  Aggregate aggregate = Aggregate::kCount;
  Expr value;                    // of kSum, kStatistic, kMax, ...; in ms, minor units, billionths or counts
  Expr weight = Const(1);        // of kCount
  Expr entity;                   // of kDistinct, kEntityStatistic
  Expr record;                   // of kMax: code of the record to name
  fact::Column record_column = fact::Column::kTicket;
  Expr record_at;                // of kMax: of records with the same value the earliest is named; op kConstant 0: by `at`
  Expr currency;                 // of money: code; op kConstant 0: not money
  bool honours_exclusion = true; // leaves flagged tickets out (deleted, spam, test, merged)
  bool value_is_duration = false;// a negative value is left out as invalid_duration
  Moment moment = Moment::kFact;
  Expr status = Const(0);        // what the field `status` is of this part's facts; Const(0): it has none
  // Its facts go into the population (statistic, maximum, entities) of part `joins`, cell by cell: value, numerator,
  // denominator and record are that part's. Its own cells have the evidence only: facts, left out, notes.
  std::string joins;
  // Counted over the time that the facts of part `over` (kContained) in the same cell cover, see PartPlan::over.
  std::string over;
  // A part of the facts of another part of its form: a cell's evidence (facts, left out, notes) does not add it.
  bool subset = false;
};

// An expression over parts' values.
struct Formula {
  enum class Op : uint8_t { kPart, kConstant, kAdd, kSubtract, kMultiply, kDivide } op = Op::kPart;
  std::string part;
  double constant = 0;
  std::vector<Formula> args;
};
Formula P(std::string part);
Formula C(double constant);
Formula Add(Formula left, Formula right);
Formula Minus(Formula left, Formula right);
Formula Times(Formula left, Formula right);
Formula Divide(Formula left, Formula right);

// Values of parts are in base units (counts, ms, minor units, billionths); the result of the formula of a kSeconds KPI is
// in ms, of a kMoney KPI in minor units, and is turned into seconds and main units at the very end.

// What happens after the formula, where a cell depends on more than itself.
enum class Finish : uint8_t {
  kPlain,
  kPerOccurrence,   // divided by how often the grouped hour or weekday occurs in the bucket
  kShareOfGroups,   // divided by the sum over the groups of `share_field`, times 100
  kSpike,           // against earlier like buckets, see KpiPlan::spike
};

// One way to ask for a KPI: its variant, its anchor, and what they mean.
struct Form {
  std::string variant;  // empty: it has none
  std::string anchor;
  std::vector<Part> parts;
  Formula formula;
  // Evidence of a cell. Absent: `numerator` and `denominator` of the formula's only part.
  std::optional<Formula> numerator;
  std::optional<Formula> denominator;
};

struct Parameter {
  // Param(name) is ms of kDuration, the index in `allowed` of kText, a TicketStatus (0: not given) of kStatus. kSchedule
  // and kTarget (a duration for every channel) go into PartPlan::schedule and target_ms instead.
  enum class Type : uint8_t { kDuration, kText, kStatus, kSchedule, kTarget } type = Type::kDuration;
  std::string name;
  std::string description;
  std::optional<std::string> default_value;  // nullopt: required or absent, as the description says
  std::vector<std::string> allowed;          // of kText
  bool or_group = false;                     // required unless the question groups by the field of its name
};

// A target of a channel in ms, where the tenant sets none.
struct DefaultTarget {
  std::string channel;
  int64_t target_ms = 0;
};

struct Definition {
  std::string id;
  std::string title;
  std::string formula_text;
  Unit unit = Unit::kCount;
  Direction direction = Direction::kNeutral;
  std::vector<std::string> asked_by;
  std::vector<std::string> statistics;    // empty: none can be asked
  std::vector<Clock> clocks = {Clock::kCalendar};
  std::vector<std::string> attributions;  // the first is the default; empty: none can be asked
  std::vector<Parameter> parameters;
  std::vector<Form> forms;                // the first is the default
  Finish finish = Finish::kPlain;
  std::string share_field;                // of kShareOfGroups
  std::vector<DefaultTarget> default_targets;
  std::string left_out_text;
  std::string example_group;              // what an example groups by; empty: what its facts have
  int version = 1;
};

}  // namespace supportkpi::kpi

#endif  // SUPPORTKPI_KPI_DEFINITION_H_
