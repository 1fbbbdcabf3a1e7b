#include "exec/native/repeat_index.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {

using column::ColumnKey;
using fact::Column;

// Reads the ticket facts of a snapshot into an index's entries.
class RepeatIndexBuilder {
 public:
  explicit RepeatIndexBuilder(RepeatIndex* index) : index_(*index) {}

  void AddChunk(const column::Chunk& chunk, int64_t commit) {
    for (uint32_t first = 0; first < chunk.row_count(); first += kRows) {
      const uint32_t count = std::min(kRows, chunk.row_count() - first);
      rows_.clear();
      if (chunk.AliveRows(commit, first, count, &rows_)) {
        rows_.resize(count);
        std::iota(rows_.begin(), rows_.end(), 0u);
      }
      if (rows_.empty()) continue;
      for (auto& [column, missing, values] : scalars_) {
        values.resize(count);
        chunk.Read(static_cast<ColumnKey>(column), first, count, missing, values.data());
      }
      chunk.ReadLists(static_cast<ColumnKey>(Column::kResolvedFrom), first, count, &resolved_from_);
      chunk.ReadLists(static_cast<ColumnKey>(Column::kResolvedTo), first, count, &resolved_to_);
      for (uint32_t row : rows_) AddRow(row);
    }
  }

 private:
  struct Scalar {
    Column column;
    int64_t missing;
    std::vector<int64_t> values;
  };
  enum Which { kTicket, kCustomer, kCreatedAt, kIssueKey, kAtEvent, kFirst, kFirstAt, kExclusion, kUnknown };

  int64_t Of(Which which, uint32_t row) const { return scalars_[which].values[row]; }

  void AddRow(uint32_t row) {
    const int64_t ticket = Of(kTicket, row);
    const int64_t customer = Of(kCustomer, row);
    if (!IsTrue(ticket) || !IsTrue(customer)) return;
    int64_t known_at = kNull;
    uint64_t issue = 0;
    if (IsTrue(Of(kIssueKey, row))) {
      issue = static_cast<uint64_t>(Of(kIssueKey, row)) << 1;
    } else if (IsTrue(Of(kAtEvent, row))) {
      issue = static_cast<uint64_t>(Of(kAtEvent, row)) << 1 | 1;
    } else if (IsTrue(Of(kFirst, row)) && !IsNull(Of(kFirstAt, row)) && Of(kFirstAt, row) != kForever) {
      issue = static_cast<uint64_t>(Of(kFirst, row)) << 1 | 1;
      known_at = Of(kFirstAt, row);
    } else {
      return;
    }
    const uint32_t begin = static_cast<uint32_t>(index_.resolved_.size());
    for (uint32_t i = resolved_from_.offsets[row]; i < resolved_from_.offsets[row + 1]; ++i)
      index_.resolved_.push_back({resolved_from_.values[i], resolved_to_.values[i]});
    index_.entries_.push_back({.created_at = Of(kCreatedAt, row),
                               .known_at = known_at,
                               .ticket = ticket,
                               .issue = issue,
                               .customer = static_cast<uint32_t>(customer),
                               .resolved_begin = begin,
                               .resolved_end = static_cast<uint32_t>(index_.resolved_.size()),
                               .excluded = IsTrue(Of(kExclusion, row)),
                               .state_unknown = IsTrue(Of(kUnknown, row))});
  }

  static constexpr uint32_t kRows = 8192;

  RepeatIndex& index_;
  std::vector<uint32_t> rows_;
  std::vector<Scalar> scalars_ = {{Column::kTicket, 0, {}},        {Column::kCustomer, 0, {}},
                                  {Column::kCreatedAt, kNull, {}}, {Column::kIssueKey, 0, {}},
                                  {Column::kCategoryAtEvent, 0, {}}, {Column::kCategoryFirst, 0, {}},
                                  {Column::kCategoryFirstAt, kNull, {}}, {Column::kExclusion, 0, {}},
                                  {Column::kStateUnknown, 0, {}}};
  column::Lists resolved_from_, resolved_to_;
};

std::shared_ptr<const RepeatIndex> RepeatIndex::Build(const projection::Snapshot& snapshot) {
  auto index = std::make_shared<RepeatIndex>();
  RepeatIndexBuilder builder(index.get());
  for (const auto& chunk : snapshot.Chunks(fact::FactSet::kTicket)) builder.AddChunk(*chunk, snapshot.commit());

  auto& entries = index->entries_;
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.customer, a.issue, a.created_at, a.ticket) < std::tie(b.customer, b.issue, b.created_at, b.ticket);
  });
  int64_t last_ticket = 0;
  for (const Entry& entry : entries) last_ticket = std::max(last_ticket, entry.ticket);
  index->places_.resize(last_ticket + 1);
  for (uint32_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    while (end < entries.size() && entries[end].customer == entries[begin].customer &&
           entries[end].issue == entries[begin].issue)
      ++end;
    for (uint32_t i = begin; i < end; ++i) index->places_[entries[i].ticket] = {i, begin, end, entries[end - 1].created_at};
  }
  index->ComputeGaps();
  return index;
}

