// One thread's work on one part: takes batches, narrows them down to the facts that count, places them in buckets and
// groups, and hands them to the accumulators.
#ifndef SUPPORTKPI_EXEC_NATIVE_PART_RUN_H_
#define SUPPORTKPI_EXEC_NATIVE_PART_RUN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "exec/native/accumulator.h"
#include "exec/native/batch.h"
#include "exec/native/change_counts.h"
#include "exec/native/evaluator.h"
#include "exec/native/group_names.h"
#include "exec/native/part_scan.h"
#include "exec/native/place_counts.h"
#include "exec/native/row_loops.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {

class PartRun {
 public:
  // `scan` and `names` must outlive it. About expected_facts will be read.
  PartRun(const PartScan& scan, int64_t max_groups, size_t expected_facts, GroupNames& names);

  // Before the batches of a chunk, with its bounds.
  void BeginChunk(ChunkBounds& bounds, size_t row_count);
  // After them. False: too many groups.
  bool EndChunk() { return counts_in_run_ || AddPlaces(); }
  // What was counted by place goes to its cells, and pieces of a stretch become one; after the last chunk, or where only one
  // was gathered. False: as above.
  bool EndGathering();
  // Parts that narrow this one in this chunk are given what this one has made of each batch.
  void AddNarrow(PartRun* run) {
    narrow_.push_back(run);
    takes_whole_batches_ = takes_whole_batches_ && run->takes_whole_batches_;
    counts_whole_changes_ = false;
    counts_places_ = counts_places_ && run->counts_places_ && run->place_counts_.first_bucket() == place_counts_.first_bucket() &&
                     run->place_counts_.bucket_count() == place_counts_.bucket_count();
  }

  // Adds a batch, whose rows the bounds are of; the evaluator runs the scan's program on it. Where few of its rows stay, these may be
  // put off. False: too many groups.
  bool Process(Batch& batch, Evaluator& evaluator, ChunkBounds& bounds, bool may_put_off);
  // Rows of the chunk that were put off: what bytes tell holds for them.
  const std::vector<uint32_t>& put_off() const { return put_off_; }
  // As Process, of a batch of rows that parts have put off, this one among them or not; they ascend, batch after batch.
  bool ProcessPutOff(absl::Span<const uint32_t> rows, Batch& batch, Evaluator& evaluator, ChunkBounds& bounds);

  // After the last batch. Asks now and then whether to go on. False: too many groups.
  bool Finish(const std::function<bool()>& go_on);
  // All that was gathered, where no cell was needed for it; else nullptr. Before EndGathering.
  PlaceCounts* PlacesAlone() { return counts_in_run_ && accumulators_[0]->cells.size() == 0 ? &place_counts_ : nullptr; }

  // The places of one dimension's values, begun where they were not, where these are more than any chunk has rows; nullptr: not
  // these, or not these alone.
  PlaceCounts* ManyPlaces();

  // Counts by place among so many groups that a partial of so many rows might have no fewer cells than they; its cells would keep
  // the places from being all there is.
  bool CountsAmongMoreThan(size_t rows) const { return counts_in_run_ && accumulators_[0]->cells.PlaceCount(1) > rows; }

  const std::vector<std::unique_ptr<Accumulator>>& accumulators() const { return accumulators_; }
  // After Finish: what is told of a stream instead of what was gathered.
  void Replace(size_t stream, std::unique_ptr<Accumulator> accumulator) { accumulators_[stream] = std::move(accumulator); }
  int64_t gathered_bytes() const {
    int64_t bytes = place_counts_.bytes() + change_counts_.bytes();
    for (const auto& accumulator : accumulators_) bytes += accumulator->bytes();
    return bytes;
  }
  // By so many bytes it has grown since it was last asked.
  int64_t TakeGrowth() {
    const int64_t bytes = gathered_bytes();
    return bytes - std::exchange(seen_bytes_, bytes);
  }

