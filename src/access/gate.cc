// Tokens and certificates against the keyring of the moment.
#include "access/gate.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "access/refusal.h"

namespace supportkpi::access {

namespace {

absl::Status Unauthenticated(absl::string_view message, absl::string_view reason) {
  return WithReason(absl::UnauthenticatedError(message), reason);
}

absl::StatusOr<Caller> CallerOfToken(const Keyring& keyring, absl::string_view token, absl::Time now) {
  if (absl::StartsWith(token, kTokenPrefix)) {
    if (!keyring.credentials.has_value()) return TokenNotAccepted("there is no credentials_file");
    const TokenEntry* entry = FindToken(*keyring.credentials, token);
    if (entry == nullptr) return TokenNotAccepted("its hash is not in credentials_file");
    if (now >= entry->expires) return TokenExpired(now - entry->expires);
    return entry->caller;
  }
  if (!keyring.keys.has_value()) return TokenNotAccepted("no token of ours, and there is no jwks_file");
  return CallerOfJwt(token, *keyring.keys, keyring.rules, now);
}

}  // namespace

void Gate::Exchange(Keyring keyring) {
  auto shared = std::make_shared<const Keyring>(std::move(keyring));
  absl::MutexLock lock(&mutex_);
  keyring_ = std::move(shared);
}

absl::StatusOr<Caller> Gate::Identify(const Shown& shown, absl::Time now) const {
  std::shared_ptr<const Keyring> keyring;
  {
    absl::MutexLock lock(&mutex_);
    keyring = keyring_;
  }
  if (!keyring->credentials.has_value() && !keyring->keys.has_value()) return Caller::Anyone();
  if (shown.authorizations.empty()) {
    const CertificateEntry* entry =
        keyring->credentials.has_value() ? FindCertificate(*keyring->credentials, shown.certificate) : nullptr;
    if (entry != nullptr) return entry->caller;
    return Unauthenticated("authorization: missing bearer token", "NO_CREDENTIALS");
  }
  if (shown.authorizations.size() > 1) {
    return Unauthenticated(absl::StrCat("authorization: given ", shown.authorizations.size(), " times; once"),
                           "TOKEN_NOT_ACCEPTED");
  }
  absl::string_view token = shown.authorizations[0];
  if (token.size() > kAuthorizationBytesMax) {
    return Unauthenticated(absl::StrCat("authorization: longer than ", kAuthorizationBytesMax, " bytes"), "TOKEN_NOT_ACCEPTED");
  }
  constexpr absl::string_view kBearer = "bearer ";
  if (!absl::StartsWithIgnoreCase(token, kBearer)) {
    return Unauthenticated("authorization: not a bearer token; `Bearer TOKEN` is expected", "TOKEN_NOT_ACCEPTED");
  }
  token.remove_prefix(kBearer.size());
  return CallerOfToken(*keyring, token, now);
}

}  // namespace supportkpi::access
