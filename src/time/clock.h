// The wall clock as something handed in: nothing below the server asks for the time of day itself. Answers never depend
// on it; it dates commits, deadlines and "current" periods only.
#ifndef SUPPORTKPI_TIME_CLOCK_H_
#define SUPPORTKPI_TIME_CLOCK_H_

#include <atomic>
#include <cstdint>

namespace supportkpi::time {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since the Unix epoch, UTC. Callable from any thread.
  virtual int64_t NowMs() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t NowMs() const override;
};

// Stands still until it is moved; for tests and replays.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t now_ms = 0) : now_ms_(now_ms) {}
  int64_t NowMs() const override { return now_ms_.load(std::memory_order_acquire); }
  void Set(int64_t now_ms) { now_ms_.store(now_ms, std::memory_order_release); }
  void Advance(int64_t by_ms) { now_ms_.fetch_add(by_ms, std::memory_order_acq_rel); }

 private:
  std::atomic<int64_t> now_ms_;
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_CLOCK_H_
