// Which role each method asks for. What has no row is refused.
#ifndef SUPPORTKPI_ACCESS_METHOD_ROLES_H_
#define SUPPORTKPI_ACCESS_METHOD_ROLES_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "access/caller.h"

namespace supportkpi::access {

// What a method touches.
enum class Reach {
  kTenant,  // one tenant's data, or none
  kServer,  // every tenant's: only for callers that are bound to none
};

struct MethodRole {
  absl::string_view method;  // "supportkpi.v1.KpiService/QueryKpis"
  Role role;
  Reach reach = Reach::kTenant;
};

const std::vector<MethodRole>& MethodRoles();

// OK, or PERMISSION_DENIED `method supportkpi.v1.AdminService/RebuildFacts requires role admin`.
absl::Status Authorise(const Caller& caller, absl::string_view service, absl::string_view method);

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_METHOD_ROLES_H_
