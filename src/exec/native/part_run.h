// One thread's work on one part: takes batches, narrows them down to the facts that count, places them in buckets and
// groups, and hands them to the accumulators.
#ifndef SUPPORTKPI_EXEC_NATIVE_PART_RUN_H_
#define SUPPORTKPI_EXEC_NATIVE_PART_RUN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "exec/native/accumulator.h"
#include "exec/native/batch.h"
#include "exec/native/evaluator.h"
#include "exec/native/group_names.h"
#include "exec/native/part_scan.h"

namespace supportkpi::exec::native {

class PartRun {
 public:
  // `scan` and `names` must outlive it.
  PartRun(const PartScan& scan, int64_t max_groups, GroupNames& names);

  // Adds a batch; the evaluator runs the scan's program on it. False: too many groups.
  bool Process(Batch& batch, Evaluator& evaluator);

  const std::vector<std::unique_ptr<Accumulator>>& accumulators() const { return accumulators_; }
  // By so many bytes it has grown since it was last asked.
  int64_t TakeGrowth() {
    int64_t bytes = 0;
    for (const auto& accumulator : accumulators_) bytes += accumulator->bytes();
    return bytes - std::exchange(seen_bytes_, bytes);
  }

 private:
  // How an item is counted: a place in left_out, or one of these.
  static constexpr uint8_t kCounted = 0xff;
  static constexpr uint8_t kPartly = 0xfe;    // a period that overlaps the bucket
  static constexpr uint8_t kDropped = 0xfd;   // not at all

  void KeepTrue(NodeId condition);
  bool ProcessInstants();
  bool ProcessSpans(bool whole_range);
  void AddSpan(uint32_t row, int32_t bucket);
  bool FlushItems(bool whole_range);

  const int64_t* Value(NodeId id) { return evaluator_->ItemValues(id, items_, scan_.starts.data(), scan_.ends.data()); }
  void DropItemsWhereFalse();
  void DropUnmoved();
  void JudgeItems();
  void Judge(NodeId node, uint8_t reason);
  bool AddToStream(Accumulator& to);
  void ExpandLists(const Stream& stream);
  void AddCombinations(const std::vector<size_t>& kept, uint32_t item, const std::vector<const int64_t*>& scalars,
                       const std::vector<const column::Lists*>& lists);
  void FoldExpanded(const std::vector<size_t>& kept);
  void Accumulate(Accumulator& to, size_t count, const uint32_t* item_of);
  void AccumulateEvidence(Accumulator& to, size_t count, const uint32_t* item_of);
  void AccumulateEntities(Accumulator& to, size_t count, const uint32_t* item_of);
  void AccumulateStretches(Accumulator& to, size_t count, const uint32_t* item_of);
  void AccumulatePeriods(Accumulator& to, size_t count, const uint32_t* item_of);

  const PartScan& scan_;
  GroupNames& names_;
  std::vector<std::unique_ptr<Accumulator>> accumulators_;
  int64_t seen_bytes_ = 0;
  Batch* batch_ = nullptr;
  Evaluator* evaluator_ = nullptr;

  // -- scratch
  std::vector<uint32_t> rows_;
  Items items_;
  std::vector<uint8_t> verdicts_;               // by item
  std::vector<uint8_t> partly_;                 // by item: of kContained
  std::vector<uint32_t> cells_;                 // by expanded item
  std::vector<uint32_t> item_of_;               // expanded item -> item; only where there are lists
  std::vector<int32_t> expanded_buckets_;
  std::vector<std::vector<int64_t>> expanded_;  // by dimension; those that the stream keeps
  std::vector<std::vector<int32_t>> entries_;   // by list group: entries of one item
  std::map<std::vector<int64_t>, bool> folded_;  // by values of the folded dimensions: they are among the others
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PART_RUN_H_
