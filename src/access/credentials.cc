// Reads the whole file before it is refused, so that all faults are told at once.
#include "access/credentials.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "access/refusal.h"
#include "access/tenant.h"
#include "yaml-cpp/yaml.h"

namespace supportkpi::access {

namespace {

constexpr size_t kEntriesMax = 10'000;
constexpr absl::string_view kSpiffe = "spiffe://";

class Reader {
 public:
  absl::StatusOr<Credentials> Read(const YAML::Node& root) {
    if (!root.IsMap()) return absl::InvalidArgumentError("not a map; lists `tokens` and `certificates`");
    for (const auto& part : root) {
      const std::string name = part.first.IsScalar() ? part.first.Scalar() : "";
      path_ = Quoted(name);
      if (name != "tokens" && name != "certificates") {
        Wrong(part.first, "", "no such list; tokens, certificates");
      } else if (!part.second.IsSequence() && !part.second.IsNull()) {
        Wrong(part.first, "", "not a list");
      } else if (part.second.size() > kEntriesMax) {
        Wrong(part.first, "", absl::StrCat(part.second.size(), " entries; at most ", kEntriesMax));
      } else {
        for (size_t i = 0; i < part.second.size(); ++i) {
          path_ = absl::StrCat(name, "[", i, "]");
          name == "tokens" ? Token(part.second[i]) : Certificate(part.second[i]);
        }
      }
    }
    if (!faults_.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults_, "\n"));
    return std::move(credentials_);
  }

 private:
  void Wrong(const YAML::Node& node, absl::string_view field, absl::string_view what) {
    faults_.push_back(absl::StrCat(path_, field.empty() ? "" : ".", field, ": ", what, "; line ", node.Mark().line + 1));
  }

  // The values by name. A value that is no text stands as it is under its name in `entry`.
  std::map<std::string, std::string> Texts(const YAML::Node& entry, const std::set<std::string>& allowed) {
    std::map<std::string, std::string> texts;
    if (!entry.IsMap()) {
      Wrong(entry, "", "not a map");
      return texts;
    }
    std::set<std::string> seen;
    for (const auto& field : entry) {
      const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
      if (allowed.count(name) == 0) {
        Wrong(field.first, name, absl::StrCat("no such field; ", absl::StrJoin(allowed, ", ")));
      } else if (!seen.insert(name).second) {
        Wrong(field.first, name, "given twice");
      } else if (name != "roles") {
        if (!field.second.IsScalar()) Wrong(field.first, name, "not a text");
        texts[name] = field.second.IsScalar() ? field.second.Scalar() : "";
      }
    }
    return texts;
  }

  Caller CallerOf(const YAML::Node& entry, std::map<std::string, std::string>& texts) {
    Caller caller;
    caller.name = texts["name"];
    if (caller.name.empty() || caller.name.size() > 64) {
      Wrong(entry, "name", absl::StrCat(Quoted(caller.name), " has ", caller.name.size(), " characters; 1 to 64"));
    } else if (!names_.insert(caller.name).second) {
      Wrong(entry, "name", absl::StrCat(Quoted(caller.name), " is taken by another entry"));
    }
    caller.tenant = texts["tenant"];
    if (caller.tenant.empty()) {
      Wrong(entry, "tenant", "required; a tenant's name, or \"*\" for any");
    } else if (caller.tenant == kAnyTenant) {
      caller.tenant.clear();
    } else if (const absl::Status status = ValidateTenant(caller.tenant); !status.ok()) {
      Wrong(entry, "tenant", absl::StrCat(Quoted(caller.tenant), " must match [a-z0-9][a-z0-9-]{0,62}, or be \"*\""));
    }
    caller.roles = RolesOf(entry);
    return caller;
  }

  Roles RolesOf(const YAML::Node& entry) {
    const YAML::Node list = entry["roles"];
    std::vector<std::string> names;
    if (list && !list.IsSequence()) {
      Wrong(list, "roles", "not a list; such as [read, write]");
      return {};
    }
    for (size_t i = 0; list && i < list.size(); ++i) names.push_back(list[i].IsScalar() ? list[i].Scalar() : "");
    const absl::StatusOr<Roles> roles = RolesNamed(names);
    if (!roles.ok()) Wrong(entry, "roles", roles.status().message());
    return roles.value_or(Roles());
  }

  void Token(const YAML::Node& entry) {
    auto texts = Texts(entry, {"name", "sha256", "tenant", "roles", "expires"});
    if (!entry.IsMap()) return;
    TokenEntry token;
    token.caller = CallerOf(entry, texts);
    const std::optional<TokenHash> hash = HashOfHex(texts["sha256"]);
    if (!hash.has_value()) {
      // Not quoted: whoever puts the token itself here would find it in the log.
      Wrong(entry, "sha256", "not 64 hexadecimal digits; `supportkpid token` makes them");
    } else if (!hashes_.insert(*hash).second) {
      Wrong(entry, "sha256", "is that of another entry too");
    } else {
      token.hash = *hash;
    }
    std::string error;
    if (texts.count("expires") != 0 && !absl::ParseTime(absl::RFC3339_full, texts["expires"], &token.expires, &error)) {
      Wrong(entry, "expires", absl::StrCat(Quoted(texts["expires"]), " is no instant; such as 2027-01-01T00:00:00Z"));
    }
    credentials_.tokens.push_back(std::move(token));
  }

  void Certificate(const YAML::Node& entry) {
    auto texts = Texts(entry, {"name", "uri", "dns", "tenant", "roles"});
    if (!entry.IsMap()) return;
    CertificateEntry certificate;
    certificate.caller = CallerOf(entry, texts);
    certificate.uri = texts["uri"];
    certificate.dns = texts["dns"];
    if (certificate.uri.empty() == certificate.dns.empty()) Wrong(entry, "", "exactly one of uri and dns is required");
    if (!subjects_.insert(absl::StrCat(certificate.uri, "\n", certificate.dns)).second) {
      Wrong(entry, certificate.uri.empty() ? "dns" : "uri", "is that of another entry too");
    }
    credentials_.certificates.push_back(std::move(certificate));
  }

  std::string path_;
  std::vector<std::string> faults_;
  std::set<std::string> names_;
  std::set<TokenHash> hashes_;
  std::set<std::string> subjects_;
  Credentials credentials_;
};

bool Contains(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

absl::StatusOr<Credentials> ParseCredentials(absl::string_view yaml) {
  try {
    return Reader().Read(YAML::Load(std::string(yaml)));
  } catch (const YAML::Exception& e) {
    return absl::InvalidArgumentError(absl::StrCat("not YAML: ", e.msg, "; line ", e.mark.line + 1));
  }
}

const TokenEntry* FindToken(const Credentials& credentials, absl::string_view token) {
  const TokenHash hash = HashOf(token);
  const TokenEntry* found = nullptr;
  for (const TokenEntry& entry : credentials.tokens) {
    if (Equal(entry.hash, hash)) found = &entry;
  }
  return found;
}

const CertificateEntry* FindCertificate(const Credentials& credentials, const CertificateNames& names) {
  for (const CertificateEntry& entry : credentials.certificates) {
    if (!entry.dns.empty() && Contains(names.dns, entry.dns)) return &entry;
    if (entry.uri.empty()) continue;
    // A SPIFFE certificate has exactly one URI; one with more proves none of them.
    if (absl::StartsWith(entry.uri, kSpiffe) ? entry.uri == names.spiffe_id : Contains(names.uris, entry.uri)) return &entry;
  }
  return nullptr;
}

}  // namespace supportkpi::access
