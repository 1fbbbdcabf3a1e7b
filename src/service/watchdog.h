// Lets things happen at a time unless they are forgotten before: one thread for all calls. gRPC's own alarms cost each call
// several changes of threads, even those that never go off.
#ifndef SUPPORTKPI_SERVICE_WATCHDOG_H_
#define SUPPORTKPI_SERVICE_WATCHDOG_H_

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace supportkpi::service {

// Any thread. Nothing is due any more once it is destroyed.
class Watchdog {
 public:
  // What is watched; none: a number of 0, as by default.
  using Ticket = std::pair<absl::Time, int64_t>;

  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Calls `due` once, at that time or a little later, with no lock held: gRPC may begin another call on the thread that
  // cancels one. It must be short and must not forget itself.
  Ticket Watch(absl::Time at, std::function<void()> due) ABSL_LOCKS_EXCLUDED(mutex_);
  // Once this returns, `due` does not run and will not. Of none: nothing.
  void Forget(const Ticket& ticket) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  void CallFirst() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasNews() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t next_ ABSL_GUARDED_BY(mutex_) = 1;
  int64_t running_ ABSL_GUARDED_BY(mutex_) = 0;  // number of what is being called; 0: nothing
  absl::Time wakes_at_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();  // until when the thread sleeps
  std::map<Ticket, std::function<void()>> watched_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_WATCHDOG_H_
