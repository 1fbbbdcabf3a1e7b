// What an executor makes of the parts of a plan: for each part and grouping set the cells that have something to say.
// Cells are kept as columns: a part over a hundred thousand groups has as many, and most of them say two numbers.
#ifndef SUPPORTKPI_EXEC_RESULT_H_
#define SUPPORTKPI_EXEC_RESULT_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "exec/group_table.h"

namespace supportkpi::exec {

// One cell of one part, as it is put in and told. Absent value with facts == 0 means no data. What it points to is copied by
// Cells, which holds it for those who ask.
struct PartCell {
  std::optional<double> value;       // the aggregate in base units (ms, minor units, billionths, counts)
  std::optional<double> numerator;   // sum
  std::optional<double> denominator; // number of values (entities for kEntityStatistic)
  int64_t facts = 0;
  bool no_schedule = false;          // there were facts, but all lacked a schedule
  bool mixed_currencies = false;
  absl::Span<const int64_t> left_out;  // by the names of LeftOutNames; empty: all 0
  absl::Span<const int64_t> notes;     // by the names of NoteNames; empty: all 0
  absl::string_view currency;          // empty: none
  absl::string_view record;            // of kMax
  // kContained: the covered periods (disjoint, ascending), for kCoveredPeriods.
  absl::Span<const std::pair<int64_t, int64_t>> covered;
};

// What a cell takes in a result, about: with its key and its place in an index, without lists of counts.
inline constexpr int64_t kCellBytes = 64;

// Where a cell stands: a bucket (-1: all buckets together) and a group of the result's table.
struct CellKey {
  int32_t bucket = -1;
  int32_t group = 0;
  bool operator==(const CellKey&) const = default;
};

// Places of cells by key: an array where the keys lie close together, else a hash map.
class CellIndex {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  CellIndex() = default;
  // For about so many keys, all of them between two keys' buckets and groups.
  CellIndex(const CellKey& least, const CellKey& greatest, size_t expected);

  // The place of a key; kNone, to be changed, where it has none yet. The key lies between the two.
  uint32_t& At(const CellKey& key) {
    if (is_dense_) return dense_[DensePlace(key)];
    return sparse_.try_emplace(Packed(key), kNone).first->second;
  }
  uint32_t Find(const CellKey& key) const {
    if (is_dense_) {
      const uint64_t bucket = BucketPlace(key), group = GroupPlace(key);
      return bucket < buckets_ && group < groups_ ? dense_[bucket * groups_ + group] : kNone;
    }
    const auto found = sparse_.find(Packed(key));
    return found == sparse_.end() ? kNone : found->second;
  }

 private:
  static uint64_t Packed(const CellKey& key) {
    return static_cast<uint64_t>(static_cast<uint32_t>(key.bucket)) << 32 | static_cast<uint32_t>(key.group);
  }
  uint64_t BucketPlace(const CellKey& key) const {
    return static_cast<uint64_t>(static_cast<int64_t>(key.bucket) - least_.bucket);
  }
  uint64_t GroupPlace(const CellKey& key) const {
    return static_cast<uint64_t>(static_cast<int64_t>(key.group) - least_.group);
  }
  uint64_t DensePlace(const CellKey& key) const { return BucketPlace(key) * groups_ + GroupPlace(key); }

  CellKey least_;
  uint64_t buckets_ = 0, groups_ = 0;
  bool is_dense_ = false;
  std::vector<uint32_t> dense_;
  absl::flat_hash_map<uint64_t, uint32_t> sparse_;
};

class CellRef;

// The cells of one part in one grouping set. Immutable once it is indexed.
class Cells {
 public:
  Cells() = default;
  Cells(Cells&&) = default;
  Cells& operator=(Cells&&) = default;

  void Reserve(size_t count);
  // Adds a cell under a key that has none.
  void Add(const CellKey& key, const PartCell& cell);
  // After the last Add: before it looking up goes through all cells.
  void Index();

  // False: none.
  CellRef Find(const CellKey& key) const;
  size_t size() const { return keys_.size(); }
  const CellKey& key(size_t i) const { return keys_[i]; }
  PartCell cell(size_t i) const;

