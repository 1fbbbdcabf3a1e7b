#include "exec/native/worker_pool.h"

#include <algorithm>
#include <atomic>

namespace supportkpi::exec::native {

// One Run(). All fields are guarded by the pool's mutex.
struct WorkerPool::Job {
  const std::function<void(int)>* body;
  int next_worker;
  int workers;
  int running = 0;
};

WorkerPool::WorkerPool(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

WorkerPool::~WorkerPool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::Run(int workers, const std::function<void(int)>& body) {
  auto job = std::make_shared<Job>(Job{.body = &body, .next_worker = 1, .workers = workers});
  if (workers > 1) {
    absl::MutexLock lock(&mutex_);
    jobs_.push_back(job);
  }
  body(0);
  if (workers <= 1) return;
  absl::MutexLock lock(&mutex_);
  auto it = std::find(jobs_.begin(), jobs_.end(), job);
  if (it != jobs_.end()) jobs_.erase(it);  // nobody else begins on it
  const auto ended = [&job] { return job->running == 0; };
  mutex_.Await(absl::Condition(&ended));
}

void WorkerPool::Loop() {
  absl::MutexLock lock(&mutex_);
  const auto awake = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !jobs_.empty(); };
  while (true) {
    mutex_.Await(absl::Condition(&awake));
    if (stopping_) return;
    const std::shared_ptr<Job> job = jobs_.front();
    const int worker = job->next_worker++;
    if (job->next_worker == job->workers) jobs_.pop_front();
    ++job->running;
    mutex_.Unlock();
    (*job->body)(worker);
    mutex_.Lock();
    --job->running;
  }
}

void Helpers::ForEach(size_t count, size_t size, const std::function<void(size_t first, size_t last)>& body) const {
  const size_t pieces = (count + size - 1) / size;
  if (pieces < 2 || threads < 2) {
    for (size_t first = 0; first < count; first += size) body(first, std::min(first + size, count));
    return;
  }
  std::atomic<size_t> next{0};
  pool.Run(static_cast<int>(std::min<size_t>(static_cast<size_t>(threads), pieces)), [&](int) {
    for (size_t piece = next++; piece < pieces; piece = next++) body(piece * size, std::min((piece + 1) * size, count));
  });
}

}  // namespace supportkpi::exec::native
