// Rates and places: one less, exactly as many, one more.
#include "access/tenant_limits.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "access/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::access {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1000);

int CallsLetIn(TenantLimits& limits, absl::string_view tenant, int tried, absl::Time now) {
  int let_in = 0;
  for (int i = 0; i < tried; ++i) let_in += limits.Enter(tenant, now).ok();
  return let_in;
}

TEST(TenantLimits, WithoutRatesLetEverythingIn) {
  TenantLimits limits;
  EXPECT_EQ(CallsLetIn(limits, "a", 100'000, kStart), 100'000);
  EXPECT_TRUE(limits.TakeRecords("a", INT64_MAX / 2, kStart).ok());
  EXPECT_EQ(limits.PaceRecords("a", INT64_MAX / 2, kStart), absl::ZeroDuration());
}

TEST(TenantLimits, CallsOfTwoSecondsAtOnceAndThenTheirRate) {
  TenantLimits limits({.calls_per_second = 10});
  EXPECT_EQ(CallsLetIn(limits, "a", 19, kStart), 19);
  EXPECT_EQ(CallsLetIn(limits, "a", 2, kStart), 1) << "the 20th, not the 21st";
  EXPECT_EQ(CallsLetIn(limits, "b", 20, kStart), 20) << "another tenant's";
  EXPECT_EQ(CallsLetIn(limits, "a", 5, kStart + absl::Milliseconds(99)), 0);
  EXPECT_EQ(CallsLetIn(limits, "a", 5, kStart + absl::Milliseconds(100)), 1);
  EXPECT_EQ(CallsLetIn(limits, "a", 100, kStart + absl::Seconds(3600)), 20) << "rest is worth two seconds";

  const absl::Status refused = limits.Enter("a", kStart + absl::Seconds(3600)).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "TENANT_RATE");
  EXPECT_EQ(RetryAfterOf(refused), absl::Milliseconds(100));
  EXPECT_EQ(LimitOf(refused)->name, "tenant_calls_per_second");
  EXPECT_EQ(LimitOf(refused)->allowed, "10");
}

TEST(TenantLimits, WhoComesBackWhenToldIsLetIn) {
  for (const int64_t rate : {1, 3, 7, 999, 123'457}) {
    TenantLimits limits({.calls_per_second = rate});
    absl::Time now = kStart;
    CallsLetIn(limits, "a", static_cast<int>(2 * rate), now);
    for (int i = 0; i < 50; ++i) {
      const absl::Status refused = limits.Enter("a", now).status();
      ASSERT_FALSE(refused.ok()) << rate;
      now += *RetryAfterOf(refused) + absl::Milliseconds(1);
      EXPECT_TRUE(limits.Enter("a", now).ok()) << rate;
      CallsLetIn(limits, "a", 2000, now);
    }
  }
}

TEST(TenantLimits, PlacesAreGivenBack) {
  TenantLimits limits({.concurrent_calls = 3});
  std::vector<Place> places;
  for (int i = 0; i < 3; ++i) places.push_back(*limits.Enter("a", kStart));
  const absl::Status refused = limits.Enter("a", kStart).status();
  EXPECT_EQ(ReasonOf(refused), "TENANT_CONCURRENCY");
  EXPECT_EQ(refused.message(), "tenant_concurrent_calls: 3 calls of the tenant wait or run; at most 3, try again later");
  EXPECT_TRUE(RetryAfterOf(refused).has_value());
  EXPECT_TRUE(limits.Enter("b", kStart).ok());
  places.pop_back();
  {
    Place moved = *limits.Enter("a", kStart);
    Place again = std::move(moved);
    EXPECT_FALSE(moved.is_held());
    EXPECT_TRUE(again.is_held());
    EXPECT_FALSE(limits.Enter("a", kStart).ok());
  }
  EXPECT_TRUE(limits.Enter("a", kStart).ok());
}

TEST(TenantLimits, ARefusedCallCostsNothing) {
  TenantLimits limits({.calls_per_second = 1, .concurrent_calls = 1});
  {
    const Place place = *limits.Enter("a", kStart);
    EXPECT_EQ(CallsLetIn(limits, "a", 100, kStart), 0);  // no place
  }
  EXPECT_EQ(CallsLetIn(limits, "a", 1, kStart), 1) << "the second of the two that it may make at once";
}

TEST(TenantLimits, RecordsOfAUnaryCallAreAllTakenOrNone) {
  TenantLimits limits({.records_per_second = 1000});
  EXPECT_TRUE(limits.TakeRecords("a", 1999, kStart).ok());
  EXPECT_EQ(ReasonOf(limits.TakeRecords("a", 2, kStart)), "TENANT_RECORD_RATE");
  EXPECT_TRUE(limits.TakeRecords("a", 1, kStart).ok());
  // A batch of more than two seconds' worth needs a full bucket, and is paid off afterwards.
  EXPECT_FALSE(limits.TakeRecords("a", 10'000, kStart + absl::Milliseconds(1999)).ok());
  EXPECT_TRUE(limits.TakeRecords("a", 10'000, kStart + absl::Seconds(2)).ok());
  EXPECT_FALSE(limits.TakeRecords("a", 1, kStart + absl::Seconds(10)).ok());
  EXPECT_TRUE(limits.TakeRecords("a", 1, kStart + absl::Milliseconds(10'001)).ok());
}

TEST(TenantLimits, AStreamIsSlowedDownToTheRate) {
  TenantLimits limits({.records_per_second = 1000});
  EXPECT_EQ(limits.PaceRecords("a", 2000, kStart), absl::ZeroDuration());
  EXPECT_EQ(limits.PaceRecords("a", 500, kStart), absl::Milliseconds(500));
  EXPECT_EQ(limits.PaceRecords("a", 500, kStart + absl::Milliseconds(500)), absl::Milliseconds(500));
  EXPECT_EQ(limits.PaceRecords("b", 500, kStart), absl::ZeroDuration());
}

TEST(TenantLimits, NewRatesCountAtOnce) {
  TenantLimits limits({.calls_per_second = 1000});
  CallsLetIn(limits, "a", 1, kStart);
  limits.SetRates({.calls_per_second = 1});
  EXPECT_EQ(CallsLetIn(limits, "a", 100, kStart), 2);
  limits.SetRates({});
  EXPECT_EQ(CallsLetIn(limits, "a", 100, kStart), 100);
}

TEST(TenantLimits, TenantsAtRestAreForgotten) {
  TenantLimits limits({.calls_per_second = 10});
  const Place kept = *limits.Enter("kept", kStart);
  for (int i = 0; i < 100'000; ++i) {
    EXPECT_TRUE(limits.Enter(absl::StrCat("t", i), kStart + absl::Milliseconds(i)).ok());
  }
  EXPECT_LT(limits.tenants(), 3000u);
  TenantLimits busy({.calls_per_second = 10, .concurrent_calls = 1});
  const Place place = *busy.Enter("busy", kStart);
  for (int i = 0; i < 5000; ++i) EXPECT_TRUE(busy.Enter(absl::StrCat("t", i), kStart + absl::Seconds(i)).ok());
  EXPECT_FALSE(busy.Enter("busy", kStart + absl::Seconds(5000)).ok()) << "it still has its place";
}

}  // namespace
}  // namespace supportkpi::access
