#include "exec/native/repeat_runs.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "exec/native/radix_sort.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {
namespace {

// Runs, and customers, that one thread works on at a time.
constexpr size_t kRunsAtATime = 4096;
// Codes are small numbers: places of all of them are an array unless most would be empty.
constexpr size_t kCodesPerTicketMax = 8;

// Tickets lie anywhere: those that come next are fetched while one is worked on.
constexpr uint32_t kTicketsAhead = 24, kResolvedAhead = 12;

struct ByCustomer {
  uint32_t customer;
  uint32_t place;  // in the tickets given
};

bool SameRun(const RepeatTicket& a, const RepeatTicket& b) { return a.customer == b.customer && a.issue == b.issue; }

}  // namespace

// Tickets of some customers, one behind the other in `order`; where what they become begins, and what few of them have.
struct RepeatRuns::Block {
  uint32_t begin = 0, end = 0;
  size_t runs = 0, resolved = 0;  // how many; then where they begin
  std::vector<std::pair<uint32_t, int64_t>> known_at;
  std::vector<uint32_t> excluded, state_unknown;
};

// Puts tickets into an order, and adds them up block by block.
class RepeatRuns::Sorter {
 public:
  Sorter(const RepeatTickets& tickets, const Helpers& helpers) : tickets_(tickets), helpers_(helpers) {}

  void SortInto(RepeatRuns* runs) {
    SortByCustomer();
    helpers_.ForEach(blocks_.size(), 1, [&](size_t block, size_t) { SortBlock(block); });
    Block sums;
    for (Block& block : blocks_) {
      sums.runs += std::exchange(block.runs, sums.runs);
      sums.resolved += std::exchange(block.resolved, sums.resolved);
    }
    const auto count = static_cast<uint32_t>(order_.size());
    runs->entries_.resize(count + 1);
    runs->runs_.resize(sums.runs + 1);
    runs->resolved_.resize(sums.resolved);
    runs->entries_[count].resolved_begin = static_cast<uint32_t>(sums.resolved);
    runs->runs_[sums.runs].begin = count;
    helpers_.ForEach(blocks_.size(), 1, [&](size_t block, size_t) { Fill(blocks_[block], runs); });
    runs->excluded_.resize(count, false);
    runs->state_unknown_.resize(count, false);
    for (const Block& block : blocks_) {
      for (const uint32_t entry : block.excluded) runs->excluded_[entry] = true;
      for (const uint32_t entry : block.state_unknown) runs->state_unknown_[entry] = true;
      if (!block.known_at.empty()) runs->known_at_.resize(count, kNull);
      for (const auto& [entry, known_at] : block.known_at) runs->known_at_[entry] = known_at;
    }
  }

 private:
  const RepeatTicket& TicketOf(uint32_t i) const { return tickets_.tickets[order_[i].place]; }

  void SortByCustomer() {
    order_.resize(tickets_.tickets.size());
    uint32_t largest = 0;
    for (uint32_t i = 0; i < order_.size(); ++i) {
      order_[i] = {tickets_.tickets[i].customer, i};
      largest = std::max(largest, order_[i].customer);
    }
    RadixSort(&order_, largest, [](const ByCustomer& one) { return uint64_t{one.customer}; });
    for (uint32_t i = 0; i < order_.size(); ++i) {
      if (i == 0 || order_[i].customer != order_[i - 1].customer) customer_begins_.push_back(i);
    }
    customer_begins_.push_back(static_cast<uint32_t>(order_.size()));
    for (size_t first = 0; first + 1 < customer_begins_.size(); first += kRunsAtATime) {
      Block& block = blocks_.emplace_back();
      block.begin = customer_begins_[first];
      block.end = customer_begins_[std::min(first + kRunsAtATime, customer_begins_.size() - 1)];
    }
  }

