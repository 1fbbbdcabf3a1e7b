#include "exec/native/native_executor.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "exec/native/compiler.h"
#include "exec/native/covered_periods.h"
#include "exec/native/execution.h"
#include "status/macros.h"

namespace supportkpi::exec::native {
namespace {

bool LooksAtRepeats(const kpi::Expr& expr) {
  return expr.op == kpi::Op::kRepeatGap || expr.op == kpi::Op::kNextSameIssueAt ||
         std::any_of(expr.args.begin(), expr.args.end(), LooksAtRepeats);
}

bool LooksAtRepeats(const plan::PartPlan& plan) {
  const kpi::Part& part = plan.part;
  const auto in_rule = [](const kpi::LeftOut& rule) { return LooksAtRepeats(rule.when); };
  return LooksAtRepeats(part.where) || LooksAtRepeats(part.value) || LooksAtRepeats(part.weight) ||
         std::any_of(part.left_out.begin(), part.left_out.end(), in_rule) ||
         std::any_of(part.notes.begin(), part.notes.end(), in_rule);
}

// Pieces that lack a folded dimension cannot be folded: `other` is not asked for then.
const plan::Fold* FoldOfPieces(const plan::Plan& plan, const plan::PartPlan& part) {
  if (!plan.fold.has_value()) return nullptr;
  for (size_t d = 0; d < part.groups.size(); ++d)
    if (plan.fold->Folds(d) && !part.groups[d].applies) return nullptr;
  return &*plan.fold;
}

// Runs the parts that count over other parts' periods, now that those periods are known.
absl::Status RunOver(const plan::Plan& plan, QueryResources& resources, PartialCache& partials, WorkerPool& pool,
                     const Context& context, Result* result) {
  for (size_t i = 0; i < plan.parts.size(); ++i) {
    const plan::PartPlan& part = plan.parts[i];
    if (part.over < 0) continue;
    const PartResult& covering = result->parts[part.over];
    const std::vector<plan::PartPlan> pieces = {PiecesOf(part, covering)};
    std::vector<plan::GroupingSet> sets = plan.sets;
    for (plan::GroupingSet& set : sets) set.by_bucket = true;
    Result counted{.groups = GroupTable(result->groups.dimensions())};
    RETURN_IF_ERROR(Execution::Run(pieces, sets, FoldOfPieces(plan, part), plan.zone, resources, partials, pool, context, &counted));
    result->facts_read += counted.facts_read;
    counted.groups.IndexNames();
    result->parts[i] = SumPieces(part, pieces[0], counted, covering, result->groups);
  }
  return absl::OkStatus();
}

}  // namespace

NativeExecutor::NativeExecutor(projection::SnapshotSource& source, int pool_threads, const ExecutorOptions& options)
    : source_(source),
      repeats_(options.repeat_index_bytes_max),
      partials_(options.partials),
      pool_(pool_threads >= 0 ? pool_threads : std::max(0, static_cast<int>(std::thread::hardware_concurrency()) - 1)) {}

absl::StatusOr<Result> NativeExecutor::Execute(const plan::Plan& plan, const Context& context) {
  std::shared_ptr<const projection::Snapshot> snapshot = context.snapshot;
  if (snapshot == nullptr) {
    ASSIGN_OR_RETURN(snapshot, source_.TakeSnapshot(context.tenant));
  }
  QueryResources resources(snapshot);
  resources.open_rows = &open_rows_;
  for (const plan::PartPlan& part : plan.parts) {
    if (part.clock == kpi::Clock::kBusiness && !resources.clocks.contains(part.schedule)) {
      resources.clocks[part.schedule] = clocks_.ClockFor(context.tenant, resources.settings(),
                                                         snapshot->NamesOf(record::Domain::kTeam), part.schedule);
    }
    if (resources.repeats == nullptr && LooksAtRepeats(part)) {
      ASSIGN_OR_RETURN(resources.repeats,
                       repeats_.IndexOf(context.tenant, *snapshot, {pool_, context.threads}, context.cancelled));
    }
  }
  size_t dimensions = 0;
  for (const plan::PartPlan& part : plan.parts) dimensions = std::max(dimensions, part.groups.size());
  // Pieces of covered periods are found by names.
  const bool over = std::any_of(plan.parts.begin(), plan.parts.end(), [](const auto& part) { return part.over >= 0; });
  Result result{.groups = GroupTable(dimensions, context.names_later && !over ? snapshot : nullptr),
                .parts = {},
                .commit = snapshot->commit(),
                .data_until_ms = snapshot->data_until_ms()};
  RETURN_IF_ERROR(Execution::Run(plan.parts, plan.sets, plan.fold.has_value() ? &*plan.fold : nullptr, plan.zone, resources,
                                 partials_, pool_, context, &result));
  RETURN_IF_ERROR(RunOver(plan, resources, partials_, pool_, context, &result));
  RETURN_IF_ERROR(snapshot->status());
  return result;
}

}  // namespace supportkpi::exec::native
