// The partials that are kept in memory, over all tenants together: those that were not used for longest go first, but none for
// one of the same question; of what does not fit as a whole the same part is then found each time, instead of nothing. A partial
// is kept once a signature is asked for the second time (of a chunk that the range cuts: once the range is), so a question that
// nobody repeats costs nothing. What stands for a bundle of chunks is a partial like any other. Thread-safe.
#ifndef SUPPORTKPI_EXEC_NATIVE_PARTIAL_CACHE_H_
#define SUPPORTKPI_EXEC_NATIVE_PARTIAL_CACHE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "column/chunk.h"
#include "exec/executor.h"
#include "exec/native/part_signature.h"
#include "exec/native/partial.h"

namespace supportkpi::exec::native {

using ChunkPointer = std::shared_ptr<const column::Chunk>;

// What a partial was gathered from, and how.
struct PartialKey {
  absl::Span<const ChunkPointer> chunks;  // one, or those of a bundle
  uint64_t dead_rows = 0;                 // of all of them, at the commit
  std::shared_ptr<const PartSignature> signature;
  const std::vector<int64_t>* instants = nullptr;  // BucketReach::instants, or those of bundles
  uint64_t question = 0;                           // PartialCache::NextQuestion(), of the one that asks
};

class PartialCache {
 public:
  explicit PartialCache(const PartialOptions& options) : options_(options) {}

  bool keeps_any() const { return options_.bytes_max > 0; }
  // False: the chunk has too few rows to be worth a partial, or another one will soon stand in its place.
  bool Takes(const column::Chunk& chunk) const {
    return keeps_any() && chunk.is_complete() && static_cast<int64_t>(chunk.row_count()) >= options_.chunk_rows_min;
  }
  // Questions in the order in which they began.
  uint64_t NextQuestion() ABSL_LOCKS_EXCLUDED(mutex_);
  // Notes that something was asked for, known by a hash. Was it before?
  bool NoteAsked(uint64_t hash) ABSL_LOCKS_EXCLUDED(mutex_);

  // std::nullopt: there is none. nullptr: there was one that was not worth while; no other need be made.
  std::optional<std::shared_ptr<const Partial>> Find(const PartialKey& key) ABSL_LOCKS_EXCLUDED(mutex_);
  // As Find, and nobody has used it.
  std::optional<std::shared_ptr<const Partial>> Peek(const PartialKey& key) const ABSL_LOCKS_EXCLUDED(mutex_);
  // False: there is no room left but what the question itself uses; making a partial is in vain.
  bool HasRoomFor(uint64_t question) const ABSL_LOCKS_EXCLUDED(mutex_);
  // nullptr: none is worth while.
  void Keep(const PartialKey& key, std::shared_ptr<const Partial> partial) ABSL_LOCKS_EXCLUDED(mutex_);

  PartialCounts counts() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Place {
    const column::Chunk* chunk;  // the first
    uint64_t hash;               // of the others, signature and instants

    bool operator==(const Place&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const Place& place) {
      return H::combine(std::move(h), place.chunk, place.hash);
    }
  };
  struct Entry {
    Place place;
    absl::InlinedVector<std::weak_ptr<const column::Chunk>, 1> chunks;  // one is gone: another may stand at its address
    uint64_t dead_rows = 0;  // facts die and never come back: as many are the same ones
    std::shared_ptr<const PartSignature> signature;
    std::vector<int64_t> instants;
    std::shared_ptr<const Partial> partial;  // nullptr: it would not be worth while
    int64_t bytes = 0;
    uint64_t used_by = 0;  // the question that used it last
  };
  using Entries = std::list<Entry>;

  static Place PlaceOf(const PartialKey& key);
  static bool IsOf(const Entry& entry, const PartialKey& key);
  void Drop(Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MayDropFor(uint64_t question) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !entries_.empty() && entries_.back().used_by < question;
  }

  const PartialOptions options_;
  mutable absl::Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);  // the one used last stands first
  absl::flat_hash_map<Place, Entries::iterator> by_place_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<uint64_t> asked_ ABSL_GUARDED_BY(mutex_);  // hashes of signatures, and of these with a range
  uint64_t last_question_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t largest_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of the entries that there have been
  PartialCounts counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PARTIAL_CACHE_H_