  void SortBlock(size_t block) {
    const size_t last = std::min((block + 1) * kRunsAtATime, customer_begins_.size() - 1);
    for (size_t customer = block * kRunsAtATime; customer < last; ++customer) {
      const uint32_t begin = customer_begins_[customer], end = customer_begins_[customer + 1];
      for (uint32_t i = end; i < std::min(end + kTicketsAhead, blocks_[block].end); ++i) __builtin_prefetch(&TicketOf(i));
      std::sort(order_.begin() + begin, order_.begin() + end, [&](const ByCustomer& left, const ByCustomer& right) {
        const RepeatTicket &a = tickets_.tickets[left.place], &b = tickets_.tickets[right.place];
        return std::tie(a.issue, a.created_at, a.ticket) < std::tie(b.issue, b.created_at, b.ticket);
      });
      for (uint32_t i = begin; i < end; ++i) {
        blocks_[block].runs += i == begin || !SameRun(TicketOf(i - 1), TicketOf(i));
        blocks_[block].resolved += TicketOf(i).resolved_end - TicketOf(i).resolved_begin;
      }
    }
  }

  void Fill(Block& block, RepeatRuns* runs) const {
    size_t run = block.runs, resolved = block.resolved;
    for (uint32_t i = block.begin; i < block.end; ++i) {
      if (i + kTicketsAhead < block.end) __builtin_prefetch(&TicketOf(i + kTicketsAhead));
      if (i + kResolvedAhead < block.end) __builtin_prefetch(tickets_.resolved.data() + TicketOf(i + kResolvedAhead).resolved_begin);
      const RepeatTicket& ticket = TicketOf(i);
      if (i == block.begin || !SameRun(TicketOf(i - 1), ticket)) runs->runs_[run++] = {ticket.issue, ticket.customer, i};
      runs->entries_[i] = {ticket.created_at, ticket.ticket, static_cast<uint32_t>(resolved)};
      for (uint32_t r = ticket.resolved_begin; r < ticket.resolved_end; ++r) runs->resolved_[resolved++] = tickets_.resolved[r];
      if (ticket.known_at != kNull) block.known_at.push_back({i, ticket.known_at});
      if (ticket.excluded) block.excluded.push_back(i);
      if (ticket.state_unknown) block.state_unknown.push_back(i);
    }
  }

  const RepeatTickets& tickets_;
  const Helpers& helpers_;
  std::vector<ByCustomer> order_;
  std::vector<uint32_t> customer_begins_;  // and behind the last
  std::vector<Block> blocks_;              // kRunsAtATime customers each
};

RepeatRuns::RepeatRuns(RepeatTickets tickets, const Helpers& helpers) {
  Sorter(tickets, helpers).SortInto(this);
  tickets = {};
  MakeRoomForPlaces();
  absl::Mutex mutex;
  helpers.ForEach(runs_.size() - 1, kRunsAtATime, [&](size_t first, size_t last) {
    std::vector<std::pair<uint32_t, LateGaps>> late;
    for (size_t run = first; run < last; ++run) PlaceTickets(run);
    for (size_t run = first; run < last; ++run) FindGaps(run, &late);
    absl::MutexLock lock(&mutex);
    for (auto& [entry, gaps] : late) late_gaps_.emplace(entry, std::move(gaps));
  });
}

// Afterwards threads may write to places of different tickets at once.
void RepeatRuns::MakeRoomForPlaces() {
  const size_t count = entries_.size() - 1;
  uint32_t last_ticket = 0;
  for (const Entry& entry : entries_) last_ticket = std::max(last_ticket, entry.ticket);
  if (last_ticket <= kCodesPerTicketMax * count) {
    places_.resize(size_t{last_ticket} + 1);
  } else {
    for (size_t i = 0; i < count; ++i) few_places_[entries_[i].ticket] = {};
  }
}

RepeatRuns::Place& RepeatRuns::MutablePlaceOf(uint32_t ticket) {
  return places_.empty() ? few_places_.find(ticket)->second : places_[ticket];
}

void RepeatRuns::PlaceTickets(size_t run) {
  const uint32_t end = runs_[run + 1].begin;
  for (uint32_t i = runs_[run].begin; i < end; ++i)
    MutablePlaceOf(entries_[i].ticket) = {.entry = i, .run_end = end};
  FindNext(run);
}

