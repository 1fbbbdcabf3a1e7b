// States at bucket ends, each counted where it is first seen and taken off where it no longer is (PartScan::counts_changes): as
// items, or whole batches by their places; of those of which more is asked, the ends that see each of a whole batch.
#include <algorithm>

#include "exec/native/part_run.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {
namespace {

// All states of a batch are counted by place where one of so many is seen at some end; of fewer these are made items.
constexpr size_t kStatesPerChangeMax = 4;
// Places are gone through at the end: for so many states there is one counter at most, or they are worth their while anyway.
constexpr uint64_t kStatesPerCounterMin = 2;
constexpr uint64_t kCountersFree = 4096, kCountersMax = 1 << 18;

}  // namespace

void PartRun::BeginChanges(size_t expected_states) {
  const bool has_one_stream = accumulators_.size() == 1 && !accumulators_[0]->stream.whole_range;  // that of the whole range has items
  if (!scan_.counts_whole_changes || !has_arrays_ || !has_one_stream || scan_.bucket_count == 0) return;
  const uint64_t groups = accumulators_[0]->cells.PlaceCount(1);
  const uint64_t counters = ChangeCounts::SizeFor(groups, scan_.reason_count(), scan_.bucket_count);
  if (counters <= std::min(kCountersMax, std::max<uint64_t>(kCountersFree, expected_states / kStatesPerCounterMin)))
    change_counts_.Begin(static_cast<uint32_t>(groups), scan_.reason_count(), scan_.bucket_count);
}

bool PartRun::ProcessChanges() {
  if (rows_.empty()) return true;
  const int64_t* at = evaluator_->Rows(scan_.at, rows_);
  const int64_t* to = evaluator_->Rows(scan_.to, rows_);
  ClearChanges(rows_.size());
  const int64_t* ends = scan_.ends.data();
  size_t count = 0;
  int32_t first = 0;  // states are sorted by what mostly begins them: the last one's bucket is tried first
  for (const uint32_t row : rows_) {
    const int64_t from = at[row], until = to[row];
    if (first == scan_.bucket_count || from >= ends[first] || (first > 0 && from < ends[first - 1]))
      first = static_cast<int32_t>(scan_.by_end.Find(from));
    const auto last = static_cast<int32_t>(scan_.by_end.Find(until));
    const bool changes = !OneIsNull(from, until) & (from < until) & (first != last);
    AddChange(row, first, last, changes, &count);
  }
  return FlushChanges(count);
}

// Room for both changes of so many states.
void PartRun::ClearChanges(size_t states) {
  items_.row.resize(2 * states);
  items_.bucket.resize(items_.size());
  items_.all_rows = false;
  steps_.resize(items_.size());
}

// Which states no bucket's end sees, and which none that follows, is hard to guess.
void PartRun::AddChange(uint32_t row, int32_t first, int32_t last, bool is_seen, size_t* count) {
  const auto add = [&](int32_t bucket, int64_t step, bool holds) {
    items_.row[*count] = row;
    items_.bucket[*count] = bucket;
    steps_[*count] = step;
    *count += holds;
  };
  add(first, 1, is_seen);
  add(last, -1, is_seen & (last != scan_.bucket_count));
}

bool PartRun::FlushChanges(size_t count) {
  items_.row.resize(count);
  items_.bucket.resize(count);
  steps_.resize(count);
  const bool ok = FlushItems(false);
  steps_.clear();
  return ok;
}

// Of all rows of the batch that were not dropped.
bool PartRun::ProcessWholeChanges() {
  const size_t count = batch_->count();
  FindChanges();
  DropUnseen(firsts_.data(), lasts_.data(), count, verdicts_.data());
  const size_t seen = CountedAmong(verdicts_);
  if (seen == 0) return true;
  std::vector<const uint32_t*> words;
  for (const Dimension& dimension : scan_.dimensions) words.push_back(evaluator_->narrow().Words(dimension.node));
  const uint32_t* groups = nullptr;
  if (!words.empty())
    groups = accumulators_[0]->cells.PlaceAmong(count, {}, 0, 1, absl::MakeConstSpan(words), &word_places_);
  const bool are_placed = words.empty() || groups != nullptr;  // else values are outside, and no place tells them
  if (!are_placed || seen * kStatesPerChangeMax < count) return ListChanges(seen);
  TakeAllRows();
  JudgeItems();
  change_counts_.Add(groups, firsts_.data(), lasts_.data(), verdicts_);
  return true;
}

// Nothing but cheap nodes tells which states there are, and they are asked for at the buckets' ends alone.
bool PartRun::SeesWholeStates() const {
  return scan_.asks_for_states() && !scan_.counts_changes && scan_.bucket_count > 0 && scan_.streams.size() == 1 &&
         !scan_.streams[0].whole_range && dear_conditions_.empty() && evaluator_->is_cheap(scan_.at) && evaluator_->is_cheap(scan_.to);
}

// Of all rows of the batch that were not dropped, one item for each end that sees it. Most are seen by none.
bool PartRun::ProcessWholeStates() {
  FindChanges();
  DropUnseen(firsts_.data(), lasts_.data(), batch_->count(), verdicts_.data());
  PlacesCounted(verdicts_.data(), verdicts_.size(), &rows_);
  items_.clear();
  for (const uint32_t row : rows_) {
    for (int32_t bucket = firsts_[row]; bucket < lasts_[row]; ++bucket) {
      AddSpan(row, bucket);
      if (items_.size() < kItemsPerPortion) continue;
      if (!FlushItems(false)) return false;
      evaluator_->BeginRun();  // the next portion is of other rows
      items_.clear();
    }
  }
  return FlushItems(false);
}

// Makes what was not dropped items.
bool PartRun::ListChanges(size_t seen) {
  ClearChanges(seen);
  PlacesCounted(verdicts_.data(), verdicts_.size(), &rows_);
  size_t count = 0;
  for (const uint32_t row : rows_) AddChange(row, firsts_[row], lasts_[row], true, &count);
  return FlushChanges(count);
}

// The buckets at whose ends each row's state is first seen and no longer seen: the same where no end sees it.
void PartRun::FindChanges() {
  const size_t count = batch_->count();
  firsts_.resize(count);
  lasts_.resize(count);
  const Bounds& begins = bounds_->Of(scan_.at);
  const size_t first = begins.empty() ? 0 : scan_.by_end.Find(begins.min);
  if (!begins.empty() && !begins.may_be_null && scan_.by_end.Find(begins.max) == first) {
    std::fill(firsts_.begin(), firsts_.end(), static_cast<int32_t>(first));
  } else {
    const int64_t* at = evaluator_->AllRows(scan_.at);
    DropOutside(at, count, kNoSchedule + 1, kForever, verdicts_.data());
    scan_.by_end.FindAll(at, count, firsts_.data());
  }
  scan_.by_end.FindAll(evaluator_->AllRows(scan_.to), count, lasts_.data());
}

}  // namespace supportkpi::exec::native
