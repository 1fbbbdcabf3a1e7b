// Which tickets of one customer are on one issue, in order of creation: what repeat contacts and "no later ticket" are
// told by. Made from the ticket facts of a snapshot, 0.4 to 1.2 s per million tickets after a start, and kept for the next
// questions; later snapshots read what has changed since and make those runs anew, in layers over the others.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "exec/native/repeat_change_log.h"
#include "exec/native/repeat_layer.h"
#include "exec/native/repeat_runs.h"
#include "exec/native/worker_pool.h"
#include "projection/snapshot.h"

namespace supportkpi::exec::native {

// Immutable once built; any number of threads may ask it.
class RepeatIndex {
 public:
  static std::shared_ptr<const RepeatIndex> Build(const projection::Snapshot& snapshot, const Helpers& helpers);
  // The index of a later snapshot, from this one, whatever was sealed or merged in between; nullptr: the snapshot is an earlier
  // one, or so much has changed that it is better built.
  std::shared_ptr<const RepeatIndex> Later(const projection::Snapshot& snapshot, const Helpers& helpers) const;

  // Memory that it takes.
  int64_t bytes() const;

  // The commit of a change to a ticket that was, or is now, created from one instant to another, both included, such that no
  // later one is known; the commit that the index was first built at: none. Two indexes that tell the same say the same of these
  // tickets.
  int64_t LastChange(int64_t created_from, int64_t created_until) const { return changes_.LastIn(created_from, created_until); }

  // See RepeatRuns.
  int64_t GapMs(int64_t ticket, int64_t range_end_ms) const { return RunsOf(ticket).GapMs(ticket, range_end_ms); }
  int64_t NextCreatedAt(int64_t ticket, int64_t after_ms, int64_t range_end_ms) const {
    return RunsOf(ticket).NextCreatedAt(ticket, after_ms, range_end_ms);
  }

 private:
  // The snapshot that it was made from, as far as a later one is compared with it.
  void Remember(const projection::Snapshot& snapshot);
  bool HasSegmentsOf(const projection::Snapshot& snapshot) const;

  // What the rows that are there tell of.
  RepeatChanges ChangesUntil(const projection::Snapshot& snapshot, const Helpers& helpers) const;
  // Tickets of which no row is there.
  void AddVanished(const projection::Snapshot& snapshot, const Helpers& helpers, RepeatChanges* changes) const;
  // The runs that have changed, whole.
  std::shared_ptr<const RepeatLayer> LayerOf(RepeatChanges changes, const Helpers& helpers) const;
  void AddLayer(std::shared_ptr<const RepeatLayer> layer, const Helpers& helpers);
  // When the tickets were created, as they were and as they are now.
  std::vector<int64_t> CreatedOf(const RepeatChanges& changes) const;

  const RepeatRuns& RunsOf(int64_t ticket) const {
    for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer)
      if ((*layer)->tickets.Has(ticket)) return (*layer)->runs;
    return *base_;
  }
  const RepeatRuns& RunsWith(const RunKey& key) const;

  std::shared_ptr<const RepeatRuns> base_;
  std::vector<std::shared_ptr<const RepeatLayer>> layers_;  // of one run the last layer that has it tells
  int64_t commit_ = 0;
  RepeatChangeLog changes_;  // since the base was built
  // Tells whether segments are the same ones; what became of rows of those that are is found in them.
  std::vector<std::weak_ptr<const column::Chunk>> complete_chunks_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_INDEX_H_