// Tickets that only ranges of a later end know make a run's tickets be told by a look at it.
void RepeatRuns::FindNext(size_t run) {
  const uint32_t begin = runs_[run].begin, end = runs_[run + 1].begin;
  for (uint32_t i = begin; i < end && !known_at_.empty(); ++i)
    if (known_at_[i] != kNull) return;
  int64_t here = kForever, behind = kForever;  // creation of the first that counts: at the entry's instant, after it
  for (uint32_t i = end; i-- > begin;) {
    const int64_t created_at = entries_[i].created_at;
    if (here != created_at) behind = std::min(behind, std::exchange(here, kForever));
    Place& place = MutablePlaceOf(entries_[i].ticket);
    place.next_from = created_at;
    place.next_created_at = behind;
    if (!excluded_[i]) here = created_at;
  }
}

const RepeatRuns::Place* RepeatRuns::FewPlaceOf(int64_t ticket) const {
  if (ticket <= 0 || ticket > ~uint32_t{0}) return nullptr;
  const auto found = few_places_.find(static_cast<uint32_t>(ticket));
  return found == few_places_.end() ? nullptr : &found->second;
}

std::optional<int64_t> RepeatRuns::CreatedAtOf(uint32_t ticket) const {
  const Place* place = PlaceOf(ticket);
  return place == nullptr ? std::nullopt : std::optional(entries_[place->entry].created_at);
}

std::optional<RunKey> RepeatRuns::RunKeyOf(uint32_t ticket) const {
  const Place* place = PlaceOf(ticket);
  if (place == nullptr) return std::nullopt;
  const Run& run = RunOf(place->entry);
  return RunKey{run.customer, run.issue};
}

std::optional<size_t> RepeatRuns::FindRun(const RunKey& key) const {
  const auto before = [](const Run& run, const RunKey& wanted) {
    return std::tie(run.customer, run.issue) < std::tie(wanted.customer, wanted.issue);
  };
  const auto it = std::lower_bound(runs_.begin(), runs_.end() - 1, key, before);
  if (it == runs_.end() - 1 || it->customer != key.customer || it->issue != key.issue) return std::nullopt;
  return static_cast<size_t>(it - runs_.begin());
}

const RepeatRuns::Run& RepeatRuns::RunOf(uint32_t entry) const {
  const auto behind = [](uint32_t at, const Run& run) { return at < run.begin; };
  return *(std::upper_bound(runs_.begin(), runs_.end() - 1, entry, behind) - 1);
}

RepeatTicket RepeatRuns::TicketAt(uint32_t entry, const Run& run) const {
  const Entry& of = entries_[entry];
  return {.created_at = of.created_at,
          .known_at = KnownAt(entry),
          .issue = run.issue,
          .customer = run.customer,
          .ticket = of.ticket,
          .resolved_begin = of.resolved_begin,
          .resolved_end = entries_[entry + 1].resolved_begin,
          .excluded = excluded_[entry],
          .state_unknown = state_unknown_[entry]};
}

int64_t RepeatRuns::bytes() const {
  size_t bytes = entries_.capacity() * sizeof(Entry) + excluded_.capacity() / 8 + state_unknown_.capacity() / 8 +
                 known_at_.capacity() * sizeof(int64_t) +
                 resolved_.capacity() * sizeof(RepeatTickets::Resolved) + runs_.capacity() * sizeof(Run) +
                 places_.capacity() * sizeof(Place) + few_places_.capacity() * (sizeof(Place) + sizeof(uint64_t));
  for (const auto& [entry, gaps] : late_gaps_) bytes += sizeof(LateGaps) + sizeof(uint64_t) + gaps.capacity() * sizeof(gaps[0]);
  return static_cast<int64_t>(bytes);
}

