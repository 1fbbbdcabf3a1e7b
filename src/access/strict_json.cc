// Duplicate names are found while parsing: afterwards they are gone.
#include "access/strict_json.h"

#include <set>
#include <vector>

#include "absl/strings/escaping.h"

namespace supportkpi::access {

std::optional<nlohmann::json> ParseStrictJson(absl::string_view text) {
  bool has_duplicate = false;
  std::vector<std::set<std::string>> names;  // of the objects that are open
  const auto watch = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    if (event == nlohmann::json::parse_event_t::object_start) names.emplace_back();
    if (event == nlohmann::json::parse_event_t::object_end) names.pop_back();
    if (event == nlohmann::json::parse_event_t::key) has_duplicate |= !names.back().insert(parsed.get<std::string>()).second;
    return true;
  };
  nlohmann::json json = nlohmann::json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (json.is_discarded() || has_duplicate) return std::nullopt;
  return json;
}

std::optional<std::string> DecodeBase64Url(absl::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(text, &bytes) || absl::WebSafeBase64Escape(bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<std::string> TextMember(const nlohmann::json& object, absl::string_view name) {
  const auto found = object.find(std::string(name));
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace supportkpi::access
