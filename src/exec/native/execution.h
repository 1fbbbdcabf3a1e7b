// One run of some parts over one snapshot: compile, scan in parallel, finish.
#ifndef SUPPORTKPI_EXEC_NATIVE_EXECUTION_H_
#define SUPPORTKPI_EXEC_NATIVE_EXECUTION_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "exec/executor.h"
#include "exec/native/bundles.h"
#include "exec/native/compiler.h"
#include "exec/native/finish_part.h"
#include "exec/native/part_signature.h"
#include "exec/native/partial_cache.h"
#include "exec/native/part_run.h"
#include "exec/native/worker_pool.h"

namespace supportkpi::exec::native {

class Execution {
 public:
  // Adds the results of all parts to result->parts, their groups to its table and what was read to facts_read; parts that
  // count over others' periods (PartPlan::over) get no cells. `fold` may be nullptr.
  static absl::Status Run(const std::vector<plan::PartPlan>& parts, const std::vector<plan::GroupingSet>& sets,
                          const plan::Fold* fold, const time::Zone* zone, QueryResources& resources,
                          PartialCache& partials, WorkerPool& pool, const Context& context, Result* result);

 private:
  // The parts that read one fact set, and the program that all of them run.
  struct SetScan {
    fact::FactSet set;
    Program program;
    std::vector<int> parts;             // indexes into parts_
    std::vector<PartScan> scans;        // of each
    std::vector<std::shared_ptr<const PartSignature>> signatures;  // of each; nullptr: no partials are kept
    std::vector<std::shared_ptr<const PartSignature>> states;      // of each; nullptr: no states that can be listed
    // Whether partials are kept of each; and of chunks that its range cuts, and of bundles.
    std::vector<bool> keeps_partials, keeps_cut_partials;
    std::vector<Bundle> bundles;             // empty: none are asked for
    std::vector<std::vector<bool>> bundled;  // of each, by chunk: a bundle has told all of it; empty: none has
    std::vector<std::pair<size_t, size_t>> bundles_to_make;  // part and place in `bundles`
    size_t row_count = 0;               // of all chunks

    bool HasBundled(size_t part, size_t chunk) const { return !bundled[part].empty() && bundled[part][chunk]; }
  };
  // What one thread keeps of a fact set.
  struct ThreadScan {
    std::unique_ptr<Evaluator> evaluator;
    std::vector<std::unique_ptr<PartRun>> runs;  // of SetScan::scans; nullptr: not met yet
  };
  // What one thread gathered, and what it has taken for it.
  struct ThreadMemory {
    int64_t bytes = 0;
    int64_t taken_bytes = 0;
  };
  struct Task {
    SetScan* scan;
    size_t scan_index;
    size_t chunk_index;
    ChunkPointer chunk;
  };
  // What is done with one part and one chunk.
  struct Meeting {
    PartRun* run = nullptr;                // the thread's
    std::unique_ptr<PartRun> recorder;     // gathers this chunk alone, for a partial; nullptr: `run` does
    BucketReach reach;                     // of partials
    PartialKey key;
    PartRun* scanner() const { return recorder != nullptr ? recorder.get() : run; }
  };

  Execution(const std::vector<plan::PartPlan>& parts, const std::vector<plan::GroupingSet>& sets, const plan::Fold* fold,
            QueryResources& resources, PartialCache& partials, const Context& context, GroupTable* groups)
      : parts_(parts), sets_(sets), fold_(fold), resources_(resources), partials_(partials), context_(context),
        names_(resources, fold, groups), question_(partials.NextQuestion()) {}

  absl::Status Compile(const time::Zone* zone);
  // Adds what bundles tell to the first thread's runs, and takes the tasks away in which nothing is left to do.
  void AddBundles();
  void AddBundlesOf(SetScan& scan, ThreadScan& thread, ThreadMemory* memory);
  // After the scan: those of which every chunk has its partial now.
  void MakeBundles();
  void MakeBundle(const SetScan& scan, size_t part, const PartialKey& key, PartRun& gathering);
  void CountBundle(const SetScan& scan, size_t part, const PartialKey& key, PartRun& gathering);
  std::vector<int64_t> InstantsOf(const PartScan& scan, PartRun& run) const;
  std::unique_ptr<PartRun> MakeRun(const SetScan& scan, size_t part, size_t expected_facts);
  void Scan(WorkerPool& pool);
  void ScanChunks(std::vector<ThreadScan>& thread, std::atomic<size_t>& next_task);
  void ScanChunk(const Task& task, ThreadScan& thread, ThreadMemory* memory);
  std::vector<Meeting> Meet(const Task& task, ChunkBounds& bounds, ThreadScan& thread, ThreadMemory* memory);
  std::shared_ptr<const PartSignature> SignatureOfStates(const PartScan& part, const Program& program) const;
  std::optional<std::vector<uint32_t>> RowsStillOpen(const Task& task, const std::vector<Meeting>& meetings, ChunkBounds& bounds) const;
  void KeepPartials(const column::Chunk& chunk, std::vector<Meeting>& meetings, ThreadMemory* memory);
  void TakeMemory(int64_t bytes, ThreadMemory* memory) ABSL_LOCKS_EXCLUDED(memory_mutex_);
  absl::Status MemoryStatus() const ABSL_LOCKS_EXCLUDED(memory_mutex_);
  std::vector<const PartRun*> RunsOf(size_t scan, size_t part) const;
  // Context::largest_groups can be told already; then lets go of the others.
  bool KeepsLargest() const;
  absl::Status KeepLargest();
  // Before the threads' states are put together.
  absl::Status TakeFinishMemory() const;
  absl::Status Finish(WorkerPool& pool, std::vector<PartResult>* results);
  bool stopped() const { return too_many_groups_ || out_of_memory_ || cancelled(); }
  bool cancelled() const { return context_.cancelled != nullptr && context_.cancelled->load(std::memory_order_relaxed); }

  const std::vector<plan::PartPlan>& parts_;
  const std::vector<plan::GroupingSet>& sets_;
  const plan::Fold* const fold_;
  QueryResources& resources_;
  PartialCache& partials_;
  const Context& context_;
  GroupNames names_;
  const uint64_t question_;  // PartialKey::question
  std::vector<std::unique_ptr<SetScan>> scans_;
  std::vector<Task> tasks_;
  std::vector<std::vector<ThreadScan>> threads_;  // by worker, by scan
  std::atomic<bool> too_many_groups_{false};
  std::atomic<int64_t> facts_read_{0};
  std::atomic<bool> out_of_memory_{false};
  mutable absl::Mutex memory_mutex_;
  absl::Status memory_status_ ABSL_GUARDED_BY(memory_mutex_);  // what take_memory said first
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_EXECUTION_H_
