// What one thread has gathered of one stream of a part: by cell, exact integer states and, where the aggregate needs them,
// the values or entities themselves. What is gathered does not depend on the order of rows.
#ifndef SUPPORTKPI_EXEC_NATIVE_ACCUMULATOR_H_
#define SUPPORTKPI_EXEC_NATIVE_ACCUMULATOR_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "exec/native/cell_counts.h"
#include "exec/native/cell_table.h"
#include "exec/native/cell_values.h"
#include "exec/native/entity_sums.h"
#include "exec/native/part_scan.h"
#include "exec/native/sorted_runs.h"
#include "exec/native/stretches.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {

using Int128 = __int128;

// The exact sum of a population of values.
struct Sum {
  int64_t count = 0;
  Int128 sum = 0;

  void Add(int64_t value) {
    ++count;
    sum += value;
  }
  void Merge(const Sum& other) {
    count += other.count;
    sum += other.sum;
  }
};

// What else is told of it by numbers alone, exactly.
struct Numbers : Sum {
  int64_t min = kForever;
  int64_t max = kNull;
  Int128 squares = 0;

  void Add(int64_t value) {
    Sum::Add(value);
    min = std::min(min, value);
    max = std::max(max, value);
    squares += static_cast<Int128>(value) * value;
  }
  using Sum::Merge;  // all that is told of values that are kept themselves, or of which no more is asked
  void Merge(const Numbers& other) {
    Sum::Merge(other);
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    squares += other.squares;
  }
};

// The greatest value; of equal ones that of the earliest anchor, then (told by names, at the end) of the smallest record.
struct Greatest {
  struct Record {
    const PartScan* part;
    int64_t code;
  };
  int64_t value = kNull;
  int64_t at = kForever;
  std::vector<Record> records;  // of those that are equal in both

  void Merge(const Greatest& other);
  void Add(int64_t new_value, int64_t new_at, const Record& record);
};

struct Period {
  uint32_t cell = 0;
  int64_t from = 0;
  int64_t to = 0;
  int64_t value = kNull;
  std::array<int64_t, 4> chain = {};
  int64_t customers_at_start = kNull;
  int64_t customers_at_end = kNull;
  int64_t code = 0;
};

// The values of a chunk that stand in a cell, sorted before.
struct SortedValues {
  uint32_t cell = 0;
  SortedRun values;
  Int128 sum = 0;
};

inline constexpr int64_t kNoCurrency = 0;
inline constexpr int64_t kMixedCurrencies = -1;
inline int64_t MergeCurrency(int64_t left, int64_t right) {
  if (left == kNoCurrency || left == right) return right;
  return right == kNoCurrency ? left : kMixedCurrencies;
}

struct Accumulator {
  // About so many facts will come: room for their values is kept free, so that growing does not copy them.
  Accumulator(const PartScan& scan, const Stream& stream, int64_t max_groups, size_t expected_facts);
  // Makes room for cells that the table has got.
  void Grow();
  // Adds what stands in some cells of another accumulator of the same stream; both keep nothing but counts. False: too many groups.
  bool AddCounts(const Accumulator& other, absl::Span<const uint32_t> from);
  // Adds to the cell of a place (CellTable::CellAt) what counts, block 0, or is left out for reason `block` - 1. False: as above.
  bool AddAt(uint32_t place, int32_t first_bucket, uint32_t bucket_count, size_t block, int64_t count);
  // When all is gathered: of stretches, only those that may go on elsewhere stay.
  void JoinStretches() { native::JoinStretches(cells.size(), &stretches, &facts); }
  // Of PartScan::counts_changes: changes at buckets become counts, each bucket's with those of the buckets before it. Asks
  // every few thousand cells whether to go on.
  void AddUpChanges(const std::function<bool()>& go_on);
  // Memory that it takes.
  int64_t bytes() const;
  // About as much as its cells and values will take once more, when the threads' states are put together and become results
  // of so many grouping sets (coarser ones have fewer cells, together hardly more than the finest).
  int64_t FinishBytes(size_t sets) const;
  bool has_entities() const { return !entities.empty() || !entity_runs.empty(); }

  const PartScan& scan;
  const Stream stream;
  CellTable cells;

  // -- by cell; those that the part does not keep stay empty
  std::vector<int64_t> facts;
  std::vector<int64_t> weights;   // where facts have one of their own; else each counts 1
  std::vector<Sum> sums;
  std::vector<Numbers> numbers;
  std::vector<Greatest> greatest;
  std::vector<int64_t> currencies;
  CellCounts left_out;            // reason_count() for each
  CellCounts notes;               // note_count() for each
  CellValues kept;                // of Keep::kValues

  // -- in any order, with the cell of each
  std::vector<uint32_t> value_cells;
  std::vector<int64_t> values;    // of the entities
  std::vector<uint32_t> entities;
  bool has_lost_entities = false;  // some value is kNoSchedule: its entity does not count in that cell at all
  std::vector<Stretch> stretches;
  std::vector<Period> periods;
  std::vector<SortedValues> sorted_values;            // besides `kept`
  std::vector<EntityRun> entity_runs;                 // besides `entities`
  std::vector<std::shared_ptr<const void>> held;      // what the sorted values and the runs lie in

  std::vector<int64_t> seen_currencies;  // each once, the one seen last at the end
  void SeeCurrency(int64_t currency) {
    auto known = std::find(seen_currencies.begin(), seen_currencies.end(), currency);
    if (known == seen_currencies.end())
      seen_currencies.push_back(currency);
    else
      std::iter_swap(known, seen_currencies.end() - 1);
  }
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_ACCUMULATOR_H_
