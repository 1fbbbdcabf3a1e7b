#include "exec/native/repeat_index.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "fact/fact_sets.h"

namespace supportkpi::exec::native {
namespace {

using Chunks = std::vector<std::shared_ptr<const column::Chunk>>;

// A layer has less than a quarter of the tickets of the one below it, so that a ticket is put in order a few times however many
// commits there are, and few layers are looked through. All layers together have less than a quarter of the tickets below them,
// beside a few.
constexpr size_t kShrinks = 4;
constexpr size_t kFewTickets = 4096;
// Tickets that one thread looks through at a time.
constexpr size_t kTicketsAtATime = 1 << 18;

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
  for (RepeatTickets& of_chunk : by_chunk) all.Append(std::exchange(of_chunk, {}));
  return all;
}

}  // namespace

void RepeatIndex::Remember(const projection::Snapshot& snapshot) {
  commit_ = snapshot.commit();
  for (const auto& chunk : TicketChunks(snapshot))
    if (chunk->is_complete()) complete_chunks_.push_back(chunk);
}

bool RepeatIndex::HasSegmentsOf(const projection::Snapshot& snapshot) const {
  size_t complete = 0;
  for (const auto& chunk : TicketChunks(snapshot)) {
    if (!chunk->is_complete()) continue;
    if (complete == complete_chunks_.size() || complete_chunks_[complete++].lock() != chunk) return false;
  }
  return complete == complete_chunks_.size();
}

std::shared_ptr<const RepeatIndex> RepeatIndex::Build(const projection::Snapshot& snapshot, const Helpers& helpers) {
  auto index = std::make_shared<RepeatIndex>();
  index->base_ = std::make_shared<const RepeatRuns>(TicketsIn(snapshot, helpers), helpers);
  index->Remember(snapshot);
  index->changes_ = RepeatChangeLog(snapshot.commit());
  return index;
}

std::shared_ptr<const RepeatIndex> RepeatIndex::Later(const projection::Snapshot& snapshot, const Helpers& helpers) const {
  if (snapshot.commit() < commit_) return nullptr;
  const size_t tickets_max = base_->ticket_count() / kShrinks + kFewTickets;
  RepeatChanges changes = ChangesUntil(snapshot, helpers);
  if (changes.born.tickets.size() > tickets_max) return nullptr;
  if (!HasSegmentsOf(snapshot)) AddVanished(snapshot, helpers, &changes);
  auto index = std::make_shared<RepeatIndex>();
  index->base_ = base_;
  index->layers_ = layers_;
  index->Remember(snapshot);
  index->changes_ = changes_;
  index->changes_.Add(snapshot.commit(), CreatedOf(changes));
  if (!changes.changed.empty()) index->AddLayer(LayerOf(std::move(changes), helpers), helpers);
  size_t tickets = 0;
  for (const auto& layer : index->layers_) tickets += layer->runs.ticket_count();
  return tickets > tickets_max ? nullptr : index;
}

RepeatChanges RepeatIndex::ChangesUntil(const projection::Snapshot& snapshot, const Helpers& helpers) const {
  const Chunks& chunks = TicketChunks(snapshot);
  std::vector<RepeatChanges> by_chunk(chunks.size());
  helpers.ForEach(chunks.size(), 1, [&](size_t number, size_t) {
    const column::Chunk& chunk = *chunks[number];
    const auto dead_then = chunk.DeadRows(commit_), dead_now = chunk.DeadRows(snapshot.commit());
    if (chunk.is_complete() && dead_then.has_value() && dead_then == dead_now) return;
    AddChanges(chunk, commit_, snapshot.commit(), &by_chunk[number]);
  });
  RepeatChanges changes;
  for (RepeatChanges& of_chunk : by_chunk) {
    changes.born.Append(of_chunk.born);
    changes.changed.insert(changes.changed.end(), of_chunk.changed.begin(), of_chunk.changed.end());
  }
  return changes;
}

