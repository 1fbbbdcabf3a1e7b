// One byte less than the limit, exactly the limit, one more.
#include "access/tenant_memory.h"

#include <thread>
#include <vector>

#include "access/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::access {
namespace {

constexpr int64_t kMib = 1 << 20;

TEST(TenantMemory, IsTakenUpToTheLimit) {
  TenantMemory memory(8 * kMib);
  MemoryLease lease = memory.LeaseOf("a");
  EXPECT_TRUE(lease.Take(8 * kMib - 1).ok());
  EXPECT_TRUE(lease.Take(1).ok());
  const absl::Status refused = lease.Take(1);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "TENANT_MEMORY");
  EXPECT_EQ(LimitOf(refused)->name, "tenant_memory_mib");
  EXPECT_EQ(LimitOf(refused)->allowed, "8");
  EXPECT_EQ(memory.totals().bytes, 8 * kMib) << "what was refused is not counted";
  EXPECT_TRUE(memory.LeaseOf("b").Take(8 * kMib).ok()) << "another tenant's";
}

TEST(TenantMemory, WhoIsAloneNeedNotComeBack) {
  TenantMemory memory(8 * kMib);
  const absl::Status alone = memory.LeaseOf("a").Take(8 * kMib + 1);
  EXPECT_EQ(alone.message(),
            "tenant_memory_mib: the call alone needs more than 8 MiB; ask for less: a shorter range, fewer groups or KPIs, "
            "smaller requests");
  EXPECT_FALSE(RetryAfterOf(alone).has_value());
  MemoryLease first = memory.LeaseOf("a");
  ASSERT_TRUE(first.Take(5 * kMib).ok());
  MemoryLease second = memory.LeaseOf("a");
  const absl::Status together = second.Take(4 * kMib);
  EXPECT_EQ(together.message(), "tenant_memory_mib: the tenant's calls together need more than 8 MiB; try again later");
  EXPECT_TRUE(RetryAfterOf(together).has_value());
  first.GiveBack();
  EXPECT_TRUE(second.Take(4 * kMib).ok());
}

TEST(TenantMemory, IsGivenBack) {
  TenantMemory memory(100);
  {
    MemoryLease lease = memory.LeaseOf("a");
    EXPECT_TRUE(lease.Take(60).ok());
    lease.GiveBack(20);
    EXPECT_EQ(memory.totals().bytes, 40);
    MemoryLease moved = std::move(lease);
    EXPECT_FALSE(lease.is_held());
    EXPECT_EQ(memory.totals().bytes, 40);
    moved = memory.LeaseOf("a");
    EXPECT_EQ(memory.totals().bytes, 0) << "what a lease held before it became another one";
    EXPECT_TRUE(moved.Take(100).ok());
    moved.GiveBack(1000);
  }
  EXPECT_EQ(memory.totals().bytes, 0);
  EXPECT_EQ(memory.totals().largest_bytes, 0);
}

TEST(TenantMemory, WhatIsThereIsCountedAnyway) {
  TenantMemory memory(100);
  MemoryLease lease = memory.LeaseOf("a");
  EXPECT_FALSE(memory.IsTight("a"));
  lease.TakeAnyway(50);
  EXPECT_FALSE(memory.IsTight("a"));
  lease.TakeAnyway(1);
  EXPECT_TRUE(memory.IsTight("a"));
  EXPECT_FALSE(memory.IsTight("b"));
  lease.TakeAnyway(1000);
  EXPECT_EQ(memory.totals().bytes, 1051);
  EXPECT_FALSE(lease.Take(1).ok());
  memory.SetLimit(0);
  EXPECT_TRUE(lease.Take(1 << 30).ok());
  EXPECT_FALSE(memory.IsTight("a"));
}

TEST(TenantMemory, ALeaseOfNobodyCountsNothing) {
  MemoryLease lease;
  EXPECT_TRUE(lease.Take(INT64_MAX).ok());
  EXPECT_FALSE(lease.is_held());
}

TEST(TenantMemory, ManyThreadsNeverHoldMore) {
  TenantMemory memory(1000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        MemoryLease lease = memory.LeaseOf("a");
        if (!lease.Take(400).ok()) continue;
        EXPECT_LE(memory.totals().bytes, 1000);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(memory.totals().bytes, 0);
}

}  // namespace
}  // namespace supportkpi::access
