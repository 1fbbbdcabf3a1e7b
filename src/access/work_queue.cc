// A queue under one mutex: tasks are whole requests, so its cost does not matter.
#include "access/work_queue.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace supportkpi::access {

WorkQueue::WorkQueue(absl::string_view name, int threads, int waiting_max)
    : name_(name), thread_count_(std::max(threads, 1)), waiting_max_(waiting_max) {
  threads_.reserve(thread_count_);
  for (int i = 0; i < thread_count_; ++i) threads_.emplace_back([this] { Run(); });
}

WorkQueue::~WorkQueue() { Stop(); }

bool WorkQueue::TryAdd(Task task) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_) {
      // Tasks that an idle thread is about to take do not wait.
      if (static_cast<int>(tasks_.size()) - idle_ >= waiting_max_) {
        ++refused_;
        return false;
      }
      tasks_.push_back(std::move(task));
      return true;
    }
  }
  task(true);
  return true;
}

void WorkQueue::Add(Task task) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_) {
      tasks_.push_back(std::move(task));
      return;
    }
  }
  task(true);
}

absl::Duration WorkQueue::RetryAfter() const {
  absl::MutexLock lock(&mutex_);
  absl::Duration wait = usual_run_ * static_cast<double>(tasks_.size()) / thread_count_;
  return std::clamp(wait, absl::Milliseconds(50), absl::Seconds(10));
}

int WorkQueue::waiting() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(tasks_.size());
}

int WorkQueue::running() const {
  absl::MutexLock lock(&mutex_);
  return running_;
}

int64_t WorkQueue::refused() const {
  absl::MutexLock lock(&mutex_);
  return refused_;
}

void WorkQueue::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkQueue::Run() {
  mutex_.Lock();
  while (true) {
    ++idle_;
    mutex_.Await(absl::Condition(this, &WorkQueue::HasWork));
    --idle_;
    if (tasks_.empty()) break;  // stopped, and all was run
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    const bool stopped = stopped_;
    ++running_;
    mutex_.Unlock();
    const absl::Time start = absl::Now();
    task(stopped);
    task = nullptr;  // what it holds goes before the lock is taken
    const absl::Duration run = std::max(absl::Now() - start, absl::ZeroDuration());
    mutex_.Lock();
    --running_;
    usual_run_ = usual_run_ * 0.9 + run * 0.1;
  }
  mutex_.Unlock();
}

}  // namespace supportkpi::access
