// Which tickets of one customer are on one issue, in order of creation: what repeat contacts and "no later ticket" are
// told by. Made from the ticket facts of a snapshot, about 100 ms per million tickets, and kept for the next questions.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "projection/snapshot.h"

namespace supportkpi::exec::native {

// Immutable once built; any number of threads may ask it.
class RepeatIndex {
 public:
  static std::shared_ptr<const RepeatIndex> Build(const projection::Snapshot& snapshot);

  // The shortest W in ms for which the ticket repeats an earlier one, as known before range_end_ms: the time since the
  // earlier one's last resolution, or since its creation if it was unresolved when this one was created. kNull: none.
  int64_t GapMs(int64_t ticket, int64_t range_end_ms) const;

  // Creation of the next ticket on the same issue created after `after_ms`; kForever: none.
  int64_t NextCreatedAt(int64_t ticket, int64_t after_ms, int64_t range_end_ms) const;

 private:
  friend class RepeatIndexBuilder;

  struct Entry {
    int64_t created_at;
    int64_t known_at;      // its issue is known to ranges that end after this; kNull: to all
    int64_t ticket;
    uint64_t issue;        // issue key or category, told apart by the lowest bit
    uint32_t customer;
    uint32_t resolved_begin, resolved_end;  // into resolved_
    bool excluded;         // flagged: never an earlier or later one
    bool state_unknown;
  };
  struct Resolved {
    int64_t from, to;
  };
  // Where a ticket stands: its entry, and the run of entries of its customer and issue.
  struct Place {
    uint32_t entry = 0, begin = 0, end = 0;  // begin == end: it has no customer or no issue
    int64_t last_created_at = 0;             // of the run: most tickets are told by it that none came later
  };

  void ComputeGaps();
  std::vector<int64_t> LastInstants() const;
  int64_t GapBetween(const Entry& earlier, int64_t created_at) const;

  std::vector<Entry> entries_;     // by customer, issue, creation
  std::vector<Resolved> resolved_;
  std::vector<Place> places_;      // by ticket code
  std::vector<int64_t> gaps_ms_;   // by entry; kNull: none
  // Entries whose gap depends on the range's end: (known from this end on, gap), gaps falling.
  absl::flat_hash_map<uint32_t, std::vector<std::pair<int64_t, int64_t>>> late_gaps_;
};

// The last few indexes used, by tenant; one that is of an older commit is built anew.
class RepeatIndexCache {
 public:
  std::shared_ptr<const RepeatIndex> IndexOf(const std::string& tenant, const projection::Snapshot& snapshot);

 private:
  struct Kept {
    std::string tenant;
    int64_t commit;
    std::shared_ptr<const RepeatIndex> index;
  };
  static constexpr size_t kIndexesMax = 4;  // one is about 100 bytes per ticket

  absl::Mutex mutex_;
  std::list<Kept> kept_ ABSL_GUARDED_BY(mutex_);  // last used first
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_
