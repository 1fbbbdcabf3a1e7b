// One call as its handler sees it.
#ifndef SUPPORTKPI_SERVICE_CALL_H_
#define SUPPORTKPI_SERVICE_CALL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "access/caller.h"
#include "access/tenant_limits.h"
#include "access/tenant_memory.h"
#include "service/call_record.h"

namespace supportkpi::service {

struct Call {
  access::Caller caller;
  std::string tenant;                              // that the request is for
  const std::atomic<bool>* cancelled = nullptr;    // the client left, or the deadline passed
  CallRecord* record = nullptr;                    // where handlers say what they did; may be null
  access::TenantLimits* limits = nullptr;          // null: none
  absl::Duration pause = absl::ZeroDuration();     // set by PaceRecords
  access::Place place;                             // among the tenant's calls, for as long as this one lives
  access::TenantMemory* tenant_memory = nullptr;   // null: no limit
  std::unique_ptr<access::MemoryLease> memory;     // what the call itself holds; null: the tenant is not known yet
  int64_t message_bytes = 0;                       // taken by a stream's session for its message until the reply

  // Calls wait in lines that take turns: one for each tenant, and for each caller who may name any.
  absl::string_view line() const { return tenant.empty() ? caller.name : tenant; }
  // Once, before anything is done for the request: it is for the tenant that it names (empty: for the caller's own, else
  // for `default`). INVALID_ARGUMENT: no tenant name. PERMISSION_DENIED: not the caller's. RESOURCE_EXHAUSTED: the tenant
  // asks too often, or for too much at a time.
  absl::Status EnterTenant(absl::string_view named);
  // The call holds so many bytes more, to its end. RESOURCE_EXHAUSTED TENANT_MEMORY.
  absl::Status TakeMemory(int64_t bytes) const;
  // For what is held for a part of the call only.
  access::MemoryLease NewLease() const;
  // Before a unary call writes so many records. RESOURCE_EXHAUSTED: the tenant writes too many a second.
  absl::Status TakeRecords(int64_t records) const;
  // For the records of a stream's message: the stream is slowed down instead of refused, by not looking at its next one
  // before `pause` is over.
  void PaceRecords(int64_t records);
};

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_CALL_H_
