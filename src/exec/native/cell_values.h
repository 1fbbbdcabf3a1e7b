// Values by cell, as they come: those of each cell in blocks of its own, so that nothing is counted or moved before a rank is
// looked for among them. A value of 32 bits takes 32.
//
// A block of 2^n bytes: values, then its footer, which the chain's `end` points to; the blocks of a chain are linked from the
// last to the first, and only the last may have room left.
#ifndef SUPPORTKPI_EXEC_NATIVE_CELL_VALUES_H_
#define SUPPORTKPI_EXEC_NATIVE_CELL_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "absl/types/span.h"

namespace supportkpi::exec::native {

class CellValues {
 public:
  // Makes room for so many cells.
  void Grow(size_t cells) { narrow_.resize(cells); }

  void Add(uint32_t cell, int64_t value) {
    if (IsNarrow(value))
      Append(&narrow_[cell], static_cast<uint32_t>(value));
    else
      AddWide(cell, value);
  }
  void AddAll(uint32_t cell, absl::Span<const int64_t> values);

  // Calls body(block) for the blocks of a cell, spans of uint32_t and of int64_t: no value of the latter would be one of the former.
  template <class Body>
  void ForEachBlock(uint32_t cell, Body body) const {
    ForEachBlockOf(narrow_[cell], body);
    if (cell < wide_.size()) ForEachBlockOf(wide_[cell], body);
  }
  bool has_any(uint32_t cell) const {
    return (cell < narrow_.size() && narrow_[cell].end != nullptr) || (cell < wide_.size() && wide_[cell].end != nullptr);
  }
  // Memory that it takes.
  int64_t bytes() const;
  // Of the blocks: what it takes to look at the values, where all are put beside each other.
  int64_t block_bytes() const { return block_bytes_; }

 private:
  template <class Value>
  struct Chain {
    Value* next = nullptr;
    Value* end = nullptr;  // of the last block's values; nullptr: no block
  };
  template <class Value>
  struct Footer {
    Value* previous_end;
    uint32_t capacity;  // in values
  };

  static bool IsNarrow(int64_t value) { return static_cast<uint64_t>(value) <= std::numeric_limits<uint32_t>::max(); }
  template <class Value>
  static const Footer<Value>& FooterAt(const Value* end) {
    return *reinterpret_cast<const Footer<Value>*>(end);
  }

  template <class Value>
  void Append(Chain<Value>* chain, Value value) {
    if (chain->next == chain->end) AddBlock(chain);
    *chain->next++ = value;
  }
  template <class Value>
  void AddBlock(Chain<Value>* chain);
  void AddWide(uint32_t cell, int64_t value);
  std::byte* TakeRoom(size_t bytes);

  template <class Value, class Body>
  static void ForEachBlockOf(const Chain<Value>& chain, Body body) {
    const Value* to = chain.next;
    for (const Value* end = chain.end; end != nullptr; to = end = FooterAt(end).previous_end) {
      const Value* from = end - FooterAt(end).capacity;
      body(absl::Span<const Value>(from, static_cast<size_t>(to - from)));
    }
  }

  std::vector<Chain<uint32_t>> narrow_;  // by cell
  std::vector<Chain<int64_t>> wide_;     // by cell, as far as there have been any
  std::vector<std::unique_ptr<std::byte[]>> slabs_;
  std::byte* room_ = nullptr;  // what the last slab has left
  size_t room_bytes_ = 0;
  size_t slab_bytes_ = 0;
  int64_t block_bytes_ = 0;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_CELL_VALUES_H_