// How long before `created_at` the earlier ticket was last resolved, or created if it is unresolved; kNull: neither.
int64_t RepeatRuns::GapBetween(uint32_t earlier, int64_t created_at) const {
  const Entry& entry = entries_[earlier];
  if (excluded_[earlier] || state_unknown_[earlier] || entry.created_at >= created_at) return kNull;
  bool unresolved = true;
  int64_t last_step = kNull;
  for (uint32_t i = entry.resolved_begin; i < entries_[earlier + 1].resolved_begin; ++i) {
    if (resolved_[i].from > created_at) continue;
    last_step = std::max(last_step, resolved_[i].from);
    if (created_at < resolved_[i].to) unresolved = false;
  }
  int64_t gap = IsNull(last_step) ? kNull : created_at - last_step;
  if (unresolved) gap = MinValues(gap, created_at - entry.created_at);
  return gap;
}

// Of one run. The last instant of each entry and of those before it tells that an earlier ticket gives no smaller gap than the
// time since then, so that a search backwards ends soon even in long runs.
void RepeatRuns::FindGaps(size_t run, std::vector<std::pair<uint32_t, LateGaps>>* late_gaps) {
  const uint32_t begin = runs_[run].begin, end = runs_[run + 1].begin;
  if (end - begin < 2) return;
  std::vector<int64_t> last(end - begin);
  LateGaps candidates;  // (known at, gap)
  for (uint32_t i = begin; i < end; ++i) {
    const int64_t created_at = entries_[i].created_at;
    int64_t& last_instant = last[i - begin];
    last_instant = i == begin ? created_at : std::max(created_at, last[i - begin - 1]);
    for (uint32_t r = entries_[i].resolved_begin; r < entries_[i + 1].resolved_begin; ++r)
      last_instant = std::max(last_instant, resolved_[r].from);
    candidates.clear();
    bool late = false;
    int64_t least = kNull;
    for (uint32_t j = i; j-- > begin;) {
      if (!IsNull(least) && created_at - last[j - begin] >= least) break;
      const int64_t gap = GapBetween(j, created_at);
      if (IsNull(gap)) continue;
      int64_t known_at = std::max(KnownAt(j), KnownAt(i));
      if (known_at <= created_at) known_at = kNull;  // a range that holds the creation knows it
      late = late || known_at != kNull;
      if (known_at == kNull) least = MinValues(least, gap);
      candidates.push_back({known_at, gap});
    }
    MutablePlaceOf(entries_[i].ticket).gap_ms = least;
    if (!late) continue;
    std::sort(candidates.begin(), candidates.end());
    LateGaps& steps = late_gaps->emplace_back(i, LateGaps()).second;
    int64_t best = kNull;
    for (const auto& [known_at, gap] : candidates) {
      if (!IsNull(best) && gap >= best) continue;
      best = gap;
      steps.push_back({known_at, gap});
    }
  }
}

int64_t RepeatRuns::GapMs(int64_t ticket, int64_t range_end_ms) const {
  const Place* place = PlaceOf(ticket);
  if (place == nullptr) return kNull;
  if (!late_gaps_.empty()) {
    auto it = late_gaps_.find(place->entry);
    if (it != late_gaps_.end()) {
      int64_t gap_ms = kNull;
      for (const auto& [known_at, gap] : it->second)
        if (known_at < range_end_ms) gap_ms = gap;
      return gap_ms;
    }
  }
  return place->gap_ms;
}

// The instant is before the ticket's creation, or after that of the next one.
int64_t RepeatRuns::NextInRun(const Place& place, int64_t ticket, int64_t after_ms, int64_t range_end_ms) const {
  if (KnownAt(place.entry) >= range_end_ms) return kForever;
  const uint32_t first = entries_[place.entry].created_at <= after_ms ? place.entry + 1 : RunOf(place.entry).begin;
  const auto end = entries_.begin() + place.run_end;
  auto it = std::upper_bound(entries_.begin() + first, end, after_ms,
                             [](int64_t at, const Entry& entry) { return at < entry.created_at; });
  for (; it != end; ++it) {
    const auto entry = static_cast<uint32_t>(it - entries_.begin());
    if (!excluded_[entry] && KnownAt(entry) < range_end_ms && it->ticket != ticket) return it->created_at;
  }
  return kForever;
}

}  // namespace supportkpi::exec::native
