// Ranks among values in no order that lie in many blocks: a sample tells between which two values the rank must be, and only
// what lies between them is gathered and looked through.
#ifndef SUPPORTKPI_EXEC_NATIVE_RANK_SELECTION_H_
#define SUPPORTKPI_EXEC_NATIVE_RANK_SELECTION_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/sorted_runs.h"

namespace supportkpi::exec::native {

// Keeps the memory that one search took for the next. Of one thread.
class RankSelector {
 public:
  void Clear();
  // Blocks must stay as long as they are looked at.
  void Add(absl::Span<const uint32_t> block) {
    if (block.size() > kSmallMax) return AddTo(&narrow_, block);
    count_ += block.size();
    small_.insert(small_.end(), block.begin(), block.end());
  }
  void Add(absl::Span<const int64_t> block) { AddTo(&wide_, block); }

  size_t count() const { return count_; }
  __int128 Sum() const;
  // What stands at `rank` (from 0, below count()) once all are sorted.
  RankFinder::Values Find(size_t rank);
  // All of them; valid until they are asked for again.
  SortedRun Sorted();

 private:
  // Whatever lies in it, both ends with it.
  struct Range {
    int64_t first, last;
  };
  template <class Value>
  using Blocks = std::vector<absl::Span<const Value>>;

  // Short ones: what is gathered of a block is judged before.
  template <class Value>
  void AddTo(Blocks<Value>* blocks, absl::Span<const Value> block) {
    count_ += block.size();
    for (; !block.empty(); block.remove_prefix(blocks->back().size())) blocks->push_back(block.subspan(0, kBlockMax));
  }
  template <class Body>
  void ForEachBlock(Body body) const {
    for (size_t first = 0; first < small_.size(); first += kBlockMax) body(absl::MakeConstSpan(small_).subspan(first, kBlockMax));
    for (const auto& block : narrow_) body(block);
    for (const auto& block : wide_) body(block);
  }
  Range RangeAround(size_t rank);
  bool StandsAmongEqual(int64_t value, size_t rank) const;
  absl::Span<int64_t> Gather(const Range& range);
  absl::Span<int64_t> GatherAll();

  static constexpr size_t kBlockMax = 4096;
  // So few are put beside each other: looking at a block costs more than copying them.
  static constexpr size_t kSmallMax = 128;

  std::vector<uint32_t> small_;
  Blocks<uint32_t> narrow_;
  Blocks<int64_t> wide_;
  size_t count_ = 0;
  std::vector<int64_t> sample_, gathered_, sorted_;
  std::vector<uint8_t> within_;   // scratch, by value of a block, as is the next
  std::vector<uint32_t> places_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_RANK_SELECTION_H_
