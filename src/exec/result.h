// What an executor makes of the parts of a plan: for each part and grouping set the cells that have something to say.
#ifndef SUPPORTKPI_EXEC_RESULT_H_
#define SUPPORTKPI_EXEC_RESULT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "exec/group_table.h"

namespace supportkpi::exec {

// One cell of one part. Absent value with facts == 0 means no data.
struct PartCell {
  std::optional<double> value;       // the aggregate in base units (ms, minor units, billionths, counts)
  std::optional<double> numerator;   // sum
  std::optional<double> denominator; // number of values (entities for kEntityStatistic)
  int64_t facts = 0;
  bool no_schedule = false;          // there were facts, but all lacked a schedule
  bool mixed_currencies = false;
  absl::Span<const int64_t> left_out;  // by the names of LeftOutNames; empty: all 0. Cells holds what it points to
  absl::Span<const int64_t> notes;     // by the names of NoteNames; empty: all 0
  std::string currency;              // empty: none
  std::string record;                // of kMax
  // kContained: the covered periods (disjoint, ascending), for kCoveredPeriods.
  std::vector<std::pair<int64_t, int64_t>> covered;
};

// Where a cell stands: a bucket (-1: all buckets together) and a group of the result's table.
struct CellKey {
  int32_t bucket = -1;
  int32_t group = 0;
  bool operator==(const CellKey&) const = default;
};

// The cells of one part in one grouping set.
class Cells {
 public:
  Cells() = default;
  Cells(Cells&&) = default;
  Cells& operator=(Cells&&) = default;

  void Reserve(size_t count);
  // Adds a cell under a key that has none; copies the counts.
  PartCell& Add(const CellKey& key, PartCell cell);
  // nullptr: none.
  const PartCell* Find(const CellKey& key) const {
    const auto found = index_.find(Packed(key));
    return found == index_.end() ? nullptr : &cells_[found->second];
  }
  size_t size() const { return cells_.size(); }
  const CellKey& key(size_t i) const { return keys_[i]; }
  const PartCell& cell(size_t i) const { return cells_[i]; }

 private:
  static uint64_t Packed(const CellKey& key) {
    return static_cast<uint64_t>(static_cast<uint32_t>(key.bucket)) << 32 | static_cast<uint32_t>(key.group);
  }
  absl::Span<const int64_t> Kept(absl::Span<const int64_t> counts);

  std::vector<CellKey> keys_;
  std::vector<PartCell> cells_;
  absl::flat_hash_map<uint64_t, uint32_t> index_;
  std::vector<std::unique_ptr<int64_t[]>> counts_;  // one for each span that is not all 0
};

struct PartResult {
  std::vector<Cells> sets;  // one for each of Plan::sets; none: the part has no cells
  // nullptr: none.
  const PartCell* Find(size_t set, const CellKey& key) const { return set < sets.size() ? sets[set].Find(key) : nullptr; }
};

struct Result {
  GroupTable groups;
  std::vector<PartResult> parts;  // one for each of Plan::parts
  int64_t commit = 0;
  std::optional<int64_t> data_until_ms;
  int64_t facts_read = 0;
};

}  // namespace supportkpi::exec

#endif  // SUPPORTKPI_EXEC_RESULT_H_
