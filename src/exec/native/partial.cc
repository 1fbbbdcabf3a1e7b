#include "exec/native/partial.h"

#include <algorithm>
#include <utility>

#include "exec/native/rank_selection.h"

namespace supportkpi::exec::native {
namespace {

// Stands behind the bounds of whole buckets; no instant is that early.
constexpr int64_t kWholeBuckets = kNull;

template <class... Values>
int64_t CapacityBytes(const std::vector<Values>&... vectors) {
  return static_cast<int64_t>((... + (vectors.capacity() * sizeof(Values))));
}

// The buckets stand one behind the other without a gap from `first` to `last`.
bool Adjoin(const PartScan& scan, int32_t first, int32_t last) {
  for (int32_t bucket = first; bucket < last; ++bucket)
    if (scan.ends[bucket] != scan.starts[bucket + 1]) return false;
  return true;
}

// Every fact steps up at the first bucket that ends after it begins, and down at the first that ends after it ends; what
// ends after the last bucket steps down nowhere.
BucketReach ReachOfChanges(const PartScan& scan, const Bounds& at, const Bounds& to) {
  BucketReach reach{.first = static_cast<int32_t>(scan.by_end.Find(at.min))};
  const auto last = static_cast<int32_t>(scan.by_end.Find(std::max(at.max, to.max)));
  reach.instants.assign(scan.ends.begin() + reach.first, scan.ends.begin() + last);
  reach.instants.push_back(last == scan.bucket_count);
  return reach;
}

// A fact's state may depend on both bounds of every bucket that it overlaps.
BucketReach ReachOfSpans(const PartScan& scan, int64_t min, int64_t max) {
  BucketReach reach{.first = static_cast<int32_t>(scan.by_end.Find(min))};
  for (int32_t bucket = reach.first; bucket < scan.bucket_count && scan.starts[bucket] <= max; ++bucket) {
    reach.instants.push_back(scan.starts[bucket]);
    reach.instants.push_back(scan.ends[bucket]);
  }
  return reach;
}

// Every fact stands in the bucket of its instant. Where none is outside the buckets, and nothing else of a bucket is looked at,
// only the bounds between the least and the greatest instant tell facts apart.
BucketReach ReachOfInstants(const PartScan& scan, const Bounds& at) {
  const bool inside = scan.bucket_count > 0 && at.min >= scan.starts[0] && at.max < scan.ends[scan.bucket_count - 1];
  if (inside && scan.told_by_row) {
    BucketReach reach{.first = static_cast<int32_t>(scan.by_end.Find(at.min))};
    const auto last = static_cast<int32_t>(scan.by_end.Find(at.max));
    if (at.min >= scan.starts[reach.first] && Adjoin(scan, reach.first, last)) {
      reach.instants.assign(scan.ends.begin() + reach.first, scan.ends.begin() + last);
      return reach;
    }
  }
  BucketReach reach = ReachOfSpans(scan, at.min, at.max);
  reach.instants.push_back(kWholeBuckets);
  reach.cut = !inside;
  return reach;
}

void AddByCell(const std::vector<int64_t>& from, const std::vector<uint32_t>& cells, std::vector<int64_t>* to) {
  for (size_t cell = 0; cell < from.size(); ++cell) (*to)[cells[cell]] += from[cell];
}

// Of counters of which each cell has `each`, nearly all 0.
using Sparse = std::vector<std::pair<uint32_t, int64_t>>;
Sparse SparseOf(const CellCounts& counters, size_t each) {
  Sparse sparse;
  for (size_t cell = 0; cell < counters.cell_count(); ++cell) {
    const absl::Span<const int64_t> of_cell = counters.Find(cell);
    for (size_t i = 0; i < of_cell.size(); ++i)
      if (of_cell[i] != 0) sparse.push_back({static_cast<uint32_t>(cell * each + i), of_cell[i]});
  }
  sparse.shrink_to_fit();
  return sparse;
}
void AddByCell(const Sparse& from, const std::vector<uint32_t>& cells, size_t each, CellCounts* to) {
  for (const auto& [place, count] : from) to->Add(cells[place / each], place % each, count);
}

template <class Value>
std::vector<Value> Trimmed(std::vector<Value>& gathered) {
  return std::vector<Value>(gathered.begin(), gathered.end());
}

}  // namespace

BucketReach ReachIn(const PartScan& scan, ChunkBounds& bounds) {
  const Bounds at = bounds.OfReached(scan.at);
  if (!scan.per_bucket()) return ReachOfInstants(scan, at);
  BucketReach reach = scan.counts_changes ? ReachOfChanges(scan, at, bounds.OfReached(scan.to))
                                          : ReachOfSpans(scan, at.min, bounds.Of(scan.to).max);
  if (std::any_of(scan.streams.begin(), scan.streams.end(), [](const Stream& stream) { return stream.whole_range; })) {
    reach.instants.push_back(scan.starts[scan.bucket_count]);
    reach.instants.push_back(scan.ends[scan.bucket_count]);
  }
  return reach;
}

int64_t Partial::OfStream::bytes() const {
  int64_t bytes = sizeof(OfStream) +
                  CapacityBytes(buckets, facts, weights, currencies, left_out, notes, sums, numbers, greatest, value_begins, value_sums,
                                value_cells, values, entities, entity_facts, stretches, periods, seen_currencies);
  for (const auto& of_dimension : groups) bytes += CapacityBytes(of_dimension) + static_cast<int64_t>(sizeof(of_dimension));
  for (const Greatest& of_cell : greatest) bytes += CapacityBytes(of_cell.records);
  return bytes;
}

Partial::Partial(const std::vector<std::unique_ptr<Accumulator>>& gathered, const BucketReach& reach) {
  for (const auto& accumulator : gathered) {
    streams_.push_back(Take(*accumulator, reach));
    bytes_ += streams_.back().bytes();
  }
}

Partial::OfStream Partial::Take(Accumulator& from, const BucketReach& reach) {
  OfStream out;
  const uint32_t count = from.cells.size();
  const size_t dimensions = count == 0 ? 0 : from.cells.ValuesOf(0).size();
  out.groups.resize(dimensions);
  out.buckets.reserve(count);
  for (auto& of_dimension : out.groups) of_dimension.reserve(count);
  for (uint32_t cell = 0; cell < count; ++cell) {
    out.buckets.push_back(from.stream.whole_range ? 0 : from.cells.BucketOf(cell) - reach.first);
    const auto values = from.cells.ValuesOf(from.cells.GroupOf(cell));
    for (size_t d = 0; d < dimensions; ++d) out.groups[d].push_back(values[d]);
  }
  out.facts = Trimmed(from.facts);
  out.weights = Trimmed(from.weights);
  out.currencies = Trimmed(from.currencies);
  out.left_out = SparseOf(from.left_out, from.scan.reason_count());
  out.notes = SparseOf(from.notes, from.scan.note_count());
  out.sums = Trimmed(from.sums);
  out.numbers = Trimmed(from.numbers);
  out.greatest = Trimmed(from.greatest);
  if (from.scan.keep == Keep::kValues) SortValues(from, &out);
  if (from.scan.keep == Keep::kEntities || from.scan.keep == Keep::kEntityValues) SumEntities(from, &out);
  out.has_lost_entities = from.has_lost_entities;
  out.stretches = Trimmed(from.stretches);
  out.periods = Trimmed(from.periods);
  out.seen_currencies = Trimmed(from.seen_currencies);
  return out;
}

// Sums lose which facts lack a schedule: where some do, all stay as they were gathered.
void Partial::SumEntities(const Accumulator& from, OfStream* out) {
  if (from.has_lost_entities) {
    out->value_cells = from.value_cells;
    out->values = from.values;
    out->entities = from.entities;
    for (auto* numbers : {&out->value_cells, &out->entities}) numbers->shrink_to_fit();
    out->values.shrink_to_fit();
    return;
  }
  struct Gathered {
    uint64_t place;  // cell, then entity
    int64_t value;
  };
  std::vector<Gathered> gathered(from.entities.size());
  for (size_t i = 0; i < gathered.size(); ++i)
    gathered[i] = {uint64_t{from.value_cells[i]} << 32 | from.entities[i], from.values.empty() ? 0 : from.values[i]};
  std::sort(gathered.begin(), gathered.end(), [](const Gathered& a, const Gathered& b) { return a.place < b.place; });
  out->value_begins.assign(from.cells.size() + 1, 0);
  for (size_t i = 0; i < gathered.size(); ++i) {
    if (i > 0 && gathered[i].place == gathered[i - 1].place) {
      ++out->entity_facts.back();
      if (!from.values.empty()) out->values.back() += gathered[i].value;
      continue;
    }
    ++out->value_begins[(gathered[i].place >> 32) + 1];
    out->entities.push_back(static_cast<uint32_t>(gathered[i].place));
    out->entity_facts.push_back(1);
    if (!from.values.empty()) out->values.push_back(gathered[i].value);
  }
  for (size_t cell = 0; cell < from.cells.size(); ++cell) out->value_begins[cell + 1] += out->value_begins[cell];
  for (auto* numbers : {&out->entities, &out->entity_facts}) numbers->shrink_to_fit();
  out->values.shrink_to_fit();
}

void Partial::SortValues(const Accumulator& from, OfStream* out) {
  RankSelector values;
  out->value_begins.push_back(0);
  for (uint32_t cell = 0; cell < from.cells.size(); ++cell) {
    values.Clear();
    from.kept.ForEachBlock(cell, [&](const auto& block) { values.Add(block); });
    const SortedRun sorted = values.Sorted();
    out->values.insert(out->values.end(), sorted.begin(), sorted.end());
    out->value_begins.push_back(static_cast<uint32_t>(out->values.size()));
    out->value_sums.push_back(values.Sum());
  }
  out->values.shrink_to_fit();
  out->value_begins.shrink_to_fit();
  out->value_sums.shrink_to_fit();
}

size_t Partial::cell_count() const {
  size_t count = 0;
  for (const OfStream& stream : streams_) count = std::max(count, stream.buckets.size());
  return count;
}

bool Partial::AddTo(const std::vector<std::unique_ptr<Accumulator>>& accumulators, const BucketReach& reach) const {
  for (size_t stream = 0; stream < streams_.size(); ++stream)
    if (!Add(streams_[stream], reach, *accumulators[stream])) return false;
  return true;
}

void Partial::AddValues(const OfStream& stream, const std::vector<uint32_t>& cells, Accumulator& to) const {
  for (const uint32_t cell : stream.value_cells) to.value_cells.push_back(cells[cell]);
  if (stream.value_begins.empty()) {
    to.values.insert(to.values.end(), stream.values.begin(), stream.values.end());
    to.entities.insert(to.entities.end(), stream.entities.begin(), stream.entities.end());
    return;
  }
  for (size_t cell = 0; cell < cells.size(); ++cell) {
    const uint32_t begin = stream.value_begins[cell], count = stream.value_begins[cell + 1] - begin;
    if (count == 0) continue;
    if (stream.entities.empty())
      to.sorted_values.push_back({cells[cell], SortedRun(stream.values).subspan(begin, count), stream.value_sums[cell]});
    else
      to.entity_runs.push_back({cells[cell], count, &stream.entities[begin], stream.values.empty() ? nullptr : &stream.values[begin],
                                &stream.entity_facts[begin]});
  }
  to.held.push_back(shared_from_this());
}

bool Partial::Add(const OfStream& stream, const BucketReach& reach, Accumulator& to) const {
  if (stream.buckets.empty()) return true;
  std::vector<int32_t> buckets(stream.buckets);
  const int32_t shift = to.stream.whole_range ? to.scan.bucket_count : reach.first;
  for (int32_t& bucket : buckets) bucket += shift;
  std::vector<const int64_t*> values;
  for (const auto& of_dimension : stream.groups) values.push_back(of_dimension.data());
  std::vector<uint32_t> cells(buckets.size());
  if (!to.cells.Assign(buckets.size(), buckets.data(), values, cells.data())) return false;
  to.Grow();
  AddByCell(stream.facts, cells, &to.facts);
  AddByCell(stream.weights, cells, &to.weights);
  AddByCell(stream.left_out, cells, to.scan.reason_count(), &to.left_out);
  AddByCell(stream.notes, cells, to.scan.note_count(), &to.notes);
  for (size_t cell = 0; cell < stream.sums.size(); ++cell) to.sums[cells[cell]].Merge(stream.sums[cell]);
  for (size_t cell = 0; cell < stream.numbers.size(); ++cell) to.numbers[cells[cell]].Merge(stream.numbers[cell]);
  for (size_t cell = 0; cell < stream.greatest.size(); ++cell) {
    const Greatest& from = stream.greatest[cell];
    for (const Greatest::Record& record : from.records) to.greatest[cells[cell]].Add(from.value, from.at, {&to.scan, record.code});
  }
  for (size_t cell = 0; cell < stream.currencies.size(); ++cell)
    to.currencies[cells[cell]] = MergeCurrency(to.currencies[cells[cell]], stream.currencies[cell]);
  AddValues(stream, cells, to);
  to.has_lost_entities = to.has_lost_entities || stream.has_lost_entities;
  for (Stretch stretch : stream.stretches) {
    stretch.cell = cells[stretch.cell];
    to.stretches.push_back(stretch);
  }
  for (Period period : stream.periods) {
    period.cell = cells[period.cell];
    to.periods.push_back(period);
  }
  for (const int64_t currency : stream.seen_currencies) to.SeeCurrency(currency);
  return true;
}

}  // namespace supportkpi::exec::native
