// Tickets of one customer on one issue as runs in order of creation, and what each one's run says of it.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_RUNS_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_RUNS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "exec/native/repeat_tickets.h"
#include "exec/native/worker_pool.h"

namespace supportkpi::exec::native {

// Immutable once built; any number of threads may ask it.
class RepeatRuns {
 public:
  RepeatRuns(RepeatTickets tickets, const Helpers& helpers);

  // The shortest W in ms for which the ticket repeats an earlier one, as known before range_end_ms: the time since the
  // earlier one's last resolution, or since its creation if it was unresolved when this one was created. kNull: none.
  int64_t GapMs(int64_t ticket, int64_t range_end_ms) const;

  // Creation of the next ticket on the same issue created after `after_ms`; kForever: none.
  int64_t NextCreatedAt(int64_t ticket, int64_t after_ms, int64_t range_end_ms) const;

  // The customer of a ticket; 0: it is not here.
  uint32_t CustomerOf(uint32_t ticket) const;
  absl::Span<const RepeatTicket> TicketsOfCustomer(uint32_t customer) const;
  const std::vector<RepeatTickets::Resolved>& resolved() const { return resolved_; }

 private:
  // Where a ticket stands: its entry, and the run of entries of its customer and issue.
  struct Place {
    uint32_t entry = 0, begin = 0, end = 0;  // begin == end: it is not here
    int64_t last_created_at = 0;             // of the run: most tickets are told by it that none came later
  };
  using LateGaps = std::vector<std::pair<int64_t, int64_t>>;

  const Place* PlaceOf(int64_t ticket) const;
  void SortByCustomer(const std::vector<RepeatTicket>& tickets, const Helpers& helpers);
  void FindPlaces();
  void FindGaps(uint32_t begin, uint32_t end, std::vector<std::pair<uint32_t, LateGaps>>* late);
  int64_t GapBetween(const RepeatTicket& earlier, int64_t created_at) const;

  std::vector<RepeatTicket> entries_;  // by customer, issue, creation
  std::vector<RepeatTickets::Resolved> resolved_;
  std::vector<uint32_t> run_begins_;   // ascending; behind the last one the number of entries
  std::vector<Place> places_;          // by ticket code; empty: few tickets, whose places are in the next
  absl::flat_hash_map<uint32_t, Place> few_places_;
  std::vector<int64_t> gaps_ms_;       // by entry; kNull: none
  // Entries whose gap depends on the range's end: (known from this end on, gap), gaps falling.
  absl::flat_hash_map<uint32_t, LateGaps> late_gaps_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_RUNS_H_
