// Lists of counts of cells, of which most have none: a place for each cell's list, and the lists that there are.
#ifndef SUPPORTKPI_EXEC_NATIVE_CELL_COUNTS_H_
#define SUPPORTKPI_EXEC_NATIVE_CELL_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace supportkpi::exec::native {

class CellCounts {
 public:
  // So many counts a cell.
  explicit CellCounts(size_t length) : length_(length) {}

  // Makes room for so many cells.
  void Grow(size_t cells) {
    if (length_ > 0) at_.resize(cells, 0);
  }
  void Add(size_t cell, size_t which, int64_t count) {
    if (count != 0) Of(cell)[which] += count;
  }
  void AddAll(size_t cell, absl::Span<const int64_t> counts) {
    for (size_t i = 0; i < counts.size(); ++i) Add(cell, i, counts[i]);
  }
  // The cell's list, made where there is none; valid until another is made.
  absl::Span<int64_t> Of(size_t cell) {
    if (at_[cell] == 0) {
      counts_.resize(counts_.size() + length_, 0);
      at_[cell] = static_cast<uint32_t>(counts_.size() / length_);
    }
    return absl::MakeSpan(counts_).subspan((at_[cell] - 1) * length_, length_);
  }
  // Empty: all are 0.
  absl::Span<const int64_t> Find(size_t cell) const {
    if (at_.empty() || at_[cell] == 0) return {};
    return absl::MakeConstSpan(counts_).subspan((at_[cell] - 1) * length_, length_);
  }
  int64_t At(size_t cell, size_t which) const {
    const absl::Span<const int64_t> counts = Find(cell);
    return counts.empty() ? 0 : counts[which];
  }

  size_t cell_count() const { return at_.size(); }
  // Memory that it takes.
  int64_t bytes() const { return static_cast<int64_t>(at_.capacity() * sizeof(uint32_t) + counts_.capacity() * sizeof(int64_t)); }

 private:
  const size_t length_;
  std::vector<uint32_t> at_;  // by cell: one more than the list's place, 0: none; empty: counts have no length
  std::vector<int64_t> counts_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_CELL_COUNTS_H_
