// Encoded columns: int64 values, or lists of them, packed so that any row can be read without the ones before it.
#ifndef SUPPORTKPI_COLUMN_ENCODING_H_
#define SUPPORTKPI_COLUMN_ENCODING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "column/chunk.h"
#include "column/value.h"

namespace supportkpi::column {

// Rows that share a base and a width.
inline constexpr uint32_t kRowsPerBlock = 1024;
// Most values of one column: the lists of a chunk's rows together. Bounds what damaged bytes can make us allocate.
inline constexpr uint32_t kMostValues = 1u << 31;

// Range of values, as ColumnRange says.
ColumnRange RangeOf(absl::Span<const int64_t> values);
// `range` made to cover `value` too.
inline void Extend(int64_t value, ColumnRange* range) {
  const bool is_null = value == kNull, is_forever = value == kForever;
  range->has_null |= is_null;
  range->has_forever |= is_forever;
  range->min = is_null || value > range->min ? range->min : value;
  range->max = is_forever || value < range->max ? range->max : value;
}
void Extend(const ColumnRange& other, ColumnRange* range);
// Of some rows, from what is told of them and of the whole column.
ColumnRange Within(const ColumnRange& whole, const ColumnRange& some);
// No value, kNull and kForever counted, is outside; all rows are the same.
bool IsConstant(const ColumnRange& range);

// The bytes of a column (layouts in encoding.cc).
std::string EncodeScalars(absl::Span<const int64_t> values);
// offsets.size() is the row count + 1, offsets[0] is 0.
std::string EncodeLists(absl::Span<const uint32_t> offsets, absl::Span<const int64_t> values);

// A column read back. Parse() checks everything that reading relies on, so reading cannot leave the bytes.
class EncodedColumn {
 public:
  // DATA_LOSS where the bytes are not a column of so many rows.
  static absl::StatusOr<std::unique_ptr<EncodedColumn>> Parse(std::string bytes, uint32_t row_count);
  // A scalar column of one value.
  static std::unique_ptr<EncodedColumn> Constant(int64_t value, uint32_t row_count);

  uint32_t row_count() const { return row_count_; }
  bool is_list() const { return lengths_ != nullptr; }
  size_t byte_count() const { return bytes_.size() + sizeof(*this); }

  // Scalar columns; first + count <= row_count().
  void Read(uint32_t first, uint32_t count, int64_t* out) const;
  // The same in numbers of 8 or 32 bits, which hold all values of these rows.
  void Read(uint32_t first, uint32_t count, uint8_t* out) const;
  void Read(uint32_t first, uint32_t count, uint32_t* out) const;
  int64_t At(uint32_t row) const;
  // Those rows; fastest where they ascend.
  void ReadEach(absl::Span<const uint32_t> rows, int64_t* out) const;
  // Those rows are soon to be read: what they wait for is asked for ahead.
  void Prefetch(absl::Span<const uint32_t> rows) const;
  // Bounds of those rows, from bases and widths alone.
  ColumnRange RangeWithin(uint32_t first, uint32_t count) const;
  // List columns.
  void ReadLists(uint32_t first, uint32_t count, Lists* out) const;

 private:
  struct Block {
    int64_t base;
    uint32_t offset;  // of its packed values in the bytes
    uint8_t width;
    uint8_t reserved;  // kReservesNull, kReservesForever
    uint16_t unused;
  };
  friend class ScalarEncoder;
  enum class Kind : uint8_t;

  EncodedColumn() = default;
  static bool HasKind(absl::string_view bytes, Kind least, Kind most);
  absl::Status ParseBlocks(absl::string_view body);
  absl::Status ParseRuns(absl::string_view body);
  absl::Status ParseListParts(absl::string_view body);
  template <class Word>
  void ReadRows(uint32_t first, uint32_t count, Word* out) const;
  void ReadBlock(const Block& block, uint32_t first, uint32_t count, int64_t* out) const;
  template <class Word>
  void ReadBlock(const Block& block, uint32_t first, uint32_t count, Word* out) const;
  template <class Word>
  void ReadRuns(uint32_t first, uint32_t count, Word* out) const;
  size_t RunOf(uint32_t row) const { return RunOf(row, 0, run_ends_.size()); }
  size_t RunOf(uint32_t row, size_t from, size_t among) const;
  static void ToValues(const Block& block, uint64_t* codes, size_t count);
  void ReadEachOf(const Block& block, const uint32_t* rows, size_t count, int64_t* out) const;
  int64_t InBlock(const Block& block, uint32_t place) const;
  static ColumnRange RangeOfBlock(const Block& block);

  std::string bytes_;
  uint32_t row_count_ = 0;
  std::vector<Block> blocks_;                // packed
  std::vector<uint32_t> run_ends_;           // runs: rows before the end of each
  std::unique_ptr<EncodedColumn> lengths_;   // lists
  std::vector<uint32_t> block_starts_;       // lists: index of the first value of each block of rows
  std::unique_ptr<EncodedColumn> values_;    // lists: all values; runs: one value for each
};

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_ENCODING_H_
