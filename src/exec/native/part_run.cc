#include "exec/native/part_run.h"

#include <algorithm>
#include <numeric>

#include "exec/native/row_loops.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {
namespace {

using kpi::Mode;

// Where fewer of a batch's rows stay, these are gone through instead of all.
constexpr size_t kRowsPerKeptMax = 8;
// Places of all buckets are counted in one array where so many facts come for each.
constexpr size_t kFactsPerPlaceMin = 4;

}  // namespace

PartRun::PartRun(const PartScan& scan, int64_t max_groups, size_t expected_facts, GroupNames& names)
    : scan_(scan), names_(names), entries_(scan.list_groups.size()) {
  for (const Stream& stream : scan.streams)
    accumulators_.push_back(std::make_unique<Accumulator>(scan, stream, max_groups, expected_facts));
  cell_of_wider_.resize(accumulators_.size());
  has_arrays_ = std::all_of(accumulators_.begin(), accumulators_.end(),
                            [](const auto& accumulator) { return accumulator->cells.has_array(); });
  const auto places = [&] { return accumulators_[0]->cells.PlaceCount(static_cast<uint32_t>(scan.bucket_count)); };
  counts_in_run_ = OnlyCounts() && places() * kFactsPerPlaceMin <= expected_facts;
  BeginChanges(expected_facts);
}

void PartRun::BeginChunk(ChunkBounds& bounds, size_t row_count) {
  narrow_.clear();
  put_off_.clear();
  next_put_off_ = 0;
  takes_whole_batches_ = scan_.takes_whole_batches && has_arrays_;
  BeginPlaces(bounds, row_count);
  counts_whole_changes_ = change_counts_.has_begun() && std::all_of(scan_.notes.begin(), scan_.notes.end(),
                                                                    [&](NodeId note) { return bounds.Of(note).never_true(); });
  for (auto& own_cells : cell_of_wider_) own_cells.clear();
  cheap_conditions_.clear();
  dear_conditions_.clear();
  for (size_t i = 0; i < scan_.row_conditions.size(); ++i) {
    const NodeId condition = scan_.row_conditions[i];
    if (!bounds.Of(condition).always_true()) (i < scan_.cheap_conditions ? cheap_conditions_ : dear_conditions_).push_back(condition);
  }
  untold_.assign(cheap_conditions_.size(), 0);
}

bool PartRun::Process(Batch& batch, Evaluator& evaluator, ChunkBounds& bounds, bool may_put_off) {
  if (!BeginBatch(batch, evaluator, bounds)) return true;
  size_t kept = DropRows(true, batch.alive().size());
  const bool few = kept * kRowsPerKeptMax < batch.count();
  if (few && may_put_off) {
    if (kept > 0) PutOff();
    return true;
  }
  if (!few) kept = DropRows(false, kept);
  return kept == 0 || ProcessKept(kept, few);
}

bool PartRun::ProcessPutOff(absl::Span<const uint32_t> rows, Batch& batch, Evaluator& evaluator, ChunkBounds& bounds) {
  if (!BeginBatch(batch, evaluator, bounds)) return true;
  size_t kept = DropOthers(rows);
  const bool few = kept * kRowsPerKeptMax < batch.count();
  if (!few) kept = DropRows(false, kept);
  return kept == 0 || ProcessKept(kept, few);
}

// False: nothing in it can count.
bool PartRun::BeginBatch(Batch& batch, Evaluator& evaluator, ChunkBounds& bounds) {
  batch_ = &batch;
  evaluator_ = &evaluator;
  bounds_ = &bounds;
  if (!MayHold()) return false;
  one_bucket_.reset();
  runs_.clear();
  evaluator_->BeginRun();
  BeginRows();
  return true;
}

bool PartRun::ProcessKept(size_t kept, bool few) {
  if (takes_whole_batches_ && kept * kRowsPerKeptMax >= batch_->count()) return ProcessWholeBatch();
  if (counts_whole_changes_ && !few) return ProcessWholeChanges();
  if (!few && SeesWholeStates()) return ProcessWholeStates();
  if (kept == batch_->count())
    rows_ = batch_->alive();
  else
    PlacesCounted(verdicts_.data(), batch_->count(), &rows_);
  for (size_t i = 0; few && i < cheap_conditions_.size() && !rows_.empty(); ++i)
    if (!evaluator_->narrow().IsByte(cheap_conditions_[i])) KeepTrue(cheap_conditions_[i]);
  if (rows_.empty()) return true;
  if (!scan_.per_bucket()) return ProcessInstants();
  KeepTrue(dear_conditions_);
  const auto wanted = [&](bool whole_range) {
    return std::any_of(scan_.streams.begin(), scan_.streams.end(),
                       [&](const Stream& stream) { return stream.whole_range == whole_range; });
  };
  if (wanted(false) && !(scan_.counts_changes ? ProcessChanges() : ProcessSpans(false))) return false;
  return !wanted(true) || ProcessSpans(true);
}

