// JSON Web Tokens (RFC 7519) as access tokens, checked as RFC 8725 advises.
#ifndef SUPPORTKPI_ACCESS_JWT_H_
#define SUPPORTKPI_ACCESS_JWT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "access/caller.h"
#include "access/jwks.h"

namespace supportkpi::access {

struct JwtRules {
  std::string issuer;
  std::string audience;
  std::string tenant_claim = "tenant";
  std::string roles_claim = "roles";
};

// How far the clocks of issuer and server may be apart.
inline constexpr absl::Duration kClockLeeway = absl::Seconds(30);

// The caller that a token names. UNAUTHENTICATED: TOKEN_EXPIRED and TOKEN_NOT_YET_VALID say by how much, of a token that is
// genuine; everything else is one text for the caller, TOKEN_NOT_ACCEPTED, with a private detail for the log.
absl::StatusOr<Caller> CallerOfJwt(absl::string_view token, const KeySet& keys, const JwtRules& rules, absl::Time now);

// What a caller is told whose token is not accepted, whatever the reason.
absl::Status TokenNotAccepted(absl::string_view private_detail);
// What the owner of a genuine token is told.
absl::Status TokenExpired(absl::Duration ago);

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_JWT_H_
