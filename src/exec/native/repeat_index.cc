#include "exec/native/repeat_index.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "status/macros.h"

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

// Those who wait for an index ask so often whether they still want it.
constexpr absl::Duration kWaitAtATime = absl::Milliseconds(20);

absl::Status CheckSize(const projection::Snapshot& snapshot, int64_t bytes_max) {
  int64_t tickets = 0;
  for (const auto& chunk : TicketChunks(snapshot))
    tickets += static_cast<int64_t>(chunk->row_count()) - chunk->DeadRows(snapshot.commit()).value_or(0);
  if (tickets * kBytesPerTicket <= bytes_max) return absl::OkStatus();
  const auto mib = [](int64_t bytes) { return (bytes + (1 << 20) - 1) >> 20; };
  return absl::ResourceExhaustedError(absl::StrCat("repeat_index_mib: what tells repeat contacts of ", tickets, " tickets takes about ",
                                                   mib(tickets * kBytesPerTicket), " MiB; at most ", mib(bytes_max),
                                                   "; the server's setting bounds it, whatever range is asked for"));
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
  for (const uint32_t customer : customers) base_->runs.AddTicketsOf(customer, gone, &born, mark);
  index->changed_ = std::make_unique<const RepeatRuns>(std::move(born), helpers);
  return index;
}

int64_t RepeatIndex::bytes() const {
  return base_->runs.bytes() + (changed_ == nullptr ? 0 : changed_->bytes()) + static_cast<int64_t>(has_changed_.capacity() / 8);
}

std::shared_ptr<const RepeatIndex> RepeatIndexCache::Find(absl::string_view tenant, int64_t commit, bool* of_commit) {
  std::shared_ptr<const RepeatIndex> other;
  for (auto it = kept_.begin(); it != kept_.end(); ++it) {
    if (it->tenant != tenant) continue;
    if (other == nullptr) other = it->index;
    if (it->commit != commit) continue;
    kept_.splice(kept_.begin(), kept_, it);
    *of_commit = true;
    return it->index;
  }
  return other;
}

absl::StatusOr<std::shared_ptr<const RepeatIndex>> RepeatIndexCache::IndexOf(const std::string& tenant,
                                                                             const projection::Snapshot& snapshot,
                                                                             const Helpers& helpers,
                                                                             const std::atomic<bool>* cancelled) {
  std::shared_ptr<const RepeatIndex> index;
  {
    absl::MutexLock lock(&mutex_);
    bool of_commit = false;
    index = Find(tenant, snapshot.commit(), &of_commit);
    if (of_commit) return index;
    const auto nobody_makes_it = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !making_.contains(tenant); };
    while (!mutex_.AwaitWithTimeout(absl::Condition(&nobody_makes_it), kWaitAtATime))
      if (cancelled != nullptr && *cancelled) return absl::CancelledError("the question was cancelled");
    index = Find(tenant, snapshot.commit(), &of_commit);
    if (of_commit) return index;
    making_.insert(tenant);
  }
  const absl::Cleanup made = [&] {
    absl::MutexLock lock(&mutex_);
    making_.erase(tenant);
  };
  RETURN_IF_ERROR(CheckSize(snapshot, bytes_max_));
  if (index != nullptr) index = index->Later(snapshot, helpers);
  if (index == nullptr) index = RepeatIndex::Build(snapshot, helpers);
  Keep(tenant, snapshot.commit(), index);
  return index;
}

void RepeatIndexCache::Keep(const std::string& tenant, int64_t commit, std::shared_ptr<const RepeatIndex> index) {
  const int64_t bytes = index->bytes();
  absl::MutexLock lock(&mutex_);
  kept_.remove_if([&](const Kept& kept) {
    const bool stale = kept.tenant == tenant && kept.commit <= commit;
    if (stale) bytes_ -= kept.bytes;
    return stale;
  });
  kept_.push_front({tenant, commit, std::move(index), bytes});
  bytes_ += bytes;
  while (bytes_ > bytes_max_ && kept_.size() > 1) {
    bytes_ -= kept_.back().bytes;
    kept_.pop_back();
  }
}

int64_t RepeatIndexCache::bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

}  // namespace supportkpi::exec::native
