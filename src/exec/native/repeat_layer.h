// Runs of tickets that have changed since others were made, as they are now.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_LAYER_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_LAYER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "exec/native/repeat_runs.h"

namespace supportkpi::exec::native {

// A bit for each ticket code.
class TicketSet {
 public:
  bool Has(int64_t ticket) const {
    const auto word = static_cast<uint64_t>(ticket) / 64;
    return word < words_.size() && (words_[word] >> (ticket % 64) & 1) != 0;
  }
  void Add(uint32_t ticket) {
    if (words_.size() <= ticket / 64) words_.resize(ticket / 64 + 1);
    words_[ticket / 64] |= uint64_t{1} << (ticket % 64);
  }
  void Add(const TicketSet& others);
  int64_t bytes() const { return static_cast<int64_t>(words_.capacity() * sizeof(uint64_t)); }

 private:
  std::vector<uint64_t> words_;
};

// Immutable once built; any number of threads may ask it.
struct RepeatLayer {
  RepeatLayer(RepeatTickets its_tickets, absl::flat_hash_set<RunKey> its_keys, TicketSet in_runs, const Helpers& helpers)
      : runs(std::move(its_tickets), helpers), keys(std::move(its_keys)), tickets(std::move(in_runs)) {}

  int64_t bytes() const;

  RepeatRuns runs;                   // whole runs
  absl::flat_hash_set<RunKey> keys;  // of these, and of runs that no ticket is left of
  TicketSet tickets;                 // that stand in one of these runs, or stood there before
};

// Both as one; of a run that both have `above` tells.
std::shared_ptr<const RepeatLayer> Merged(const RepeatLayer& below, const RepeatLayer& above, const Helpers& helpers);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_LAYER_H_
