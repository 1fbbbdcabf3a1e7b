#include "exec/native/batch.h"

#include <numeric>

namespace supportkpi::exec::native {

void Batch::Begin(const column::Chunk& chunk, uint32_t first, uint32_t count, int64_t commit) {
  chunk_ = &chunk;
  first_ = first;
  count_ = count;
  ++number_;
  alive_.clear();
  if (chunk.AliveRows(commit, first, count, &alive_)) {
    alive_.resize(count);
    std::iota(alive_.begin(), alive_.end(), 0u);
  }
}

const column::Lists& Batch::ListsOf(column::ColumnKey key) {
  auto& decoded = lists_[key];
  if (decoded == nullptr) decoded = std::make_unique<Decoded>();
  if (decoded->batch != number_) {
    chunk_->ReadLists(key, first_, count_, &decoded->lists);
    decoded->batch = number_;
  }
  return decoded->lists;
}

}  // namespace supportkpi::exec::native
