// OpenSSL 3: keys are made from their numbers, signatures checked by EVP_DigestVerify.
#include "access/jwks.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "access/refusal.h"
#include "access/strict_json.h"

namespace supportkpi::access {

namespace {

using Json = nlohmann::json;

constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;

template <class Thing, void (*kFree)(Thing*)>
struct Freer {
  void operator()(Thing* thing) const { kFree(thing); }
};
template <class Thing, void (*kFree)(Thing*)>
using Owned = std::unique_ptr<Thing, Freer<Thing, kFree>>;

const unsigned char* Bytes(absl::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::shared_ptr<EVP_PKEY> Shared(EVP_PKEY* key) {
  return key == nullptr ? nullptr : std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free);
}

std::shared_ptr<EVP_PKEY> PublicKey(const char* type, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder));
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return Shared(key);
}

std::shared_ptr<EVP_PKEY> RsaKey(const Json& jwk) {
  const auto n = DecodeBase64Url(TextMember(jwk, "n").value_or(""));
  const auto e = DecodeBase64Url(TextMember(jwk, "e").value_or(""));
  if (!n.has_value() || !e.has_value() || n->empty() || e->empty()) return nullptr;
  const Owned<BIGNUM, BN_free> modulus(BN_bin2bn(Bytes(*n), static_cast<int>(n->size()), nullptr));
  const Owned<BIGNUM, BN_free> exponent(BN_bin2bn(Bytes(*e), static_cast<int>(e->size()), nullptr));
  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  const int bits = BN_num_bits(modulus.get());
  if (bits < kRsaBitsMin || bits > kRsaBitsMax || BN_num_bits(exponent.get()) > 64) return nullptr;
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  return PublicKey("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> EcKey(const Json& jwk) {
  const auto x = DecodeBase64Url(TextMember(jwk, "x").value_or(""));
  const auto y = DecodeBase64Url(TextMember(jwk, "y").value_or(""));
  if (TextMember(jwk, "crv") != "P-256" || !x.has_value() || !y.has_value() || x->size() != 32 || y->size() != 32) {
    return nullptr;
  }
  const std::string point = absl::StrCat("\x04", *x, *y);  // uncompressed
  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  const std::shared_ptr<EVP_PKEY> key = PublicKey("EC", builder.get());
  if (key == nullptr) return nullptr;
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  return EVP_PKEY_public_check(check.get()) == 1 ? key : nullptr;
}

std::shared_ptr<EVP_PKEY> EdKey(const Json& jwk) {
  const auto x = DecodeBase64Url(TextMember(jwk, "x").value_or(""));
  if (TextMember(jwk, "crv") != "Ed25519" || !x.has_value() || x->size() != 32) return nullptr;
  return Shared(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(*x), x->size()));
}

// A key without OpenSSL's part: it cannot be used here.
VerificationKey KeyOf(const Json& jwk) {
  VerificationKey key;
  key.id = TextMember(jwk, "kid").value_or("");
  const std::string type = TextMember(jwk, "kty").value_or("");
  if (type == "RSA") {
    key.algorithm = Algorithm::kRs256;
    key.key = RsaKey(jwk);
  } else if (type == "EC") {
    key.algorithm = Algorithm::kEs256;
    key.key = EcKey(jwk);
  } else if (type == "OKP") {
    key.algorithm = Algorithm::kEdDsa;
    key.key = EdKey(jwk);
  } else {
    return key;
  }
  const bool is_other_algorithm = jwk.contains("alg") && TextMember(jwk, "alg") != std::string(NameOf(key.algorithm));
  const bool is_for_other_use = jwk.contains("use") && TextMember(jwk, "use") != "sig";
  if (is_other_algorithm || is_for_other_use || key.id.empty()) key.key = nullptr;
  return key;
}

// A JWT has the two numbers side by side, OpenSSL wants them in DER.
std::string DerOf(absl::string_view signature) {
  const Owned<ECDSA_SIG, ECDSA_SIG_free> numbers(ECDSA_SIG_new());
  ECDSA_SIG_set0(numbers.get(), BN_bin2bn(Bytes(signature), 32, nullptr), BN_bin2bn(Bytes(signature) + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(numbers.get(), &der);
  if (size <= 0) return "";
  const std::string bytes(reinterpret_cast<char*>(der), size);
  OPENSSL_free(der);
  return bytes;
}

}  // namespace

absl::StatusOr<KeySet> ParseKeySet(absl::string_view json) {
  const std::optional<Json> root = ParseStrictJson(json);
  if (!root.has_value() || !root->is_object() || !root->contains("keys") || !(*root)["keys"].is_array()) {
    return absl::InvalidArgumentError("not a JSON Web Key Set; {\"keys\": [...]} is expected");
  }
  KeySet keys;
  std::set<std::string> ids;
  size_t index = 0;
  for (const Json& jwk : (*root)["keys"]) {
    const std::string path = absl::StrCat("keys[", index++, "]");
    if (!jwk.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": not an object"));
    if (jwk.contains("d")) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": a private key; the server needs the public one only"));
    }
    VerificationKey key = KeyOf(jwk);
    if (key.key == nullptr) continue;
    if (!ids.insert(key.id).second) {
      return absl::InvalidArgumentError(absl::StrCat(path, ".kid: ", Quoted(key.id), " is that of another key too"));
    }
    keys.push_back(std::move(key));
  }
  if (keys.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("keys: none of ", index,
                     " can be used; RSA of 2048 to 8192 bits, EC of P-256 or OKP of Ed25519, each with a kid"));
  }
  return keys;
}

bool Verify(const VerificationKey& key, absl::string_view text, absl::string_view signature) {
  std::string der;
  if (key.algorithm == Algorithm::kEs256) {
    if (signature.size() != 64) return false;
    der = DerOf(signature);
    signature = der;
  }
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  const EVP_MD* digest = key.algorithm == Algorithm::kEdDsa ? nullptr : EVP_sha256();
  return context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text), text.size()) == 1;
}

absl::string_view NameOf(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kRs256:
      return "RS256";
    case Algorithm::kEs256:
      return "ES256";
    case Algorithm::kEdDsa:
      return "EdDSA";
  }
  return "";
}

}  // namespace supportkpi::access
