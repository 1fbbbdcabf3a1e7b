// A part of which counts alone are kept, for tests of what counts rows before they have cells: random verdicts, and what has come
// to its cells.
#ifndef SUPPORTKPI_TESTS_EXEC_COUNTED_PART_H_
#define SUPPORTKPI_TESTS_EXEC_COUNTED_PART_H_

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <tuple>

#include "exec/native/accumulator.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {

class CountedPart {
 public:
  // By group, bucket and verdict; none is 0.
  using Counts = std::map<std::tuple<int64_t, int32_t, uint8_t>, int64_t>;

  // Of one dimension with so many groups, or of none.
  CountedPart(int64_t groups, int32_t buckets) {
    plan_.part.name = "counted";
    scan_.plan = &plan_;
    if (groups > 0) scan_.dimensions.push_back({.size = groups});
    scan_.streams.push_back({.dimensions = 1});
    scan_.bucket_count = buckets;
    to_ = std::make_unique<Accumulator>(scan_, scan_.streams[0], 1 << 20, 1 << 22);
  }

  Accumulator* to() { return to_.get(); }
  size_t reason_count() const { return scan_.reason_count(); }
  uint32_t PlaceCount(uint32_t buckets) const { return static_cast<uint32_t>(to_->cells.PlaceCount(buckets)); }

  uint64_t Below(uint64_t end) { return random_() % end; }
  uint8_t Verdict() {
    const uint64_t kind = Below(reason_count() + 4);
    if (kind < reason_count()) return static_cast<uint8_t>(kind);
    return kind % 4 == 0 ? kDropped : kCounted;
  }

  Counts Counted() const {
    Counts counts;
    for (uint32_t cell = 0; cell < to_->cells.size(); ++cell) {
      const int64_t group = scan_.dimensions.empty() ? 0 : to_->cells.ValuesOf(to_->cells.GroupOf(cell))[0];
      const int32_t bucket = to_->cells.BucketOf(cell);
      if (to_->facts[cell] != 0) counts[{group, bucket, kCounted}] = to_->facts[cell];
      for (uint8_t reason = 0; reason < reason_count(); ++reason)
        if (const int64_t count = to_->left_out.At(cell, reason); count != 0) counts[{group, bucket, reason}] = count;
    }
    return counts;
  }

 private:
  std::mt19937 random_{7};
  plan::PartPlan plan_;
  PartScan scan_;
  std::unique_ptr<Accumulator> to_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_TESTS_EXEC_COUNTED_PART_H_
