// Which tenant a request is for.
#ifndef SUPPORTKPI_ACCESS_TENANT_H_
#define SUPPORTKPI_ACCESS_TENANT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "access/caller.h"

namespace supportkpi::access {

// The tenant of requests that name none.
inline constexpr absl::string_view kDefaultTenant = "default";

// OK, or INVALID_ARGUMENT `tenant: ...` unless the name is [a-z0-9][a-z0-9-]{0,62}.
absl::Status ValidateTenant(absl::string_view tenant);

// The tenant of a request that names `named` (empty: none). PERMISSION_DENIED: the caller is bound to another one.
absl::StatusOr<std::string> TenantFor(const Caller& caller, absl::string_view named);

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_TENANT_H_
