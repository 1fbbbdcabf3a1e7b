// The texts of errors.
#include "plan/refusal.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "kpi/catalogue.h"

namespace supportkpi::plan {

absl::Status Refuse(absl::string_view path, absl::string_view what, absl::string_view allowed) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what, "; ", allowed));
}

std::string Quoted(absl::string_view text) {
  constexpr size_t kShownBytes = 64;
  const bool cut = text.size() > kShownBytes;
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kShownBytes)), cut ? "..." : "", "\"");
}

std::string Listed(const std::vector<std::string>& names) {
  constexpr size_t kShownBytes = 600;
  std::string text;
  for (const std::string& name : names) {
    if (text.size() > kShownBytes) return absl::StrCat(text, ", ...");
    absl::StrAppend(&text, text.empty() ? "" : ", ", name);
  }
  return text;
}

std::string MeantOrKnown(absl::string_view text, const std::vector<std::string>& names, absl::string_view intro) {
  const std::vector<std::string> nearest = kpi::NearestNames(text, names, 3);
  const std::string known = absl::StrCat(intro, " ", Listed(names));
  if (nearest.empty()) return known;
  return absl::StrCat("did you mean \"", absl::StrJoin(nearest, "\" or \""), "\"? ", known);
}

}  // namespace supportkpi::plan