// Makes all rows items, whose buckets are told apart from that.
void PartRun::TakeAllRows() {
  const size_t count = batch_->count();
  if (items_.all_rows && items_.size() == count) return;
  items_.row.resize(count);
  std::iota(items_.row.begin(), items_.row.end(), 0u);
  items_.all_rows = true;
}

// Those that were dropped stay dropped, in any bucket and cell; so of a single bucket all others lie in it.
bool PartRun::ProcessWholeBatch() {
  if (scan_.bucket_count == 0) return true;
  const size_t count = batch_->count();
  TakeAllRows();
  const Bounds& instants = bounds_->Of(scan_.at);
  one_bucket_ = instants.empty() || instants.may_be_null ? std::nullopt : OneBucket({instants.min, instants.max});
  if (!one_bucket_.has_value()) {
    const int64_t* at = evaluator_->AllRows(scan_.at);
    const int64_t first = scan_.starts[0], end = scan_.ends[scan_.bucket_count - 1];
    if (instants.may_be_null || instants.min < first || instants.max >= end) DropOutside(at, count, first, end, verdicts_.data());
    if (scan_.bucket_count == 1)
      one_bucket_ = 0;
    else
      PlaceAll(at);
    if (CountedAmong(verdicts_) == 0) return true;
  }
  if (!counts_places_) ListBuckets();
  evaluator_->NewItems();
  return AddItems(false);
}

void PartRun::ListBuckets() {
  if (one_bucket_.has_value()) return items_.bucket.assign(items_.size(), *one_bucket_);
  if (!runs_.empty()) items_.bucket.resize(items_.size());
  uint32_t first = 0;
  for (const BucketRun& run : runs_) {
    std::fill(items_.bucket.begin() + first, items_.bucket.begin() + run.end, run.bucket);
    first = run.end;
  }
}

// Tells the bucket that all rows lie in, or gives each the one that it lies in, the dropped ones any; those between buckets are
// dropped.
void PartRun::PlaceAll(const int64_t* at) {
  const size_t count = batch_->count();
  if (AreAscending(at, count)) return PlaceAscending(at);
  if (one_bucket_ = OneBucket(ReachWithin(at, count, scan_.starts[0], scan_.ends[scan_.bucket_count - 1])); one_bucket_.has_value()) return;
  items_.bucket.resize(count);
  const int64_t *starts = scan_.starts.data(), *ends = scan_.ends.data();
  int32_t bucket = place_counts_.first_bucket();
  for (size_t row = 0; row < count; ++row) {
    const int64_t instant = at[row];
    if (verdicts_[row] == kCounted && (instant < starts[bucket] || instant >= ends[bucket])) {
      const auto next = static_cast<int32_t>(scan_.by_end.Find(instant));
      if (instant < starts[next])
        verdicts_[row] = kDropped;
      else
        bucket = next;
    }
    items_.bucket[row] = bucket;
  }
}

// In runs. Those outside all buckets are taken to any run.
void PartRun::PlaceAscending(const int64_t* at) {
  const int64_t* const end = at + batch_->count();
  int32_t bucket = place_counts_.first_bucket();
  for (const int64_t* row = at; row < end;) {
    const auto next = static_cast<int32_t>(scan_.by_end.Find(*row));
    const bool after_all = next == scan_.bucket_count;  // so is what follows, and dropped already
    const bool between = !after_all && *row < scan_.starts[next];
    const int64_t* const until = after_all ? end : std::lower_bound(row + 1, end, between ? scan_.starts[next] : scan_.ends[next]);
    if (between)
      std::fill(verdicts_.begin() + (row - at), verdicts_.begin() + (until - at), kDropped);
    else if (!after_all)
      bucket = next;
    if (runs_.empty() || runs_.back().bucket != bucket) runs_.push_back({0, bucket});
    runs_.back().end = static_cast<uint32_t>(until - at);
    row = until;
  }
  if (runs_.size() > 1) return;
  one_bucket_ = runs_[0].bucket;
  runs_.clear();
}

