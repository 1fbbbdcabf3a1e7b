// Runs a program over batches, node by node: a loop per node, no call and no allocation per row. Cheap nodes are computed
// once for the whole batch; dear operations only for the rows that were asked for, and only where And, Or and If need them.
// Both are remembered until the next batch, so that parts that share a node share its work. One evaluator per thread.
#ifndef SUPPORTKPI_EXEC_NATIVE_EVALUATOR_H_
#define SUPPORTKPI_EXEC_NATIVE_EVALUATOR_H_

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/batch.h"
#include "exec/native/narrow_values.h"
#include "exec/native/program.h"

namespace supportkpi::exec::native {

// Pairs of a row and a bucket, as parallel arrays; bucket bounds are those of each pair's bucket.
struct Items {
  std::vector<uint32_t> row;
  std::vector<int32_t> bucket;
  bool all_rows = false;  // item i is row i of the batch, and none is missing: values by row are values by item

  size_t size() const { return row.size(); }
  void clear() { row.clear(), bucket.clear(), all_rows = false; }
};

class Evaluator {
 public:
  // `program` must outlive it.
  explicit Evaluator(const Program& program);

  // Before the first batch of each chunk; an Evaluator that was just made has begun its first one.
  void BeginChunk() {
    narrow_.BeginChunk();
    ++chunk_number_;
    readers_.clear();
  }
  void Begin(Batch* batch);

  // From here on rows that are asked for are among those that were asked for first: a node is computed once.
  void BeginRun() { ++run_number_; }
  // Values by row of the batch; only those of `rows` may be looked at. Valid until the next batch.
  const int64_t* Rows(NodeId id, absl::Span<const uint32_t> rows) { return RowsOf(id, rows, true); }

  bool is_cheap(NodeId id) const { return !program_.node(id).dear && program_.node(id).level != Level::kItem; }
  // Of a node that is not dear and does not depend on the bucket.
  const int64_t* AllRows(NodeId id) { return RowsOf(id, absl::MakeConstSpan(all_rows_).first(batch_->count()), true); }
  NarrowValues& narrow() { return narrow_; }
  // Computes such a node's operation for arguments that stand in `args`.
  void Apply(const Node& node, const int64_t* const* args, size_t count, int64_t* out) {
    ComputeCheap(node, args, {nullptr, count, nullptr}, out);
  }

  // Values by item. `starts` and `ends` are the bounds of the buckets that items name. Valid until NewItems().
  void NewItems() { ++items_number_; }
  const int64_t* ItemValues(NodeId id, const Items& items, const int64_t* starts, const int64_t* ends);

 private:
  struct State {
    std::vector<int64_t> values;   // by row
    std::vector<uint8_t> done;     // dear operations: rows computed in this batch
    std::vector<uint32_t> chosen;  // scratch
    std::vector<int64_t> item_values;
    uint64_t batch = 0;
    uint64_t whole = 0;  // of all its rows, cheap nodes are computed
    uint64_t run = 0;    // all its rows are computed
    uint64_t items = 0;
    uint64_t chunk = 0;       // in which `reader` was found
    NodeId reader = kNoNode;  // of a column: the node that reads its values
  };
  // Where a loop runs: positions 0..count or those of `at`; position -> row of the batch for lists.
  struct Domain {
    const uint32_t* at;
    size_t count;
    const uint32_t* row_of;
  };

  using Args = std::array<const int64_t*, 4>;

  NodeId ReaderOf(NodeId column);
  // `whole`: of all rows of the run, else of some.
  const int64_t* RowsOf(NodeId id, absl::Span<const uint32_t> rows, bool whole);
  Args ArgsOf(const Node& node, absl::Span<const uint32_t> rows, bool whole);
  Args NeededArgs(const Node& node, absl::Span<const uint32_t> rows, bool whole, std::vector<uint32_t>* chosen);
  void Compute(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out);
  void ComputeCheap(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out);
  void ComputeDear(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out);
  void ComputeStepAt(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out);
  void ComputeCoveringFrom(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out);
  void ComputeListAny(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out);
  void ComputeElapsed(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out);
  void ComputeClock(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out);

  const Program& program_;
  Batch* batch_ = nullptr;
  uint64_t chunk_number_ = 1;  // who evaluates one chunk alone need not begin it
  uint64_t batch_number_ = 0;
  uint64_t run_number_ = 0;
  uint64_t items_number_ = 0;
  std::vector<State> states_;
  std::vector<std::pair<const column::EncodedColumn*, NodeId>> readers_;  // of the chunk's columns that were asked for
  std::vector<uint32_t> all_rows_;
  NarrowValues narrow_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_EVALUATOR_H_
