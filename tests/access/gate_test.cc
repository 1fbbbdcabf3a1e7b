// What a call shows and who it is then; roles against methods.
#include "access/gate.h"

#include "absl/strings/str_cat.h"
#include "access/method_roles.h"
#include "access/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/access/jwt_signer_test_support.h"

namespace supportkpi::access {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

Keyring Tokens(const std::string& expires = "2099-01-01T00:00:00Z") {
  Keyring keyring;
  keyring.credentials = ParseCredentials(absl::StrCat(
      "tokens: [{name: t, sha256: ", HexOf(HashOf("skpi_1")), ", tenant: acme, roles: [read], expires: \"", expires,
      "\"}]\ncertificates: [{name: c, dns: client.example.org, tenant: other, roles: [write]}]")).value();
  return keyring;
}

std::string Outcome(const Gate& gate, const std::vector<std::string>& authorizations, const CertificateNames& names = {}) {
  const auto caller = gate.Identify({authorizations, names}, kNow);
  return caller.ok() ? caller->name : absl::StrCat(*ReasonOf(caller.status()), " ", caller.status().message());
}

TEST(Gate, WithoutAKeyringIsOpenToEverybody) {
  const auto caller = Gate().Identify({{"Bearer whatever"}, {}}, kNow);
  ASSERT_TRUE(caller.ok());
  EXPECT_EQ(caller->tenant, "");
  EXPECT_EQ(caller->roles, Roles::All());
}

TEST(Gate, BelievesOneTokenOfItsKeyring) {
  const Gate gate(Tokens());
  EXPECT_EQ(Outcome(gate, {"Bearer skpi_1"}), "t");
  EXPECT_EQ(Outcome(gate, {"bearer skpi_1"}), "t") << "RFC 9110: schemes have no case";
  EXPECT_EQ(Outcome(gate, {}), "NO_CREDENTIALS authorization: missing bearer token");
  EXPECT_EQ(Outcome(gate, {"Bearer skpi_1", "Bearer skpi_1"}), "TOKEN_NOT_ACCEPTED authorization: given 2 times; once");
  EXPECT_EQ(Outcome(gate, {"Basic c2twaV8x"}), "TOKEN_NOT_ACCEPTED authorization: not a bearer token; `Bearer TOKEN` is expected");
  for (const char* other : {"Bearer skpi_2", "Bearer ", "Bearer skpi_1 ", "Bearer  skpi_1", "Bearer a.b.c"}) {
    EXPECT_EQ(Outcome(gate, {other}), "TOKEN_NOT_ACCEPTED authorization: token not accepted") << other;
  }
}

TEST(Gate, LooksAtFourKilobytesAndNoMore) {
  const Gate gate(Tokens());
  EXPECT_EQ(Outcome(gate, {"Bearer " + std::string(4096 - 7, 'x')}), "TOKEN_NOT_ACCEPTED authorization: token not accepted");
  EXPECT_EQ(Outcome(gate, {"Bearer " + std::string(4097 - 7, 'x')}), "TOKEN_NOT_ACCEPTED authorization: longer than 4096 bytes");
}

TEST(Gate, ATokenExpiresToTheSecond) {
  EXPECT_EQ(Outcome(Gate(Tokens("2027-01-15T08:00:01Z")), {"Bearer skpi_1"}), "t");
  EXPECT_EQ(Outcome(Gate(Tokens("2027-01-15T08:00:00Z")), {"Bearer skpi_1"}), "TOKEN_EXPIRED authorization: token expired 0 s ago");
  EXPECT_EQ(Outcome(Gate(Tokens("2027-01-15T07:59:48Z")), {"Bearer skpi_1"}), "TOKEN_EXPIRED authorization: token expired 12 s ago");
}

TEST(Gate, TheCertificateCountsWhereNoTokenIsShown) {
  const Gate gate(Tokens());
  const CertificateNames names = {"", {}, {"client.example.org"}};
  EXPECT_EQ(Outcome(gate, {}, names), "c");
  EXPECT_EQ(Outcome(gate, {"Bearer skpi_1"}, names), "t");
  EXPECT_EQ(Outcome(gate, {"Bearer skpi_2"}, names), "TOKEN_NOT_ACCEPTED authorization: token not accepted");
  EXPECT_EQ(Outcome(gate, {}, {"", {}, {"stranger.example.org"}}), "NO_CREDENTIALS authorization: missing bearer token");
}

TEST(Gate, ANewKeyringCountsFromTheNextCall) {
  Gate gate(Tokens());
  EXPECT_EQ(Outcome(gate, {"Bearer skpi_1"}), "t");
  Keyring keyring;
  const Signer signer(Algorithm::kEdDsa, "k");
  keyring.keys = ParseKeySet(JwksOf({signer.Jwk()})).value();
  keyring.rules = {"me", "kpi"};
  gate.Exchange(std::move(keyring));
  EXPECT_EQ(Outcome(gate, {"Bearer skpi_1"}), "TOKEN_NOT_ACCEPTED authorization: token not accepted");
  EXPECT_EQ(Outcome(gate, {absl::StrCat("Bearer ", signer.Sign(signer.Header(), {{"iss", "me"}, {"aud", "kpi"}, {"sub", "s"},
                                                                               {"exp", 1'800'000'001}, {"tenant", "acme"}}))}),
            "jwt:s");
}

TEST(MethodRoles, EveryMethodIsOpenToItsRoleAlone) {
  for (const MethodRole& row : MethodRoles()) {
    const size_t slash = row.method.find('/');
    const absl::string_view service = row.method.substr(0, slash), method = row.method.substr(slash + 1);
    for (const Role role : {Role::kRead, Role::kWrite, Role::kAdmin}) {
      Caller caller;
      caller.roles.Add(role);
      const absl::Status status = Authorise(caller, service, method);
      EXPECT_EQ(status.ok(), role == row.role) << row.method << " " << NameOf(role);
      if (status.ok()) continue;
      EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
      EXPECT_EQ(status.message(), absl::StrCat("method ", row.method, " requires role ", NameOf(row.role)));
    }
    EXPECT_FALSE(Authorise(Caller(), service, method).ok()) << row.method << " without any role";
    Caller bound{"", "acme", Roles::All()};
    EXPECT_EQ(Authorise(bound, service, method).ok(), row.reach == Reach::kTenant) << row.method;
    EXPECT_TRUE(Authorise(Caller::Anyone(), service, method).ok()) << row.method;
  }
}

TEST(MethodRoles, WhatHasNoRowIsOpenToNobody) {
  for (const char* method : {"Erase", "", "querykpis", "QueryKpis/", "/QueryKpis"}) {
    EXPECT_EQ(Authorise(Caller::Anyone(), "supportkpi.v1.KpiService", method).code(), absl::StatusCode::kPermissionDenied) << method;
  }
}

TEST(MethodRoles, NoMethodHasTwoRows) {
  std::set<absl::string_view> methods;
  for (const MethodRole& row : MethodRoles()) EXPECT_TRUE(methods.insert(row.method).second) << row.method;
}

}  // namespace
}  // namespace supportkpi::access
