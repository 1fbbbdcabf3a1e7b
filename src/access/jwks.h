// A JSON Web Key Set (RFC 7517): the public keys that sign callers' tokens.
#ifndef SUPPORTKPI_ACCESS_JWKS_H_
#define SUPPORTKPI_ACCESS_JWKS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace supportkpi::access {

// A key verifies one algorithm and no other, so that none can be played against another.
enum class Algorithm { kRs256, kEs256, kEdDsa };

struct VerificationKey {
  std::string id;
  Algorithm algorithm;
  std::shared_ptr<EVP_PKEY> key;  // shared by key sets and the calls that verify with them
};

using KeySet = std::vector<VerificationKey>;

// The keys of the set that can verify RS256 (2048 to 8192 bits), ES256 or EdDSA (Ed25519) and have a kid; others are passed
// over, as the RFC wants. INVALID_ARGUMENT: no key set, none that can be used, two of one kid, or a private key.
absl::StatusOr<KeySet> ParseKeySet(absl::string_view json);

// Whether the signature, as a JWT has it, is the key's over `text`.
bool Verify(const VerificationKey& key, absl::string_view text, absl::string_view signature);

absl::string_view NameOf(Algorithm algorithm);  // "RS256"

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_JWKS_H_