bool PartRun::EndGathering() {
  for (const auto& accumulator : accumulators_) accumulator->JoinStretches();
  return AddPlaces() && change_counts_.AddTo(accumulators_[0].get());
}

bool PartRun::Finish(const std::function<bool()>& go_on) {
  if (!EndGathering()) return false;
  if (!go_on()) return true;
  for (const auto& accumulator : accumulators_)
    if (scan_.counts_changes && !accumulator->stream.whole_range) accumulator->AddUpChanges(go_on);
  return true;
}

// The bucket that all instants within `reach` lie in.
std::optional<int32_t> PartRun::OneBucket(const Reach& reach) const {
  const auto bucket = static_cast<int32_t>(scan_.by_end.Find(reach.min));
  if (bucket == scan_.bucket_count || reach.min < scan_.starts[bucket] || reach.max >= scan_.ends[bucket]) return std::nullopt;
  return bucket;
}

void PartRun::PlaceInBucket(int32_t bucket) {
  items_.row = rows_;
  items_.bucket.assign(rows_.size(), bucket);
  items_.all_rows = all_rows();
}

bool PartRun::ProcessInstants() {
  if (scan_.bucket_count == 0) return true;
  const Bounds& instants = bounds_->Of(scan_.at);
  if (const auto bucket = OneBucket({instants.min, instants.max}); bucket.has_value() && !instants.empty() && !instants.may_be_null) {
    KeepTrue(dear_conditions_);  // nobody looks at the instants themselves
    PlaceInBucket(*bucket);
    return FlushItems(false);
  }
  const int64_t* at = evaluator_->Rows(scan_.at, rows_);
  const int64_t first = scan_.starts[0], last = scan_.ends[scan_.bucket_count - 1];
  Reach reach = {first, last - 1};
  if (all_rows()) reach = ReachOf(at, rows_.size());
  if (!all_rows() || reach.min < first || reach.max >= last) {
    size_t kept = 0;
    for (const uint32_t row : rows_) {
      rows_[kept] = row;
      kept += (at[row] >= first) & (at[row] < last);
    }
    rows_.resize(kept);
    reach = {std::max(reach.min, first), std::min(reach.max, last - 1)};
  }
  KeepTrue(dear_conditions_);
  if (rows_.empty()) return true;
  PlaceInstants(at, reach);
  return FlushItems(false);
}

// The rows as items in their buckets; all their instants lie within `reach`.
void PartRun::PlaceInstants(const int64_t* at, const Reach& reach) {
  if (const auto bucket = OneBucket(reach); bucket.has_value()) return PlaceInBucket(*bucket);
  const int64_t* starts = scan_.starts.data();
  const int64_t* ends = scan_.ends.data();
  auto bucket = static_cast<int32_t>(scan_.by_end.Find(reach.min));
  items_.row.resize(rows_.size());
  items_.bucket.resize(rows_.size());
  size_t count = 0;
  for (const uint32_t row : rows_) {  // facts are sorted by what mostly dates them, so the last bucket is tried first
    const int64_t instant = at[row];
    if (instant < starts[bucket] || instant >= ends[bucket]) {
      const auto next = static_cast<int32_t>(scan_.by_end.Find(instant));
      if (instant < starts[next]) continue;  // between buckets
      bucket = next;
    }
    items_.row[count] = row;
    items_.bucket[count++] = bucket;
  }
  items_.row.resize(count);
  items_.bucket.resize(count);
  items_.all_rows = count == batch_->count();
}

void PartRun::AddSpan(uint32_t row, int32_t bucket) {
  items_.row.push_back(row);
  items_.bucket.push_back(bucket);
}

// The bucket that all rows' spans lie in from end to end. A batch is of hours mostly, a bucket of days; states at a bucket's
// end are no spans.
std::optional<int32_t> PartRun::OneBucketOfSpans(const int64_t* at, const int64_t* to, bool whole_range) const {
  if (scan_.plan->part.mode == Mode::kAtBucketEnd) return std::nullopt;
  Reach reach = {kForever, kNull};
  bool have_length = true;
  for (const uint32_t row : rows_) {
    reach = {std::min(reach.min, at[row]), std::max(reach.max, to[row])};
    have_length &= at[row] < to[row];
  }
  const auto bucket = whole_range ? scan_.bucket_count : static_cast<int32_t>(scan_.by_end.Find(reach.min));
  const bool is_bucket = whole_range || bucket < scan_.bucket_count;
  if (!have_length || !is_bucket || reach.min < scan_.starts[bucket] || reach.max > scan_.ends[bucket]) return std::nullopt;
  return bucket;
}

