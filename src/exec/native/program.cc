#include "exec/native/program.h"

#include <algorithm>
#include <utility>

namespace supportkpi::exec::native {

NodeId Program::Add(Node node) {
  node.level = Level::kConstant;
  node.dear = node.is_dear_itself();
  if (node.op == NodeOp::kColumn || node.op >= NodeOp::kStepAt) node.level = Level::kRow;
  if (node.op == NodeOp::kBucketStart || node.op == NodeOp::kBucketEnd) node.level = Level::kItem;
  for (NodeId arg : node.args) {
    if (arg == kNoNode) continue;
    node.level = std::max(node.level, nodes_[arg].level);
    node.dear = node.dear || nodes_[arg].dear;
  }
  auto [it, added] = ids_.try_emplace(node, static_cast<NodeId>(nodes_.size()));
  if (added) nodes_.push_back(std::move(node));
  return it->second;
}

NodeId Program::DataUntil(int64_t value) {
  return Add({.op = NodeOp::kConstant, .constant = value, .is_data_until = true});
}

NodeId Program::Constant(int64_t value) { return Add({.op = NodeOp::kConstant, .constant = value}); }

}  // namespace supportkpi::exec::native
