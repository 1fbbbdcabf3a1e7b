// Expressions as a program: a list of nodes in which arguments stand before their users and equal sub-expressions stand
// once. One program serves all parts of a plan that read one fact set. Holds the tables that its nodes look codes up in;
// immutable once built, so any number of threads may run it.
#ifndef SUPPORTKPI_EXEC_NATIVE_PROGRAM_H_
#define SUPPORTKPI_EXEC_NATIVE_PROGRAM_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "column/value.h"
#include "exec/native/repeat_index.h"
#include "exec/native/work_clock.h"
#include "time/zone.h"

namespace supportkpi::exec::native {

using NodeId = int32_t;
inline constexpr NodeId kNoNode = -1;

enum class NodeOp : uint8_t {
  kColumn,
  kConstant,
  kBucketStart, kBucketEnd,
  kAdd, kSubtract, kMultiply, kMin, kMax,
  kLess, kAtMost, kEqual, kNotEqual,  // the other two comparisons are these with swapped arguments
  kAnd, kOr, kNot,
  kIf,
  kIsNull,
  kCoalesce, kFirstNamed,
  kIsOneOf,           // constants: sorted
  kHasBit,
  kTableOf,           // table[argument 0], `constant` outside it
  kDefaultThreshold,  // of a scale: arguments min, max
  kFivePoints,        // a score on a scale (score, min, max) brought to 1..5
  kHourOfDay, kWeekday, kMonthOfYear,
  // -- from here on dear: computed only for the rows that are still asked for
  kStepAt, kCoveringFrom,
  kListAny,           // one entry of list `key` is in `table` (no table: is not 0), with list `key2` < argument 0
  kElapsed, kDueAt, kTimeInStatus,
  kAgentTeamAt,       // argument 0 agent's code, argument 1 instant
  kRepeatGap, kNextSameIssueAt,
};

// What a node's value depends on: nothing, the row, or the row and the bucket of the cell.
enum class Level : uint8_t { kConstant, kRow, kItem };

struct Node {
  NodeOp op = NodeOp::kConstant;
  Level level = Level::kConstant;
  bool dear = false;  // it or an argument of it is computed only for rows that are still asked for
  std::array<NodeId, 4> args = {kNoNode, kNoNode, kNoNode, kNoNode};
  column::ColumnKey key = 0;
  column::ColumnKey key2 = 0;
  column::ColumnKey key3 = 0;
  column::ColumnKey key4 = 0;
  int64_t constant = 0;  // of kColumn: what an absent column reads as
  bool is_data_until = false;  // of kConstant: it grows with the data, so that signatures leave it out
  std::vector<int64_t> constants;
  const std::vector<int64_t>* table = nullptr;
  const WorkClock* clock = nullptr;  // nullptr: the calendar

  // Tables that do not fit into the nearer caches cost more than the rows that they are looked up for.
  static constexpr size_t kNearTableMax = 1 << 14;
  bool is_dear_itself() const { return op >= NodeOp::kStepAt || (op == NodeOp::kTableOf && table->size() > kNearTableMax); }

  template <typename H>
  friend H AbslHashValue(H h, const Node& n) {
    return H::combine(std::move(h), n.op, n.args, n.key, n.key2, n.key3, n.key4, n.constant, n.is_data_until, n.constants, n.table, n.clock);
  }
  bool operator==(const Node&) const = default;
};

class Program {
 public:
  // The node that computes this; an equal one is used again. Constants of row-free arguments are folded by nobody: such
  // nodes are few and cost nothing per row.
  NodeId Add(Node node);
  NodeId Constant(int64_t value);
  NodeId DataUntil(int64_t value);
  NodeId Unary(NodeOp op, NodeId arg) { return Add({.op = op, .args = {arg, kNoNode, kNoNode, kNoNode}}); }
  NodeId Binary(NodeOp op, NodeId left, NodeId right) {
    return Add({.op = op, .args = {left, right, kNoNode, kNoNode}});
  }
  NodeId If(NodeId condition, NodeId then, NodeId otherwise) {
    return Add({.op = NodeOp::kIf, .args = {condition, then, otherwise, kNoNode}});
  }
  NodeId TableOf(NodeId code, const std::vector<int64_t>* table, int64_t outside) {
    return Add({.op = NodeOp::kTableOf, .args = {code, kNoNode, kNoNode, kNoNode}, .constant = outside, .table = table});
  }

  const Node& node(NodeId id) const { return nodes_[id]; }
  bool reads_lists() const {
    return std::any_of(nodes_.begin(), nodes_.end(), [](const Node& node) { return node.op >= NodeOp::kStepAt; });
  }
  int32_t size() const { return static_cast<int32_t>(nodes_.size()); }
  bool IsConstant(NodeId id, int64_t value) const {
    return nodes_[id].op == NodeOp::kConstant && nodes_[id].constant == value;
  }

  // Looked at by nodes; owned elsewhere for as long as the program runs.
  const time::Zone* zone = nullptr;
  const RepeatIndex* repeats = nullptr;
  const std::vector<std::vector<std::pair<int64_t, int64_t>>>* agent_teams = nullptr;
  int64_t range_end_ms = 0;

 private:
  std::vector<Node> nodes_;
  absl::flat_hash_map<Node, NodeId> ids_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PROGRAM_H_
