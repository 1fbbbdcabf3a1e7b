#include "exec/native/narrow_values.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>
#include <utility>

#include "exec/native/evaluator.h"
#include "exec/native/narrow_loops.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {
namespace {

// Values are compared with so many intervals at most: to look each of them up is then the shorter way.
constexpr size_t kIntervalsMax = 8;

// Not even a column: the node depends on none.
constexpr NodeId kNoColumn = -2;

// The only column of two that each depend on one, or none; kNoNode: on several.
NodeId OnlyOf(NodeId a, NodeId b) { return a == kNoColumn || a == b ? b : b == kNoColumn ? a : kNoNode; }

}  // namespace

NarrowValues::NarrowValues(const Program& program, Evaluator& evaluator)
    : program_(program), evaluator_(evaluator), states_(static_cast<size_t>(program.size())) {
  for (NodeId id = 0; id < program.size(); ++id) {  // arguments stand before their users
    const Node& node = program.node(id);
    NodeId column = node.op == NodeOp::kColumn ? id : kNoColumn;
    for (const NodeId arg : node.args)
      if (arg != kNoNode) column = OnlyOf(column, states_[arg].column);
    const bool told_by_arguments = !node.dear && node.level != Level::kItem;
    states_[id].column = told_by_arguments ? column : kNoNode;
  }
}

// What is known of the node in this chunk.
NarrowValues::State& NarrowValues::InChunk(NodeId id) {
  State& state = states_[id];
  if (state.chunk == chunk_number_) return state;
  state.chunk = chunk_number_;
  const Node& node = program_.node(id);
  if (node.op == NodeOp::kColumn) {
    const column::ColumnRange range = batch_->RangeOf(node.key, node.constant);
    const bool is_told = range.min >= 0 && range.min <= range.max && !range.has_null && !range.has_forever;
    const bool is_byte = range.max <= std::numeric_limits<uint8_t>::max();
    const bool is_word = range.max < std::numeric_limits<uint32_t>::max();
    state.fit = !is_told || !is_word ? Fit::kNone : is_byte ? Fit::kByte : Fit::kWord;
    state.always_named = is_told && range.min > 0;
  } else if (state.column == kNoNode && !node.dear && node.level != Level::kItem) {
    NodeId column = kNoColumn;
    for (const NodeId arg : node.args) {
      if (arg != kNoNode) column = OnlyOf(column, ColumnOf(arg));
      if (IsFirstAlways(node)) break;
    }
    state.column_here = column;
  }
  return state;
}

// A value that is named by one column in all of this chunk: nobody looks at the next.
bool NarrowValues::IsFirstAlways(const Node& node) {
  return node.op == NodeOp::kFirstNamed && program_.node(node.args[0]).op == NodeOp::kColumn && InChunk(node.args[0]).always_named;
}

const uint8_t* NarrowValues::Bytes(NodeId column) {
  if (program_.node(column).op != NodeOp::kColumn || InChunk(column).fit != Fit::kByte) return nullptr;
  State& state = states_[column];
  if (state.bytes_batch == batch_number_) return state.bytes.data();
  state.bytes_batch = batch_number_;
  state.bytes.resize(kBatchRows);
  const Node& node = program_.node(column);
  batch_->Read(node.key, node.constant, state.bytes.data());
  return state.bytes.data();
}

const uint8_t* NarrowValues::ByteValues(NodeId id) {
  const Node& node = program_.node(id);
  return IsFirstAlways(node) ? ByteValues(node.args[0]) : Bytes(id);
}

// The node for each value of its column from 0 on.
std::vector<int64_t> NarrowValues::ValuesByByte(NodeId id, NodeId column) {
  const Node& node = program_.node(id);
  std::vector<int64_t> values(kByteValues, node.constant);
  if (id == column) std::iota(values.begin(), values.end(), 0);
  if (id == column || node.op == NodeOp::kConstant) return values;
  // Else it is asked for where the first is always named.
  if (node.op == NodeOp::kFirstNamed && states_[id].column == kNoNode) return ValuesByByte(node.args[0], column);
  std::array<std::vector<int64_t>, 4> of_args;
  std::array<const int64_t*, 4> args = {};
  for (size_t i = 0; i < args.size(); ++i) {
    if (node.args[i] == kNoNode) continue;
    of_args[i] = ValuesByByte(node.args[i], column);
    args[i] = of_args[i].data();
  }
  evaluator_.Apply(node, args.data(), values.size(), values.data());
  return values;
}