  // One thing about a cell each.
  std::optional<double> value(size_t i) const { return Optional(i, kHasValue, values_); }
  std::optional<double> numerator(size_t i) const {
    return Optional(i, kHasNumerator, numerators_.empty() ? values_ : numerators_);
  }
  std::optional<double> denominator(size_t i) const { return Optional(i, kHasDenominator, denominators_); }
  int64_t facts(size_t i) const { return facts_[i]; }
  bool no_schedule(size_t i) const { return (flags_[i] & kNoSchedule) != 0; }
  bool mixed_currencies(size_t i) const { return (flags_[i] & kMixedCurrencies) != 0; }
  absl::Span<const int64_t> left_out(size_t i) const { return CountsAt(left_out_, i); }
  absl::Span<const int64_t> notes(size_t i) const { return CountsAt(notes_, i); }
  absl::string_view currency(size_t i) const {
    return currency_numbers_.empty() || currency_numbers_[i] == 0 ? absl::string_view() : currencies_[currency_numbers_[i] - 1];
  }
  absl::string_view record(size_t i) const { return records_.empty() ? absl::string_view() : records_[i]; }
  absl::Span<const std::pair<int64_t, int64_t>> covered(size_t i) const;
  // The currencies that occur, each once.
  const std::deque<std::string>& currencies() const { return currencies_; }
  // True: it counted facts or left some out.
  bool occurs(size_t i) const;

 private:
  enum Flag : uint8_t { kHasValue = 1, kHasNumerator = 2, kHasDenominator = 4, kNoSchedule = 8, kMixedCurrencies = 16 };
  // Lists of counts of one length, of which most cells have none.
  struct Counts {
    size_t length = 0;
    std::vector<uint32_t> at;      // by cell: one more than the list's place, 0: all 0; short where the rest has none
    std::vector<int64_t> counts;
  };
  std::optional<double> Optional(size_t i, Flag flag, const std::vector<double>& numbers) const {
    return (flags_[i] & flag) != 0 ? std::optional<double>(numbers[i]) : std::nullopt;
  }
  CellRef FindUnindexed(const CellKey& key) const;
  static void AddCounts(absl::Span<const int64_t> added, size_t cell, Counts* counts);
  static absl::Span<const int64_t> CountsAt(const Counts& counts, size_t i) {
    if (i >= counts.at.size() || counts.at[i] == 0) return {};
    return absl::MakeConstSpan(counts.counts).subspan((counts.at[i] - 1) * counts.length, counts.length);
  }
  uint16_t NumberOf(absl::string_view currency);

  std::vector<CellKey> keys_;
  std::vector<uint8_t> flags_;
  std::vector<int64_t> facts_;
  std::vector<double> values_;
  std::vector<double> numerators_;    // empty: where a cell has one it is the value
  std::vector<double> denominators_;  // empty: no cell has one
  Counts left_out_, notes_;
  std::deque<std::string> currencies_;
  std::vector<uint16_t> currency_numbers_;  // one more than the place in currencies_, 0: none; empty: no cell has one
  std::vector<std::string> records_;        // empty: no cell has one
  std::vector<size_t> covered_ends_;        // empty: no cell has one; by cell where its periods end, the next one's begin
  std::vector<std::pair<int64_t, int64_t>> covered_;
  CellIndex index_;
  bool is_indexed_ = false;
};

// A cell, or none. Lives as long as the cells.
class CellRef {
 public:
  CellRef() = default;
  CellRef(const Cells* cells, uint32_t place) : cells_(cells), place_(place) {}
  explicit operator bool() const { return cells_ != nullptr; }

  std::optional<double> value() const { return cells_->value(place_); }
  std::optional<double> numerator() const { return cells_->numerator(place_); }
  std::optional<double> denominator() const { return cells_->denominator(place_); }
  int64_t facts() const { return cells_->facts(place_); }
  bool no_schedule() const { return cells_->no_schedule(place_); }
  bool mixed_currencies() const { return cells_->mixed_currencies(place_); }
  absl::Span<const int64_t> left_out() const { return cells_->left_out(place_); }
  absl::Span<const int64_t> notes() const { return cells_->notes(place_); }
  absl::string_view currency() const { return cells_->currency(place_); }
  absl::string_view record() const { return cells_->record(place_); }
  PartCell cell() const { return cells_->cell(place_); }

 private:
  const Cells* cells_ = nullptr;
  uint32_t place_ = 0;
};

inline CellRef Cells::Find(const CellKey& key) const {
  if (!is_indexed_) return FindUnindexed(key);
  const uint32_t place = index_.Find(key);
  return place == CellIndex::kNone ? CellRef() : CellRef(this, place);
}

struct PartResult {
  std::vector<Cells> sets;  // one for each of Plan::sets; none: the part has no cells
  // False: none.
  CellRef Find(size_t set, const CellKey& key) const { return set < sets.size() ? sets[set].Find(key) : CellRef(); }
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
