// The signature comes first: claims of a token that is not genuine are not looked at.
#include "access/jwt.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "access/refusal.h"
#include "access/strict_json.h"
#include "access/tenant.h"
#include "status/macros.h"

namespace supportkpi::access {

namespace {

using Json = nlohmann::json;

struct Parts {
  absl::string_view signed_text;
  Json header;
  std::string payload;
  std::string signature;
};

absl::StatusOr<Parts> Split(absl::string_view token) {
  const std::vector<absl::string_view> encoded = absl::StrSplit(token, '.');
  if (encoded.size() != 3) return TokenNotAccepted("not three parts");
  const auto header = DecodeBase64Url(encoded[0]);
  const auto payload = DecodeBase64Url(encoded[1]);
  const auto signature = DecodeBase64Url(encoded[2]);
  if (!header.has_value() || !payload.has_value() || !signature.has_value()) return TokenNotAccepted("not base64url");
  std::optional<Json> json = ParseStrictJson(*header);
  if (!json.has_value() || !json->is_object()) return TokenNotAccepted("the header is no JSON object");
  return Parts{token.substr(0, token.size() - encoded[2].size() - 1), *std::move(json), *payload, *signature};
}

absl::StatusOr<const VerificationKey*> KeyFor(const Json& header, const KeySet& keys) {
  if (header.contains("crit")) return TokenNotAccepted("crit: extensions are not understood");
  const std::string type = absl::AsciiStrToLower(TextMember(header, "typ").value_or("jwt"));
  if (type != "jwt" && type != "at+jwt" && type != "application/at+jwt") return TokenNotAccepted("typ is not JWT or at+jwt");
  const std::optional<std::string> id = TextMember(header, "kid");
  if (!id.has_value()) return TokenNotAccepted("no kid");
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const VerificationKey& one) { return one.id == *id; });
  if (key == keys.end()) return TokenNotAccepted("unknown kid");
  if (TextMember(header, "alg") != std::string(NameOf(key->algorithm))) {
    return TokenNotAccepted(absl::StrCat("alg is not the key's, ", NameOf(key->algorithm)));
  }
  return &*key;
}

// nullopt: it is not there, or no instant.
std::optional<absl::Time> InstantMember(const Json& claims, absl::string_view name) {
  const auto found = claims.find(std::string(name));
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const double seconds = found->get<double>();
  if (!(std::abs(seconds) < 1e12)) return std::nullopt;
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

absl::Status CheckTimes(const Json& claims, absl::Time now) {
  const std::optional<absl::Time> expires = InstantMember(claims, "exp");
  if (!expires.has_value()) return TokenNotAccepted("no exp");
  if (now >= *expires + kClockLeeway) return TokenExpired(now - *expires);
  for (const char* name : {"nbf", "iat"}) {
    if (!claims.contains(name)) continue;
    const std::optional<absl::Time> since = InstantMember(claims, name);
    if (!since.has_value()) return TokenNotAccepted(absl::StrCat(name, " is no instant"));
    if (now + kClockLeeway < *since) {
      return WithReason(absl::UnauthenticatedError(absl::StrCat("authorization: token is valid only in ",
                                                                absl::ToInt64Seconds(*since - now), " s")),
                        "TOKEN_NOT_YET_VALID");
    }
  }
  return absl::OkStatus();
}

// Texts of a list, or of one text parted by blanks; nullopt: neither.
std::optional<std::vector<std::string>> Words(const Json& claims, absl::string_view name) {
  const auto found = claims.find(std::string(name));
  if (found == claims.end()) return std::nullopt;
  if (found->is_string()) return absl::StrSplit(found->get<std::string>(), ' ', absl::SkipEmpty());
  if (!found->is_array()) return std::nullopt;
  std::vector<std::string> words;
  for (const Json& word : *found) {
    if (!word.is_string()) return std::nullopt;
    words.push_back(word.get<std::string>());
  }
  return words;
}

bool IsForAudience(const Json& claims, const std::string& audience) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return false;
  if (found->is_string()) return found->get<std::string>() == audience;
  return found->is_array() && std::any_of(found->begin(), found->end(), [&](const Json& one) { return one == audience; });
}

}  // namespace

absl::Status TokenNotAccepted(absl::string_view private_detail) {
  return WithPrivateDetail(
      WithReason(absl::UnauthenticatedError("authorization: token not accepted"), "TOKEN_NOT_ACCEPTED"), private_detail);
}

absl::Status TokenExpired(absl::Duration ago) {
  return WithReason(
      absl::UnauthenticatedError(absl::StrCat("authorization: token expired ", absl::ToInt64Seconds(ago), " s ago")),
      "TOKEN_EXPIRED");
}

absl::StatusOr<Caller> CallerOfJwt(absl::string_view token, const KeySet& keys, const JwtRules& rules, absl::Time now) {
  ASSIGN_OR_RETURN(const Parts parts, Split(token));
  ASSIGN_OR_RETURN(const VerificationKey* key, KeyFor(parts.header, keys));
  if (!Verify(*key, parts.signed_text, parts.signature)) return TokenNotAccepted("the signature is not the key's");
  const std::optional<Json> claims = ParseStrictJson(parts.payload);
  if (!claims.has_value() || !claims->is_object()) return TokenNotAccepted("the claims are no JSON object");
  if (TextMember(*claims, "iss") != rules.issuer) return TokenNotAccepted("iss is another issuer");
  if (!IsForAudience(*claims, rules.audience)) return TokenNotAccepted("aud is another audience");
  RETURN_IF_ERROR(CheckTimes(*claims, now));

  Caller caller;
  caller.name = absl::StrCat("jwt:", TextMember(*claims, "sub").value_or("").substr(0, 64));
  const std::optional<std::string> tenant = TextMember(*claims, rules.tenant_claim);
  if (!tenant.has_value()) return TokenNotAccepted(absl::StrCat("no claim ", rules.tenant_claim));
  if (*tenant != kAnyTenant) {
    if (!ValidateTenant(*tenant).ok()) return TokenNotAccepted(absl::StrCat(rules.tenant_claim, " is no tenant name"));
    caller.tenant = *tenant;
  }
  // Other services' roles may stand beside ours.
  for (const std::string& word : Words(*claims, rules.roles_claim).value_or(std::vector<std::string>())) {
    if (const std::optional<Role> role = RoleNamed(word); role.has_value()) caller.roles.Add(*role);
  }
  return caller;
}

}  // namespace supportkpi::access