bool PartRun::ProcessSpans(bool whole_range) {
  if (rows_.empty()) return true;
  evaluator_->BeginRun();
  const int64_t* at = evaluator_->Rows(scan_.at, rows_);
  const int64_t* to = evaluator_->Rows(scan_.to, rows_);
  if (const auto bucket = OneBucketOfSpans(at, to, whole_range); bucket.has_value()) {
    PlaceInBucket(*bucket);
    if (scan_.collects_periods()) partly_.assign(items_.size(), 0);
    return FlushItems(whole_range);
  }
  const int32_t first = whole_range ? scan_.bucket_count : 0;
  const int32_t last = whole_range ? scan_.bucket_count + 1 : scan_.bucket_count;
  const int64_t* starts = scan_.starts.data();
  const int64_t* ends = scan_.ends.data();
  const Mode mode = scan_.plan->part.mode;
  items_.clear();
  partly_.clear();
  int32_t known = 0;  // spans are sorted by what mostly begins them, so the last one's first bucket is tried first
  for (const uint32_t row : rows_) {
    if (IsNull(at[row]) || IsNull(to[row])) continue;
    // The first bucket that ends after `at`.
    int32_t bucket = first + (ends[first] <= at[row]);
    if (!whole_range) {
      if (at[row] >= ends[known] || (known > 0 && at[row] < ends[known - 1]))
        known = static_cast<int32_t>(scan_.by_end.Find(at[row]));
      bucket = known;
    }
    for (; bucket < last; ++bucket) {
      if (mode == Mode::kAtBucketEnd ? ends[bucket] > to[row] : starts[bucket] >= to[row]) break;
      if (mode != Mode::kAtBucketEnd && at[row] >= to[row]) break;
      AddSpan(row, bucket);
      if (mode == Mode::kContained) partly_.push_back(at[row] < starts[bucket] || to[row] > ends[bucket]);
      if (items_.size() < kItemsPerPortion) continue;
      if (!FlushItems(whole_range)) return false;
      evaluator_->BeginRun();  // the next portion is of other rows
      items_.clear();
      partly_.clear();
    }
  }
  return FlushItems(whole_range);
}

bool PartRun::FlushItems(bool whole_range) {
  if (items_.size() == 0) return true;
  evaluator_->NewItems();
  verdicts_.assign(items_.size(), kCounted);
  DropItemsWhereFalse();
  if (scan_.moved_filter != kNoNode) DropUnmoved();
  return AddItems(whole_range);
}

// Judges the items and adds them to their cells.
bool PartRun::AddItems(bool whole_range) {
  JudgeItems();
  for (PartRun* narrow : narrow_) narrow->Narrow(*this);
  for (size_t stream = 0; stream < accumulators_.size(); ++stream) {
    if (accumulators_[stream]->stream.whole_range != whole_range) continue;
    if (!AddToStream(stream)) return false;
    for (PartRun* narrow : narrow_)
      if (!narrow->AddToStreamBeside(stream, *this)) return false;
  }
  return true;
}

// Takes over the wider part's items with their verdicts, but those for which more is asked.
void PartRun::Narrow(const PartRun& wider) {
  batch_ = wider.batch_;
  evaluator_ = wider.evaluator_;
  bounds_ = wider.bounds_;
  const bool are_known = items_.all_rows && wider.items_.all_rows && items_.size() == wider.items_.size();
  if (!are_known) items_.row = wider.items_.row;
  items_.all_rows = wider.items_.all_rows;
  items_.bucket = wider.items_.bucket;
  verdicts_ = wider.verdicts_;
  steps_ = wider.steps_;
  for (const NodeId condition : scan_.extra_conditions) DropWhereFalse(condition);
  if (scan_.value != wider.scan_.value && !EveryValueCounts()) JudgeValueOf(Value(scan_.value), items_.size(), verdicts_.data());
}

