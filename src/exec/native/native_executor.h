// Runs plans over the chunks of a snapshot: parts of one fact set share a scan, chunks are scanned in parallel.
#ifndef SUPPORTKPI_EXEC_NATIVE_NATIVE_EXECUTOR_H_
#define SUPPORTKPI_EXEC_NATIVE_NATIVE_EXECUTOR_H_

#include <memory>

#include "exec/executor.h"
#include "exec/native/open_rows.h"
#include "exec/native/partial_cache.h"
#include "exec/native/repeat_index_cache.h"
#include "exec/native/work_clock.h"
#include "exec/native/worker_pool.h"
#include "projection/snapshot.h"

namespace supportkpi::exec::native {

// Safe for use by any number of threads at once.
class NativeExecutor final : public Executor {
 public:
  // `source` must outlive it. `pool_threads`: threads that all executions share besides their callers'; < 0: one less
  // than the machine has cores.
  explicit NativeExecutor(projection::SnapshotSource& source, int pool_threads = -1, const ExecutorOptions& options = {});

  absl::StatusOr<Result> Execute(const plan::Plan& plan, const Context& context) override;
  void ForEach(size_t count, int threads, const std::function<void(size_t)>& body) override {
    Helpers{pool_, threads}.ForEach(count, 1, [&](size_t i, size_t) { body(i); });
  }
  PartialCounts partial_counts() const override { return partials_.counts(); }
  int64_t repeat_index_bytes() const override { return repeats_.bytes(); }

 private:
  projection::SnapshotSource& source_;
  WorkClockCache clocks_;
  RepeatIndexCache repeats_;
  OpenRowsCache open_rows_;
  PartialCache partials_;
  WorkerPool pool_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_NATIVE_EXECUTOR_H_
