// The credentials file: who may call, by token or by client certificate, for which tenant, with which roles.
//
//   tokens:
//     - {name: importer, sha256: "64 hexadecimal digits", tenant: acme, roles: [write], expires: "2027-01-01T00:00:00Z"}
//   certificates:
//     - {name: gateway, uri: "spiffe://example.org/gateway", tenant: "*", roles: [read, write]}
//     - {name: reports, dns: "reports.example.org", tenant: acme, roles: [read]}
#ifndef SUPPORTKPI_ACCESS_CREDENTIALS_H_
#define SUPPORTKPI_ACCESS_CREDENTIALS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "access/caller.h"
#include "access/token.h"

namespace supportkpi::access {

struct TokenEntry {
  TokenHash hash;
  Caller caller;
  absl::Time expires = absl::InfiniteFuture();
};

// A subject alternative name that must be met exactly.
struct CertificateEntry {
  std::string uri;
  std::string dns;  // exactly one of them
  Caller caller;
};

struct Credentials {
  std::vector<TokenEntry> tokens;
  std::vector<CertificateEntry> certificates;
};

// INVALID_ARGUMENT with every fault, one a line: `tokens[2].sha256: ...; line 7`.
absl::StatusOr<Credentials> ParseCredentials(absl::string_view yaml);

// The token's entry, expired or not. Takes the same time wherever it stands, and whether it is there.
const TokenEntry* FindToken(const Credentials& credentials, absl::string_view token);

// The names of a verified client certificate.
struct CertificateNames {
  std::string spiffe_id;  // empty unless it has exactly one URI and that is one
  std::vector<std::string> uris;
  std::vector<std::string> dns;
};
const CertificateEntry* FindCertificate(const Credentials& credentials, const CertificateNames& names);

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_CREDENTIALS_H_
