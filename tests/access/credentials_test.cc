// The credentials file and who is found in it.
#include "access/credentials.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::access {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Token, IsRandomAndRecognisable) {
  const std::string token = MakeToken();
  EXPECT_NE(token, MakeToken());
  EXPECT_EQ(token.substr(0, 5), "skpi_");
  EXPECT_EQ(token.size(), 5u + 43u);  // 256 bits
  EXPECT_EQ(HexOf(HashOf("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2
  EXPECT_EQ(HashOfHex(HexOf(HashOf(token))), HashOf(token));
  EXPECT_EQ(HashOfHex("abc"), std::nullopt);
  EXPECT_EQ(HashOfHex(std::string(63, '0') + "g"), std::nullopt);
}

TEST(Token, HashesThatDifferAnywhereAreNotEqual) {
  const TokenHash hash = HashOf("a");
  EXPECT_TRUE(Equal(hash, HashOf("a")));
  for (size_t i = 0; i < hash.size(); ++i) {
    TokenHash other = hash;
    other[i] ^= 1;
    EXPECT_FALSE(Equal(hash, other));
  }
}

std::string Entry(const std::string& name, const std::string& token) {
  return absl::StrCat("  - {name: ", name, ", sha256: ", HexOf(HashOf(token)), ", tenant: acme, roles: [read]}\n");
}

TEST(Credentials, NameTheCallerOfEachToken) {
  const auto credentials = ParseCredentials(absl::StrCat(
      "tokens:\n", Entry("reports", "one"), "  - name: operator\n    sha256: ", HexOf(HashOf("two")),
      "\n    tenant: \"*\"\n    roles: [read, admin]\n    expires: \"2027-01-01T00:00:00Z\"\ncertificates:\n"));
  ASSERT_TRUE(credentials.ok()) << credentials.status();
  const TokenEntry* reports = FindToken(*credentials, "one");
  ASSERT_NE(reports, nullptr);
  EXPECT_EQ(reports->caller.name, "reports");
  EXPECT_EQ(reports->caller.tenant, "acme");
  EXPECT_TRUE(reports->caller.roles.Has(Role::kRead));
  EXPECT_FALSE(reports->caller.roles.Has(Role::kWrite));
  EXPECT_EQ(reports->expires, absl::InfiniteFuture());
  const TokenEntry* operations = FindToken(*credentials, "two");
  ASSERT_NE(operations, nullptr);
  EXPECT_EQ(operations->caller.tenant, "") << "bound to none";
  EXPECT_TRUE(operations->caller.roles.Has(Role::kAdmin));
  EXPECT_EQ(absl::FormatTime("%Y", operations->expires, absl::UTCTimeZone()), "2027");
  for (const char* other : {"", "three", "One", "one "}) EXPECT_EQ(FindToken(*credentials, other), nullptr);
}

TEST(Credentials, AreMetByExactNamesOfCertificates) {
  const auto credentials = ParseCredentials(R"(
certificates:
  - {name: gateway, uri: "spiffe://example.org/gateway", tenant: "*", roles: [read, write]}
  - {name: billing, uri: "urn:billing", tenant: acme, roles: [read]}
  - {name: reports, dns: reports.example.org, tenant: acme, roles: [read]}
)");
  ASSERT_TRUE(credentials.ok()) << credentials.status();
  const auto name = [&](const CertificateNames& names) -> std::string {
    const CertificateEntry* entry = FindCertificate(*credentials, names);
    return entry == nullptr ? "nobody" : entry->caller.name;
  };
  EXPECT_EQ(name({"spiffe://example.org/gateway", {"spiffe://example.org/gateway"}, {}}), "gateway");
  EXPECT_EQ(name({"", {"urn:other", "urn:billing"}, {}}), "billing");
  EXPECT_EQ(name({"", {}, {"other.example.org", "reports.example.org"}}), "reports");
  EXPECT_EQ(name({}), "nobody");
  EXPECT_EQ(name({"spiffe://example.org/gateway/x", {"spiffe://example.org/gateway/x"}, {}}), "nobody");
  EXPECT_EQ(name({"", {"spiffe://example.org/gateway", "spiffe://example.org/other"}, {}}), "nobody") << "two URIs";
  EXPECT_EQ(name({"", {}, {"spiffe://example.org/gateway"}}), "nobody") << "a DNS name is no URI";
  EXPECT_EQ(name({"", {"reports.example.org"}, {}}), "nobody") << "a URI is no DNS name";
}

TEST(Credentials, EveryFaultIsToldAtOnceWithItsLine) {
  const auto credentials = ParseCredentials(absl::StrCat("tokens:\n", Entry("a", "one"), Entry("a", "two"), Entry("b", "one"),
                                                         R"(  - {name: "", sha256: skpi_secret, tenant: a/b, roles: [owner]}
  - {name: c, tenant: acme, roles: read, password: x}
  - [1]
  - {name: d, name: e, sha256: [], roles: []}
users: []
certificates:
  - {name: f, tenant: acme, roles: [read]}
)"));
  ASSERT_FALSE(credentials.ok());
  EXPECT_EQ(credentials.status().code(), absl::StatusCode::kInvalidArgument);
  const std::vector<std::string> faults = absl::StrSplit(credentials.status().message(), '\n');
  EXPECT_THAT(faults, ElementsAre("tokens[1].name: \"a\" is taken by another entry; line 3",
                                  "tokens[2].sha256: is that of another entry too; line 4",
                                  "tokens[3].name: \"\" has 0 characters; 1 to 64; line 5",
                                  "tokens[3].tenant: \"a/b\" must match [a-z0-9][a-z0-9-]{0,62}, or be \"*\"; line 5",
                                  "tokens[3].roles: \"owner\" is no role; read, write, admin; line 5",
                                  "tokens[3].sha256: not 64 hexadecimal digits; `supportkpid token` makes them; line 5",
                                  HasSubstr("tokens[4].password: no such field; expires, name, roles, sha256, tenant"),
                                  HasSubstr("tokens[4].roles: not a list; such as [read, write]"),
                                  HasSubstr("tokens[4].sha256: not 64"), "tokens[5]: not a map; line 7",
                                  HasSubstr("tokens[6].name: given twice"), HasSubstr("tokens[6].sha256: not a text"),
                                  HasSubstr("tokens[6].tenant: required"), HasSubstr("tokens[6].roles: no role"),
                                  HasSubstr("tokens[6].sha256: not 64"),
                                  "\"users\": no such list; tokens, certificates; line 9",
                                  HasSubstr("certificates[0]: exactly one of uri and dns is required")));
  EXPECT_THAT(std::string(credentials.status().message()), Not(HasSubstr("skpi_secret")));
}

TEST(Credentials, WhatIsNoListOfThemIsRefused) {
  for (const char* text : {"", "just words", "tokens: 5", "tokens: [", "- a"}) {
    EXPECT_FALSE(ParseCredentials(text).ok()) << text;
  }
  EXPECT_TRUE(ParseCredentials("tokens: []").ok()) << "nobody may call: that can be meant";
}

TEST(Credentials, MayBeTenThousandAndNoMore) {
  std::string text = "tokens:\n";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&text, Entry(absl::StrCat("t", i), absl::StrCat(i)));
  EXPECT_EQ(ParseCredentials(text)->tokens.size(), 10'000u);
  absl::StrAppend(&text, Entry("t10000", "10000"));
  EXPECT_THAT(std::string(ParseCredentials(text).status().message()), HasSubstr("10001 entries; at most 10000"));
}

}  // namespace
}  // namespace supportkpi::access
