// The system's clock.
#include "time/clock.h"

#include <chrono>

namespace supportkpi::time {

int64_t SystemClock::NowMs() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace supportkpi::time
