// A batch: some thousand rows of a chunk, one after the other or chosen, whose columns are decoded when first asked for and then
// shared by all parts that read the fact set.
#ifndef SUPPORTKPI_EXEC_NATIVE_BATCH_H_
#define SUPPORTKPI_EXEC_NATIVE_BATCH_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "column/chunk.h"

namespace supportkpi::exec::native {

inline constexpr uint32_t kBatchRows = 2048;

class Batch {
 public:
  // Of the same chunk every time, which must outlive it.
  void Begin(const column::Chunk& chunk, uint32_t first, uint32_t count, int64_t commit);
  // Of chosen rows, kBatchRows at most; they must outlive it.
  void BeginChosen(const column::Chunk& chunk, absl::Span<const uint32_t> rows, int64_t commit);

  uint32_t count() const { return count_; }
  // Where its rows lie in the chunk, unless they are chosen ones.
  uint32_t first() const { return first_; }
  // Rows alive at the commit, ascending.
  const std::vector<uint32_t>& alive() const { return alive_; }

  bool all_alive() const { return alive_.size() == count_; }

  // A scalar column's values by row; `missing` where the chunk does not have it.
  void Read(column::ColumnKey key, int64_t missing, int64_t* out);
  // Of a column whose RangeOf() is within what 8 or 32 bits hold.
  void Read(column::ColumnKey key, int64_t missing, uint8_t* out) { ReadNarrow(key, missing, out); }
  void Read(column::ColumnKey key, int64_t missing, uint32_t* out) { ReadNarrow(key, missing, out); }
  // Of some rows alone; out is by row of the batch.
  void ReadSome(column::ColumnKey key, int64_t missing, absl::Span<const uint32_t> rows, int64_t* out);
  // As the chunk holds the column; nullptr: only the chunk reads it.
  const column::EncodedColumn* Stored(column::ColumnKey key);
  // Of all rows of the chunk.
  column::ColumnRange RangeOf(column::ColumnKey key, int64_t missing) const;
  const column::Lists& ListsOf(column::ColumnKey key);

 private:
  struct Decoded {
    uint64_t batch = 0;
    column::Lists lists;
  };

  void BeginRowsOf(const column::Chunk& chunk, uint32_t count);
  void PrefetchSome(absl::Span<const uint32_t> rows);
  template <class Word>
  void ReadConsecutive(column::ColumnKey key, int64_t missing, Word* out);
  void ReadRows(column::ColumnKey key, absl::Span<const uint32_t> rows, int64_t missing, int64_t* out);
  template <class Word>
  void ReadNarrow(column::ColumnKey key, int64_t missing, Word* out);
  void ReadChosenLists(column::ColumnKey key, column::Lists* out) const;

  const column::Chunk* chunk_ = nullptr;
  uint32_t first_ = 0;
  uint32_t count_ = 0;
  absl::Span<const uint32_t> chosen_;  // empty: rows from first_ on
  uint64_t number_ = 0;  // of batches begun: tells decoded lists of this batch from older ones
  std::vector<uint32_t> alive_;
  std::vector<uint32_t> some_alive_;  // scratch, as are the next
  std::vector<uint32_t> some_rows_;
  std::vector<int64_t> some_values_;
  // Columns of which this and the batch before it read some rows: they will mostly be the same.
  std::vector<column::ColumnKey> read_some_, read_some_before_;
  bool lists_all_ = false;            // alive_ is 0, 1, 2, ...
  absl::flat_hash_map<column::ColumnKey, std::unique_ptr<Decoded>> lists_;
  absl::flat_hash_map<column::ColumnKey, std::shared_ptr<const column::EncodedColumn>> stored_;  // nullptr: only the chunk reads it
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_BATCH_H_
