// Facts of the tail: plain arrays, appended to by one writer while readers read the rows that were shown to them.
#ifndef SUPPORTKPI_COLUMN_PLAIN_CHUNK_H_
#define SUPPORTKPI_COLUMN_PLAIN_CHUNK_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "column/fact_chunk.h"

namespace supportkpi::column {

// Arrays of one capacity. Never reallocated: an appender that needs more room makes new ones, and chunks that showed the
// old ones keep them alive.
struct PlainArrays {
  using Cells = std::shared_ptr<int64_t[]>;
  struct ListCells {
    std::shared_ptr<uint32_t[]> offsets;  // capacity + 1
    Cells values;
    size_t value_capacity = 0;
  };
  uint32_t capacity = 0;
  std::vector<Cells> scalars;    // by place in the layout
  std::vector<ListCells> lists;  // by place in the layout less scalar_count
  Cells born;
  absl::flat_hash_map<ColumnKey, Cells> attributes;
};

// The fixed columns of the rows, in the order in which a row's values are given: scalars first.
struct PlainLayout {
  std::vector<ColumnSpec> columns;
  size_t scalar_count = 0;
  absl::flat_hash_map<ColumnKey, size_t> places;

  explicit PlainLayout(std::vector<ColumnSpec> specs);
};

class PlainChunk final : public FactChunk {
 public:
  using FactChunk::Read;
  uint32_t row_count() const override { return row_count_; }
  bool is_complete() const override { return row_count_ == kRowsPerChunk; }
  bool Has(ColumnKey column) const override;
  ColumnRange Range(ColumnKey column) const override;
  void Read(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, int64_t* out) const override;
  void ReadLists(ColumnKey column, uint32_t first, uint32_t count, Lists* out) const override;
  std::vector<ColumnSpec> Columns() const override;

 private:
  friend class PlainAppender;
  using FactChunk::FactChunk;
  // nullptr: no such scalar column.
  const int64_t* CellsOf(ColumnKey column) const;

  std::shared_ptr<const PlainLayout> layout_;
  std::shared_ptr<const PlainArrays> arrays_;
  uint32_t row_count_ = 0;
  std::vector<ColumnRange> ranges_;  // by place
  ColumnRange born_range_;
  absl::flat_hash_map<ColumnKey, ColumnRange> attribute_ranges_;
};

// One row's values, in the layout's order.
struct PlainRow {
  absl::Span<const int64_t> scalars;
  absl::Span<const int64_t> list_values;  // of all lists, one after the other
  absl::Span<const uint32_t> list_ends;   // where each list ends in list_values
  absl::Span<const std::pair<int64_t, int64_t>> attributes;         // name code -> value code
  absl::Span<const std::pair<int64_t, int64_t>> ticket_attributes;

  absl::Span<const int64_t> List(size_t index) const {
    const uint32_t begin = index == 0 ? 0 : list_ends[index - 1];
    return list_values.subspan(begin, list_ends[index] - begin);
  }
};

// Appends rows; one thread. Rows become readable through the chunk that Show() returns.
class PlainAppender {
 public:
  explicit PlainAppender(std::shared_ptr<const PlainLayout> layout);

  // Appends from the front of `rows` as many as the chunk has room for (kRowsPerChunk rows, or as many list values as a
  // chunk may hold) and says how many.
  size_t Append(absl::Span<const PlainRow> rows, int64_t born);
  bool Append(const PlainRow& row, int64_t born) { return Append(absl::MakeConstSpan(&row, 1), born) == 1; }
  // Forgets the rows from `row_count` on; they must not have been shown.
  void TruncateTo(uint32_t row_count) { row_count_ = row_count; }
  uint32_t row_count() const { return row_count_; }
  // Is row `row` this one?
  bool Equals(uint32_t row, const PlainRow& other) const;
  const std::shared_ptr<Deaths>& deaths() const { return deaths_; }
  int64_t byte_count() const;
  // A chunk of all rows up to now.
  std::shared_ptr<const PlainChunk> Show();

 private:
  // Room for one more row with these lists.
  void Reserve(const PlainRow& row);
  bool HasRoomForLists(const PlainRow& row) const;
  // All of the next row but its scalars.
  void BeginRow(const PlainRow& row, int64_t born);
  // Makes the ranges cover the rows that came since the last call.
  void ExtendRanges();
  size_t UsedValues(size_t list) const;
  void AppendAttributes(absl::Span<const std::pair<int64_t, int64_t>> attributes, ColumnKey base);
  bool EqualAttributes(uint32_t row, const PlainRow& other) const;

  const std::shared_ptr<const PlainLayout> layout_;
  const std::shared_ptr<Deaths> deaths_;
  std::shared_ptr<PlainArrays> arrays_;
  uint32_t row_count_ = 0;
  uint32_t ranged_rows_ = 0;  // rows that the ranges cover
  std::vector<ColumnRange> ranges_;
  ColumnRange born_range_;
  absl::flat_hash_map<ColumnKey, ColumnRange> attribute_ranges_;
};

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_PLAIN_CHUNK_H_
