// A fixed set of threads that lend a hand to whoever has independent work. The caller works too, so work is done even when
// all threads are busy elsewhere.
#ifndef SUPPORTKPI_EXEC_NATIVE_WORKER_POOL_H_
#define SUPPORTKPI_EXEC_NATIVE_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace supportkpi::exec::native {

class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Calls body(worker) once for each worker 0..workers - 1 at most, on this thread (worker 0) and on idle threads of the
  // pool, and returns when all calls that began have ended. Bodies share the work out among themselves.
  void Run(int workers, const std::function<void(int worker)>& body);

 private:
  struct Job;
  void Loop();

  absl::Mutex mutex_;
  std::deque<std::shared_ptr<Job>> jobs_ ABSL_GUARDED_BY(mutex_);  // those that still take workers
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

// Threads that help with one thing.
struct Helpers {
  WorkerPool& pool;
  int threads = 1;

  // Calls body(first, last) for all pieces of 0..count, `size` long at most, on several threads.
  void ForEach(size_t count, size_t size, const std::function<void(size_t first, size_t last)>& body) const;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_WORKER_POOL_H_
