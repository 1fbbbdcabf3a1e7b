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

template <class... Values>
int64_t CapacityBytes(const std::vector<Values>&... vectors) {
  return static_cast<int64_t>((... + (vectors.capacity() * sizeof(Values))));
}

// Of a cell in a result, beside the cell: its place in an index, and a list of counts.
constexpr size_t kResultCellBytes = sizeof(PartCell) + sizeof(CellKey) + 96;
// Of a group and dimension in a result: its value's text, twice, in a tree, and its number.
constexpr size_t kResultGroupBytes = 192;

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

Accumulator::Accumulator(const PartScan& scan, const Stream& stream, int64_t max_groups)
    : scan(scan), stream(stream), cells(SizesOf(scan, stream), scan.bucket_count + 1, max_groups) {}

void Accumulator::Grow() {
  const size_t count = cells.size();
  if (facts.size() >= count) return;
  facts.resize(count, 0);
  left_out.resize(count * scan.reason_count(), 0);
  notes.resize(count * scan.note_count(), 0);
  if (scan.keep == Keep::kCount) weights.resize(count, 0);
  if (scan.keep == Keep::kNumbers || scan.keep == Keep::kValues) numbers.resize(count);
  if (scan.keep == Keep::kGreatest) greatest.resize(count);
  if (scan.currency != kNoNode) currencies.resize(count, kNoCurrency);
}

int64_t Accumulator::bytes() const {
  return cells.bytes() + CapacityBytes(facts, weights, numbers, greatest, currencies, left_out, notes, value_cells, values,
                                       entities, stretches, periods);
}

int64_t Accumulator::FinishBytes(size_t sets) const {
  return CapacityBytes(value_cells, values, entities, stretches, periods) +
         static_cast<int64_t>(cells.size() * std::min<size_t>(sets, 2) * kResultCellBytes +
                              cells.group_count() * scan.dimensions.size() * kResultGroupBytes);
}

}  // namespace supportkpi::exec::native
