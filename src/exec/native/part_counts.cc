// Parts of which nothing but counts is kept, where these can stand in few cells: the rows of a chunk are counted by place, and each
// place's cell is looked up once.
#include <algorithm>
#include <utility>

#include "exec/native/left_out.h"
#include "exec/native/narrow_loops.h"
#include "exec/native/part_run.h"

namespace supportkpi::exec::native {
namespace {

// A place is gone through at the end of a chunk: for so many rows there is one at most.
constexpr uint64_t kRowsPerPlaceMin = 4;
// So many are worth their while whatever the chunk.
constexpr uint64_t kPlacesFree = 64;
// Counters of more places do not fit into the nearest cache several times.
constexpr uint64_t kPlacesWithLanesMax = 1024;

}  // namespace

// Of one stream, whose cells are found by array.
bool PartRun::OnlyCounts() const {
  return scan_.takes_whole_batches && has_arrays_ && scan_.bucket_count > 0 && accumulators_.size() == 1 &&
         scan_.keep == Keep::kCount && scan_.weight == kNoNode && scan_.currency == kNoNode;
}

void PartRun::BeginPlaces(ChunkBounds& bounds, size_t row_count) {
  counts_places_ = OnlyCounts() && std::all_of(scan_.notes.begin(), scan_.notes.end(),
                                               [&](NodeId note) { return bounds.Of(note).never_true(); });
  if (!counts_places_) return;
  if (counts_in_run_) {
    if (place_counts_.empty()) BeginPlacesOf(0, static_cast<uint32_t>(scan_.bucket_count));
    return;
  }
  const Bounds& at = bounds.Of(scan_.at);
  const auto bucket_of = [&](int64_t instant) {
    return std::min(static_cast<int32_t>(scan_.by_end.Find(instant)), scan_.bucket_count - 1);
  };
  const int32_t first = bucket_of(at.min);
  const auto buckets = static_cast<uint32_t>(bucket_of(at.max) - first) + 1;
  const uint64_t places = accumulators_[0]->cells.PlaceCount(buckets);
  counts_places_ = places <= std::max<uint64_t>(kPlacesFree, row_count / kRowsPerPlaceMin);
  if (counts_places_) BeginPlacesOf(first, buckets);
}

void PartRun::BeginPlacesOf(int32_t first_bucket, uint32_t buckets) {
  first_bucket_ = first_bucket;
  place_buckets_ = buckets;
  const uint64_t places = accumulators_[0]->cells.PlaceCount(buckets);
  lanes_ = places <= kPlacesWithLanesMax ? kLanes : 1;
  place_counts_.assign(places * lanes_, 0);
  cell_of_place_.assign(places, kNoCell);
}

// Replaces places_; false: they do not tell all values.
bool PartRun::PlaceRows() {
  std::vector<const uint32_t*> words;
  for (const Dimension& dimension : scan_.dimensions) words.push_back(evaluator_->narrow().Words(dimension.node));
  return accumulators_[0]->cells.PlaceAmong(items_.size(), items_.bucket.data(), first_bucket_, place_buckets_, words, &places_);
}

bool PartRun::CountPlaces(const std::vector<uint32_t>& places) {
  if (AllAlike(places.data(), places.size()))
    place_counts_[places[0] * lanes_] += static_cast<uint32_t>(CountedAmong(verdicts_));
  else
    CountWords(places.data(), verdicts_.data(), places.size(), lanes_, place_counts_.data());
  Accumulator& to = *accumulators_[0];
  bool ok = true;
  ForEachLeftOut(verdicts_, [&](size_t row) {
    uint32_t& cell = cell_of_place_[places[row]];
    if (cell == kNoCell) {
      ok = ok && to.cells.CellAt(places[row], first_bucket_, place_buckets_, &cell);
      if (!ok) return;
      to.Grow();
    }
    to.left_out.Add(cell, verdicts_[row], 1);
  });
  return ok;
}

bool PartRun::AddPlaces() {
  if (place_counts_.empty()) return true;
  Accumulator& to = *accumulators_[0];
  for (uint32_t place = 0; place < cell_of_place_.size(); ++place) {
    uint32_t counted = 0, cell = 0;
    for (size_t lane = 0; lane < lanes_; ++lane) counted += std::exchange(place_counts_[place * lanes_ + lane], 0);
    if (counted == 0) continue;
    if (!to.cells.CellAt(place, first_bucket_, place_buckets_, &cell)) return false;
    to.Grow();
    to.facts[cell] += counted;
  }
  return true;
}

}  // namespace supportkpi::exec::native
