// Which tenant a request is for.
#include "access/tenant.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::access {
namespace {

using ::testing::HasSubstr;

TEST(Tenant, ARequestThatNamesNoneIsForTheCallersElseForDefault) {
  EXPECT_EQ(TenantFor({}, "").value(), "default");
  EXPECT_EQ(TenantFor({"", "acme"}, "").value(), "acme");
}

TEST(Tenant, AnUnboundCallerMayNameAnyOfThem) { EXPECT_EQ(TenantFor({}, "acme-2").value(), "acme-2"); }

TEST(Tenant, ABoundCallerSeesNoOtherAndDoesNotLearnWhetherItExists) {
  EXPECT_EQ(TenantFor({"", "acme"}, "acme").value(), "acme");
  EXPECT_EQ(TenantFor({"", "acme"}, "other").status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(TenantFor({"", "acme"}, "other").status().message(), TenantFor({"", "acme"}, "another").status().message());
}

TEST(Tenant, NamesAreDnsLabelsAndNothingElse) {
  for (const char* good : {"a", "7", "acme", "acme-eu-1", "a-"}) EXPECT_TRUE(ValidateTenant(good).ok()) << good;
  EXPECT_TRUE(ValidateTenant(std::string(63, 'a')).ok());
  for (const std::string& bad : {std::string("-a"), std::string("Acme"), std::string("a/../b"), std::string("a b"),
                                 std::string("a\0b", 3), std::string("\xff"), std::string("straße"),
                                 std::string(64, 'a'), std::string(10'000, 'x')}) {
    const absl::Status status = ValidateTenant(bad);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(status.message()), HasSubstr("must match [a-z0-9][a-z0-9-]{0,62}"));
    EXPECT_LT(status.message().size(), 400u);
  }
}

}  // namespace
}  // namespace supportkpi::access
