// Who may change a tenant's derived state: a commit from Stage() to Publish() or Abandon(), or upkeep for a moment. A lock
// that may be given back by another thread than the one that took it.
#ifndef SUPPORTKPI_PROJECTION_TURN_H_
#define SUPPORTKPI_PROJECTION_TURN_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace supportkpi::projection {

class ABSL_LOCKABLE Turn {
 public:
  void Take() ABSL_EXCLUSIVE_LOCK_FUNCTION() {
    mutex_.LockWhen(absl::Condition(&is_free_));
    is_free_ = false;
    mutex_.Unlock();
  }
  // False: somebody had it all the time.
  bool TryTake(absl::Duration wait_max) ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true) {
    const bool was_free = mutex_.LockWhenWithTimeout(absl::Condition(&is_free_), wait_max);
    if (was_free) is_free_ = false;
    mutex_.Unlock();
    return was_free;
  }
  void Give() ABSL_UNLOCK_FUNCTION() {
    absl::MutexLock lock(&mutex_);
    is_free_ = true;
  }

 private:
  absl::Mutex mutex_;
  bool is_free_ = true;  // under mutex_
};

class ABSL_SCOPED_LOCKABLE HeldTurn {
 public:
  explicit HeldTurn(Turn* turn) ABSL_EXCLUSIVE_LOCK_FUNCTION(turn) : turn_(turn) { turn_->Take(); }
  ~HeldTurn() ABSL_UNLOCK_FUNCTION() { turn_->Give(); }
  HeldTurn(const HeldTurn&) = delete;
  HeldTurn& operator=(const HeldTurn&) = delete;

 private:
  Turn* const turn_;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_TURN_H_
