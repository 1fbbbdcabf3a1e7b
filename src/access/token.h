// Opaque bearer tokens: 32 random bytes as text, kept nowhere but as a SHA-256. They have too many bits to be guessed, so
// a slow hash would only make calls slow.
#ifndef SUPPORTKPI_ACCESS_TOKEN_H_
#define SUPPORTKPI_ACCESS_TOKEN_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace supportkpi::access {

// Every token starts so: scanners for leaked secrets find it, and it cannot be taken for a JWT.
inline constexpr absl::string_view kTokenPrefix = "skpi_";

using TokenHash = std::array<uint8_t, 32>;

// A new one, from the operating system's randomness.
std::string MakeToken();
TokenHash HashOf(absl::string_view token);
// In time that does not depend on where they differ.
bool Equal(const TokenHash& left, const TokenHash& right);
std::string HexOf(const TokenHash& hash);
// nullopt: not 64 hexadecimal digits.
std::optional<TokenHash> HashOfHex(absl::string_view hex);

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_TOKEN_H_
