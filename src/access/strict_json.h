// JSON and base64url as tokens have them: whatever two readers could understand differently is refused.
#ifndef SUPPORTKPI_ACCESS_STRICT_JSON_H_
#define SUPPORTKPI_ACCESS_STRICT_JSON_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace supportkpi::access {

// nullopt: no JSON, bytes after it, a name twice in one object, invalid UTF-8.
std::optional<nlohmann::json> ParseStrictJson(absl::string_view text);

// nullopt: padding, blanks, other letters, or bits that say nothing.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

// The member if it is a text.
std::optional<std::string> TextMember(const nlohmann::json& object, absl::string_view name);

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_STRICT_JSON_H_
