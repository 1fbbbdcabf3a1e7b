// The table. A new method needs its row here; a test fails until it has one.
#include "access/method_roles.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "access/refusal.h"

namespace supportkpi::access {

const std::vector<MethodRole>& MethodRoles() {
  static const auto& rows = *new std::vector<MethodRole>{
      {"supportkpi.v1.KpiService/ListKpis", Role::kRead},
      {"supportkpi.v1.KpiService/GetKpi", Role::kRead},
      {"supportkpi.v1.KpiService/QueryKpis", Role::kRead},
      {"supportkpi.v1.KpiService/BatchQueryKpis", Role::kRead},
      {"supportkpi.v1.KpiService/StreamQueryKpis", Role::kRead},
      {"supportkpi.v1.KpiService/ValidateQuery", Role::kRead},
      {"supportkpi.v1.KpiService/ListDimensions", Role::kRead},
      {"supportkpi.v1.KpiService/ListDataIssues", Role::kRead},
      {"supportkpi.v1.RecordService/GetRecord", Role::kRead},
      {"supportkpi.v1.RecordService/ListRecords", Role::kRead},
      {"supportkpi.v1.RecordService/BatchUpsertRecords", Role::kWrite},
      {"supportkpi.v1.RecordService/ImportRecords", Role::kWrite},
      {"supportkpi.v1.RecordService/DeleteRecord", Role::kWrite},
      {"supportkpi.v1.ConfigService/GetSettings", Role::kRead},
      {"supportkpi.v1.ConfigService/UpdateSettings", Role::kAdmin},
      // Clients compare versions and limits with it.
      {"supportkpi.v1.AdminService/GetServerInfo", Role::kRead},
      {"supportkpi.v1.AdminService/GetStats", Role::kRead},
      {"supportkpi.v1.AdminService/RebuildFacts", Role::kAdmin},
      {"supportkpi.v1.AdminService/CompactFacts", Role::kAdmin},
      {"supportkpi.v1.AdminService/CreateBackup", Role::kAdmin, Reach::kServer},
      {"supportkpi.v1.AdminService/ListBackups", Role::kAdmin, Reach::kServer},
      {"supportkpi.v1.AdminService/VerifyBackup", Role::kAdmin, Reach::kServer},
      {"supportkpi.v1.AdminService/DeleteBackup", Role::kAdmin, Reach::kServer},
  };
  return rows;
}

absl::Status Authorise(const Caller& caller, absl::string_view service, absl::string_view method) {
  const std::string path = absl::StrCat(service, "/", method);
  const auto row = std::find_if(MethodRoles().begin(), MethodRoles().end(),
                                [&](const MethodRole& candidate) { return candidate.method == path; });
  if (row == MethodRoles().end()) {
    return WithReason(absl::PermissionDeniedError(absl::StrCat("method ", path, " is open to no role")), "NO_ROLE");
  }
  if (!caller.roles.Has(row->role)) {
    return WithReason(absl::PermissionDeniedError(absl::StrCat("method ", path, " requires role ", NameOf(row->role))),
                      "ROLE_MISSING");
  }
  if (row->reach == Reach::kServer && !caller.tenant.empty()) {
    return WithReason(absl::PermissionDeniedError(
                          absl::StrCat("method ", path, " is for all tenants; requires credentials of tenant \"*\"")),
                      "TENANT_BOUND");
  }
  return absl::OkStatus();
}

}  // namespace supportkpi::access
