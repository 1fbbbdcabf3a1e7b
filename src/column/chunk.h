// A chunk: up to kRowsPerChunk facts of one fact set, read column by column. Sealed segments and pieces of the tail are
// both chunks, so whoever reads facts does not know which is which. Immutable but for deaths; safe to read from any
// number of threads.
#ifndef SUPPORTKPI_COLUMN_CHUNK_H_
#define SUPPORTKPI_COLUMN_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "column/value.h"

namespace supportkpi::column {

inline constexpr uint32_t kRowsPerChunk = 64 * 1024;

// Smallest and largest value of a column, kNull and kForever left out of both but told of.
struct ColumnRange {
  int64_t min = kForever;  // min > max: no value at all
  int64_t max = kNull;
  bool has_null = false;
  bool has_forever = false;
};

// The lists of a run of rows: row i has values[offsets[i]] up to before values[offsets[i + 1]].
struct Lists {
  std::vector<uint32_t> offsets;
  std::vector<int64_t> values;
};

class EncodedColumn;

class Chunk {
 public:
  virtual ~Chunk() = default;

  virtual uint32_t row_count() const = 0;
  // False where no fact of the chunk has the column; it reads as all kNull (codes: 0) or empty lists then.
  virtual bool Has(ColumnKey column) const = 0;
  // The range of a scalar column's values; for a list column of all its lists' values.
  virtual ColumnRange Range(ColumnKey column) const = 0;
  // Of a scalar column's rows [first, first + count): what is told without decoding them. Never wider than Range(), often
  // wider than the values.
  virtual ColumnRange RangeWithin(ColumnKey column, uint32_t /*first*/, uint32_t /*count*/) const { return Range(column); }
  // Writes rows [first, first + count) of a scalar column to out. Absent column: fills with `missing`.
  virtual void Read(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, int64_t* out) const = 0;
  // As Read(), of a column of which Range() tells that 8 or 32 bits hold all of its values (none is kNull or kForever), as they
  // hold `missing`: there is less to go through.
  virtual void Read(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, uint8_t* out) const {
    ReadNarrow(column, first, count, missing, out);
  }
  virtual void Read(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, uint32_t* out) const {
    ReadNarrow(column, first, count, missing, out);
  }
  // Writes those rows of a scalar column to out, as Read() does.
  virtual void ReadRows(ColumnKey column, absl::Span<const uint32_t> rows, int64_t missing, int64_t* out) const {
    for (size_t i = 0; i < rows.size(); ++i) Read(column, rows[i], 1, missing, out + i);
  }
  // A scalar column as it lies in memory, for who reads many parts of it: each of the calls above looks it up anew. nullptr:
  // it does not lie there as one, and only these calls read it.
  virtual std::shared_ptr<const EncodedColumn> Stored(ColumnKey /*column*/) const { return nullptr; }
  // Replaces *out with the lists of rows [first, first + count).
  virtual void ReadLists(ColumnKey column, uint32_t first, uint32_t count, Lists* out) const = 0;
  // Appends to *rows those rows of [first, first + count), relative to first, that are alive at the commit:
  // born <= commit < dead. Returns true, appending nothing, where all are.
  virtual bool AliveRows(int64_t commit, uint32_t first, uint32_t count, std::vector<uint32_t>* rows) const = 0;
  // How many rows are dead at the commit; the same number means the same rows, and every other row is alive. std::nullopt:
  // rows are born later, or die later, and nobody has counted.
  virtual std::optional<uint32_t> DeadRows(int64_t /*commit*/) const { return std::nullopt; }
  // No row will join it: what was found out about it may be kept for as long as it is there.
  virtual bool is_complete() const { return false; }
  // The first failure to fetch or decode a column, for good: what was read from then on is not to be used (a column that
  // failed reads as `missing`). Readers ask once after their last read.
  virtual absl::Status status() const { return absl::OkStatus(); }

 private:
  template <class Word>
  void ReadNarrow(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, Word* out) const {
    std::vector<int64_t> values(count);
    Read(column, first, count, missing, values.data());
    for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<Word>(values[i]);
  }
};

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_CHUNK_H_
