// What bounds tell of a node must hold for its value in every row, and they must tell what one-valued columns decide.
#include "exec/native/bounds.h"

#include <cstdint>
#include <vector>

#include "exec/native/batch.h"
#include "exec/native/evaluator.h"
#include "exec/native/value_rules.h"
#include "gtest/gtest.h"
#include "tests/support/fake_snapshot.h"

namespace supportkpi::exec::native {
namespace {

constexpr uint32_t kRows = 4;
// By column key.
const std::vector<std::vector<int64_t>> kColumns = {
    {5, 5, 5, 5},
    {7, 7, 7, 7},
    {5, 6, 7, 8},
    {8, 9, 9, 8},
    {5, kNull, 5, 5},
    {kForever, kForever, kForever, kForever},
    {5, kForever, 5, 5},
    {kNull, kNull, kNull, kNull},
    {0, 0, 0, 0},
    {1, 1, 1, 1},
    {0, 1, 0, 1},
};

class BoundsOfNodes : public ::testing::Test {
 protected:
  BoundsOfNodes() {
    chunk.born.assign(kRows, 0);
    chunk.dead.assign(kRows, kForever);
    for (size_t key = 0; key < kColumns.size(); ++key) {
      chunk.scalars[static_cast<column::ColumnKey>(key)] = kColumns[key];
      columns.push_back(program.Add({.op = NodeOp::kColumn, .key = static_cast<column::ColumnKey>(key), .constant = kNull}));
    }
  }

  NodeId Add(NodeOp op, NodeId a, NodeId b = kNoNode) { return program.Add({.op = op, .args = {a, b, kNoNode, kNoNode}}); }
  NodeId OneOf(NodeId a, std::vector<int64_t> values) {
    return program.Add({.op = NodeOp::kIsOneOf, .args = {a, kNoNode, kNoNode, kNoNode}, .constants = std::move(values)});
  }

  void ExpectToHold() {
    ChunkBounds bounds(program, chunk);
    Evaluator evaluator(program);
    Batch batch;
    batch.Begin(chunk, 0, kRows, 1);
    evaluator.Begin(&batch);
    evaluator.BeginRun();
    for (NodeId id = 0; id < program.size(); ++id) {
      const int64_t* values = evaluator.Rows(id, batch.alive());
      const Bounds& told = bounds.Of(id);
      for (uint32_t row = 0; row < kRows; ++row) {
        const int64_t value = values[row];
        EXPECT_TRUE(IsNull(value) ? told.may_be_null || told.empty() : told.min <= value && value <= told.max) << id << " row " << row;
        EXPECT_TRUE(!told.always_true() || IsTrue(value)) << id << " row " << row;
        EXPECT_TRUE(!told.never_true() || !IsTrue(value)) << id << " row " << row;
      }
    }
  }

  testing::FakeChunk chunk;
  Program program;
  std::vector<NodeId> columns;
};

TEST_F(BoundsOfNodes, HoldInEveryRow) {
  for (const NodeId a : columns) {
    for (const std::vector<int64_t>& values : {std::vector<int64_t>{5}, {5, 8}, {6}, {0, 1}, {kForever}}) OneOf(a, values);
    for (const NodeOp op : {NodeOp::kNot, NodeOp::kIsNull}) Add(op, a);
    for (const NodeId b : columns) {
      for (const NodeOp op : {NodeOp::kLess, NodeOp::kAtMost, NodeOp::kEqual, NodeOp::kNotEqual, NodeOp::kAnd, NodeOp::kOr,
                              NodeOp::kMin, NodeOp::kMax, NodeOp::kCoalesce, NodeOp::kAdd}) {
        Add(op, a, b);
      }
    }
  }
  ExpectToHold();
}

TEST_F(BoundsOfNodes, TellWhatOneValueDecides) {
  const NodeId five = columns[0], seven = columns[1], some = columns[2], more = columns[3], or_null = columns[4], never = columns[5];
  struct Case {
    NodeId node;
    bool always, never;
  };
  const std::vector<Case> cases = {
      {Add(NodeOp::kEqual, five, five), true, false},     {Add(NodeOp::kEqual, five, seven), false, true},
      {Add(NodeOp::kEqual, five, some), false, false},    {Add(NodeOp::kEqual, five, or_null), false, false},
      {Add(NodeOp::kEqual, never, never), true, false},   {Add(NodeOp::kNotEqual, five, seven), true, false},
      {Add(NodeOp::kNotEqual, five, five), false, true},  {Add(NodeOp::kNotEqual, five, more), true, false},
      {Add(NodeOp::kNotEqual, seven, or_null), false, false}, {OneOf(five, {5, 9}), true, false},
      {OneOf(five, {4, 6}), false, true},                 {OneOf(some, {5, 6}), false, false},
      {OneOf(or_null, {5}), false, false},
  };
  ChunkBounds bounds(program, chunk);
  for (size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(bounds.Of(cases[i].node).always_true(), cases[i].always) << i;
    EXPECT_EQ(bounds.Of(cases[i].node).never_true(), cases[i].never) << i;
  }
  ExpectToHold();
}

}  // namespace
}  // namespace supportkpi::exec::native
