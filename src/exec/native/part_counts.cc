// Parts of which nothing but counts is kept: a batch's rows are counted by place, and each place's cell is looked up once.
#include <algorithm>
#include <array>

#include "exec/native/left_out.h"
#include "exec/native/narrow_loops.h"
#include "exec/native/part_run.h"

namespace supportkpi::exec::native {

bool PartRun::PlaceToCount(const Accumulator& to, absl::Span<const Dimension* const> kept) {
  const Reach buckets = ReachOf(items_.bucket.data(), items_.size());
  first_bucket_ = static_cast<int32_t>(buckets.min);
  bucket_count_ = static_cast<uint32_t>(buckets.max - buckets.min) + 1;
  if (to.cells.PlaceCount(bucket_count_) > kCountsMax) return false;
  std::vector<const uint32_t*> words;
  for (const Dimension* dimension : kept) words.push_back(evaluator_->narrow().Words(dimension->node));
  to.cells.PlaceAmong(items_.size(), items_.bucket.data(), first_bucket_, bucket_count_, words, &places_);
  placed_by_.assign(kept.begin(), kept.end());
  return true;
}

bool PartRun::CountPlaced(Accumulator& to, const PartRun& placed) {
  const std::vector<uint32_t>& places = placed.places_;
  const size_t count = places.size();
  const auto cell_of = [&](uint32_t place, uint32_t* cell) {
    const auto value_of = [&](size_t d) {  // a place tells it only where it is inside the dimension
      const auto row = std::find(places.begin(), places.end(), place) - places.begin();
      return evaluator_->AllRows(placed.placed_by_[d]->node)[row];
    };
    if (!to.cells.CellAt(place, placed.first_bucket_, placed.bucket_count_, value_of, cell)) return false;
    to.Grow();
    return true;
  };
  std::array<uint32_t, kCountsMax> counts;
  const size_t place_count = to.cells.PlaceCount(placed.bucket_count_);
  std::fill_n(counts.begin(), place_count, 0u);
  CountWords(places.data(), verdicts_.data(), count, absl::MakeSpan(counts.data(), place_count));
  uint32_t cell = 0;
  for (uint32_t place = 0; place < place_count; ++place) {
    if (counts[place] == 0) continue;
    if (!cell_of(place, &cell)) return false;
    to.facts[cell] += counts[place];
  }
  const size_t reasons = scan_.reason_count();
  bool ok = true;
  ForEachLeftOut(verdicts_, [&](size_t row) {
    if (ok && (ok = cell_of(places[row], &cell))) ++to.left_out[cell * reasons + verdicts_[row]];
  });
  return ok;
}

}  // namespace supportkpi::exec::native
