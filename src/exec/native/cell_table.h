// Numbers the cells of a part, and their groups, as they turn up: (bucket, group values) -> 0, 1, 2, ... An array look-up per item where the
// names are few, a hash look-up where they are many.
#ifndef SUPPORTKPI_EXEC_NATIVE_CELL_TABLE_H_
#define SUPPORTKPI_EXEC_NATIVE_CELL_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/types/span.h"

namespace supportkpi::exec::native {

class CellTable {
 public:
  // `sizes`: of each dimension, one more than its largest value; 0: any int64. Items name bucket_count buckets from first_bucket
  // on. About expected_items will come: a large array is not worth while for few.
  CellTable(std::vector<int64_t> sizes, int32_t first_bucket, int64_t bucket_count, int64_t max_groups, size_t expected_items);

  // cells[i]: the cell of item i. `values[d]`: the dimension's values by item. False: more than max_groups groups.
  bool Assign(size_t count, const int32_t* buckets, absl::Span<const int64_t* const> values, uint32_t* cells);

  // The same of items by their verdicts: one that is dropped is given any cell that there is. words[d][i]: a dimension's values
  // in 32 bits, at least its size where they are outside; value_of(d, i): the values themselves. Only of a table with an array.
  using ValueOf = absl::FunctionRef<int64_t(size_t dimension, size_t item)>;
  bool AssignJudged(size_t count, const int32_t* buckets, absl::Span<const uint32_t* const> words, const uint8_t* verdicts,
                    ValueOf value_of, uint32_t* cells);
  bool has_array() const { return dense_; }
  // Of such a table: places among all cells that there can be in some buckets, each below PlaceCount(), in bytes where that is
  // at most 256. `buckets` is of each item, or one for all. They stand in `places` or are words[0] itself; nullptr: a dimension's
  // word is outside, and no place tells its value.
  template <class Word>
  const Word* PlaceAmong(size_t count, absl::Span<const int32_t> buckets, int32_t first_bucket, uint32_t bucket_count,
                         absl::Span<const Word* const> words, std::vector<Word>* places) const;
  uint64_t PlaceCount(uint32_t bucket_count) const { return dense_cells_.size() / bucket_count_ * bucket_count; }
  // The cell of such a place. False: more than max_groups groups.
  bool CellAt(uint32_t place, int32_t first_bucket, uint32_t bucket_count, uint32_t* cell);
  size_t dimension_count() const { return steps_.size(); }
  // Of one bucket, so many places that follow each other differ in the last dimension's value alone, which is 0 in the first.
  uint32_t PlacesInRow() const { return static_cast<uint32_t>(steps_.back().size); }
  // A dimension's value at such a place.
  int64_t ValueAt(uint32_t place, uint32_t bucket_count, size_t dimension) const;

  // The cell of a bucket of a group that there is; the group may be another table's of the same dimensions. False: as above.
  bool Assign(int32_t bucket, absl::Span<const int64_t> values, uint32_t* cell);
  uint32_t CellOf(int32_t bucket, uint32_t group);
  // mine[i]: the cell for which another table of the same dimensions and buckets has the i-th of its `cells`. False: as above.
  bool AssignLike(const CellTable& other, absl::Span<const uint32_t> cells, std::vector<uint32_t>* mine);

  uint32_t size() const { return one_bucket_ ? group_count_ : static_cast<uint32_t>(buckets_.size()); }
  int32_t BucketOf(uint32_t cell) const { return one_bucket_ ? first_bucket_ : buckets_[cell]; }
  uint32_t GroupOf(uint32_t cell) const { return one_bucket_ ? cell : cell_groups_[cell]; }
  // Memory that it takes.
  int64_t bytes() const;
  uint32_t group_count() const { return group_count_; }
  absl::Span<const int64_t> ValuesOf(uint32_t group) const {
    return absl::MakeConstSpan(values_).subspan(group * sizes_.size(), sizes_.size());
  }

 private:
  // One step of packing: key * size + value; interned first where that could leave 64 bits.
  struct Step {
    uint64_t size = 0;              // of the dimension; with a slot for values outside it
    bool intern_value = false;      // the dimension is unbounded: its values are numbered as they turn up
    bool intern_key = false;        // the key so far is replaced by a number below kInternedMax
    absl::flat_hash_map<int64_t, uint64_t> value_numbers;
    absl::flat_hash_map<uint64_t, uint64_t> key_numbers;
  };
  static constexpr uint64_t kInternedMax = 1u << 24;
  static constexpr uint64_t kDenseMin = 1u << 18, kDenseMax = 1u << 21;
  static constexpr uint32_t kNoCell = 0xffffffff, kNoGroup = 0xffffffff;

  template <class Word>
  void PackPlaces(size_t count, absl::Span<const int32_t> buckets, int32_t first_bucket, uint32_t bucket_count,
                  absl::Span<const Word* const> words, std::vector<Word>* places) const;
  void Pack(size_t count, absl::Span<const int64_t* const> values);
  bool AddCell(uint64_t key, int32_t bucket, absl::FunctionRef<int64_t(size_t dimension)> value_of);

  const std::vector<int64_t> sizes_;
  const int32_t first_bucket_;
  const uint64_t bucket_count_;
  const bool one_bucket_;  // each group has one cell, of its own number: neither is kept by the other
  const size_t max_groups_;
  std::vector<Step> steps_;
  bool dense_ = false;
  std::vector<uint64_t> keys_;     // scratch, by item
  std::vector<uint32_t> places_;   // scratch, by item: in dense_cells_
  std::vector<uint32_t> dense_cells_, dense_groups_;  // by packed values and bucket; by packed values
  absl::flat_hash_map<uint64_t, uint32_t> cells_;
  absl::flat_hash_map<uint64_t, uint32_t> groups_;  // by packed values
  uint32_t group_count_ = 0;
  std::vector<int32_t> buckets_;   // by cell
  std::vector<uint32_t> cell_groups_;  // by cell
  std::vector<int64_t> values_;    // by group and dimension
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_CELL_TABLE_H_
