// Which tickets of one customer are on one issue, in order of creation: what repeat contacts and "no later ticket" are
// told by. Made from the ticket facts of a snapshot, some 0.5 s per million tickets with their columns not read yet, and kept
// for the next questions; later snapshots read what has changed since and make the runs of those customers anew.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_

#include <cstdint>
#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "exec/native/repeat_runs.h"
#include "exec/native/worker_pool.h"
#include "projection/snapshot.h"

namespace supportkpi::exec::native {

// What a ticket takes of an index, with one resolution and half a run.
inline constexpr int64_t kBytesPerTicket = 68;

// Immutable once built; any number of threads may ask it.
class RepeatIndex {
 public:
  static std::shared_ptr<const RepeatIndex> Build(const projection::Snapshot& snapshot, const Helpers& helpers);
  // The index of a later snapshot, from this one; nullptr: facts have been sealed or merged since, it must be built.
  std::shared_ptr<const RepeatIndex> Later(const projection::Snapshot& snapshot, const Helpers& helpers) const;

  // Memory that it takes.
  int64_t bytes() const;

  // See RepeatRuns.
  int64_t GapMs(int64_t ticket, int64_t range_end_ms) const { return RunsOf(ticket).GapMs(ticket, range_end_ms); }
  int64_t NextCreatedAt(int64_t ticket, int64_t after_ms, int64_t range_end_ms) const {
    return RunsOf(ticket).NextCreatedAt(ticket, after_ms, range_end_ms);
  }

 private:
  // As of one commit. What becomes of complete chunks' rows is found in the chunks themselves as long as they are there.
  struct Base {
    Base(RepeatTickets tickets, const Helpers& helpers) : runs(std::move(tickets), helpers) {}
    RepeatRuns runs;
    int64_t commit = 0;
    std::vector<std::weak_ptr<const column::Chunk>> complete_chunks;
  };

  const RepeatRuns& RunsOf(int64_t ticket) const {
    const bool has_changed = ticket > 0 && static_cast<uint64_t>(ticket) < has_changed_.size() && has_changed_[ticket];
    return has_changed ? *changed_ : base_->runs;
  }

  std::shared_ptr<const Base> base_;
  std::unique_ptr<const RepeatRuns> changed_;  // all tickets of customers of whom one has changed since; nullptr: none
  std::vector<bool> has_changed_;              // by ticket code: it is told of by changed_, or not there any more
};

// The indexes used last, of all tenants.
class RepeatIndexCache {
 public:
  explicit RepeatIndexCache(int64_t bytes_max) : bytes_max_(bytes_max) {}

  // One at a time is made for a tenant, to the end even if whoever asked first has left; others wait for it. CANCELLED:
  // *cancelled became true meanwhile (nullptr: never). RESOURCE_EXHAUSTED: it would take more than bytes_max, as far as the
  // number of tickets tells.
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

  // The tenant's, best of that commit; nullptr: none.
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

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_
