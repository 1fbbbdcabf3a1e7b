// Parts of which nothing but counts is kept, where these can stand in few cells: the rows of a chunk are counted by place, and each
// place's cell is looked up once.
#include <algorithm>

#include "exec/native/part_run.h"

namespace supportkpi::exec::native {
namespace {

// A place is gone through at the end of a chunk: for so many rows there is one at most.
constexpr uint64_t kRowsPerPlaceMin = 4;
// So many are worth their while whatever the chunk.
constexpr uint64_t kPlacesFree = 64;

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
    if (!place_counts_.has_begun()) BeginPlacesOf(0, static_cast<uint32_t>(scan_.bucket_count));
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
  place_counts_.Begin(static_cast<uint32_t>(accumulators_[0]->cells.PlaceCount(buckets)), scan_.reason_count(), first_bucket, buckets);
}

PlaceCounts* PartRun::ManyPlaces() {
  if (PlacesAlone() == nullptr || scan_.dimensions.size() != 1 || !CountsAmongMoreThan(column::kRowsPerChunk)) return nullptr;
  if (!place_counts_.has_begun()) BeginPlacesOf(0, static_cast<uint32_t>(scan_.bucket_count));
  return place_counts_.lists_left_outs() ? &place_counts_ : nullptr;
}

// Places of one bucket, for rows in runs of several or all in one, where bytes tell them.
bool PartRun::PlaceInRuns() {
  const size_t count = items_.size();
  if (one_bucket_.has_value()) runs_.assign(1, {static_cast<uint32_t>(count), *one_bucket_});
  if (runs_.empty() || !place_counts_.takes_runs() || place_counts_.are_short(runs_.size(), count)) return false;
  std::vector<const uint8_t*> bytes;
  for (const Dimension& dimension : scan_.dimensions) {
    bytes.push_back(evaluator_->narrow().ByteValues(dimension.node));
    if (bytes.back() == nullptr) return false;
  }
  if (!bytes.empty()) {
    placed_.bytes = accumulators_[0]->cells.PlaceAmong(count, {}, 0, 1, absl::MakeConstSpan(bytes), &byte_places_);
    if (placed_.bytes == nullptr) return false;
  }
  placed_.runs = runs_;
  return true;
}

// The rows' places in place_counts_; false: they do not tell all values.
bool PartRun::PlaceRows() {
  placed_ = {};
  if (scan_.dimensions.empty() && one_bucket_.has_value()) {
    placed_.only = static_cast<uint32_t>(*one_bucket_ - place_counts_.first_bucket());
    return true;
  }
  if (!place_counts_.takes_bytes() && PlaceInRuns()) return true;
  if (!one_bucket_.has_value()) ListBuckets();
  const absl::Span<const int32_t> buckets = one_bucket_.has_value() ? absl::MakeConstSpan(&*one_bucket_, 1) : items_.bucket;
  const CellTable& cells = accumulators_[0]->cells;
  const auto among = [&](const auto& values, auto* places) {
    return cells.PlaceAmong(items_.size(), buckets, place_counts_.first_bucket(), place_counts_.bucket_count(), absl::MakeConstSpan(values),
                            places);
  };
  std::vector<const uint8_t*> bytes;
  for (const Dimension& dimension : scan_.dimensions) {
    const uint8_t* values = place_counts_.takes_bytes() ? evaluator_->narrow().ByteValues(dimension.node) : nullptr;
    if (values != nullptr) bytes.push_back(values);
  }
  if (place_counts_.takes_bytes() && bytes.size() == scan_.dimensions.size()) {
    placed_.bytes = among(bytes, &byte_places_);
    return placed_.bytes != nullptr;
  }
  std::vector<const uint32_t*> words;
  for (const Dimension& dimension : scan_.dimensions) words.push_back(evaluator_->narrow().Words(dimension.node));
  placed_.words = among(words, &word_places_);
  return placed_.words != nullptr;
}

bool PartRun::CountPlaces(const Placed& placed) {
  if (!placed.runs.empty())
    place_counts_.AddRuns(placed.bytes, placed.runs, verdicts_);
  else if (placed.bytes != nullptr)
    place_counts_.AddBytes(placed.bytes, verdicts_);
  else if (placed.words != nullptr)
    place_counts_.Add(placed.words, verdicts_);
  else
    place_counts_.AddAlike(placed.only, verdicts_);
  return !place_counts_.is_full() || place_counts_.AddLeftOutsTo(accumulators_[0].get());
}

bool PartRun::AddPlaces() { return !place_counts_.has_begun() || place_counts_.AddTo(accumulators_[0].get()); }

}  // namespace supportkpi::exec::native