 private:
  static constexpr uint32_t kNoCell = 0xffffffff;
  // Pairs of rows and buckets are handed on in portions, however many buckets a fact is in.
  static constexpr size_t kItemsPerPortion = 4096;
  // Places of a batch's rows: in bytes, in words, or one for all; or in runs, by group where there are several.
  struct Placed {
    absl::Span<const BucketRun> runs;
    const uint8_t* bytes = nullptr;
    const uint32_t* words = nullptr;
    uint32_t only = 0;
  };

  bool BeginBatch(Batch& batch, Evaluator& evaluator, ChunkBounds& bounds);
  void BeginRows();
  void PutOff();
  size_t DropOthers(absl::Span<const uint32_t> rows);
  bool ProcessKept(size_t kept, bool few);
  size_t DropRows(bool by_bytes, size_t kept);
  void KeepTrue(const std::vector<NodeId>& conditions);
  void KeepTrue(NodeId condition);
  bool MayHold();
  void TakeAllRows();
  bool ProcessWholeBatch();
  void PlaceAll(const int64_t* at);
  void PlaceAscending(const int64_t* at);
  void ListBuckets();
  bool all_rows() const { return rows_.size() == batch_->count(); }
  bool ProcessInstants();
  std::optional<int32_t> OneBucket(const Reach& reach) const;
  void PlaceInBucket(int32_t bucket);
  void PlaceInstants(const int64_t* at, const Reach& reach);
  std::optional<int32_t> OneBucketOfSpans(const int64_t* at, const int64_t* to, bool whole_range) const;
  bool ProcessSpans(bool whole_range);
  void AddSpan(uint32_t row, int32_t bucket);
  bool FlushItems(bool whole_range);
  bool AddItems(bool whole_range);

  const int64_t* Value(NodeId id) { return evaluator_->ItemValues(id, items_, scan_.starts.data(), scan_.ends.data()); }
  // Values by row, and by item where all rows are items, of a node that is not dear.
  bool by_row(NodeId id) const { return items_.all_rows && evaluator_->is_cheap(id); }
  const uint8_t* Marks(NodeId id) { return evaluator_->narrow().Marks(id); }
  void DropWhereFalse(NodeId condition);
  void DropItemsWhereFalse();
  void DropUnmoved();
  void JudgeItems();
  bool EveryValueCounts() const;
  void JudgeValueOf(const int64_t* values, size_t count, uint8_t* verdicts) const;
  bool AddToStream(size_t stream);
  bool AssignCells(Accumulator& to, absl::Span<const Dimension* const> kept);
  // -- part_changes.cc
  void BeginChanges(size_t expected_states);
  bool ProcessChanges();
  bool ProcessWholeChanges();
  bool SeesWholeStates() const;
  bool ProcessWholeStates();
  void FindChanges();
  bool ListChanges(size_t seen);
  void ClearChanges(size_t states);
  void AddChange(uint32_t row, int32_t first, int32_t last, bool is_seen, size_t* count);
  bool FlushChanges(size_t count);
  // -- part_counts.cc
  bool OnlyCounts() const;
  void BeginPlaces(ChunkBounds& bounds, size_t row_count);
  void BeginPlacesOf(int32_t first_bucket, uint32_t buckets);
  bool AddPlaces();
  bool PlaceRows();
  bool PlaceInRuns();
  bool CountPlaces(const Placed& placed);
  void Narrow(const PartRun& wider);
  bool AddToStreamBeside(size_t stream, const PartRun& wider);
  int64_t StepOf(size_t item) const { return steps_.empty() ? 1 : steps_[item]; }
  void AccumulateAll(Accumulator& to, size_t count, const uint32_t* item_of);
  void ExpandLists(const Stream& stream);
  void AddCombinations(const std::vector<size_t>& kept, uint32_t item, const std::vector<const int64_t*>& scalars,
                       const std::vector<const column::Lists*>& lists);
  void FoldExpanded(const std::vector<size_t>& kept);
  void Accumulate(Accumulator& to, size_t count, const uint32_t* item_of);
  void AccumulateEvidence(Accumulator& to, absl::Span<const uint8_t> verdicts, const uint32_t* item_of);
  void AccumulateEntities(Accumulator& to, size_t count, const uint32_t* item_of);
  void AccumulateStretches(Accumulator& to, size_t count, const uint32_t* item_of);
  void AccumulatePeriods(Accumulator& to, size_t count, const uint32_t* item_of);

