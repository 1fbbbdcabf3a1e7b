// The one door between plans and stores: an executor computes the parts of a plan on one snapshot. What it returns is
// exact (128-bit integer sums) and independent of chunking, threads and order.
#ifndef SUPPORTKPI_EXEC_EXECUTOR_H_
#define SUPPORTKPI_EXEC_EXECUTOR_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plan/plan.h"
#include "projection/snapshot.h"

namespace supportkpi::exec {

// The value of one grouping dimension, as text for people; `order` sorts it (enums, hours by number; texts by bytes).
struct GroupValue {
  bool none = false;
  int64_t order = 0;
  std::string text;
  auto operator<=>(const GroupValue&) const = default;
};

// One cell of one part. Absent value with facts == 0 means no data.
struct PartCell {
  std::optional<double> value;      // the aggregate in base units (ms, minor units, billionths, counts)
  std::optional<double> numerator;  // sum
  std::optional<double> denominator;// number of values (entities for kEntityStatistic)
  int64_t facts = 0;
  bool no_schedule = false;         // there were facts, but all lacked a schedule
  std::vector<int64_t> left_out;    // by the part's rules, then: excluded deleted, spam, test, merged; then invalid
                                    // durations, no schedule (see LeftOutNames)
  std::vector<int64_t> notes;       // see NoteNames
  std::string currency;             // empty: none
  bool mixed_currencies = false;
  std::string record;               // of kMax
  // kContained: the covered periods (disjoint, ascending), for kCoveredPeriods.
  std::vector<std::pair<int64_t, int64_t>> covered;
};

// Names of PartCell::left_out: the part's own rules, then the built-in ones: deleted, spam, test, merged,
// invalid_duration, no_schedule.
std::vector<std::string> LeftOutNames(const kpi::Part& part);
// Names of PartCell::notes: the part's own, then of kContained parts partly_covered, then of those over customer periods
// period_breaks.
std::vector<std::string> NoteNames(const kpi::Part& part);

// True where a group or a condition of the part looks at a currency: its cells then may hold several.
bool AsksByCurrency(const plan::PartPlan& part);
absl::Status SeveralCurrenciesError(const std::vector<std::string>& currencies);
absl::Status TooManyGroupsError(int64_t max_groups);

struct CellKey {
  int32_t bucket = -1;              // index; -1: all buckets together
  bool all_groups = false;          // groups is empty then
  std::vector<GroupValue> groups;
  auto operator<=>(const CellKey&) const = default;
};

struct PartResult {
  std::map<CellKey, PartCell> cells;  // those with facts, or with something left out
};

struct Result {
  std::vector<PartResult> parts;  // one for each of Plan::parts
  int64_t commit = 0;
  std::optional<int64_t> data_until_ms;
  int64_t facts_read = 0;
};

// What an execution must heed: who asks for how long.
struct Context {
  std::string tenant;
  std::shared_ptr<const projection::Snapshot> snapshot;  // of the tenant, to compute from; nullptr: the latest
  const std::atomic<bool>* cancelled = nullptr;  // polled at least every 8192 rows
  int64_t max_groups = 65536;
  int threads = 2;
};

class Executor {
 public:
  virtual ~Executor() = default;
  // RESOURCE_EXHAUSTED: more than max_groups groups. FAILED_PRECONDITION: several currencies, overlapping periods.
  // CANCELLED: *cancelled became true.
  virtual absl::StatusOr<Result> Execute(const plan::Plan& plan, const Context& context) = 0;
};

}  // namespace supportkpi::exec

#endif  // SUPPORTKPI_EXEC_EXECUTOR_H_
