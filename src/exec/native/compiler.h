// Turns expressions, fields and filters of a plan into nodes of a program: names become codes, look-ups become tables by
// code, clocks become schedules. One compiler per program, used by one thread.
#ifndef SUPPORTKPI_EXEC_NATIVE_COMPILER_H_
#define SUPPORTKPI_EXEC_NATIVE_COMPILER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "exec/native/program.h"
#include "plan/plan.h"
#include "projection/snapshot.h"

namespace supportkpi::exec::native {

class OpenRowsCache;

// What a query's programs look at while they run, made once per query and shared by its programs.
class QueryResources {
 public:
  explicit QueryResources(std::shared_ptr<const projection::Snapshot> snapshot);

  const projection::Snapshot& snapshot() const { return *snapshot_; }
  // Read from the store where nobody has looked at them since the start.
  const projection::CustomerTable& customers() {
    if (customers_ == nullptr) customers_ = snapshot_->Customers();
    return *customers_;
  }
  const projection::AgentTable& agents() const { return *agents_; }
  const settings::Settings& settings() const { return *settings_; }

  // The table of that description; `make` makes it when it is asked for first.
  const std::vector<int64_t>* Table(const std::string& description,
                                    const std::function<std::vector<int64_t>()>& make);
  // False: it is one of the customers' or agents' own, which never change.
  bool IsMadeForQuery(const std::vector<int64_t>* table) const;
  // The code of the first agent with the same name, by agent; 0 where the name is unknown.
  const std::vector<int64_t>* AgentNames();

  // Filled by the executor before compiling, where parts need them.
  std::map<std::string, std::shared_ptr<const WorkClock>> clocks;  // by the name of the schedule asked for
  std::shared_ptr<const RepeatIndex> repeats;
  OpenRowsCache* open_rows = nullptr;

 private:
  std::shared_ptr<const projection::Snapshot> snapshot_;
  std::shared_ptr<const projection::CustomerTable> customers_;
  std::shared_ptr<const projection::AgentTable> agents_;
  std::shared_ptr<const settings::Settings> settings_;
  std::map<std::string, std::unique_ptr<std::vector<int64_t>>> tables_;
};

class Compiler {
 public:
  Compiler(QueryResources& resources, Program& program) : resources_(resources), program_(program) {}

  // The part whose expressions come next: its clock, targets and range.
  void SetPart(const plan::PartPlan* part) { part_ = part; }

  absl::StatusOr<NodeId> Compile(const kpi::Expr& expr);
  // The values of a scalar field; `before`: just before the instant of a move.
  absl::StatusOr<NodeId> CompileField(const plan::BoundField& field, bool before);
  // 1 for the facts that pass.
  absl::StatusOr<NodeId> CompileFilter(const plan::BoundFilter& filter, bool before);
  NodeId Column(fact::Column column);

 private:
  absl::StatusOr<std::vector<NodeId>> CompileArgs(const kpi::Expr& expr);
  absl::StatusOr<NodeId> CompileClock(const kpi::Expr& expr);
  absl::StatusOr<NodeId> CompileTimeInStatus(const kpi::Expr& expr, const std::vector<NodeId>& args, const WorkClock* clock);
  absl::StatusOr<NodeId> CompileLookup(const kpi::Expr& expr);
  NodeId CompileTarget(NodeId channel);
  NodeId CompileThreshold(const std::vector<NodeId>& args);
  NodeId ColumnOf(column::ColumnKey key);
  NodeId Fold(NodeOp op, const std::vector<NodeId>& args);

  absl::StatusOr<NodeId> CompileAttribute(const plan::BoundField& field, bool before);
  absl::StatusOr<NodeId> CompileLeaf(const plan::BoundFilter& filter, bool before);
  absl::StatusOr<NodeId> CompileTextLeaf(const plan::BoundFilter& filter, bool before);
  absl::StatusOr<NodeId> CompileEnumLeaf(const plan::BoundFilter& filter, NodeId field);
  absl::StatusOr<NodeId> CompileNumberLeaf(const plan::BoundFilter& filter, NodeId field);
  const std::vector<int64_t>* CodesThatMatch(const plan::BoundFilter& filter);
  NodeId IsOneOf(NodeId field, std::vector<int64_t> values);

  QueryResources& resources_;
  Program& program_;
  const plan::PartPlan* part_ = nullptr;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_COMPILER_H_
