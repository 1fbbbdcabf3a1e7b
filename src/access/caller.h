// Who calls, and what they may do.
#ifndef SUPPORTKPI_ACCESS_CALLER_H_
#define SUPPORTKPI_ACCESS_CALLER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace supportkpi::access {

// None includes another: whoever imports need not be able to ask.
enum class Role : uint8_t {
  kRead = 1,   // ask, look up, list
  kWrite = 2,  // records
  kAdmin = 4,  // settings, the store, backups
};

// "read", "write", "admin".
absl::string_view NameOf(Role role);
std::optional<Role> RoleNamed(absl::string_view name);

// Any of the three.
class Roles {
 public:
  constexpr Roles() = default;
  static constexpr Roles All() { return Roles(7); }

  void Add(Role role) { bits_ |= static_cast<uint8_t>(role); }
  bool Has(Role role) const { return (bits_ & static_cast<uint8_t>(role)) != 0; }
  bool empty() const { return bits_ == 0; }
  friend bool operator==(const Roles&, const Roles&) = default;

 private:
  explicit constexpr Roles(uint8_t bits) : bits_(bits) {}
  uint8_t bits_ = 0;
};

// INVALID_ARGUMENT: an unknown name, or none at all.
absl::StatusOr<Roles> RolesNamed(const std::vector<std::string>& names);

// The tenant of callers that are bound to none.
inline constexpr absl::string_view kAnyTenant = "*";

// A caller that is bound to a tenant sees no other.
struct Caller {
  std::string name;    // of the credentials, for the log; empty: nobody asked
  std::string tenant;  // empty: bound to none, may name any
  Roles roles;

  // Of a server without credentials.
  static Caller Anyone() { return {"", "", Roles::All()}; }
};

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_CALLER_H_
