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

void WorkQueue::Push(Task task, absl::string_view line) {
  std::deque<Task>& tasks = lines_[line];
  if (tasks.empty()) turns_.emplace_back(line);
  tasks.push_back(std::move(task));
  ++waiting_;
}

WorkQueue::Task WorkQueue::Pop() {
  const auto line = lines_.find(turns_.front());
  Task task = std::move(line->second.front());
  line->second.pop_front();
  --waiting_;
  if (line->second.empty()) {
    lines_.erase(line);
  } else {
    turns_.push_back(std::move(turns_.front()));
  }
  turns_.pop_front();
  return task;
}

bool WorkQueue::TryAdd(Task task, absl::string_view line) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_) {
      // Tasks that an idle thread is about to take do not wait.
      if (waiting_ - idle_ >= waiting_max_) {
        ++refused_;
        return false;
      }
      Push(std::move(task), line);
      return true;
    }
  }
  task(true);
  return true;
}

void WorkQueue::Add(Task task, absl::string_view line) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_) {
      Push(std::move(task), line);
      return;
    }
  }
  task(true);
}

absl::Duration WorkQueue::RetryAfter() const {
  absl::MutexLock lock(&mutex_);
  absl::Duration wait = usual_run_ * static_cast<double>(waiting_) / thread_count_;
  return std::clamp(wait, absl::Milliseconds(50), absl::Seconds(10));
}

int WorkQueue::waiting() const {
  absl::MutexLock lock(&mutex_);
  return waiting_;
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
    if (waiting_ == 0) break;  // stopped, and all was run
    Task task = Pop();
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
