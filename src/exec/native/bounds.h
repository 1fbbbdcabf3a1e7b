// What the nodes of a program can be in a chunk or in some of its rows, told from the smallest and largest values of
// columns: where a part's conditions cannot hold nothing is decoded, and what holds everywhere is not looked at.
#ifndef SUPPORTKPI_EXEC_NATIVE_BOUNDS_H_
#define SUPPORTKPI_EXEC_NATIVE_BOUNDS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "column/chunk.h"
#include "exec/native/program.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {

// Every value that is not null lies in [min, max] (kForever among them); min > max: there is none.
struct Bounds {
  int64_t min = kNoSchedule + 1;
  int64_t max = kForever;
  bool may_be_null = true;

  bool empty() const { return min > max; }
  bool IsOneValue() const { return min == max && !may_be_null; }
  bool never_true() const { return empty() || (min == 0 && max == 0); }
  bool always_true() const { return !empty() && !may_be_null && (min > 0 || max < 0); }
};

class ChunkBounds {
 public:
  ChunkBounds(const Program& program, const column::Chunk& chunk)
      : program_(program), chunk_(chunk), known_(program.size()), sources_(program.size()) {}

  // From here on bounds are those of rows [first, first + count), which are within the whole chunk's.
  void Narrow(uint32_t first, uint32_t count) {
    first_ = first;
    count_ = count;
    ++looks_;
  }
  // From here on they are the whole chunk's again.
  void Widen() { Narrow(0, 0); }
  const Bounds& Of(NodeId id);
  // Of instants that are reached: a column's kForever is left out, which stands for never.
  Bounds OfReached(NodeId id);

 private:
  // What is known of a node's column, looked up once.
  struct Source {
    bool is_known = false, has_column = false;
    column::ColumnRange whole;
    bool asked_for_stored = false;
    std::shared_ptr<const column::EncodedColumn> stored;
  };

  Bounds Compute(NodeId id);
  Bounds OfColumn(NodeId id);
  const Source& SourceOf(NodeId id);
  column::ColumnRange RangeOf(NodeId id);

  const Program& program_;
  const column::Chunk& chunk_;
  uint32_t first_ = 0, count_ = 0;  // count 0: the whole chunk
  uint32_t looks_ = 1;
  struct Known {
    uint32_t look = 0;
    bool is_settled = false;  // one value in the whole chunk: so it is in any of its rows
    Bounds bounds;
  };
  std::vector<Known> known_;
  std::vector<Source> sources_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_BOUNDS_H_
