// How much memory the calls of one tenant may hold at a time: what they brought, what they gather, what they wait to send.
// Callers say it themselves, before they take it; nothing is measured here.
#ifndef SUPPORTKPI_ACCESS_TENANT_MEMORY_H_
#define SUPPORTKPI_ACCESS_TENANT_MEMORY_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace supportkpi::access {

class TenantMemory;

// What one holder has taken of its tenant's memory; given back at its end. Must not outlive the TenantMemory. Taking and giving
// back may be done on any thread; moving may not meanwhile.
class MemoryLease {
 public:
  // Of nobody: everything may be taken, nothing is counted.
  MemoryLease() = default;
  MemoryLease(MemoryLease&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)), tenant_(std::move(other.tenant_)), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryLease& operator=(MemoryLease&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(tenant_, other.tenant_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MemoryLease() { GiveBack(); }

  // So many bytes more, or none. RESOURCE_EXHAUSTED TENANT_MEMORY, with RetryInfo unless this lease alone would be too large.
  absl::Status Take(int64_t bytes);
  // The same for what is there already, and can only be counted.
  void TakeAnyway(int64_t bytes);
  void GiveBack(int64_t bytes);
  void GiveBack();  // all
  // The tenant holds more than half of what it may: who can wait should.
  bool IsTight() const;
  bool is_held() const { return memory_ != nullptr; }

 private:
  friend class TenantMemory;
  MemoryLease(TenantMemory* memory, absl::string_view tenant) : memory_(memory), tenant_(tenant) {}

  TenantMemory* memory_ = nullptr;
  std::string tenant_;
  int64_t bytes_ = 0;  // under memory_'s mutex
};

// Callable from any thread.
class TenantMemory {
 public:
  // 0: no limit.
  explicit TenantMemory(int64_t bytes_max = 0) : bytes_max_(bytes_max) {}
  TenantMemory(const TenantMemory&) = delete;
  TenantMemory& operator=(const TenantMemory&) = delete;

  // For what is taken from now on.
  void SetLimit(int64_t bytes_max) ABSL_LOCKS_EXCLUDED(mutex_);

  MemoryLease LeaseOf(absl::string_view tenant) { return {this, tenant}; }
  bool IsTight(absl::string_view tenant) const ABSL_LOCKS_EXCLUDED(mutex_);

  struct Totals {
    int64_t bytes = 0;          // of all tenants
    int64_t largest_bytes = 0;  // of the tenant with most
    int64_t bytes_max = 0;      // of each; 0: no limit
  };
  Totals totals() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class MemoryLease;
  absl::Status Take(absl::string_view tenant, int64_t bytes, bool anyway, int64_t* of_lease) ABSL_LOCKS_EXCLUDED(mutex_);
  // At most so many bytes of the lease.
  void GiveBack(absl::string_view tenant, int64_t bytes, int64_t* of_lease) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable absl::Mutex mutex_;
  int64_t bytes_max_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, int64_t> bytes_ ABSL_GUARDED_BY(mutex_);  // of tenants that hold any
};

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_TENANT_MEMORY_H_