// Right after the wider part's AddToStream: its cells_, or places_, are those of this stream.
bool PartRun::AddToStreamBeside(size_t stream, const PartRun& wider) {
  const CellTable& wider_cells = wider.accumulators_[stream]->cells;
  Accumulator& to = *accumulators_[stream];
  if (wider.are_placed_) return CountPlaces(wider.placed_);
  std::vector<uint32_t>& own = cell_of_wider_[stream];
  own.resize(wider_cells.size(), kNoCell);
  const size_t count = items_.size();
  cells_.resize(count);
  missing_.resize(count);
  size_t missing = 0;
  for (size_t i = 0; i < count; ++i) {
    missing_[missing] = wider.cells_[i];
    missing += (own[wider.cells_[i]] == kNoCell) & (verdicts_[i] != kDropped);
  }
  missing_.resize(missing);
  if (missing > 0) {
    if (!to.cells.AssignLike(wider_cells, missing_, &cells_)) return false;
    for (size_t i = 0; i < missing; ++i) own[missing_[i]] = cells_[i];
    cells_.resize(count);
  }
  for (size_t i = 0; i < count; ++i) {
    const uint32_t cell = own[wider.cells_[i]];
    cells_[i] = cell == kNoCell ? 0 : cell;  // of one that is dropped nothing is added
  }
  if (to.cells.size() > 0) AccumulateAll(to, count, nullptr);
  return true;
}

void PartRun::DropWhereFalse(NodeId condition) {
  if (by_row(condition))
    DropWhereNotMarked(Marks(condition), items_.size(), verdicts_.data());
  else
    DropWhereNotTrue(Value(condition), items_.size(), verdicts_.data());
}

void PartRun::DropItemsWhereFalse() {
  if (scan_.item_conditions.empty()) return;
  bool dropped = false;
  for (const NodeId condition : scan_.item_conditions) {
    const int64_t* values = Value(condition);
    for (size_t i = 0; i < items_.size(); ++i) {
      if (IsTrue(values[i])) continue;
      verdicts_[i] = kDropped;
      dropped = true;
    }
  }
  if (!dropped) return;
  size_t kept = 0;
  for (size_t i = 0; i < items_.size(); ++i) {
    if (verdicts_[i] == kDropped) continue;
    items_.row[kept] = items_.row[i];
    items_.bucket[kept] = items_.bucket[i];
    if (!partly_.empty()) partly_[kept] = partly_[i];
    ++kept;
  }
  items_.row.resize(kept);
  items_.bucket.resize(kept);
  if (!partly_.empty()) partly_.resize(kept);
  items_.all_rows = false;
  verdicts_.assign(kept, kCounted);
  evaluator_->NewItems();
}

// Of moves, those stay in which the filter holds on this side only, or the groups differ. (Rows where it does not hold on
// this side are gone already.)
void PartRun::DropUnmoved() {
  std::vector<uint8_t> moved(items_.size(), 0);
  const int64_t* other_side = Value(scan_.moved_filter);
  for (size_t i = 0; i < items_.size(); ++i) moved[i] = !IsTrue(other_side[i]);
  for (const Dimension& dimension : scan_.dimensions) {
    if (dimension.before == kNoNode || dimension.before == dimension.node) continue;
    const int64_t* here = Value(dimension.node);
    const int64_t* there = Value(dimension.before);
    for (size_t i = 0; i < items_.size(); ++i) {
      const bool none_of_both = !IsTrue(here[i]) && !IsTrue(there[i]) && dimension.field->kind == plan::ValueKind::kCode;
      moved[i] |= here[i] != there[i] && !none_of_both;
    }
  }
  for (size_t i = 0; i < items_.size(); ++i)
    if (!moved[i]) verdicts_[i] = kDropped;
  if (std::find(moved.begin(), moved.end(), 0) == moved.end()) return;
  size_t kept = 0;
  for (size_t i = 0; i < items_.size(); ++i) {
    if (!moved[i]) continue;
    items_.row[kept] = items_.row[i];
    items_.bucket[kept++] = items_.bucket[i];
  }
  items_.row.resize(kept);
  items_.bucket.resize(kept);
  items_.all_rows = false;
  verdicts_.assign(kept, kCounted);
  evaluator_->NewItems();
}

