#include "exec/result.h"

#include <algorithm>

namespace supportkpi::exec {

void Cells::Reserve(size_t count) {
  keys_.reserve(count);
  cells_.reserve(count);
  index_.reserve(count);
}

absl::Span<const int64_t> Cells::Kept(absl::Span<const int64_t> counts) {
  if (std::all_of(counts.begin(), counts.end(), [](int64_t count) { return count == 0; })) return {};
  counts_.push_back(std::make_unique<int64_t[]>(counts.size()));
  std::copy(counts.begin(), counts.end(), counts_.back().get());
  return {counts_.back().get(), counts.size()};
}

PartCell& Cells::Add(const CellKey& key, PartCell cell) {
  cell.left_out = Kept(cell.left_out);
  cell.notes = Kept(cell.notes);
  index_.emplace(Packed(key), static_cast<uint32_t>(cells_.size()));
  keys_.push_back(key);
  cells_.push_back(std::move(cell));
  return cells_.back();
}

}  // namespace supportkpi::exec
