// Tickets of one customer on one issue as runs in order of creation, and what each one's run says of it.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_RUNS_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "exec/native/repeat_tickets.h"
#include "exec/native/value_rules.h"
#include "exec/native/worker_pool.h"

namespace supportkpi::exec::native {

// What a run's tickets have in common.
struct RunKey {
  uint32_t customer = 0;
  uint64_t issue = 0;

  bool operator==(const RunKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H hash, const RunKey& key) {
    return H::combine(std::move(hash), key.customer, key.issue);
  }
};

// Immutable once built; any number of threads may ask it.
class RepeatRuns {
 public:
  RepeatRuns(RepeatTickets tickets, const Helpers& helpers);

  // The shortest W in ms for which the ticket repeats an earlier one, as known before range_end_ms: the time since the
  // earlier one's last resolution, or since its creation if it was unresolved when this one was created. kNull: none.
  int64_t GapMs(int64_t ticket, int64_t range_end_ms) const;

  // Creation of the next ticket on the same issue created after `after_ms`; kForever: none.
  int64_t NextCreatedAt(int64_t ticket, int64_t after_ms, int64_t range_end_ms) const {
    const Place* place = PlaceOf(ticket);
    if (place == nullptr || IsNull(after_ms)) return kForever;
    if (place->next_from <= after_ms && after_ms < place->next_created_at) return place->next_created_at;
    return NextInRun(*place, ticket, after_ms, range_end_ms);
  }

  size_t run_count() const { return runs_.size() - 1; }
  size_t ticket_count() const { return entries_.size() - 1; }
  // Of 0..run_count() and 0..ticket_count(), in no order that means anything.
  RunKey RunKeyAt(size_t run) const { return {runs_[run].customer, runs_[run].issue}; }
  uint32_t TicketCodeAt(size_t place) const { return entries_[place].ticket; }
  // When the ticket was created; std::nullopt: it is not here.
  std::optional<int64_t> CreatedAtOf(uint32_t ticket) const;
  // The run of a ticket; std::nullopt: it is not here.
  std::optional<RunKey> RunKeyOf(uint32_t ticket) const;
  // The number of a run; std::nullopt: it is not here.
  std::optional<size_t> FindRun(const RunKey& key) const;
  // Calls with the code of each of the run's tickets, and adds those to `out` that are not in `but`.
  template <class Body>
  void AddTicketsOf(size_t run, const absl::flat_hash_set<uint32_t>& but, RepeatTickets* out, Body body) const {
    for (uint32_t entry = runs_[run].begin; entry < runs_[run + 1].begin; ++entry) {
      body(entries_[entry].ticket);
      if (!but.contains(entries_[entry].ticket)) out->Add(TicketAt(entry, runs_[run]), resolved_);
    }
  }
  // Memory that it takes.
  int64_t bytes() const;

 private:
  struct Block;
  class Sorter;
  static constexpr uint32_t kNowhere = ~uint32_t{0};
  // A ticket; by customer, issue, creation. Its resolved times end where those of the next entry begin.
  struct Entry {
    int64_t created_at = 0;
    uint32_t ticket = 0;
    uint32_t resolved_begin = 0;
  };
  // Entries of one customer and issue; they end where the next run begins.
  struct Run {
    uint64_t issue = 0;
    uint32_t customer = 0;
    uint32_t begin = 0;
  };
  // Where a ticket stands, and what most tickets are told by without a look at others: by code, in the order in which questions
  // come upon tickets.
  struct Place {
    uint32_t entry = kNowhere;
    uint32_t run_end = 0;          // behind the last entry of its run
    // After an instant from `next_from` on, but before the next ticket was created, comes that one; after others the run tells.
    int64_t next_from = kForever;
    int64_t next_created_at = kNull;
    int64_t gap_ms = kNull;        // kNull: none
  };
  // (known from this end of a range on, gap), gaps falling.
  using LateGaps = std::vector<std::pair<int64_t, int64_t>>;

  const Place* PlaceOf(int64_t ticket) const {
    if (places_.empty()) return FewPlaceOf(ticket);
    if (static_cast<uint64_t>(ticket) >= places_.size() || places_[static_cast<size_t>(ticket)].entry == kNowhere) return nullptr;
    return &places_[static_cast<size_t>(ticket)];
  }
  const Place* FewPlaceOf(int64_t ticket) const;
  int64_t NextInRun(const Place& place, int64_t ticket, int64_t after_ms, int64_t range_end_ms) const;
  Place& MutablePlaceOf(uint32_t ticket);
  void MakeRoomForPlaces();
  void PlaceTickets(size_t run);
  void FindNext(size_t run);
  void FindGaps(size_t run, std::vector<std::pair<uint32_t, LateGaps>>* late);
  int64_t GapBetween(uint32_t earlier, int64_t created_at) const;
  RepeatTicket TicketAt(uint32_t entry, const Run& run) const;
  const Run& RunOf(uint32_t entry) const;
  int64_t KnownAt(uint32_t entry) const { return known_at_.empty() ? kNull : known_at_[entry]; }

  std::vector<Entry> entries_;           // and one behind the last
  std::vector<bool> excluded_, state_unknown_;  // by entry
  std::vector<int64_t> known_at_;        // by entry, see RepeatTicket; empty: all are known to all ranges
  std::vector<RepeatTickets::Resolved> resolved_;
  std::vector<Run> runs_;                // and one behind the last
  std::vector<Place> places_;            // by ticket code; empty: few tickets, whose places are in the next
  absl::flat_hash_map<uint32_t, Place> few_places_;
  absl::flat_hash_map<uint32_t, LateGaps> late_gaps_;  // of entries whose gap depends on the range's end
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_RUNS_H_
