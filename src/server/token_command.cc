// `supportkpid token`: a new token for a caller, and its entry for the credentials file, which keeps the hash only.
#include <iostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "access/credentials.h"
#include "access/token.h"
#include "server/command_flags.h"
#include "server/commands.h"
#include "status/macros.h"
#include "yaml-cpp/yaml.h"

namespace supportkpi::server {

namespace {

constexpr absl::Duration kHundredYears = absl::Hours(24 * 36525);

std::string Quoted(const std::string& text) {
  YAML::Emitter out;
  out << YAML::DoubleQuoted << text;
  return out.c_str();
}

absl::StatusOr<std::string> Make(const std::vector<std::string>& arguments) {
  ASSIGN_OR_RETURN(const CommandFlags flags, CommandFlags::Parse(arguments, {"name", "tenant", "roles", "valid_for"}));
  if (!flags.words().empty()) return absl::InvalidArgumentError("only flags are expected: --name, --tenant, --roles, --valid_for");
  ASSIGN_OR_RETURN(const absl::Duration valid_for, flags.Duration("valid_for", absl::InfiniteDuration()));
  const std::string token = access::MakeToken();
  const std::vector<std::string> roles = absl::StrSplit(flags.Text("roles"), ',', absl::SkipEmpty());
  std::string entry = absl::StrCat("{name: ", Quoted(flags.Text("name")), ", sha256: ", access::HexOf(access::HashOf(token)),
                                   ", tenant: ", Quoted(flags.Text("tenant")), ", roles: [", absl::StrJoin(roles, ", "), "]");
  if (valid_for != absl::InfiniteDuration()) {
    if (valid_for > kHundredYears) {
      return absl::InvalidArgumentError("--valid_for: above 876600h; such as 2160h");
    }
    absl::StrAppend(&entry, ", expires: \"",
                    absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now() + valid_for, absl::UTCTimeZone()), "\"");
  }
  absl::StrAppend(&entry, "}");
  // The rules are the file's own.
  const auto credentials = access::ParseCredentials(absl::StrCat("tokens: [", entry, "]"));
  if (!credentials.ok()) {
    std::vector<std::string> faults = absl::StrSplit(credentials.status().message(), '\n');
    for (std::string& fault : faults) {  // tokens[0].name: ...; line 1
      const std::vector<std::string> parts = absl::StrSplit(fault, absl::MaxSplits("tokens[0].", 1));
      fault = absl::StrCat("--", parts.back().substr(0, parts.back().rfind("; line")));
    }
    return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  }
  return absl::StrCat("# The token, for the caller. It is kept nowhere: who loses it gets a new one.\ntoken: ", token,
                      "\n# Its entry in the credentials file, in the list `tokens`.\nentry: ", entry, "\n");
}

}  // namespace

int RunToken(const std::vector<std::string>& arguments) {
  const auto made = Make(arguments);
  if (made.ok()) {
    std::cout << *made;
    return 0;
  }
  for (const absl::string_view fault : absl::StrSplit(made.status().message(), '\n')) {
    std::cerr << "supportkpid token: " << fault << "\n";
  }
  return 64;
}

}  // namespace supportkpi::server
