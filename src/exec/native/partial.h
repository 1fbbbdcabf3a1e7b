// A stored partial: what one part has gathered from one whole chunk, before threads' states are put together. Immutable. It
// serves every later question with the same signature in whose buckets the chunk's facts lie alike, whatever the range.
#ifndef SUPPORTKPI_EXEC_NATIVE_PARTIAL_H_
#define SUPPORTKPI_EXEC_NATIVE_PARTIAL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "exec/native/accumulator.h"
#include "exec/native/bounds.h"
#include "exec/native/part_scan.h"
#include "exec/native/place_counts.h"

namespace supportkpi::exec::native {

// How the facts of a chunk lie in a part's buckets.
struct BucketReach {
  int32_t first = 0;              // the first bucket that a fact of the chunk can be in
  std::vector<int64_t> instants;  // the bounds that tell the chunk's facts apart; equal ones: facts lie alike
  bool cut = false;               // some facts may lie outside the buckets: no other range's facts lie alike
};
BucketReach ReachIn(const PartScan& scan, ChunkBounds& bounds);

class Partial : public std::enable_shared_from_this<Partial> {
 public:
  // Takes over what the accumulators gathered of the chunk.
  Partial(const std::vector<std::unique_ptr<Accumulator>>& gathered, const BucketReach& reach);
  // What was counted by place alone.
  explicit Partial(CountedPlaces places) : places_(std::move(places)), bytes_(places_->bytes()) {}

  // Adds it to accumulators of a part with the same signature; they hold it where its values are looked at later. False: too
  // many groups.
  bool AddTo(const std::vector<std::unique_ptr<Accumulator>>& accumulators, const BucketReach& reach) const;
  // nullptr: cells were gathered.
  const CountedPlaces* places() const { return places_.has_value() ? &*places_ : nullptr; }
  int64_t bytes() const { return bytes_; }
  size_t cell_count() const;  // of the stream that has most

 private:
  struct OfStream {
    std::vector<int32_t> buckets;               // by cell; from the reach's first on
    std::vector<std::vector<int64_t>> groups;   // by dimension and cell
    std::vector<int64_t> facts, weights, currencies;
    std::vector<std::pair<uint32_t, int64_t>> left_out, notes;  // place and count of those that are not 0
    std::vector<Sum> sums;
    std::vector<Numbers> numbers;
    std::vector<Greatest> greatest;
    // Of percentiles: values by cell, ascending in each, from value_begins[cell] on, and their sums. Of entities: those of each
    // cell ascending, each with the sum of its values and how many they are. Where some entity is lost, values as they were
    // gathered, each with its cell.
    std::vector<uint32_t> value_begins;
    std::vector<Int128> value_sums;
    std::vector<uint32_t> value_cells;
    std::vector<int64_t> values;
    std::vector<uint32_t> entities, entity_facts;
    bool has_lost_entities = false;
    std::vector<Stretch> stretches;
    std::vector<Period> periods;
    std::vector<int64_t> seen_currencies;

    int64_t bytes() const;
  };

  static OfStream Take(Accumulator& from, const BucketReach& reach);
  static void SumEntities(const Accumulator& from, OfStream* out);
  static void SortValues(const Accumulator& from, OfStream* out);
  bool Add(const OfStream& stream, const BucketReach& reach, Accumulator& to) const;
  void AddValues(const OfStream& stream, const std::vector<uint32_t>& cells, Accumulator& to) const;

  std::vector<OfStream> streams_;
  std::optional<CountedPlaces> places_;
  int64_t bytes_ = 0;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PARTIAL_H_
