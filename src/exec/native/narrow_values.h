// What nodes are by row, in as few bits as do: whether they are true in a byte, values that fit into 32 bits in a word. A node that
// depends on one column of small values is looked up in a table of what it is for each of them, so that nothing is computed
// in 64 bits for a row. All rows of a batch at once; what stands in rows that nobody asked for is of no meaning. One a thread.
#ifndef SUPPORTKPI_EXEC_NATIVE_NARROW_VALUES_H_
#define SUPPORTKPI_EXEC_NATIVE_NARROW_VALUES_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "exec/native/batch.h"
#include "exec/native/program.h"

namespace supportkpi::exec::native {

class Evaluator;

class NarrowValues {
 public:
  // Both must outlive it.
  NarrowValues(const Program& program, Evaluator& evaluator);

  // Before the first batch of a chunk, and before each.
  void BeginChunk() { ++chunk_number_; }
  void Begin(Batch* batch) {
    batch_ = batch;
    ++batch_number_;
  }

  // Of nodes that are not dear and do not depend on the bucket; valid until the next batch.
  // 0xff where the node is true, else 0.
  const uint8_t* Marks(NodeId id);
  // The node's values; those that are null or beyond 32 bits are 0xffffffff.
  const uint32_t* Words(NodeId id);
  // Whether marks are told by bytes alone.
  bool IsByte(NodeId id) { return ColumnOf(id) >= 0 && InChunk(ColumnOf(id)).fit == Fit::kByte; }
  // The values of a column that all lie in 0..255; nullptr: some do not.
  const uint8_t* Bytes(NodeId column);
  // The same of a node that is such a column in this chunk.
  const uint8_t* ByteValues(NodeId id);

 private:
  static constexpr size_t kByteValues = 256;
  // Of a node that depends on one column: what it is for each value of a byte.
  struct Table {
    struct Interval {
      uint8_t first, span;
    };
    std::array<uint32_t, kByteValues> words;
    std::array<uint8_t, kByteValues> marks;
    std::vector<Interval> true_in;  // of values
  };
  enum class Fit : uint8_t { kNone, kWord, kByte };
  struct State {
    NodeId column = kNoNode;  // the only one that the node depends on
    std::unique_ptr<Table> table;
    // -- in `chunk`
    uint64_t chunk = 0;
    Fit fit = Fit::kNone;        // of a column
    bool always_named = false;   // it is never 0
    NodeId column_here = kNoNode;  // the only one that the node depends on in this chunk
    uint64_t marks_batch = 0, words_batch = 0, bytes_batch = 0;
    std::vector<uint8_t> marks, bytes;
    std::vector<uint32_t> words;
  };

  State& InChunk(NodeId id);
  NodeId ColumnOf(NodeId id) { return states_[id].column != kNoNode ? states_[id].column : InChunk(id).column_here; }
  bool IsFirstAlways(const Node& node);
  const Table& TableOf(NodeId id);
  std::vector<int64_t> ValuesByByte(NodeId id, NodeId column);
  void Mark(NodeId id, uint8_t* marks);
  bool MarkComparison(const Node& node, uint8_t* marks);

  const Program& program_;
  Evaluator& evaluator_;
  Batch* batch_ = nullptr;
  uint64_t chunk_number_ = 0;
  uint64_t batch_number_ = 0;
  std::vector<State> states_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_NARROW_VALUES_H_
