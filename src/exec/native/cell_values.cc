#include "exec/native/cell_values.h"

#include <algorithm>
#include <new>

namespace supportkpi::exec::native {
namespace {

// Of very many cells most have few values: each block of a cell is twice as long as the one before it.
constexpr size_t kFirstBlockBytes = 32;
constexpr size_t kBlockBytesMax = 16 << 10;
constexpr size_t kFirstSlabBytes = 4 << 10;
constexpr size_t kSlabBytesMax = 1 << 20;

}  // namespace

void CellValues::AddAll(uint32_t cell, absl::Span<const int64_t> values) {
  Chain<uint32_t> chain = narrow_[cell];
  for (const int64_t value : values) {
    if (IsNarrow(value))
      Append(&chain, static_cast<uint32_t>(value));
    else
      AddWide(cell, value);
  }
  narrow_[cell] = chain;
}

void CellValues::AddWide(uint32_t cell, int64_t value) {
  if (cell >= wide_.size()) wide_.resize(narrow_.size());
  Append(&wide_[cell], value);
}

template <class Value>
void CellValues::AddBlock(Chain<Value>* chain) {
  const size_t last_bytes = chain->end == nullptr ? 0 : FooterAt(chain->end).capacity * sizeof(Value) + sizeof(Footer<Value>);
  const size_t bytes = std::clamp(2 * last_bytes, kFirstBlockBytes, kBlockBytesMax);
  const size_t capacity = (bytes - sizeof(Footer<Value>)) / sizeof(Value);
  auto* values = reinterpret_cast<Value*>(TakeRoom(bytes));
  new (values + capacity) Footer<Value>{chain->end, static_cast<uint32_t>(capacity)};
  *chain = {values, values + capacity};
}
template void CellValues::AddBlock(Chain<uint32_t>* chain);
template void CellValues::AddBlock(Chain<int64_t>* chain);

std::byte* CellValues::TakeRoom(size_t bytes) {
  if (bytes > room_bytes_) {
    slab_bytes_ = std::clamp(std::max(2 * slab_bytes_, bytes), kFirstSlabBytes, kSlabBytesMax);
    slabs_.emplace_back(new std::byte[slab_bytes_]);
    room_ = slabs_.back().get();
    room_bytes_ = slab_bytes_;
  }
  block_bytes_ += static_cast<int64_t>(bytes);
  room_bytes_ -= bytes;
  return std::exchange(room_, room_ + bytes);
}

int64_t CellValues::bytes() const {
  return block_bytes_ + static_cast<int64_t>(narrow_.capacity() * sizeof(narrow_[0]) + wide_.capacity() * sizeof(wide_[0]));
}

}  // namespace supportkpi::exec::native
