// OpenSSL does the work.
#include "access/token.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace supportkpi::access {

std::string MakeToken() {
  unsigned char bytes[32];
  // A system without randomness must not hand out tokens.
  if (RAND_bytes(bytes, sizeof(bytes)) != 1) abort();
  return absl::StrCat(kTokenPrefix, absl::WebSafeBase64Escape(
                                        absl::string_view(reinterpret_cast<const char*>(bytes), sizeof(bytes))));
}

TokenHash HashOf(absl::string_view token) {
  TokenHash hash;
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), hash.data());
  return hash;
}

bool Equal(const TokenHash& left, const TokenHash& right) { return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0; }

std::string HexOf(const TokenHash& hash) {
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

std::optional<TokenHash> HashOfHex(absl::string_view hex) {
  TokenHash hash;
  if (hex.size() != 2 * hash.size() || !std::all_of(hex.begin(), hex.end(), absl::ascii_isxdigit)) return std::nullopt;
  const std::string bytes = absl::HexStringToBytes(hex);
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

}  // namespace supportkpi::access
