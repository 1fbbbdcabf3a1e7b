// Roles by name.
#include "access/caller.h"

#include "absl/strings/str_cat.h"
#include "access/refusal.h"

namespace supportkpi::access {

absl::string_view NameOf(Role role) {
  switch (role) {
    case Role::kRead:
      return "read";
    case Role::kWrite:
      return "write";
    case Role::kAdmin:
      return "admin";
  }
  return "none";
}

std::optional<Role> RoleNamed(absl::string_view name) {
  for (const Role role : {Role::kRead, Role::kWrite, Role::kAdmin}) {
    if (name == NameOf(role)) return role;
  }
  return std::nullopt;
}

absl::StatusOr<Roles> RolesNamed(const std::vector<std::string>& names) {
  Roles roles;
  for (const std::string& name : names) {
    const std::optional<Role> role = RoleNamed(name);
    if (!role.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(Quoted(name), " is no role; read, write, admin"));
    }
    roles.Add(*role);
  }
  if (roles.empty()) return absl::InvalidArgumentError("no role; one or more of read, write, admin");
  return roles;
}

}  // namespace supportkpi::access
