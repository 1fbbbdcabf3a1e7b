#include "server/command_flags.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace supportkpi::server {

absl::StatusOr<CommandFlags> CommandFlags::Parse(const std::vector<std::string>& arguments,
                                                 const std::set<std::string>& known) {
  CommandFlags flags;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!absl::StartsWith(arguments[i], "--")) {
      flags.words_.push_back(arguments[i]);
      continue;
    }
    const size_t equals = arguments[i].find('=');
    const std::string name = arguments[i].substr(2, equals == std::string::npos ? equals : equals - 2);
    if (known.count(name) == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", absl::CHexEscape(name), ": unknown; there are --", absl::StrJoin(known, ", --")));
    }
    if (equals == std::string::npos && i + 1 == arguments.size()) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, ": has no value; --", name, "=VALUE"));
    }
    const std::string value = equals == std::string::npos ? arguments[++i] : arguments[i].substr(equals + 1);
    if (!flags.values_.emplace(name, value).second) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, ": given twice"));
    }
  }
  return flags;
}

std::string CommandFlags::Text(absl::string_view name, absl::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(otherwise) : found->second;
}

absl::StatusOr<int64_t> CommandFlags::Id(absl::string_view name, int64_t otherwise) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return otherwise;
  int64_t id = 0;
  if (absl::SimpleAtoi(found->second, &id) && id > 0) return id;
  return absl::InvalidArgumentError(
      absl::StrCat("--", name, ": \"", absl::CHexEscape(found->second), "\" is no id; a whole number from 1"));
}

absl::StatusOr<absl::Duration> CommandFlags::Duration(absl::string_view name, absl::Duration otherwise) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return otherwise;
  absl::Duration duration;
  if (absl::ParseDuration(found->second, &duration) && duration > absl::ZeroDuration()) return duration;
  return absl::InvalidArgumentError(
      absl::StrCat("--", name, ": \"", absl::CHexEscape(found->second), "\" is no duration above 0; such as 5s or 2m"));
}

}  // namespace supportkpi::server
