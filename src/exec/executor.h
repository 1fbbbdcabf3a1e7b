// The one door between plans and stores: an executor computes the parts of a plan on one snapshot. What it returns is
// exact (128-bit integer sums) and independent of chunking, threads and order.
#ifndef SUPPORTKPI_EXEC_EXECUTOR_H_
#define SUPPORTKPI_EXEC_EXECUTOR_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exec/result.h"
#include "plan/plan.h"
#include "projection/snapshot.h"

namespace supportkpi::exec {

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

// What an execution must heed: who asks for how long.
struct Context {
  std::string tenant;
  std::shared_ptr<const projection::Snapshot> snapshot;  // of the tenant, to compute from; nullptr: the latest
  const std::atomic<bool>* cancelled = nullptr;  // polled at least every 8192 rows
  int64_t max_groups = 65536;
  int threads = 2;
  // Above 0: of the groups only those are wanted that have as many facts as the one in this place of their order by facts, the
  // one with most first, or more. Others may be missing.
  int64_t largest_groups = 0;
  bool names_later = false;  // groups whose order does not depend on their names need none: see GroupTable::Named
  // Asked for so many bytes more, in steps, as an execution gathers; they are its and its result's. An error ends it with
  // that error. On any thread. Unset: no limit.
  std::function<absl::Status(int64_t bytes)> take_memory;
  // Told of so many bytes of these that a result took which is gone. Unset: nobody counts.
  std::function<void(int64_t bytes)> give_back_memory;
};

// Partial results of whole chunks that are kept for questions like those before.
struct PartialOptions {
  int64_t bytes_max = 256 << 20;  // over all tenants together; 0: none are kept
  int64_t chunk_rows_min = 4096;  // fewer are counted anew in no time
};
// What an executor may hold in memory between questions.
struct ExecutorOptions {
  PartialOptions partials;
  int64_t repeat_index_bytes_max = int64_t{1} << 30;  // over all tenants together
};
struct PartialCounts {
  int64_t found = 0, missed = 0, dropped = 0;  // since the start: chunks answered from them, scanned, dropped to make room
  int64_t bytes = 0;
};

class Executor {
 public:
  virtual ~Executor() = default;
  // RESOURCE_EXHAUSTED: more than max_groups groups, more tickets than repeat contacts may be told of. FAILED_PRECONDITION: several currencies, overlapping periods.
  // CANCELLED: *cancelled became true.
  virtual absl::StatusOr<Result> Execute(const plan::Plan& plan, const Context& context) = 0;
  // Calls body(i) for each i below `count`, on up to so many threads; returns when all have ended.
  virtual void ForEach(size_t count, int /*threads*/, const std::function<void(size_t)>& body) {
    for (size_t i = 0; i < count; ++i) body(i);
  }
  virtual PartialCounts partial_counts() const { return {}; }
  // Memory that what tells repeat contacts takes.
  virtual int64_t repeat_index_bytes() const { return 0; }
};

}  // namespace supportkpi::exec

#endif  // SUPPORTKPI_EXEC_EXECUTOR_H_
