// The partials that are kept in memory, over all tenants together: those that were not used for longest go first. A partial
// is kept once a signature is asked for the second time (of a chunk that the range cuts: once the range is), so a question that
// nobody repeats costs nothing. Thread-safe.
#ifndef SUPPORTKPI_EXEC_NATIVE_PARTIAL_CACHE_H_
#define SUPPORTKPI_EXEC_NATIVE_PARTIAL_CACHE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "column/chunk.h"
#include "exec/executor.h"
#include "exec/native/part_signature.h"
#include "exec/native/partial.h"

namespace supportkpi::exec::native {

// What a partial was gathered from, and how.
struct PartialKey {
  std::shared_ptr<const column::Chunk> chunk;
  uint32_t dead_rows = 0;  // of the chunk, at the commit
  std::shared_ptr<const PartSignature> signature;
  const std::vector<int64_t>* instants = nullptr;  // BucketReach::instants
};

class PartialCache {
 public:
  explicit PartialCache(const PartialOptions& options) : options_(options) {}

  bool keeps_any() const { return options_.bytes_max > 0; }
  // False: the chunk has too few rows to be worth a partial, or another one will soon stand in its place.
  bool Takes(const column::Chunk& chunk) const {
    return keeps_any() && chunk.is_complete() && static_cast<int64_t>(chunk.row_count()) >= options_.chunk_rows_min;
  }
  // Notes that something was asked for, known by a hash. Was it before?
  bool NoteAsked(uint64_t hash) ABSL_LOCKS_EXCLUDED(mutex_);

  // nullptr: there is none.
  std::shared_ptr<const Partial> Find(const PartialKey& key) ABSL_LOCKS_EXCLUDED(mutex_);
  void Keep(const PartialKey& key, std::shared_ptr<const Partial> partial) ABSL_LOCKS_EXCLUDED(mutex_);

  PartialCounts counts() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Place {
    const column::Chunk* chunk;
    uint64_t hash;  // of signature and instants

    bool operator==(const Place&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const Place& place) {
      return H::combine(std::move(h), place.chunk, place.hash);
    }
  };
  struct Entry {
    Place place;
    std::weak_ptr<const column::Chunk> chunk;  // gone: another chunk may stand at its address
    uint32_t dead_rows = 0;
    std::shared_ptr<const PartSignature> signature;
    std::vector<int64_t> instants;
    std::shared_ptr<const Partial> partial;
    int64_t bytes = 0;
  };
  using Entries = std::list<Entry>;

  static Place PlaceOf(const PartialKey& key);
  static bool IsOf(const Entry& entry, const PartialKey& key);
  void Drop(Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const PartialOptions options_;
  mutable absl::Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);  // the one used last stands first
  absl::flat_hash_map<Place, Entries::iterator> by_place_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<uint64_t> asked_ ABSL_GUARDED_BY(mutex_);  // hashes of signatures, and of these with a range
  PartialCounts counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PARTIAL_CACHE_H_
