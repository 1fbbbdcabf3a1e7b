#include "exec/native/place_counts.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/native/left_out.h"
#include "exec/native/narrow_loops.h"

namespace supportkpi::exec::native {
namespace {

// More counters do not fit into the nearest caches: then neighbouring rows share them, or what is left out is listed.
constexpr size_t kCountersWithLanesMax = 16 << 10;
constexpr size_t kCountersMax = 256 << 10;
// So many counters are told by a byte.
constexpr size_t kByteCounters = 256;

}  // namespace

void PlaceCounts::Begin(uint32_t places, size_t reason_count, int32_t first_bucket, uint32_t bucket_count) {
  places_ = places;
  reason_count_ = reason_count;
  first_bucket_ = first_bucket;
  bucket_count_ = bucket_count;
  left_outs_.clear();
  const size_t blocks = reason_count + 2;
  takes_bytes_ = places * blocks <= kByteCounters;
  lists_left_outs_ = places * blocks > kCountersMax;
  takes_runs_ = counters_per_run() <= kByteCounters && !lists_left_outs_;
  lanes_ = places * blocks * kLanes <= kCountersWithLanesMax ? kLanes : 1;
  const auto block = static_cast<uint32_t>(places * lanes_);
  if (!lists_left_outs_) block_of_verdict_ = BlocksOf(reason_count, block);
  counts_.assign(lists_left_outs_ ? block : blocks * block, 0);
}

void PlaceCounts::Add(const uint32_t* places, absl::Span<const uint8_t> verdicts) {
  if (!lists_left_outs_)
    return CountByVerdict(places, verdicts.data(), verdicts.size(), block_of_verdict_.data(), lanes_, counts_.data());
  CountWords(places, verdicts.data(), verdicts.size(), lanes_, counts_.data());
  ForEachLeftOut(verdicts, [&](size_t i) { left_outs_.push_back({places[i], verdicts[i]}); });
}

void PlaceCounts::AddBytes(const uint8_t* places, absl::Span<const uint8_t> verdicts) {
  const size_t count = verdicts.size();
  bytes_.resize(count);
  ClassesOf(verdicts.data(), count, static_cast<uint8_t>(reason_count_), bytes_.data());
  PackWords(places, count, places_, bytes_.data());
  CountBytes(bytes_.data(), count, counts_.data());
}

void PlaceCounts::AddAlike(uint32_t place, absl::Span<const uint8_t> verdicts) {
  const size_t counted = CountedAmong(verdicts);
  if (counted == verdicts.size() || lists_left_outs_) {
    counts_[place * lanes_] += static_cast<uint32_t>(counted);
    if (counted < verdicts.size()) ForEachLeftOut(verdicts, [&](size_t i) { left_outs_.push_back({place, verdicts[i]}); });
    return;
  }
  bytes_.resize(verdicts.size());
  ClassesOf(verdicts.data(), verdicts.size(), static_cast<uint8_t>(reason_count_), bytes_.data());
  std::array<uint32_t, kByteCounters * kLanes> counts;
  std::fill_n(counts.begin(), (reason_count_ + 2) * kLanes, 0);
  CountBytes(bytes_.data(), bytes_.size(), counts.data());
  for (size_t block = 0; block <= reason_count_; ++block)
    for (size_t lane = 0; lane < kLanes; ++lane) counts_[(block * places_ + place) * lanes_] += counts[block * kLanes + lane];
}

void PlaceCounts::AddRuns(const uint8_t* groups, absl::Span<const BucketRun> runs, absl::Span<const uint8_t> verdicts) {
  const size_t count = verdicts.size(), group_count = this->groups();
  bytes_.resize(count);
  ClassesOf(verdicts.data(), count, static_cast<uint8_t>(reason_count_), bytes_.data());
  if (groups != nullptr) PackWords(groups, count, static_cast<uint32_t>(group_count), bytes_.data());
  std::array<uint32_t, kByteCounters * kLanes> counts;
  size_t first = 0;
  for (const BucketRun& run : runs) {
    std::fill_n(counts.begin(), counters_per_run() * kLanes, 0);
    CountBytes(&bytes_[first], run.end - first, counts.data());
    first = run.end;
    const size_t bucket = static_cast<size_t>(run.bucket - first_bucket_);
    const uint32_t* lanes = counts.data();
    for (size_t block = 0; block <= reason_count_; ++block) {
      size_t place = block * places_ + bucket;
      for (size_t group = 0; group < group_count; ++group, lanes += kLanes, place += bucket_count_)
        if (const uint32_t counted = std::accumulate(lanes, lanes + kLanes, uint32_t{0}); counted != 0) counts_[place * lanes_] += counted;
    }
  }
}

bool PlaceCounts::HasAny(size_t block) const {
  const auto begin = counts_.begin() + static_cast<ptrdiff_t>(block * places_ * lanes_);
  uint32_t any = 0;
  for (size_t i = 0; i < places_ * lanes_; ++i) any |= begin[static_cast<ptrdiff_t>(i)];
  return any != 0;
}

bool PlaceCounts::Add(size_t block, uint32_t place, uint32_t count, Accumulator* to) const {
  return to->AddAt(place, first_bucket_, bucket_count_, block, count);
}

bool PlaceCounts::AddTo(Accumulator* to) {
  for (size_t block = 0; block < block_count() && has_begun(); ++block) {
    if (!HasAny(block)) continue;
    for (uint32_t place = 0; place < places_; ++place) {
      uint32_t count = 0;
      uint32_t* lanes = &counts_[(block * places_ + place) * lanes_];
      for (size_t lane = 0; lane < lanes_; ++lane) count += std::exchange(lanes[lane], 0);
      if (!Add(block, place, count, to)) return false;
    }
  }
  return AddLeftOutsTo(to);
}

bool PlaceCounts::AddLeftOutsTo(Accumulator* to) {
  for (const LeftOut& left_out : left_outs_)
    if (!Add(left_out.reason + size_t{1}, left_out.place, 1, to)) return false;
  left_outs_.clear();
  return true;
}

CountedPlaces PlaceCounts::Kept() const {
  CountedPlaces kept{.counts = std::vector<uint8_t>(counts_.size()), .more = {}, .left_outs = left_outs_};
  for (uint32_t place = 0; place < counts_.size(); ++place) {
    kept.counts[place] = static_cast<uint8_t>(counts_[place]);
    if (counts_[place] > 0xff) kept.more.push_back({place, counts_[place] & ~uint32_t{0xff}});
  }
  kept.left_outs.shrink_to_fit();
  return kept;
}

// A stretch of all at a time, so that the sums stay in the nearest cache.
void PlaceCounts::Add(absl::Span<const CountedPlaces* const> kept) {
  constexpr size_t kStretch = 4096;
  for (size_t first = 0; first < counts_.size(); first += kStretch) {
    const size_t count = std::min(kStretch, counts_.size() - first);
    for (const CountedPlaces* of : kept) AddBytesTo(&of->counts[first], count, &counts_[first]);
  }
  for (const CountedPlaces* of : kept) {
    for (const auto& [place, count] : of->more) counts_[place] += count;
    left_outs_.insert(left_outs_.end(), of->left_outs.begin(), of->left_outs.end());
  }
}

void PlaceCounts::Merge(const PlaceCounts& other) {
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  left_outs_.insert(left_outs_.end(), other.left_outs_.begin(), other.left_outs_.end());
}

absl::Span<const uint32_t> PlaceCounts::Counted() {
  if (lanes_ > 1) {  // the first lane takes what is in all
    for (size_t i = 0; i < counts_.size() / lanes_; ++i)
      counts_[i] = std::accumulate(&counts_[i * lanes_], &counts_[i * lanes_] + lanes_, uint32_t{0});
    counts_.resize(counts_.size() / lanes_);
    lanes_ = 1;
  }
  return absl::MakeConstSpan(counts_).first(places_);
}

size_t PlaceCounts::CountOccupied() const {
  size_t occupied = 0;
  if (block_count() == 1)
    occupied = places_ - static_cast<size_t>(std::count(counts_.begin(), counts_.begin() + places_, uint32_t{0}));
  else
    for (uint32_t place = 0; place < places_; ++place) occupied += HasAnyAt(place);
  std::vector<uint32_t> left_out;
  for (const LeftOut& of : left_outs_)
    if (!HasAnyAt(of.place)) left_out.push_back(of.place);
  std::sort(left_out.begin(), left_out.end());
  return occupied + static_cast<size_t>(std::unique(left_out.begin(), left_out.end()) - left_out.begin());
}

bool PlaceCounts::AddThese(absl::Span<const uint32_t> places, Accumulator* to) {
  for (const uint32_t place : places)
    for (size_t block = 0; block < block_count(); ++block)
      if (!Add(block, place, counts_[block * places_ + place], to)) return false;
  counts_.clear();
  const auto is_gone = [&](const LeftOut& of) { return !std::binary_search(places.begin(), places.end(), of.place); };
  left_outs_.erase(std::remove_if(left_outs_.begin(), left_outs_.end(), is_gone), left_outs_.end());
  return AddLeftOutsTo(to);
}

int64_t PlaceCounts::bytes() const {
  return static_cast<int64_t>(counts_.capacity() * sizeof(uint32_t) + left_outs_.size() * sizeof(LeftOut));
}

}  // namespace supportkpi::exec::native