// How long before `created_at` the earlier ticket was last resolved, or created if it is unresolved; kNull: neither.
int64_t RepeatIndex::GapBetween(const Entry& earlier, int64_t created_at) const {
  if (earlier.excluded || earlier.state_unknown || earlier.created_at >= created_at) return kNull;
  bool unresolved = true;
  int64_t last_step = kNull;
  for (uint32_t i = earlier.resolved_begin; i < earlier.resolved_end; ++i) {
    if (resolved_[i].from > created_at) continue;
    last_step = std::max(last_step, resolved_[i].from);
    if (created_at < resolved_[i].to) unresolved = false;
  }
  int64_t gap = IsNull(last_step) ? kNull : created_at - last_step;
  if (unresolved) gap = MinValues(gap, created_at - earlier.created_at);
  return gap;
}

// The last instant of each entry and of those before it in its run: an earlier ticket gives no smaller gap than the time
// since then, so that a search backwards ends soon even in long runs.
std::vector<int64_t> RepeatIndex::LastInstants() const {
  std::vector<int64_t> last(entries_.size());
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    last[i] = entry.created_at;
    for (uint32_t r = entry.resolved_begin; r < entry.resolved_end; ++r) last[i] = std::max(last[i], resolved_[r].from);
    if (i > places_[entry.ticket].begin) last[i] = std::max(last[i], last[i - 1]);
  }
  return last;
}

void RepeatIndex::ComputeGaps() {
  const std::vector<int64_t> last = LastInstants();
  gaps_ms_.assign(entries_.size(), kNull);
  std::vector<std::pair<int64_t, int64_t>> candidates;  // (known at, gap)
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    candidates.clear();
    bool late = false;
    for (uint32_t j = i; j-- > places_[entry.ticket].begin;) {
      if (!IsNull(gaps_ms_[i]) && entry.created_at - last[j] >= gaps_ms_[i]) break;
      const int64_t gap = GapBetween(entries_[j], entry.created_at);
      if (IsNull(gap)) continue;
      int64_t known_at = std::max(entries_[j].known_at, entry.known_at);
      if (known_at <= entry.created_at) known_at = kNull;  // a range that holds the creation knows it
      late = late || known_at != kNull;
      if (known_at == kNull) gaps_ms_[i] = MinValues(gaps_ms_[i], gap);
      candidates.push_back({known_at, gap});
    }
    if (!late) continue;
    std::sort(candidates.begin(), candidates.end());
    auto& steps = late_gaps_[i];
    int64_t best = kNull;
    for (const auto& [known_at, gap] : candidates) {
      if (!IsNull(best) && gap >= best) continue;
      best = gap;
      steps.push_back({known_at, gap});
    }
  }
}

int64_t RepeatIndex::GapMs(int64_t ticket, int64_t range_end_ms) const {
  if (ticket <= 0 || ticket >= static_cast<int64_t>(places_.size())) return kNull;
  const Place& place = places_[ticket];
  if (place.begin == place.end) return kNull;
  if (!late_gaps_.empty()) {
    auto it = late_gaps_.find(place.entry);
    if (it != late_gaps_.end()) {
      int64_t gap_ms = kNull;
      for (const auto& [known_at, gap] : it->second)
        if (known_at < range_end_ms) gap_ms = gap;
      return gap_ms;
    }
  }
  return gaps_ms_[place.entry];
}

int64_t RepeatIndex::NextCreatedAt(int64_t ticket, int64_t after_ms, int64_t range_end_ms) const {
  if (ticket <= 0 || ticket >= static_cast<int64_t>(places_.size()) || IsNull(after_ms)) return kForever;
  const Place& place = places_[ticket];
  if (place.begin == place.end || place.last_created_at <= after_ms) return kForever;
  if (entries_[place.entry].known_at >= range_end_ms) return kForever;
  const auto begin = entries_.begin() + place.begin, end = entries_.begin() + place.end;
  auto it = std::upper_bound(begin, end, after_ms, [](int64_t at, const Entry& e) { return at < e.created_at; });
  for (; it != end; ++it) {
    if (!it->excluded && it->known_at < range_end_ms && it->ticket != ticket) return it->created_at;
  }
  return kForever;
}

std::shared_ptr<const RepeatIndex> RepeatIndexCache::IndexOf(const std::string& tenant,
                                                             const projection::Snapshot& snapshot) {
  {
    absl::MutexLock lock(&mutex_);
    for (auto it = kept_.begin(); it != kept_.end(); ++it) {
      if (it->tenant != tenant || it->commit != snapshot.commit()) continue;
      kept_.splice(kept_.begin(), kept_, it);
      return kept_.front().index;
    }
  }
  auto index = RepeatIndex::Build(snapshot);
  absl::MutexLock lock(&mutex_);
  kept_.remove_if([&](const Kept& kept) { return kept.tenant == tenant && kept.commit <= snapshot.commit(); });
  kept_.push_front({tenant, snapshot.commit(), index});
  if (kept_.size() > kIndexesMax) kept_.pop_back();
  return index;
}

}  // namespace supportkpi::exec::native
