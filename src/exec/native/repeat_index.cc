#include "exec/native/repeat_index.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace supportkpi::exec::native {
namespace {

using Chunks = std::vector<std::shared_ptr<const column::Chunk>>;

const Chunks& TicketChunks(const projection::Snapshot& snapshot) { return snapshot.Chunks(fact::FactSet::kTicket); }

RepeatTickets TicketsIn(const projection::Snapshot& snapshot, const Helpers& helpers) {
  const Chunks& chunks = TicketChunks(snapshot);
  std::vector<RepeatTickets> by_chunk(chunks.size());
  helpers.ForEach(chunks.size(), 1, [&](size_t chunk, size_t) { by_chunk[chunk] = TicketsOf(*chunks[chunk], snapshot.commit()); });
  RepeatTickets all;
  size_t tickets = 0, resolved = 0;
  for (const RepeatTickets& of_chunk : by_chunk) tickets += of_chunk.tickets.size(), resolved += of_chunk.resolved.size();
  all.tickets.reserve(tickets);
  all.resolved.reserve(resolved);
  for (RepeatTickets& of_chunk : by_chunk) {
    const auto before = static_cast<uint32_t>(all.resolved.size());
    all.resolved.insert(all.resolved.end(), of_chunk.resolved.begin(), of_chunk.resolved.end());
    for (RepeatTicket& ticket : of_chunk.tickets) {
      ticket.resolved_begin += before;
      ticket.resolved_end += before;
      all.tickets.push_back(ticket);
    }
    of_chunk = {};
  }
  return all;
}

}  // namespace

std::shared_ptr<const RepeatIndex> RepeatIndex::Build(const projection::Snapshot& snapshot, const Helpers& helpers) {
  auto base = std::make_shared<Base>(TicketsIn(snapshot, helpers), helpers);
  base->commit = snapshot.commit();
  for (const auto& chunk : TicketChunks(snapshot))
    if (chunk->is_complete()) base->complete_chunks.push_back(chunk);
  auto index = std::make_shared<RepeatIndex>();
  index->base_ = std::move(base);
  return index;
}

std::shared_ptr<const RepeatIndex> RepeatIndex::Later(const projection::Snapshot& snapshot, const Helpers& helpers) const {
  if (snapshot.commit() < base_->commit) return nullptr;
  size_t complete = 0;
  for (const auto& chunk : TicketChunks(snapshot)) {
    if (!chunk->is_complete()) continue;
    if (complete == base_->complete_chunks.size() || base_->complete_chunks[complete++].lock() != chunk) return nullptr;
  }
  if (complete != base_->complete_chunks.size()) return nullptr;

  RepeatTickets born;
  std::vector<uint32_t> died;
  for (const auto& chunk : TicketChunks(snapshot)) {
    const auto dead_then = chunk->DeadRows(base_->commit), dead_now = chunk->DeadRows(snapshot.commit());
    if (chunk->is_complete() && dead_then.has_value() && dead_then == dead_now) continue;
    AddChanges(*chunk, base_->commit, snapshot.commit(), &born, &died);
  }
  auto index = std::make_shared<RepeatIndex>();
  index->base_ = base_;
  if (born.tickets.empty() && died.empty()) return index;

  const auto mark = [&](uint32_t ticket) {
    if (index->has_changed_.size() <= ticket) index->has_changed_.resize(size_t{ticket} + 1);
    index->has_changed_[ticket] = true;
  };
  absl::flat_hash_set<uint32_t> customers;
  for (const RepeatTicket& ticket : born.tickets) customers.insert(ticket.customer), mark(ticket.ticket);
  for (const uint32_t ticket : died) customers.insert(base_->runs.CustomerOf(ticket)), mark(ticket);
  const absl::flat_hash_set<uint32_t> gone(died.begin(), died.end());
  for (const uint32_t customer : customers) {
    for (const RepeatTicket& ticket : base_->runs.TicketsOfCustomer(customer)) {
      mark(ticket.ticket);
      if (!gone.contains(ticket.ticket)) born.Add(ticket, base_->runs.resolved());
    }
  }
  index->changed_ = std::make_unique<const RepeatRuns>(std::move(born), helpers);
  return index;
}

std::shared_ptr<const RepeatIndex> RepeatIndexCache::IndexOf(const std::string& tenant, const projection::Snapshot& snapshot,
                                                             const Helpers& helpers) {
  std::shared_ptr<const RepeatIndex> index;  // of another commit
  {
    absl::MutexLock lock(&mutex_);
    for (auto it = kept_.begin(); it != kept_.end(); ++it) {
      if (it->tenant != tenant) continue;
      index = it->index;
      if (it->commit != snapshot.commit()) continue;
      kept_.splice(kept_.begin(), kept_, it);
      return index;
    }
  }
  if (index != nullptr) index = index->Later(snapshot, helpers);
  if (index == nullptr) index = RepeatIndex::Build(snapshot, helpers);
  absl::MutexLock lock(&mutex_);
  kept_.remove_if([&](const Kept& kept) { return kept.tenant == tenant && kept.commit <= snapshot.commit(); });
  kept_.push_front({tenant, snapshot.commit(), index});
  if (kept_.size() > kIndexesMax) kept_.pop_back();
  return index;
}

}  // namespace supportkpi::exec::native
