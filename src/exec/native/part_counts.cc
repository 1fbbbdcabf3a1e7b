// Parts of which nothing but counts is kept, where these can stand in few cells: the rows of a chunk are counted by place, and each
// place's cell is looked up once.
#include <algorithm>

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

void PartRun::BeginPlaces(ChunkBounds& bounds, size_t row_count) {
  counts_places_ = false;
  if (!takes_whole_batches_ || scan_.bucket_count == 0 || accumulators_.size() != 1 || scan_.keep != Keep::kCount ||
      scan_.weight != kNoNode || scan_.currency != kNoNode) {
    return;
  }
  for (const NodeId note : scan_.notes)
    if (!bounds.Of(note).never_true()) return;
  const Bounds& at = bounds.Of(scan_.at);
  const auto bucket_of = [&](int64_t instant) { return std::min(static_cast<int32_t>(scan_.by_end.Find(instant)), scan_.bucket_count - 1); };
  first_bucket_ = bucket_of(at.min);
  place_buckets_ = static_cast<uint32_t>(bucket_of(at.max) - first_bucket_) + 1;
  const uint64_t places = accumulators_[0]->cells.PlaceCount(place_buckets_);
  if (places > std::max<uint64_t>(kPlacesFree, row_count / kRowsPerPlaceMin)) return;
  counts_places_ = true;
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
  const size_t reasons = scan_.reason_count();
  bool ok = true;
  ForEachLeftOut(verdicts_, [&](size_t row) {
    uint32_t& cell = cell_of_place_[places[row]];
    if (cell == kNoCell) {
      ok = ok && to.cells.CellAt(places[row], first_bucket_, place_buckets_, &cell);
      if (!ok) return;
      to.Grow();
    }
    ++to.left_out[cell * reasons + verdicts_[row]];
  });
  return ok;
}

bool PartRun::EndChunk() {
  if (!counts_places_) return true;
  Accumulator& to = *accumulators_[0];
  for (uint32_t place = 0; place < place_counts_.size() / lanes_; ++place) {
    uint32_t counted = 0, cell = 0;
    for (size_t lane = 0; lane < lanes_; ++lane) counted += place_counts_[place * lanes_ + lane];
    if (counted == 0) continue;
    if (!to.cells.CellAt(place, first_bucket_, place_buckets_, &cell)) return false;
    to.Grow();
    to.facts[cell] += counted;
  }
  return true;
}

}  // namespace supportkpi::exec::native
