// How much one tenant may ask for: calls and records a second, calls at a time. One tenant's haste is not another's wait.
#ifndef SUPPORTKPI_ACCESS_TENANT_LIMITS_H_
#define SUPPORTKPI_ACCESS_TENANT_LIMITS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace supportkpi::access {

// Each 0: no limit.
struct TenantRates {
  int64_t calls_per_second = 0;
  int64_t records_per_second = 0;
  int64_t concurrent_calls = 0;
};

// Tokens that flow in at a rate and are kept up to two seconds' worth. Not for several threads.
class TokenBucket {
 public:
  // Takes `amount`, or takes nothing and returns how long until it can. More than two seconds' worth is taken from a full
  // bucket, which then owes.
  absl::Duration Take(int64_t amount, int64_t per_second, absl::Time now);
  // Takes `amount` at once and returns how long until nothing is owed.
  absl::Duration TakeOnCredit(int64_t amount, int64_t per_second, absl::Time now);
  bool IsFull(int64_t per_second, absl::Time now);

 private:
  void Fill(int64_t per_second, absl::Time now);

  double tokens_ = 0;
  absl::Time filled_ = absl::InfinitePast();  // never: the next fill makes it full
};

// Steady: does not jump when the clock is set.
absl::Time SteadyNow();

class TenantLimits;

// A call's place among its tenant's; given back at its end. Must not outlive the limits.
class Place {
 public:
  Place() = default;
  Place(Place&& other) noexcept : limits_(std::exchange(other.limits_, nullptr)), tenant_(std::move(other.tenant_)) {}
  Place& operator=(Place&& other) noexcept {
    std::swap(limits_, other.limits_);
    std::swap(tenant_, other.tenant_);
    return *this;
  }
  ~Place();

  bool is_held() const { return limits_ != nullptr; }

 private:
  friend class TenantLimits;
  Place(TenantLimits* limits, absl::string_view tenant) : limits_(limits), tenant_(tenant) {}

  TenantLimits* limits_ = nullptr;
  std::string tenant_;
};

// Callable from any thread.
class TenantLimits {
 public:
  explicit TenantLimits(TenantRates rates) : rates_(rates) {}
  TenantLimits() : TenantLimits(TenantRates()) {}
  TenantLimits(const TenantLimits&) = delete;
  TenantLimits& operator=(const TenantLimits&) = delete;

  void SetRates(TenantRates rates) ABSL_LOCKS_EXCLUDED(mutex_);

  // One call. RESOURCE_EXHAUSTED with RetryInfo: TENANT_RATE or TENANT_CONCURRENCY.
  absl::StatusOr<Place> Enter(absl::string_view tenant, absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  // Records of a call. RESOURCE_EXHAUSTED with RetryInfo: TENANT_RECORD_RATE.
  absl::Status TakeRecords(absl::string_view tenant, int64_t records, absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  // Records of a stream, which is slowed down instead: how long it should wait before its next message.
  absl::Duration PaceRecords(absl::string_view tenant, int64_t records, absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);

  size_t tenants() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class Place;
  struct Tenant {
    TokenBucket calls;
    TokenBucket records;
    int64_t concurrent = 0;
  };

  void Leave(absl::string_view tenant) ABSL_LOCKS_EXCLUDED(mutex_);
  Tenant& Of(absl::string_view tenant, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  TenantRates rates_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Tenant> tenants_ ABSL_GUARDED_BY(mutex_);
  size_t sweep_at_ ABSL_GUARDED_BY(mutex_) = 1024;  // so many tenants: those at rest are forgotten
};

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_TENANT_LIMITS_H_