const NarrowValues::Table& NarrowValues::TableOf(NodeId id) {
  State& state = states_[id];
  if (state.table != nullptr) return *state.table;
  state.table = std::make_unique<Table>();
  Table& table = *state.table;
  const std::vector<int64_t> values = ValuesByByte(id, ColumnOf(id));
  MarkTrue(values.data(), values.size(), table.marks.data());
  WordsOf(values.data(), values.size(), table.words.data());
  for (size_t value = 0; value < kByteValues; ++value) {
    if (table.marks[value] == 0) continue;
    if (value > 0 && table.marks[value - 1] != 0)
      ++table.true_in.back().span;
    else
      table.true_in.push_back({static_cast<uint8_t>(value), 0});
  }
  return table;
}

const uint8_t* NarrowValues::Marks(NodeId id) {
  assert(!program_.node(id).dear && program_.node(id).level != Level::kItem);
  State& state = states_[id];
  if (state.marks_batch == batch_number_) return state.marks.data();
  state.marks_batch = batch_number_;
  state.marks.resize(kBatchRows);
  Mark(id, state.marks.data());
  return state.marks.data();
}

void NarrowValues::Mark(NodeId id, uint8_t* marks) {
  const Node& node = program_.node(id);
  const size_t count = batch_->count();
  const NodeId column = ColumnOf(id);
  if (node.op == NodeOp::kConstant) {
    std::fill_n(marks, count, IsTrue(node.constant) ? kMarked : uint8_t{0});
  } else if (const uint8_t* bytes = column >= 0 ? Bytes(column) : nullptr; bytes != nullptr) {
    const Table& table = TableOf(id);
    if (table.true_in.size() > kIntervalsMax) return LookUpMarks(bytes, count, table.marks.data(), marks);
    std::fill_n(marks, count, uint8_t{0});
    for (const Table::Interval& interval : table.true_in) MarkInterval(bytes, count, interval.first, interval.span, marks);
  } else if (node.op == NodeOp::kAnd) {
    MarkBoth(Marks(node.args[0]), Marks(node.args[1]), count, marks);
  } else if (node.op == NodeOp::kOr) {
    MarkEither(Marks(node.args[0]), Marks(node.args[1]), count, marks);
  } else if (node.op == NodeOp::kNot) {
    MarkNot(Marks(node.args[0]), count, marks);
  } else if (!MarkComparison(node, marks)) {
    MarkTrue(evaluator_.AllRows(id), count, marks);
  }
}

// Comparisons need no numbers that say how they ended.
bool NarrowValues::MarkComparison(const Node& node, uint8_t* marks) {
  using Loop = void (*)(const int64_t*, const int64_t*, size_t, uint8_t*);
  const size_t count = batch_->count();
  if (node.op == NodeOp::kIsNull) {
    MarkNull(evaluator_.AllRows(node.args[0]), count, marks);
    return true;
  }
  const Loop loop = node.op == NodeOp::kLess     ? &MarkLess
                    : node.op == NodeOp::kAtMost ? &MarkAtMost
                    : node.op == NodeOp::kEqual  ? &MarkEqual
                                                 : nullptr;
  if (loop == nullptr) return false;
  const int64_t* left = evaluator_.AllRows(node.args[0]);
  loop(left, evaluator_.AllRows(node.args[1]), count, marks);
  return true;
}

const uint32_t* NarrowValues::Words(NodeId id) {
  const Node& node = program_.node(id);
  if (IsFirstAlways(node)) return Words(node.args[0]);
  State& state = states_[id];
  if (state.words_batch == batch_number_) return state.words.data();
  state.words_batch = batch_number_;
  state.words.resize(kBatchRows);
  const NodeId column = ColumnOf(id);
  if (node.op == NodeOp::kColumn && InChunk(id).fit != Fit::kNone) {
    batch_->Read(node.key, node.constant, state.words.data());
  } else if (const uint8_t* bytes = column >= 0 ? Bytes(column) : nullptr; bytes != nullptr) {
    LookUpWords(bytes, batch_->count(), TableOf(id).words.data(), state.words.data());
  } else {
    WordsOf(evaluator_.AllRows(id), batch_->count(), state.words.data());
  }
  return state.words.data();
}

}  // namespace supportkpi::exec::native
