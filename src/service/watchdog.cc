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
  if (ticket.second == 0) return;
  absl::MutexLock lock(&mutex_);
  watched_.erase(ticket);
  if (running_ != ticket.second) return;
  const auto is_over = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return running_ != ticket.second; };
  mutex_.Await(absl::Condition(&is_over));
}

// Most are forgotten long before their time, so that the first one is seldom new: the thread sleeps on.
bool Watchdog::HasNews() const { return is_stopping_ || (!watched_.empty() && watched_.begin()->first.first < wakes_at_); }

void Watchdog::CallFirst() {
  auto first = watched_.extract(watched_.begin());
  running_ = first.key().second;
  mutex_.Unlock();
  first.mapped()();
  mutex_.Lock();
  running_ = 0;
}

void Watchdog::Run() {
  absl::MutexLock lock(&mutex_);
  for (;;) {
    while (!watched_.empty() && watched_.begin()->first.first <= absl::Now()) CallFirst();
    wakes_at_ = watched_.empty() ? absl::InfiniteFuture() : watched_.begin()->first.first;
    mutex_.AwaitWithDeadline(absl::Condition(this, &Watchdog::HasNews), wakes_at_);
    if (is_stopping_) return;
  }
}

}  // namespace supportkpi::service
