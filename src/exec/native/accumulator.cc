#include "exec/native/accumulator.h"

#include "exec/result.h"

namespace supportkpi::exec::native {
namespace {

std::vector<int64_t> SizesOf(const PartScan& scan, const Stream& stream) {
  std::vector<int64_t> sizes;
  for (const Dimension& dimension : scan.dimensions)
    if (stream.Keeps(dimension)) sizes.push_back(dimension.size);
  return sizes;
}

// Room is kept free for so many values at most, which takes addresses; more are copied as they grow.
constexpr size_t kReservedFactsMax = 64 << 20;

template <class... Values>
int64_t CapacityBytes(const std::vector<Values>&... vectors) {
  return static_cast<int64_t>((... + (vectors.capacity() * sizeof(Values))));
}

// Room that is kept free takes no memory until it is used.
template <class... Values>
int64_t GatheredBytes(const std::vector<Values>&... vectors) {
  return static_cast<int64_t>((... + (vectors.size() * sizeof(Values))));
}

constexpr uint32_t kCellsBetweenQuestions = 4096;

// Of a cell in a result, and while it is put together.
constexpr size_t kResultCellBytes = kCellBytes + 64;
// Of a group and dimension in a result: its value's text, its number, its place in the order.
constexpr size_t kResultGroupBytes = 128;

}  // namespace

void Greatest::Add(int64_t new_value, int64_t new_at, const Record& record) {
  if (!IsNull(value) && (new_value < value || (new_value == value && new_at > at))) return;
  if (new_value != value || new_at != at) records.clear();
  value = new_value;
  at = new_at;
  records.push_back(record);
}

void Greatest::Merge(const Greatest& other) {
  for (const Record& record : other.records) Add(other.value, other.at, record);
}

Accumulator::Accumulator(const PartScan& scan, const Stream& stream, int64_t max_groups, size_t expected_facts)
    : scan(scan),
      stream(stream),
      cells(SizesOf(scan, stream), stream.whole_range ? scan.bucket_count : 0, stream.whole_range ? 1 : scan.bucket_count, max_groups,
            expected_facts),
      left_out(scan.reason_count()),
      notes(scan.note_count()) {
  expected_facts = std::min(expected_facts, kReservedFactsMax);
  if (scan.keep != Keep::kEntities && scan.keep != Keep::kEntityValues) return;
  value_cells.reserve(expected_facts);
  entities.reserve(expected_facts);
  if (scan.keep == Keep::kEntityValues) values.reserve(expected_facts);
}

void Accumulator::Grow() {
  const size_t count = cells.size();
  if (facts.size() >= count) return;
  facts.resize(count, 0);
  left_out.Grow(count);
  notes.Grow(count);
  if (scan.weight != kNoNode) weights.resize(count, 0);
  if (scan.keep == Keep::kSums) sums.resize(count);
  if (scan.keep == Keep::kNumbers) numbers.resize(count);
  if (scan.keep == Keep::kValues) kept.Grow(count);
  if (scan.keep == Keep::kGreatest) greatest.resize(count);
  if (scan.currency != kNoNode) currencies.resize(count, kNoCurrency);
}

bool Accumulator::AddAt(uint32_t place, int32_t first_bucket, uint32_t bucket_count, size_t block, int64_t count) {
  uint32_t cell = 0;
  if (count == 0) return true;
  if (!cells.CellAt(place, first_bucket, bucket_count, &cell)) return false;
  Grow();
  if (block == 0)
    facts[cell] += count;
  else
    left_out.Add(cell, block - 1, count);
  return true;
}

bool Accumulator::AddCounts(const Accumulator& other, absl::Span<const uint32_t> from) {
  std::vector<uint32_t> to;
  if (!cells.AssignLike(other.cells, from, &to)) return false;
  Grow();
  for (size_t i = 0; i < from.size(); ++i) {
    facts[to[i]] += other.facts[from[i]];
    left_out.AddAll(to[i], other.left_out.Find(from[i]));
    notes.AddAll(to[i], other.notes.Find(from[i]));
  }
  return true;
}

int64_t Accumulator::bytes() const {
  return cells.bytes() + kept.bytes() + left_out.bytes() + notes.bytes() +
         CapacityBytes(facts, weights, sums, numbers, greatest, currencies) +
         GatheredBytes(value_cells, values, entities, stretches, periods, sorted_values, entity_runs);
}

int64_t Accumulator::FinishBytes(size_t sets) const {
  // Entities and values are put beside each other by cell, and their sums.
  size_t placed = 3 * entities.size();
  for (const EntityRun& run : entity_runs) placed += 2 * run.size;
  return static_cast<int64_t>(placed * sizeof(int64_t)) + kept.block_bytes() +
         GatheredBytes(stretches, periods, sorted_values, entity_runs) +
         static_cast<int64_t>(cells.size() * std::min<size_t>(sets, 2) * kResultCellBytes +
                              cells.group_count() * scan.dimensions.size() * kResultGroupBytes);
}

void Accumulator::AddUpChanges(const std::function<bool()>& go_on) {
  struct Place {
    uint32_t group;
    int32_t bucket;
    uint32_t cell;
  };
  std::vector<Place> places;
  for (uint32_t cell = 0; cell < facts.size(); ++cell) places.push_back({cells.GroupOf(cell), cells.BucketOf(cell), cell});
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return std::tie(a.group, a.bucket) < std::tie(b.group, b.bucket); });
  const size_t reasons = scan.reason_count(), notes_each = scan.note_count();
  std::vector<int64_t> sums(2 + reasons + notes_each);
  // Replaces each counter of a cell by body(counter, its sum).
  const auto each_counter = [&](uint32_t cell, auto body) {
    facts[cell] = body(facts[cell], sums[0]);
    if (!weights.empty()) weights[cell] = body(weights[cell], sums[1]);
    const auto each_of = [&](CellCounts& counts, size_t each, size_t first_sum) {
      for (size_t i = 0; i < each; ++i) {
        const int64_t count = counts.At(cell, i);
        counts.Add(cell, i, body(count, sums[first_sum + i]) - count);
      }
    };
    each_of(left_out, reasons, 2);
    each_of(notes, notes_each, 2 + reasons);
  };
  for (size_t i = 0; i < places.size(); ++i) {
    const Place& place = places[i];
    if (i == 0 || places[i - 1].group != place.group) std::fill(sums.begin(), sums.end(), 0);
    each_counter(place.cell, [](int64_t counter, int64_t& sum) { return sum += counter; });
    if (std::all_of(sums.begin(), sums.end(), [](int64_t sum) { return sum == 0; })) continue;
    const bool is_last = i + 1 == places.size() || places[i + 1].group != place.group;
    const int32_t until = is_last ? scan.bucket_count : places[i + 1].bucket;
    for (int32_t bucket = place.bucket + 1; bucket < until; ++bucket) {
      if (cells.size() % kCellsBetweenQuestions == 0 && !go_on()) return;
      const uint32_t cell = cells.CellOf(bucket, place.group);
      Grow();
      each_counter(cell, [](int64_t, int64_t& sum) { return sum; });
    }
  }
}

}  // namespace supportkpi::exec::native
