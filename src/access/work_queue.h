// Admission: a bounded queue in front of a few threads. Full means refused at once. Who has many tasks waiting does not keep
// those of others from their turn.
#ifndef SUPPORTKPI_ACCESS_WORK_QUEUE_H_
#define SUPPORTKPI_ACCESS_WORK_QUEUE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace supportkpi::access {

// Runs tasks on its own threads: lines take turns, in a line it is first come first served. Callable from any thread.
class WorkQueue {
 public:
  // Told whether the queue has stopped: then the task should give up at once.
  using Task = std::function<void(bool stopped)>;

  WorkQueue(absl::string_view name, int threads, int waiting_max);
  ~WorkQueue();  // Stop()
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // False: `waiting_max` tasks wait already; the task was not taken.
  bool TryAdd(Task task, absl::string_view line = "") ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes the task however many wait: for callers whose number is bounded elsewhere.
  void Add(Task task, absl::string_view line = "") ABSL_LOCKS_EXCLUDED(mutex_);
  // How long a newcomer should wait before it tries again: the waiting tasks times the usual run time, 50 ms to 10 s.
  absl::Duration RetryAfter() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Runs what was taken, told that the queue has stopped, and ends the threads. Tasks added later run at once, told so.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // Tasks that wait, and that run.
  int waiting() const ABSL_LOCKS_EXCLUDED(mutex_);
  int running() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Tasks that TryAdd refused since the start.
  int64_t refused() const ABSL_LOCKS_EXCLUDED(mutex_);
  absl::string_view name() const { return name_; }
  int waiting_max() const { return waiting_max_; }
  int thread_count() const { return thread_count_; }

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopped_ || waiting_ > 0; }
  void Push(Task task, absl::string_view line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Task Pop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string name_;
  const int thread_count_;
  const int waiting_max_;
  std::vector<std::thread> threads_;  // constructor and Stop() only

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::deque<Task>> lines_ ABSL_GUARDED_BY(mutex_);  // where somebody waits
  std::deque<std::string> turns_ ABSL_GUARDED_BY(mutex_);                             // each of them once, the next one first
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration usual_run_ ABSL_GUARDED_BY(mutex_) = absl::Milliseconds(10);  // moving mean
};

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_WORK_QUEUE_H_
