#include "server/free_memory.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace supportkpi::server {

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total_pages = 0, resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) return 0;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

void ReturnFreeMemory() { malloc_trim(0); }

void FreeMemory::Tick() {
  const int64_t now_bytes = ResidentBytes();
  resident_bytes_ = std::min(resident_bytes_, now_bytes);
  if (now_bytes - resident_bytes_ < growth_bytes_) return;
  ReturnFreeMemory();
  resident_bytes_ = ResidentBytes();
}

}  // namespace supportkpi::server
