// The tenants that are in memory. Whoever uses one holds it; one that nobody holds, and that nobody has used for a while, is
// let go of, and loaded again when somebody asks for it: the same as a start finds it.
#ifndef SUPPORTKPI_PROJECTION_TENANT_TABLE_H_
#define SUPPORTKPI_PROJECTION_TENANT_TABLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "projection/tenant.h"

namespace supportkpi::projection {

// Keeps a tenant in memory. Copies hold it too; must not be used once the table is gone, but may be given up later.
class HeldTenant {
 public:
  HeldTenant() = default;
  HeldTenant(Tenant* tenant, std::shared_ptr<const void> hold) : tenant_(tenant), hold_(std::move(hold)) {}

  Tenant* operator->() const { return tenant_; }
  Tenant* get() const { return tenant_; }
  const std::shared_ptr<const void>& hold() const { return hold_; }

 private:
  Tenant* tenant_ = nullptr;
  std::shared_ptr<const void> hold_;
};

// Any thread. No lock of a tenant is taken under the table's own.
class TenantTable {
 public:
  explicit TenantTable(Surroundings& around) : around_(around) {}

  bool Has(absl::string_view name) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Whatever its state; it is loaded when that is needed.
  HeldTenant Hold(absl::string_view name) ABSL_LOCKS_EXCLUDED(mutex_);
  // Of one that is in memory, or on its way there.
  std::optional<HeldTenant> HoldIfThere(absl::string_view name) ABSL_LOCKS_EXCLUDED(mutex_);
  // The same as Hold(), loaded.
  absl::StatusOr<HeldTenant> Loaded(absl::string_view name) ABSL_LOCKS_EXCLUDED(mutex_);
  // All of them; this is no use of them.
  std::vector<HeldTenant> All() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Lets go of those that are due (ProjectionOptions::tenant_idle_max, tenant_bytes_max), as if it were so much later, and
  // returns how many. What a start would have to derive for long is sealed first.
  int64_t LetGo(absl::Duration later) ABSL_LOCKS_EXCLUDED(mutex_);

  struct Counts {
    int64_t loaded = 0;    // since the start
    int64_t released = 0;  // since the start
  };
  Counts counts() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::unique_ptr<Tenant> tenant;
    std::shared_ptr<const void> hold;  // others have copies: the tenant is in use
    absl::Time used_at;                // of a clock that is never set
    absl::Time measured_at = absl::InfinitePast();
    int64_t bytes = 0;                 // as measured then
  };
  // One of which nobody makes use now.
  struct Candidate {
    std::string name;
    absl::Time used_at;
    int64_t bytes = 0;
  };

  // Brings the bytes of those up to date that were used since. Returns the bytes of all.
  int64_t Measure() ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Candidate> Candidates() const ABSL_LOCKS_EXCLUDED(mutex_);
  // nullptr: it is in use, or was since, or may not go.
  std::unique_ptr<Tenant> Take(const Candidate& candidate) ABSL_LOCKS_EXCLUDED(mutex_);
  // Not as a use.
  std::optional<HeldTenant> Find(absl::string_view name) const ABSL_LOCKS_EXCLUDED(mutex_);

  Surroundings& around_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_ ABSL_GUARDED_BY(mutex_);
  int64_t loaded_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t released_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_TENANT_TABLE_H_
