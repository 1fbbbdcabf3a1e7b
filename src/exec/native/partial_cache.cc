#include "exec/native/partial_cache.h"

#include <algorithm>
#include <utility>

#include "column/hash.h"

namespace supportkpi::exec::native {
namespace {

// Questions that are known to have been asked for; beyond that all are forgotten.
constexpr size_t kAskedMax = 64 * 1024;
// A partial that takes more than the columns it was made of saves nothing, unless it is small anyway.
constexpr int64_t kBytesPerRowMax = 32;
constexpr int64_t kSmallBytes = 16 << 10;
// Adding a cell of a partial costs about as much as a row: one that has more cells than half of the rows saves nothing either.
constexpr size_t kRowsPerCellMin = 2;

bool IsWorthwhile(const Partial& partial, absl::Span<const ChunkPointer> chunks) {
  uint64_t rows = 0;
  for (const ChunkPointer& chunk : chunks) rows += chunk->row_count();
  return partial.bytes() <= kSmallBytes || (partial.bytes() <= kSmallBytes + kBytesPerRowMax * static_cast<int64_t>(rows) &&
                                            partial.cell_count() * kRowsPerCellMin <= rows);
}

}  // namespace

uint64_t PartialCache::NextQuestion() {
  absl::MutexLock lock(&mutex_);
  return ++last_question_;
}

bool PartialCache::HasRoomFor(uint64_t question) const {
  absl::MutexLock lock(&mutex_);
  return counts_.bytes + largest_bytes_ <= options_.bytes_max || MayDropFor(question);
}

bool PartialCache::NoteAsked(uint64_t hash) {
  absl::MutexLock lock(&mutex_);
  if (asked_.size() >= kAskedMax) asked_.clear();
  return !asked_.insert(hash).second;
}

PartialCache::Place PartialCache::PlaceOf(const PartialKey& key) {
  uint64_t seed = key.signature->hash;
  for (const ChunkPointer& chunk : key.chunks.subspan(1)) seed = column::MixHash(seed, reinterpret_cast<uintptr_t>(chunk.get()));
  return {key.chunks[0].get(), column::HashWords(seed, *key.instants)};
}

bool PartialCache::IsOf(const Entry& entry, const PartialKey& key) {
  const auto is_same = [](const std::weak_ptr<const column::Chunk>& left, const ChunkPointer& right) {
    return !left.owner_before(right) && !right.owner_before(left);
  };
  return std::equal(entry.chunks.begin(), entry.chunks.end(), key.chunks.begin(), key.chunks.end(), is_same) &&
         entry.dead_rows == key.dead_rows && entry.instants == *key.instants && entry.signature->bytes == key.signature->bytes &&
         entry.signature->IsWhole();
}

std::optional<std::shared_ptr<const Partial>> PartialCache::Find(const PartialKey& key) {
  const Place place = PlaceOf(key);
  absl::MutexLock lock(&mutex_);
  const auto found = by_place_.find(place);
  if (found != by_place_.end()) {
    if (IsOf(*found->second, key)) {
      entries_.splice(entries_.begin(), entries_, found->second);
      found->second->used_by = key.question;
      if (found->second->partial != nullptr)
        counts_.found += static_cast<int64_t>(key.chunks.size());
      else if (key.chunks.size() == 1)
        ++counts_.missed;  // the chunks of a bundle are asked for one by one then
      return found->second->partial;
    }
    Drop(found->second);
  }
  if (key.chunks.size() == 1) ++counts_.missed;
  return std::nullopt;
}

std::optional<std::shared_ptr<const Partial>> PartialCache::Peek(const PartialKey& key) const {
  const Place place = PlaceOf(key);
  absl::MutexLock lock(&mutex_);
  const auto found = by_place_.find(place);
  if (found == by_place_.end() || !IsOf(*found->second, key)) return std::nullopt;
  return found->second->partial;
}

void PartialCache::Keep(const PartialKey& key, std::shared_ptr<const Partial> partial) {
  if (partial != nullptr && !IsWorthwhile(*partial, key.chunks)) partial = nullptr;
  Entry entry{.place = PlaceOf(key), .chunks = {key.chunks.begin(), key.chunks.end()}, .dead_rows = key.dead_rows,
              .signature = key.signature, .instants = *key.instants, .partial = std::move(partial), .used_by = key.question};
  entry.bytes = static_cast<int64_t>(sizeof(Entry) + entry.instants.capacity() * sizeof(int64_t) + entry.chunks.size() * sizeof(ChunkPointer)) +
                (entry.partial != nullptr ? entry.partial->bytes() : 0);
  absl::MutexLock lock(&mutex_);
  const auto known = by_place_.find(entry.place);
  if (known != by_place_.end()) Drop(known->second);
  largest_bytes_ = std::max(largest_bytes_, entry.bytes);
  while (counts_.bytes + entry.bytes > options_.bytes_max && MayDropFor(key.question)) {
    ++counts_.dropped;
    Drop(std::prev(entries_.end()));
  }
  if (counts_.bytes + entry.bytes > options_.bytes_max) return;
  counts_.bytes += entry.bytes;
  entries_.push_front(std::move(entry));
  by_place_[entries_.front().place] = entries_.begin();
}

void PartialCache::Drop(Entries::iterator entry) {
  counts_.bytes -= entry->bytes;
  by_place_.erase(entry->place);
  entries_.erase(entry);
}

PartialCounts PartialCache::counts() const {
  absl::MutexLock lock(&mutex_);
  return counts_;
}

}  // namespace supportkpi::exec::native