// A fact that died is not taken into a new segment. Where it has a successor, that one was born; else no fact of the ticket is left.
void RepeatIndex::AddVanished(const projection::Snapshot& snapshot, const Helpers& helpers, RepeatChanges* changes) const {
  const Chunks& chunks = TicketChunks(snapshot);
  int64_t last_code = 0;
  for (const auto& chunk : chunks)
    last_code = std::max(last_code, chunk->Range(static_cast<column::ColumnKey>(fact::Column::kTicket)).max);
  // A byte each: one fact of a ticket is alive at a time, so threads write to different ones.
  std::vector<uint8_t> is_alive(static_cast<size_t>(last_code) + 1);
  helpers.ForEach(chunks.size(), 1, [&](size_t chunk, size_t) { MarkAlive(*chunks[chunk], snapshot.commit(), &is_alive); });

  absl::Mutex mutex;
  const auto look_through = [&](const RepeatRuns& runs) {
    helpers.ForEach(runs.ticket_count(), kTicketsAtATime, [&](size_t first, size_t last) {
      std::vector<uint32_t> vanished;
      for (size_t place = first; place < last; ++place) {
        const uint32_t ticket = runs.TicketCodeAt(place);
        if (ticket < is_alive.size() && is_alive[ticket] != 0) continue;
        if (&RunsOf(ticket) == &runs) vanished.push_back(ticket);
      }
      absl::MutexLock lock(&mutex);
      changes->changed.insert(changes->changed.end(), vanished.begin(), vanished.end());
    });
  };
  look_through(*base_);
  for (const auto& layer : layers_) look_through(layer->runs);
}

std::vector<int64_t> RepeatIndex::CreatedOf(const RepeatChanges& changes) const {
  std::vector<int64_t> created;
  for (const RepeatTicket& ticket : changes.born.tickets) created.push_back(ticket.created_at);
  for (const uint32_t ticket : changes.changed)
    if (const auto at = RunsOf(ticket).CreatedAtOf(ticket)) created.push_back(*at);
  return created;
}

const RepeatRuns& RepeatIndex::RunsWith(const RunKey& key) const {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer)
    if ((*layer)->keys.contains(key)) return (*layer)->runs;
  return *base_;
}

std::shared_ptr<const RepeatLayer> RepeatIndex::LayerOf(RepeatChanges changes, const Helpers& helpers) const {
  const absl::flat_hash_set<uint32_t> changed(changes.changed.begin(), changes.changed.end());
  TicketSet in_runs;
  absl::flat_hash_set<RunKey> keys;
  for (const RepeatTicket& ticket : changes.born.tickets) keys.insert({ticket.customer, ticket.issue});
  for (const uint32_t ticket : changed) {
    in_runs.Add(ticket);
    if (const auto key = RunsOf(ticket).RunKeyOf(ticket)) keys.insert(*key);
  }
  for (const RunKey& key : keys) {
    const RepeatRuns& runs = RunsWith(key);
    if (const auto run = runs.FindRun(key)) runs.AddTicketsOf(*run, changed, &changes.born, [&](uint32_t ticket) { in_runs.Add(ticket); });
  }
  return std::make_shared<const RepeatLayer>(std::move(changes.born), std::move(keys), std::move(in_runs), helpers);
}

void RepeatIndex::AddLayer(std::shared_ptr<const RepeatLayer> layer, const Helpers& helpers) {
  while (!layers_.empty() && layers_.back()->runs.ticket_count() < kShrinks * layer->runs.ticket_count()) {
    layer = Merged(*layers_.back(), *layer, helpers);
    layers_.pop_back();
  }
  layers_.push_back(std::move(layer));
}

int64_t RepeatIndex::bytes() const {
  int64_t bytes = base_->bytes();
  for (const auto& layer : layers_) bytes += layer->bytes();
  return bytes;
}

}  // namespace supportkpi::exec::native
