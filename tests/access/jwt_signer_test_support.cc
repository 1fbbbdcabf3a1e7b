// The private half of what access/jwks checks.
#include "tests/access/jwt_signer_test_support.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace supportkpi::access {

namespace {

std::string Number(const EVP_PKEY* key, const char* name, int bytes) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string text(bytes == 0 ? BN_num_bytes(number) : bytes, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(text.data()), static_cast<int>(text.size()));
  BN_free(number);
  return absl::WebSafeBase64Escape(text);
}

}  // namespace

Signer::Signer(Algorithm algorithm, std::string id, int rsa_bits) : algorithm_(algorithm), id_(std::move(id)) {
  EVP_PKEY* key = nullptr;
  switch (algorithm) {
    case Algorithm::kRs256:
      key = EVP_RSA_gen(rsa_bits);
      break;
    case Algorithm::kEs256:
      key = EVP_EC_gen("P-256");
      break;
    case Algorithm::kEdDsa:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
      break;
  }
  key_ = std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free);
}

nlohmann::json Signer::Jwk() const {
  nlohmann::json jwk = {{"kid", id_}, {"use", "sig"}, {"alg", std::string(NameOf(algorithm_))}};
  if (algorithm_ == Algorithm::kRs256) {
    jwk["kty"] = "RSA";
    jwk["n"] = Number(key_.get(), OSSL_PKEY_PARAM_RSA_N, 0);
    jwk["e"] = Number(key_.get(), OSSL_PKEY_PARAM_RSA_E, 0);
  } else if (algorithm_ == Algorithm::kEs256) {
    jwk["kty"] = "EC";
    jwk["crv"] = "P-256";
    jwk["x"] = Number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, 32);
    jwk["y"] = Number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, 32);
  } else {
    unsigned char bytes[32];
    size_t size = sizeof(bytes);
    EVP_PKEY_get_raw_public_key(key_.get(), bytes, &size);
    jwk["kty"] = "OKP";
    jwk["crv"] = "Ed25519";
    jwk["x"] = absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<char*>(bytes), size));
  }
  return jwk;
}

std::string Signer::Sign(const nlohmann::json& header, const nlohmann::json& claims) const {
  return SignText(header.dump(), claims.dump());
}

std::string Signer::SignText(const std::string& header, const std::string& claims) const {
  const std::string text = absl::StrCat(absl::WebSafeBase64Escape(header), ".", absl::WebSafeBase64Escape(claims));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, algorithm_ == Algorithm::kEdDsa ? nullptr : EVP_sha256(), nullptr, key_.get());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  EVP_DigestSign(context, nullptr, &size, bytes, text.size());
  std::vector<unsigned char> signature(size);
  EVP_DigestSign(context, signature.data(), &size, bytes, text.size());
  EVP_MD_CTX_free(context);
  std::string raw(reinterpret_cast<char*>(signature.data()), size);
  if (algorithm_ == Algorithm::kEs256) {
    const unsigned char* der = signature.data();
    ECDSA_SIG* numbers = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size));
    raw.assign(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), reinterpret_cast<unsigned char*>(raw.data()), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), reinterpret_cast<unsigned char*>(raw.data()) + 32, 32);
    ECDSA_SIG_free(numbers);
  }
  return absl::StrCat(text, ".", absl::WebSafeBase64Escape(raw));
}

std::string JwksOf(const std::vector<nlohmann::json>& jwks) { return nlohmann::json{{"keys", jwks}}.dump(); }

}  // namespace supportkpi::access
