// Asks the rules of access for one call.
#include "service/call.h"

#include "access/tenant.h"
#include "status/macros.h"

namespace supportkpi::service {

absl::Status Call::EnterTenant(absl::string_view named) {
  ASSIGN_OR_RETURN(tenant, access::TenantFor(caller, named));
  if (tenant_memory != nullptr && memory == nullptr) {
    memory = std::make_unique<access::MemoryLease>(tenant_memory->LeaseOf(tenant));
  }
  if (limits == nullptr || place.is_held()) return absl::OkStatus();
  ASSIGN_OR_RETURN(place, limits->Enter(tenant, access::SteadyNow()));
  return absl::OkStatus();
}

absl::Status Call::TakeMemory(int64_t bytes) const {
  return memory == nullptr ? absl::OkStatus() : memory->Take(bytes);
}

access::MemoryLease Call::NewLease() const {
  return tenant_memory == nullptr ? access::MemoryLease() : tenant_memory->LeaseOf(tenant);
}

absl::Status Call::TakeRecords(int64_t records) const {
  return limits == nullptr ? absl::OkStatus() : limits->TakeRecords(tenant, records, access::SteadyNow());
}

void Call::PaceRecords(int64_t records) {
  if (limits != nullptr) pause = limits->PaceRecords(tenant, records, access::SteadyNow());
}

}  // namespace supportkpi::service
