// How a question is computed: parts bound to columns, buckets, groups and filters. A plan holds nothing of the store that
// computes it: names are texts, not codes, so that any executor can run it.
#ifndef SUPPORTKPI_PLAN_PLAN_H_
#define SUPPORTKPI_PLAN_PLAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kpi/bound_field.h"
#include "kpi/definition.h"
#include "plan/shape.h"
#include "time/bucket.h"
#include "time/zone.h"

namespace supportkpi::plan {

using kpi::BoundField;
using kpi::ValueKind;

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
  std::map<std::string, int64_t> target_by_channel;  // for kTarget, all sources of targets put together
  std::optional<int64_t> target_ms;                   // for kTarget, of every channel that is not in it
  int64_t included_exclusions = 0;   // bits of kExclusion that do not leave a fact out
  BoundFilter filter;         // question's and KPI's together
  std::vector<BoundField> groups;
  std::vector<time::Bucket> buckets;  // ascending and disjoint; of a spike's earlier buckets there may be gaps between
  int64_t start_ms = 0;       // the range: kRangeStart and kRangeEnd
  int64_t end_ms = 0;
  // Index of the part whose population this one joins (Part::joins); -1: none. A part that is joined stands before.
  int joins = -1;
  // Index of a kContained part (Part::over); -1: none. This part's cells are then those of that part, and each counts
  // what this part counts in the disjoint union of the periods that the cell there covers, in the groups of the cell.
  // Fields that only that part has (BoundField::applies is false here) tell nothing apart. Its `buckets` are unused.
  int over = -1;
};

// What a result is kept apart by.
struct GroupingSet {
  bool by_bucket = true;
  DimensionMask dimensions = kAllDimensions;  // the others are taken together

  bool Keeps(size_t dimension) const { return Has(dimensions, dimension); }
};

// Groups that are taken together as "other": those whose values of `dimensions` are not among `kept`. A fact of several
// such groups counts once.
struct Fold {
  DimensionMask dimensions = kAllDimensions;
  std::set<GroupTexts> kept;  // texts of these dimensions

  bool Folds(size_t dimension) const { return Has(dimensions, dimension); }
};

// Of kSpike: where the earlier like buckets of each bucket are counted.
struct SpikePlan {
  int earlier_part = -1;  // its buckets are all the earlier ones that any bucket needs
  int first_ticket_part = -1;  // its one cell (all groups, bucket 0) holds the creation of the tenant's first ticket
  std::vector<std::vector<int>> earlier;  // for each bucket of the plan: indexes into that part's buckets, nearest first
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
  std::optional<SpikePlan> spike;                 // kSpike
};

struct Plan {
  std::vector<PartPlan> parts;      // equal ones stand once
  std::vector<KpiPlan> kpis;
  std::vector<GroupingSet> sets;    // the first: by bucket and all dimensions; then totals, then subtotals
  size_t total_sets = 0;            // so many of them are totals
  std::optional<Fold> fold;         // set once the first groups are known
  Shape shape;
  std::vector<time::Bucket> buckets;
  std::vector<std::string> group_names;
  time::Grain grain;
  const time::Zone* zone = nullptr;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  std::vector<std::string> warnings;
};

// The plan of one of its KPIs by some dimensions over the whole range, without totals.
Plan Ranking(const Plan& plan, size_t kpi, DimensionMask dimensions);

std::string Dump(const Plan& plan);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_PLAN_H_
