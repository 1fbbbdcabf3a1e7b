// Gives memory back to the system that calls have freed: the allocator keeps an arena for each thread, and what one large call
// left in it stays there.
#ifndef SUPPORTKPI_SERVER_FREE_MEMORY_H_
#define SUPPORTKPI_SERVER_FREE_MEMORY_H_

#include <cstdint>

namespace supportkpi::server {

// One thread at a time.
class FreeMemory {
 public:
  // Twice what the allocator keeps on purpose, for the next question (M_TRIM_THRESHOLD in main.cc).
  explicit FreeMemory(int64_t growth_bytes = 512 << 20) : growth_bytes_(growth_bytes) {}

  // To be called every second or so. Looks at the process's memory, and gives back what is free in it where it has grown by
  // `growth_bytes` since the last time.
  void Tick();

 private:
  const int64_t growth_bytes_;
  int64_t resident_bytes_ = 0;  // after the last time; less where it fell since
};

// Gives back what is free, at once: some milliseconds of each arena's lock.
void ReturnFreeMemory();

// Of this process; 0 where /proc does not say.
int64_t ResidentBytes();

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_FREE_MEMORY_H_
