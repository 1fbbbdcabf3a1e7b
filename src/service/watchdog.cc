#include "service/watchdog.h"

#include "absl/time/clock.h"

namespace supportkpi::service {

Watchdog::Watchdog() : thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  thread_.join();
}

Watchdog::Ticket Watchdog::Watch(absl::Time at, std::function<void()> due) {
  absl::MutexLock lock(&mutex_);
  const Ticket ticket(at, next_++);
  watched_.emplace(ticket, std::move(due));
  return ticket;
}

void Watchdog::Forget(const Ticket& ticket) {
  absl::MutexLock lock(&mutex_);
  watched_.erase(ticket);
}

// Most are forgotten long before their time, so that the first one is seldom new: the thread sleeps on.
bool Watchdog::HasNews() const { return is_stopping_ || (!watched_.empty() && watched_.begin()->first.first < wakes_at_); }

void Watchdog::Run() {
  absl::MutexLock lock(&mutex_);
  for (;;) {
    const absl::Time now = absl::Now();
    while (!watched_.empty() && watched_.begin()->first.first <= now) {
      watched_.begin()->second();  // under the lock, so that Forget() waits for it
      watched_.erase(watched_.begin());
    }
    wakes_at_ = watched_.empty() ? absl::InfiniteFuture() : watched_.begin()->first.first;
    mutex_.AwaitWithDeadline(absl::Condition(this, &Watchdog::HasNews), wakes_at_);
    if (is_stopping_) return;
  }
}

}  // namespace supportkpi::service
