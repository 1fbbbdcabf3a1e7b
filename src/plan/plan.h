// How a question is computed: parts bound to columns, buckets, groups and filters. A plan holds nothing of the store that
// computes it: names are texts, not codes, so that any executor can run it.
#ifndef SUPPORTKPI_PLAN_PLAN_H_
#define SUPPORTKPI_PLAN_PLAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kpi/definition.h"
#include "record/domain.h"
#include "time/bucket.h"
#include "time/zone.h"

namespace supportkpi::plan {

// How the texts of a field are told from its int64 values.
enum class ValueKind : uint8_t {
  kCode,     // by the dictionary of `domain`
  kEnum,     // by `enum_names`: (value, name)
  kInteger,  // as it is: hours, weekdays, months, counts, flags
  kInstant,  // RFC 3339
  kDuration, // seconds
  kMoney,    // minor units
  kBillionths,
};

// A field bound to a part's fact set: an expression, perhaps a list column (tags, participants), and its texts.
struct BoundField {
  std::string name;                  // as asked: "ticket.channel"
  kpi::Expr expr;                    // scalar
  std::optional<fact::Column> list;  // a list column instead: the fact stands in the group of each distinct entry
  kpi::Expr list_until;              // of participants: only entries whose instant (list2) is before this; Const(0): all
  std::optional<fact::Column> list_at;
  ValueKind kind = ValueKind::kCode;
  record::Domain domain = record::Domain::kNotCoded;
  std::vector<std::pair<int64_t, std::string>> enum_names;
  // An attribute: expr is unset; the executor finds the column by the name's code.
  std::string attribute;             // name; empty: no attribute
  enum class Owner : uint8_t { kOwn, kTicket, kCustomer, kAgent } attribute_owner = Owner::kOwn;
  kpi::Expr attribute_of;            // kCustomer, kAgent: the expression of the customer's or agent's code
  // kMovedIn, kMovedOut: the field just before the instant (expr: just after); equal to expr where it has no history.
  kpi::Expr before;
};

// A filter whose leaves are bound.
struct BoundFilter {
  enum class Op : uint8_t {
    kTrue, kAll, kAny, kNot, kIn, kLessThan, kAtMost, kGreaterThan, kAtLeast, kPrefix, kPresent, kAbsent
  } op = Op::kTrue;
  BoundField field;
  std::vector<std::string> values;  // as asked, checked to fit the field's kind
  std::vector<BoundFilter> args;
};

// Which statistic of a population of values.
struct Statistic {
  enum class Kind : uint8_t { kMean, kSum, kMin, kMax, kStddev, kPercentile } kind = Kind::kMean;
  double percentile = 50;  // of kPercentile, 0..100
};

struct PartPlan {
  kpi::Part part;             // parameters substituted by constants; kTarget etc. stay
  kpi::Clock clock = kpi::Clock::kCalendar;
  Statistic statistic;
  std::string schedule;       // the schedule that the question names; empty: by team, else the tenant's
  std::string kpi_id;         // for kTarget: whose targets
  std::optional<int64_t> target_ms;  // the question's `target` parameter
  int64_t included_exclusions = 0;   // bits of kExclusion that do not leave a fact out
  BoundFilter filter;         // question's and KPI's together
  std::vector<BoundField> groups;
  std::vector<time::Bucket> buckets;
  int64_t start_ms = 0;       // the range: kRangeStart and kRangeEnd
  int64_t end_ms = 0;
};

// Which of bucket and groups a result is kept apart by.
struct GroupingSet {
  bool by_bucket = true;
  bool by_group = true;
};

struct KpiPlan {
  std::string alias;
  const kpi::Definition* definition = nullptr;
  const kpi::Form* form = nullptr;
  std::string statistic, attribution;           // as used
  kpi::Clock clock = kpi::Clock::kCalendar;
  std::map<std::string, std::string> parameters;  // as used
  std::vector<std::string> excluded;              // rules in force
  std::vector<int> parts;                         // indexes into Plan::parts, in the order of form->parts
  std::optional<int> share_group;                 // kShareOfGroups: index into the question's groups
};

struct Plan {
  std::vector<PartPlan> parts;      // equal ones stand once
  std::vector<KpiPlan> kpis;
  std::vector<GroupingSet> sets;    // the first: by bucket and group
  std::vector<time::Bucket> buckets;
  std::vector<std::string> group_names;
  time::Grain grain;
  const time::Zone* zone = nullptr;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  std::vector<std::string> warnings;
};

std::string Dump(const Plan& plan);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_PLAN_H_
