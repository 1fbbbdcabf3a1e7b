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

struct ByCustomer {
  uint32_t customer;
  uint32_t place;  // in the tickets given
};

}  // namespace

RepeatRuns::RepeatRuns(RepeatTickets tickets, const Helpers& helpers) : resolved_(std::move(tickets.resolved)) {
  SortByCustomer(tickets.tickets, helpers);
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    if (i == 0 || entries_[i].customer != entries_[i - 1].customer || entries_[i].issue != entries_[i - 1].issue)
      run_begins_.push_back(i);
  }
  run_begins_.push_back(static_cast<uint32_t>(entries_.size()));
  FindPlaces();
  gaps_ms_.assign(entries_.size(), kNull);
  absl::Mutex mutex;
  helpers.ForEach(run_begins_.size() - 1, kRunsAtATime, [&](size_t first, size_t last) {
    std::vector<std::pair<uint32_t, LateGaps>> late;
    for (size_t run = first; run < last; ++run) FindGaps(run_begins_[run], run_begins_[run + 1], &late);
    absl::MutexLock lock(&mutex);
    for (auto& [entry, gaps] : late) late_gaps_.emplace(entry, std::move(gaps));
  });
}

void RepeatRuns::SortByCustomer(const std::vector<RepeatTicket>& tickets, const Helpers& helpers) {
  std::vector<ByCustomer> order(tickets.size());
  uint32_t largest = 0;
  for (uint32_t i = 0; i < order.size(); ++i) {
    order[i] = {tickets[i].customer, i};
    largest = std::max(largest, order[i].customer);
  }
  RadixSort(&order, largest, [](const ByCustomer& one) { return uint64_t{one.customer}; });
  entries_.resize(order.size());
  std::vector<uint32_t> customer_begins;
  for (uint32_t i = 0; i < order.size(); ++i)
    if (i == 0 || order[i].customer != order[i - 1].customer) customer_begins.push_back(i);
  customer_begins.push_back(static_cast<uint32_t>(order.size()));
  helpers.ForEach(customer_begins.size() - 1, kRunsAtATime, [&](size_t first, size_t last) {
    for (uint32_t i = customer_begins[first]; i < customer_begins[last]; ++i) entries_[i] = tickets[order[i].place];
    for (size_t customer = first; customer < last; ++customer) {
      std::sort(entries_.begin() + customer_begins[customer], entries_.begin() + customer_begins[customer + 1],
                [](const RepeatTicket& a, const RepeatTicket& b) {
                  return std::tie(a.issue, a.created_at, a.ticket) < std::tie(b.issue, b.created_at, b.ticket);
                });
    }
  });
}

void RepeatRuns::FindPlaces() {
  uint32_t last_ticket = 0;
  for (const RepeatTicket& entry : entries_) last_ticket = std::max(last_ticket, entry.ticket);
  const bool dense = last_ticket <= kCodesPerTicketMax * entries_.size();
  if (dense) places_.resize(size_t{last_ticket} + 1);
  for (size_t run = 0; run + 1 < run_begins_.size(); ++run) {
    const uint32_t begin = run_begins_[run], end = run_begins_[run + 1];
    for (uint32_t i = begin; i < end; ++i)
      (dense ? places_[entries_[i].ticket] : few_places_[entries_[i].ticket]) = {i, begin, end, entries_[end - 1].created_at};
  }
}

const RepeatRuns::Place* RepeatRuns::PlaceOf(int64_t ticket) const {
  if (ticket <= 0 || ticket > ~uint32_t{0}) return nullptr;
  if (places_.empty()) {
    const auto found = few_places_.find(static_cast<uint32_t>(ticket));
    return found == few_places_.end() ? nullptr : &found->second;
  }
  if (ticket >= static_cast<int64_t>(places_.size()) || places_[ticket].begin == places_[ticket].end) return nullptr;
  return &places_[ticket];
}

uint32_t RepeatRuns::CustomerOf(uint32_t ticket) const {
  const Place* place = PlaceOf(ticket);
  return place == nullptr ? 0 : entries_[place->entry].customer;
}

absl::Span<const RepeatTicket> RepeatRuns::TicketsOfCustomer(uint32_t customer) const {
  const auto [begin, end] = std::equal_range(entries_.begin(), entries_.end(), RepeatTicket{.customer = customer},
                                             [](const auto& a, const auto& b) { return a.customer < b.customer; });
  return absl::MakeConstSpan(entries_).subspan(static_cast<size_t>(begin - entries_.begin()), static_cast<size_t>(end - begin));
}

// How long before `created_at` the earlier ticket was last resolved, or created if it is unresolved; kNull: neither.
int64_t RepeatRuns::GapBetween(const RepeatTicket& earlier, int64_t created_at) const {
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

// Of one run. The last instant of each entry and of those before it tells that an earlier ticket gives no smaller gap than the
// time since then, so that a search backwards ends soon even in long runs.
void RepeatRuns::FindGaps(uint32_t begin, uint32_t end, std::vector<std::pair<uint32_t, LateGaps>>* late_gaps) {
  if (end - begin < 2) return;
  std::vector<int64_t> last(end - begin);
  LateGaps candidates;  // (known at, gap)
  for (uint32_t i = begin; i < end; ++i) {
    const RepeatTicket& entry = entries_[i];
    int64_t& last_instant = last[i - begin];
    last_instant = i == begin ? entry.created_at : std::max(entry.created_at, last[i - begin - 1]);
    for (uint32_t r = entry.resolved_begin; r < entry.resolved_end; ++r) last_instant = std::max(last_instant, resolved_[r].from);
    candidates.clear();
    bool late = false;
    for (uint32_t j = i; j-- > begin;) {
      if (!IsNull(gaps_ms_[i]) && entry.created_at - last[j - begin] >= gaps_ms_[i]) break;
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
  return gaps_ms_[place->entry];
}

int64_t RepeatRuns::NextCreatedAt(int64_t ticket, int64_t after_ms, int64_t range_end_ms) const {
  const Place* place = PlaceOf(ticket);
  if (place == nullptr || IsNull(after_ms) || place->last_created_at <= after_ms) return kForever;
  if (entries_[place->entry].known_at >= range_end_ms) return kForever;
  const auto begin = entries_.begin() + place->begin, end = entries_.begin() + place->end;
  auto it = std::upper_bound(begin, end, after_ms, [](int64_t at, const RepeatTicket& e) { return at < e.created_at; });
  for (; it != end; ++it) {
    if (!it->excluded && it->known_at < range_end_ms && it->ticket != ticket) return it->created_at;
  }
  return kForever;
}

}  // namespace supportkpi::exec::native
