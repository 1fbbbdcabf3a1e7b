// How many rows stand in each place, by verdict. A place is any cell that a table of cells can have among some buckets: none is
// looked up while rows are counted, and places become cells at the end.
#ifndef SUPPORTKPI_EXEC_NATIVE_PLACE_COUNTS_H_
#define SUPPORTKPI_EXEC_NATIVE_PLACE_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/accumulator.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {

// Rows of a batch up to `end`, from where the run before ends on, lie in one bucket, or are dropped.
struct BucketRun {
  uint32_t end;
  int32_t bucket;
};

// What was counted among very many places, small enough to be kept.
struct CountedPlaces {
  struct LeftOut {
    uint32_t place;
    uint8_t reason;
  };
  std::vector<uint8_t> counts;                         // by place, the lowest byte
  std::vector<std::pair<uint32_t, uint32_t>> more;     // places with more than it holds, and how much more
  std::vector<LeftOut> left_outs;

  int64_t bytes() const {
    return static_cast<int64_t>(counts.capacity() + more.capacity() * sizeof(more[0]) + left_outs.capacity() * sizeof(left_outs[0]));
  }
};

class PlaceCounts {
 public:
  // Before the first rows, and wherever the buckets change; what was counted is gone. Verdicts below reason_count leave out.
  void Begin(uint32_t places, size_t reason_count, int32_t first_bucket, uint32_t bucket_count);
  bool has_begun() const { return !counts_.empty(); }
  int32_t first_bucket() const { return first_bucket_; }
  uint32_t bucket_count() const { return bucket_count_; }
  uint32_t size() const { return places_; }

  // So few places that a byte tells place and verdict.
  bool takes_bytes() const { return takes_bytes_; }
  // Rows by their places, in bytes where it takes them; all in one.
  void AddBytes(const uint8_t* places, absl::Span<const uint8_t> verdicts);
  void Add(const uint32_t* places, absl::Span<const uint8_t> verdicts);
  void AddAlike(uint32_t place, absl::Span<const uint8_t> verdicts);
  // So few groups that a byte tells group and verdict of rows that lie in one bucket.
  bool takes_runs() const { return takes_runs_; }
  // Rows in so many runs are few for each: to put a run's counters together would cost more than to count by place.
  bool are_short(size_t runs, size_t rows) const { return runs * counters_per_run() > rows; }
  // Rows by their groups, as places of one bucket; nullptr: there is but one group.
  void AddRuns(const uint8_t* groups, absl::Span<const BucketRun> runs, absl::Span<const uint8_t> verdicts);
  // So many rows that were left out are listed that they should go to their cells.
  bool is_full() const { return left_outs_.size() >= kLeftOutsMax; }

  // What was counted, or listed, goes to its cells and is gone. False: too many groups.
  bool AddTo(Accumulator* to);
  bool AddLeftOutsTo(Accumulator* to);

  // So many places that what is left out is listed; then what was counted may be kept, and several such be added.
  bool lists_left_outs() const { return lists_left_outs_; }
  CountedPlaces Kept() const;
  void Add(absl::Span<const CountedPlaces* const> kept);
  // Adds what the other has counted, of the same places and verdicts.
  void Merge(const PlaceCounts& other);
  // Rows that count, by place. Before more rows it must be begun again.
  absl::Span<const uint32_t> Counted();
  // In how many places anything is. After Counted().
  size_t CountOccupied() const;
  // As AddTo, of some places, which ascend; what is in the others is gone. After Counted().
  bool AddThese(absl::Span<const uint32_t> places, Accumulator* to);

  // Memory that it takes.
  int64_t bytes() const;

 private:
  static constexpr size_t kLeftOutsMax = 1 << 18;
  using LeftOut = CountedPlaces::LeftOut;

  uint32_t groups() const { return places_ / bucket_count_; }
  size_t counters_per_run() const { return groups() * (reason_count_ + 2); }
  bool HasAny(size_t block) const;
  bool HasAnyAt(uint32_t place) const {
    uint32_t any = 0;
    for (size_t block = 0; block < block_count(); ++block) any |= counts_[block * places_ + place];
    return any != 0;
  }
  size_t block_count() const { return lists_left_outs_ ? 1 : reason_count_ + 1; }
  bool Add(size_t block, uint32_t place, uint32_t count, Accumulator* to) const;

  uint32_t places_ = 0;
  size_t reason_count_ = 0;
  int32_t first_bucket_ = 0;
  uint32_t bucket_count_ = 0;
  size_t lanes_ = 1;
  // Blocks of a counter for each place and lane: one of rows that count; unless there are very many places, also one for each
  // reason, and one of dropped rows at which nobody looks.
  std::vector<uint32_t> counts_;
  bool lists_left_outs_ = false;
  bool takes_bytes_ = false;
  bool takes_runs_ = false;
  std::vector<uint8_t> bytes_;  // scratch
  BlockOfVerdict block_of_verdict_ = {};  // where it begins
  std::vector<LeftOut> left_outs_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PLACE_COUNTS_H_
