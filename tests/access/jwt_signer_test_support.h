// Keys made on the spot, their JWKs, and tokens signed with them.
#ifndef SUPPORTKPI_TESTS_ACCESS_JWT_SIGNER_TEST_SUPPORT_H_
#define SUPPORTKPI_TESTS_ACCESS_JWT_SIGNER_TEST_SUPPORT_H_

#include <memory>
#include <string>

#include "access/jwks.h"
#include "nlohmann/json.hpp"

namespace supportkpi::access {

class Signer {
 public:
  explicit Signer(Algorithm algorithm, std::string id, int rsa_bits = 2048);

  nlohmann::json Jwk() const;  // the public key
  // header.claims.signature, whatever the header says.
  std::string Sign(const nlohmann::json& header, const nlohmann::json& claims) const;
  std::string SignText(const std::string& header, const std::string& claims) const;
  nlohmann::json Header() const { return {{"alg", std::string(NameOf(algorithm_))}, {"kid", id_}, {"typ", "JWT"}}; }

 private:
  const Algorithm algorithm_;
  const std::string id_;
  std::shared_ptr<EVP_PKEY> key_;
};

std::string JwksOf(const std::vector<nlohmann::json>& jwks);

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_TESTS_ACCESS_JWT_SIGNER_TEST_SUPPORT_H_