void PartRun::JudgeItems() {
  // Most rows of the batch are among the items: a plain loop over all of them is the faster one.
  const bool over_rows = scan_.judged_by_row && items_.size() >= batch_->count() / 4;
  const size_t count = over_rows ? batch_->count() : items_.size();
  const auto values_of = [&](NodeId id) { return over_rows ? evaluator_->Rows(id, items_.row) : Value(id); };
  const bool beside = over_rows && !items_.all_rows;  // verdicts of rows that are handed on to items
  if (beside) row_verdicts_.assign(count, kCounted);
  uint8_t* verdicts = beside ? row_verdicts_.data() : verdicts_.data();
  if (scan_.exclusion != kNoNode && !bounds_->Of(scan_.exclusion).never_true()) {
    const int64_t mask = 0xf & ~scan_.plan->included_exclusions;
    const auto first = static_cast<uint8_t>(scan_.rule_count() + kDeleted);
    if (const uint8_t* flags = over_rows ? evaluator_->narrow().Bytes(scan_.exclusion) : nullptr; flags != nullptr)
      JudgeFlags(flags, count, mask, first, verdicts);
    else
      JudgeFlags(values_of(scan_.exclusion), count, mask, first, verdicts);
  }
  if (scan_.collects_periods()) {  // a period that the bucket cuts is not in it: no rule leaves it out
    for (size_t i = 0; i < count; ++i)
      if (partly_[i] && verdicts[i] == kCounted) verdicts[i] = kPartly;
  }
  for (size_t rule = 0; rule < scan_.rules.size(); ++rule) {
    if (bounds_->Of(scan_.rules[rule]).never_true()) continue;
    if (over_rows && evaluator_->is_cheap(scan_.rules[rule]))
      JudgeWhereMarked(Marks(scan_.rules[rule]), count, static_cast<uint8_t>(rule), verdicts);
    else
      JudgeWhereTrue(values_of(scan_.rules[rule]), count, static_cast<uint8_t>(rule), verdicts);
  }
  if (scan_.value != kNoNode && !EveryValueCounts()) JudgeValueOf(values_of(scan_.value), count, verdicts);
  if (!beside) return;
  for (size_t i = 0; i < items_.size(); ++i) verdicts_[i] = row_verdicts_[items_.row[i]];
}

// None is left out, as far as bounds tell.
bool PartRun::EveryValueCounts() const {
  const Bounds& values = bounds_->Of(scan_.value);
  const int64_t least = scan_.plan->part.value_is_duration ? 0 : kNoSchedule + 1;
  return !values.may_be_null && values.min >= least && values.max < kForever;
}

void PartRun::JudgeValueOf(const int64_t* values, size_t count, uint8_t* verdicts) const {
  const auto reason = [&](int built_in) { return static_cast<uint8_t>(scan_.rule_count() + built_in); };
  JudgeValues(values, count,
              {.no_schedule = reason(kNoScheduleReason),
               .no_value = reason(kNoValue),
               .negative = reason(kInvalidDuration),
               .negative_counts = !scan_.plan->part.value_is_duration},
              verdicts);
}

bool PartRun::AddToStream(size_t stream) {
  are_placed_ = counts_places_ && items_.all_rows && PlaceRows();
  if (are_placed_) return CountPlaces(placed_);
  if (counts_places_ && items_.all_rows) ListBuckets();
  Accumulator& to = *accumulators_[stream];
  std::vector<const Dimension*> kept;
  for (const Dimension& dimension : scan_.dimensions)
    if (to.stream.Keeps(dimension)) kept.push_back(&dimension);
  if (std::none_of(kept.begin(), kept.end(), [](const Dimension* dimension) { return dimension->list_group >= 0; })) {
    if (!AssignCells(to, kept)) return false;
    AccumulateAll(to, items_.size(), nullptr);
    return true;
  }
  ExpandLists(to.stream);
  std::vector<const int64_t*> values;
  for (const Dimension* dimension : kept) values.push_back(expanded_[dimension - scan_.dimensions.data()].data());
  cells_.resize(item_of_.size());
  if (!to.cells.Assign(item_of_.size(), expanded_buckets_.data(), values, cells_.data())) return false;
  AccumulateAll(to, item_of_.size(), item_of_.data());
  return true;
}

bool PartRun::AssignCells(Accumulator& to, absl::Span<const Dimension* const> kept) {
  const size_t count = items_.size();
  const int32_t* buckets = items_.bucket.data();
  cells_.resize(count);
  const bool narrow = to.cells.has_array() && std::all_of(kept.begin(), kept.end(), [&](const Dimension* d) { return by_row(d->node); });
  if (narrow && !kept.empty()) {
    std::vector<const uint32_t*> words;
    for (const Dimension* dimension : kept) words.push_back(evaluator_->narrow().Words(dimension->node));
    const auto value_of = [&](size_t d, size_t item) { return evaluator_->AllRows(kept[d]->node)[item]; };
    return to.cells.AssignJudged(count, buckets, words, verdicts_.data(), value_of, cells_.data());
  }
  std::vector<const int64_t*> values;
  for (const Dimension* dimension : kept) values.push_back(Value(dimension->node));
  return to.cells.Assign(count, buckets, values, cells_.data());
}

}  // namespace supportkpi::exec::native
