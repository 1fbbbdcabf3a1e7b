// Tokens that must be believed, and every way in which one must not: RFC 7515's and 8037's examples, RFC 8725's attacks.
#include "access/jwt.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <functional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "access/refusal.h"
#include "access/strict_json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/access/jwt_signer_test_support.h"

namespace supportkpi::access {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
const JwtRules kRules = {"https://idp.example", "supportkpi"};

class JwtTest : public ::testing::Test {
 protected:
  static const Signer& Rsa() {
    static const auto& signer = *new Signer(Algorithm::kRs256, "rsa-1");
    return signer;
  }
  static const Signer& Ec() {
    static const auto& signer = *new Signer(Algorithm::kEs256, "ec-1");
    return signer;
  }
  static const Signer& Ed() {
    static const auto& signer = *new Signer(Algorithm::kEdDsa, "ed-1");
    return signer;
  }
  static const KeySet& Keys() {
    static const auto& keys = *new KeySet(ParseKeySet(JwksOf({Rsa().Jwk(), Ec().Jwk(), Ed().Jwk()})).value());
    return keys;
  }
  static Json Claims() {
    return {{"iss", "https://idp.example"}, {"aud", "supportkpi"}, {"sub", "job-7"}, {"exp", 1'800'000'300},
            {"tenant", "acme"},             {"roles", {"read", "write", "billing:viewer"}}};
  }
  static absl::StatusOr<Caller> Believe(const std::string& token, const JwtRules& rules = kRules) {
    return CallerOfJwt(token, Keys(), rules, kNow);
  }
  // What the log says; the caller must learn nothing of it.
  static std::string Refusal(const std::string& token) {
    const auto caller = Believe(token);
    if (caller.ok()) return "BELIEVED";
    EXPECT_EQ(caller.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(caller.status().message(), "authorization: token not accepted");
    EXPECT_EQ(ReasonOf(caller.status()), "TOKEN_NOT_ACCEPTED");
    return PrivateDetailOf(caller.status()).value_or("");
  }
};

TEST_F(JwtTest, EachAlgorithmNamesItsCaller) {
  for (const Signer* signer : {&Rsa(), &Ec(), &Ed()}) {
    const auto caller = Believe(signer->Sign(signer->Header(), Claims()));
    ASSERT_TRUE(caller.ok()) << signer->Header() << caller.status();
    EXPECT_EQ(caller->name, "jwt:job-7");
    EXPECT_EQ(caller->tenant, "acme");
    EXPECT_TRUE(caller->roles.Has(Role::kRead));
    EXPECT_TRUE(caller->roles.Has(Role::kWrite));
    EXPECT_FALSE(caller->roles.Has(Role::kAdmin));
  }
}

TEST_F(JwtTest, ClaimsCanBeNamedOtherwiseAndListedInOneText) {
  JwtRules rules = kRules;
  rules.tenant_claim = "https://example.org/tenant";
  rules.roles_claim = "scope";
  Json claims = Claims();
  claims["https://example.org/tenant"] = "*";
  claims["scope"] = "openid admin";
  claims["aud"] = {"other", "supportkpi"};
  const auto caller = Believe(Ec().Sign(Ec().Header(), claims), rules);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->tenant, "");
  EXPECT_TRUE(caller->roles.Has(Role::kAdmin));
  EXPECT_FALSE(caller->roles.Has(Role::kRead));
}

TEST_F(JwtTest, TimesHaveHalfAMinuteOfLeewayAndNoMore) {
  const auto with = [](const char* claim, double seconds) {
    Json claims = Claims();
    claims[claim] = seconds;
    return Believe(Ed().Sign(Ed().Header(), claims));
  };
  EXPECT_TRUE(with("exp", 1'799'999'970.5).ok());
  EXPECT_EQ(with("exp", 1'799'999'970).status().message(), "authorization: token expired 30 s ago");
  EXPECT_EQ(ReasonOf(with("exp", 1'799'999'000).status()), "TOKEN_EXPIRED");
  EXPECT_TRUE(with("nbf", 1'800'000'030).ok());
  EXPECT_EQ(with("nbf", 1'800'000'031).status().message(), "authorization: token is valid only in 31 s");
  EXPECT_FALSE(with("iat", 1'800'000'031).ok());
  EXPECT_FALSE(with("exp", 1e300).ok());
}

TEST_F(JwtTest, WrongClaimsAreAllToldTheSame) {
  const std::vector<std::pair<std::string, std::function<void(Json&)>>> faults = {
      {"iss is another issuer", [](Json& c) { c["iss"] = "https://evil.example"; }},
      {"iss is another issuer", [](Json& c) { c.erase("iss"); }},
      {"aud is another audience", [](Json& c) { c["aud"] = "other"; }},
      {"aud is another audience", [](Json& c) { c["aud"] = {"other"}; }},
      {"aud is another audience", [](Json& c) { c.erase("aud"); }},
      {"no exp", [](Json& c) { c.erase("exp"); }},
      {"no exp", [](Json& c) { c["exp"] = "1800000300"; }},
      {"nbf is no instant", [](Json& c) { c["nbf"] = "soon"; }},
      {"no claim tenant", [](Json& c) { c.erase("tenant"); }},
      {"no claim tenant", [](Json& c) { c["tenant"] = {"acme"}; }},
      {"tenant is no tenant name", [](Json& c) { c["tenant"] = "a/../b"; }},
      {"tenant is no tenant name", [](Json& c) { c["tenant"] = ""; }},
  };
  for (const auto& [detail, change] : faults) {
    Json claims = Claims();
    change(claims);
    EXPECT_EQ(Refusal(Rsa().Sign(Rsa().Header(), claims)), detail);
  }
}

TEST_F(JwtTest, WithoutRolesTheCallerMayDoNothing) {
  Json claims = Claims();
  claims.erase("roles");
  const auto caller = Believe(Ed().Sign(Ed().Header(), claims));
  ASSERT_TRUE(caller.ok());
  EXPECT_TRUE(caller->roles.empty());
}

TEST_F(JwtTest, AKeyVerifiesItsOwnAlgorithmOnly) {
  Json none = {{"alg", "none"}, {"kid", "rsa-1"}};
  EXPECT_THAT(Refusal(Rsa().Sign(none, Claims())), HasSubstr("alg is not the key's"));
  const std::string unsigned_token = Rsa().Sign(none, Claims());
  EXPECT_THAT(Refusal(unsigned_token.substr(0, unsigned_token.rfind('.') + 1)), HasSubstr("alg is not the key's"));
  Json other = Rsa().Header();
  other["kid"] = "ec-1";
  EXPECT_THAT(Refusal(Rsa().Sign(other, Claims())), HasSubstr("alg is not the key's, ES256"));
  other["alg"] = "ES256";
  EXPECT_THAT(Refusal(Rsa().Sign(other, Claims())), HasSubstr("signature"));

  // HS256 with the public key as the secret, the classic.
  const std::string text = absl::StrCat(absl::WebSafeBase64Escape(R"({"alg":"HS256","kid":"rsa-1"})"), ".",
                                        absl::WebSafeBase64Escape(Claims().dump()));
  const std::string secret = Rsa().Jwk()["n"];
  unsigned char mac[32];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mac, &size);
  const std::string forged =
      absl::StrCat(text, ".", absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<char*>(mac), size)));
  EXPECT_THAT(Refusal(forged), HasSubstr("alg is not the key's"));
}

TEST_F(JwtTest, HeadersThatAreNotUnderstoodAreRefused) {
  const std::vector<std::pair<std::string, std::function<void(Json&)>>> faults = {
      {"no kid", [](Json& h) { h.erase("kid"); }},
      {"unknown kid", [](Json& h) { h["kid"] = "rsa-2"; }},
      {"no kid", [](Json& h) { h["kid"] = 1; }},
      {"crit: extensions are not understood", [](Json& h) { h["crit"] = {"exp"}; }},
      {"typ is not JWT or at+jwt", [](Json& h) { h["typ"] = "dpop+jwt"; }},
  };
  for (const auto& [detail, change] : faults) {
    Json header = Rsa().Header();
    change(header);
    EXPECT_EQ(Refusal(Rsa().Sign(header, Claims())), detail);
  }
  Json ours = Rsa().Header();
  ours["jwk"] = Signer(Algorithm::kRs256, "rsa-1").Jwk();  // a key that the token brings along is nobody's
  EXPECT_TRUE(Believe(Rsa().Sign(ours, Claims())).ok());
  const Signer stranger(Algorithm::kRs256, "rsa-1");
  ours["jwk"] = stranger.Jwk();
  EXPECT_EQ(Refusal(stranger.Sign(ours, Claims())), "the signature is not the key's");
}

TEST_F(JwtTest, AnyChangedByteBreaksIt) {
  for (const Signer* signer : {&Rsa(), &Ec(), &Ed()}) {
    const std::string token = signer->Sign(signer->Header(), Claims());
    int believed = 0;
    for (size_t i = 0; i < token.size(); ++i) {
      std::string changed = token;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      believed += Believe(changed).ok();
      changed = token;
      changed.erase(i, 1);
      believed += Believe(changed).ok();
    }
    EXPECT_EQ(believed, 0);
  }
}

TEST_F(JwtTest, ASecondReadingOfItsTextIsRefused) {
  const std::string header = Ed().Header().dump();
  const std::string twice = R"({"tenant":"acme","tenant":"other",)" + Claims().dump().substr(1);
  EXPECT_EQ(Refusal(Ed().SignText(header, twice)), "the claims are no JSON object");
  EXPECT_EQ(Refusal(Ed().SignText(header, Claims().dump() + "x")), "the claims are no JSON object");
  EXPECT_EQ(Refusal(Ed().SignText(header, "[]")), "the claims are no JSON object");
  EXPECT_EQ(Refusal(Ed().SignText(R"({"alg":"EdDSA","alg":"none","kid":"ed-1"})", Claims().dump())),
            "the header is no JSON object");
  const std::string token = Ed().Sign(Ed().Header(), Claims());
  EXPECT_EQ(Refusal(token + "="), "not base64url");
  EXPECT_EQ(Refusal(token + "\n"), "not base64url");
  EXPECT_EQ(Refusal(token + ".x"), "not three parts");
  EXPECT_EQ(Refusal(""), "not three parts");
  EXPECT_EQ(Refusal(".."), "the header is no JSON object");
}

TEST(StrictJson, KnowsOneReadingOnly) {
  EXPECT_TRUE(ParseStrictJson(R"({"a":{"b":1},"b":[{"b":2},{"b":3}]})").has_value());
  for (const char* text : {R"({"a":1,"a":2})", R"({"x":{"a":1,"a":1}})", "{} {}", "", "{\"a\":\"\xff\"}", "{'a':1}", "{\"a\":1,}"}) {
    EXPECT_FALSE(ParseStrictJson(text).has_value()) << text;
  }
  EXPECT_EQ(DecodeBase64Url("-_8"), "\xfb\xff");
  for (const char* text : {"-_8=", "-_9", "+/8", "a", "-_ 8", "-_8\n"}) EXPECT_FALSE(DecodeBase64Url(text).has_value()) << text;
}

// RFC 7515 A.2 and A.3, RFC 8037 A.4: signatures that others made.
TEST(Jwks, VerifiesTheExamplesOfTheStandards) {
  const KeySet keys =
      ParseKeySet(
          R"({"keys":[{"kty":"RSA","kid":"a2","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"},
          {"kty":"EC","kid":"a3","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
          {"kty":"OKP","kid":"a4","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})")
          .value();
  ASSERT_EQ(keys.size(), 3u);
  const std::string payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"eyJhbGciOiJSUzI1NiJ9." + payload,
       "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
      {"eyJhbGciOiJFUzI1NiJ9." + payload,
       "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
      {"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
       "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
  };
  for (size_t i = 0; i < vectors.size(); ++i) {
    const std::string signature = DecodeBase64Url(vectors[i].second).value();
    EXPECT_TRUE(Verify(keys[i], vectors[i].first, signature)) << keys[i].id;
    EXPECT_FALSE(Verify(keys[i], vectors[i].first + "x", signature)) << keys[i].id;
    EXPECT_FALSE(Verify(keys[i], vectors[i].first, signature.substr(1))) << keys[i].id;
    EXPECT_FALSE(Verify(keys[i], vectors[i].first, "")) << keys[i].id;
  }
}

TEST(Jwks, RefusesSetsThatCannotBeMeant) {
  const Json rsa = Signer(Algorithm::kRs256, "k").Jwk();
  Json with_private = rsa, other_use = rsa, no_id = rsa, other_algorithm = rsa, off_curve = Signer(Algorithm::kEs256, "e").Jwk();
  with_private["d"] = "AQAB";
  other_use["use"] = "enc";
  no_id.erase("kid");
  other_algorithm["alg"] = "RS512";
  off_curve["y"] = off_curve["x"];
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"not a JSON Web Key Set", "{}"},
      {"not a JSON Web Key Set", "[]"},
      {"not a JSON Web Key Set", "{\"keys\": 1}"},
      {"keys[0]: not an object", "{\"keys\": [1]}"},
      {"keys[1]: a private key", JwksOf({rsa, with_private})},
      {"keys[1].kid: \"k\" is that of another key too", JwksOf({rsa, rsa})},
      {"keys: none of 0 can be used", JwksOf({})},
      {"keys: none of 4 can be used", JwksOf({other_use, no_id, other_algorithm, off_curve})},
      {"keys: none of 1 can be used", JwksOf({Signer(Algorithm::kRs256, "small", 1024).Jwk()})},
      {"keys: none of 1 can be used", R"({"keys":[{"kty":"oct","kid":"s","k":"c2VjcmV0"}]})"},
  };
  for (const auto& [message, json] : faults) {
    const auto keys = ParseKeySet(json);
    ASSERT_FALSE(keys.ok()) << json;
    EXPECT_THAT(std::string(keys.status().message()), HasSubstr(message));
  }
  EXPECT_EQ(ParseKeySet(JwksOf({rsa, other_use, {{"kty", "future"}}}))->size(), 1u);
}

}  // namespace
}  // namespace supportkpi::access