  const PartScan& scan_;
  GroupNames& names_;
  std::vector<std::unique_ptr<Accumulator>> accumulators_;
  std::vector<PartRun*> narrow_;
  std::vector<std::vector<uint32_t>> cell_of_wider_;  // by stream: cell of the wider part's stream -> own; kNoCell: none yet
  int64_t seen_bytes_ = 0;
  Batch* batch_ = nullptr;
  Evaluator* evaluator_ = nullptr;
  ChunkBounds* bounds_ = nullptr;               // of the batch's rows
  bool has_arrays_ = false;                     // cells of all streams are found by array
  bool takes_whole_batches_ = false;            // so do the parts that narrow this one in this chunk
  bool counts_whole_changes_ = false;           // of this chunk, in change_counts_
  std::vector<NodeId> cheap_conditions_, dear_conditions_;  // of rows; those that do not hold in all of the chunk
  std::vector<uint8_t> untold_;                 // by cheap condition: batches that the bounds did not tell about, at most kUntoldMax

  std::vector<uint32_t> put_off_;               // rows of the chunk, ascending
  size_t next_put_off_ = 0;                     // place of the first that was not gone through

  // -- scratch
  std::vector<uint32_t> rows_;
  Items items_;
  std::vector<uint8_t> verdicts_;               // by item
  std::vector<uint8_t> row_verdicts_;           // by row, where all are judged by their rows
  std::vector<uint8_t> cut_verdicts_;           // by item: kCounted where it counts and may be a piece of a stretch
  std::vector<uint8_t> partly_;                 // by item: of kContained
  std::vector<int64_t> steps_;                  // by item: 1 or -1, of changes; else empty: all 1
  std::vector<uint32_t> cells_;                 // by expanded item
  std::vector<uint32_t> missing_;               // cells of the wider part's stream that have none here yet
  bool counts_places_ = false;                  // of this chunk; so do the parts that narrow this one
  bool counts_in_run_ = false;                  // all chunks are counted together, among all buckets
  PlaceCounts place_counts_;
  ChangeCounts change_counts_;                  // of all chunks; not begun: changes are items
  std::vector<int32_t> firsts_, lasts_;         // by row: the buckets where its state is first seen and no longer seen
  std::optional<int32_t> one_bucket_;           // that all rows of a whole batch lie in; their items need not name it
  std::vector<BucketRun> runs_;                 // of a whole batch, so that its items need not name theirs; empty: they do, or need not
  std::vector<uint8_t> byte_places_;            // scratch of placed_
  std::vector<uint32_t> word_places_;
  Placed placed_;
  bool are_placed_ = false;                     // of this batch
  std::vector<uint8_t> expanded_verdicts_;      // by expanded item; only where there are lists
  std::vector<uint32_t> counted_;               // expanded items that count, unless all do
  bool all_counted_ = false;
  std::vector<uint32_t> item_of_;               // expanded item -> item; only where there are lists
  std::vector<int32_t> expanded_buckets_;
  std::vector<std::vector<int64_t>> expanded_;  // by dimension; those that the stream keeps
  std::vector<std::vector<int32_t>> entries_;   // by list group: entries of one item
  std::map<std::vector<int64_t>, bool> folded_;  // by values of the folded dimensions: they are among the others
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PART_RUN_H_
