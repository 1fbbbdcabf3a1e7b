#include "exec/native/batch.h"

#include <numeric>

namespace supportkpi::exec::native {

void Batch::Begin(const column::Chunk& chunk, uint32_t first, uint32_t count, int64_t commit) {
  chunk_ = &chunk;
  first_ = first;
  count_ = count;
  chosen_ = {};
  ++number_;
  alive_.clear();
  if (chunk.AliveRows(commit, first, count, &alive_)) {
    alive_.resize(count);
    std::iota(alive_.begin(), alive_.end(), 0u);
  }
}

void Batch::BeginChosen(const column::Chunk& chunk, absl::Span<const uint32_t> rows, int64_t commit) {
  chunk_ = &chunk;
  count_ = static_cast<uint32_t>(rows.size());
  chosen_ = rows;
  ++number_;
  alive_.clear();
  const bool all_alive = chunk.DeadRows(commit) == 0u;
  std::vector<uint32_t> itself;
  for (uint32_t i = 0; i < count_; ++i) {
    itself.clear();
    if (all_alive || chunk.AliveRows(commit, rows[i], 1, &itself) || !itself.empty()) alive_.push_back(i);
  }
}

void Batch::ReadChosenLists(column::ColumnKey key, column::Lists* out) const {
  out->offsets.assign(1, 0);
  out->values.clear();
  column::Lists one;
  for (const uint32_t row : chosen_) {
    chunk_->ReadLists(key, row, 1, &one);
    out->values.insert(out->values.end(), one.values.begin(), one.values.end());
    out->offsets.push_back(static_cast<uint32_t>(out->values.size()));
  }
}

const column::Lists& Batch::ListsOf(column::ColumnKey key) {
  auto& decoded = lists_[key];
  if (decoded == nullptr) decoded = std::make_unique<Decoded>();
  if (decoded->batch != number_) {
    if (chosen_.empty())
      chunk_->ReadLists(key, first_, count_, &decoded->lists);
    else
      ReadChosenLists(key, &decoded->lists);
    decoded->batch = number_;
  }
  return decoded->lists;
}

}  // namespace supportkpi::exec::native
