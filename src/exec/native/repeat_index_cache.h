// The indexes of repeat contacts that questions share.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_CACHE_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_CACHE_H_

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "exec/native/repeat_index.h"
#include "exec/native/worker_pool.h"
#include "projection/snapshot.h"

namespace supportkpi::exec::native {

// What a ticket takes of an index, with one resolution and half a run.
inline constexpr int64_t kBytesPerTicket = 76;

// The indexes used last, of all tenants.
class RepeatIndexCache {
 public:
  explicit RepeatIndexCache(int64_t bytes_max) : bytes_max_(bytes_max) {}

  // One at a time is made for a tenant, to the end even if whoever asked first has left; others wait for it. CANCELLED:
  // *cancelled became true meanwhile (nullptr: never). RESOURCE_EXHAUSTED: it would take more than bytes_max, as far as the
  // number of tickets tells. A column that cannot be read is the snapshot's status.
  absl::StatusOr<std::shared_ptr<const RepeatIndex>> IndexOf(const std::string& tenant, const projection::Snapshot& snapshot,
                                                             const Helpers& helpers, const std::atomic<bool>* cancelled)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Memory that they take.
  int64_t bytes() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Kept {
    std::string tenant;
    int64_t commit;
    std::shared_ptr<const RepeatIndex> index;
    int64_t bytes;
  };

  // The tenant's of that commit, else of the last one before it; nullptr: none.
  std::shared_ptr<const RepeatIndex> Find(absl::string_view tenant, int64_t commit, bool* of_commit)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(const std::string& tenant, int64_t commit, std::shared_ptr<const RepeatIndex> index) ABSL_LOCKS_EXCLUDED(mutex_);

  const int64_t bytes_max_;
  mutable absl::Mutex mutex_;
  std::list<Kept> kept_ ABSL_GUARDED_BY(mutex_);  // last used first
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;     // of those kept
  absl::flat_hash_set<std::string> making_ ABSL_GUARDED_BY(mutex_);  // tenants whose index is being made
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_CACHE_H_
