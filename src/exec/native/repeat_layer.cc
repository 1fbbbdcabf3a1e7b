#include "exec/native/repeat_layer.h"

#include <algorithm>

namespace supportkpi::exec::native {

void TicketSet::Add(const TicketSet& others) {
  words_.resize(std::max(words_.size(), others.words_.size()));
  for (size_t word = 0; word < others.words_.size(); ++word) words_[word] |= others.words_[word];
}

int64_t RepeatLayer::bytes() const {
  return runs.bytes() + static_cast<int64_t>(keys.capacity() * (sizeof(RunKey) + 1)) + tickets.bytes();
}

std::shared_ptr<const RepeatLayer> Merged(const RepeatLayer& below, const RepeatLayer& above, const Helpers& helpers) {
  RepeatTickets tickets;
  const auto add = [&tickets](const RepeatRuns& runs, size_t run) { runs.AddTicketsOf(run, {}, &tickets, [](uint32_t) {}); };
  for (size_t run = 0; run < above.runs.run_count(); ++run) add(above.runs, run);
  for (size_t run = 0; run < below.runs.run_count(); ++run)
    if (!above.keys.contains(below.runs.RunKeyAt(run))) add(below.runs, run);
  absl::flat_hash_set<RunKey> keys = below.keys;
  keys.insert(above.keys.begin(), above.keys.end());
  TicketSet in_runs = below.tickets;
  in_runs.Add(above.tickets);
  return std::make_shared<const RepeatLayer>(std::move(tickets), std::move(keys), std::move(in_runs), helpers);
}

}  // namespace supportkpi::exec::native
