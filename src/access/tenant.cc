// Checks tenant names and whose they are.
#include "access/tenant.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "access/refusal.h"
#include "status/macros.h"

namespace supportkpi::access {

namespace {

constexpr size_t kNameBytesMax = 63;  // a DNS label

bool IsLowerOrDigit(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }

}  // namespace

absl::Status ValidateTenant(absl::string_view tenant) {
  bool fits = !tenant.empty() && tenant.size() <= kNameBytesMax && IsLowerOrDigit(tenant[0]);
  for (size_t i = 1; fits && i < tenant.size(); ++i) fits = IsLowerOrDigit(tenant[i]) || tenant[i] == '-';
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("tenant: ", Quoted(tenant), " is no tenant name; must match [a-z0-9][a-z0-9-]{0,62}"));
}

absl::StatusOr<std::string> TenantFor(const Caller& caller, absl::string_view named) {
  if (!named.empty()) RETURN_IF_ERROR(ValidateTenant(named));
  if (caller.tenant.empty()) return std::string(named.empty() ? kDefaultTenant : named);
  if (named.empty() || named == caller.tenant) return caller.tenant;
  return WithReason(absl::PermissionDeniedError("tenant: not permitted"), "TENANT_NOT_PERMITTED");
}

}  // namespace supportkpi::access
