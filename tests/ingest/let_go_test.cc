// Tenants leave memory and come back while records are written and snapshots are read by several threads.
#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "ingest/committer.h"
#include "ingest/deriver.h"
#include "projection/projection.h"
#include "tests/support/memory_store.h"
#include "tests/support/status_matchers.h"
#include "time/clock.h"

namespace supportkpi::ingest {
namespace {

constexpr int kTenants = 5;
constexpr int kTicketsOfEach = 60;
constexpr int64_t kCreatedSeconds = 1'750'000'000;

std::string TenantName(int number) { return absl::StrCat("tenant-", number); }

int64_t LiveTickets(const projection::Snapshot& snapshot) {
  int64_t count = 0;
  for (const auto& chunk : snapshot.Chunks(fact::FactSet::kTicket)) {
    std::vector<uint32_t> alive;
    count += chunk->AliveRows(snapshot.commit(), 0, chunk->row_count(), &alive) ? chunk->row_count()
                                                                                 : static_cast<int64_t>(alive.size());
    EXPECT_OK(chunk->status());
  }
  return count;
}

class LetGoTest : public ::testing::Test {
 protected:
  void Open(bool upkeep_in_background) {
    committer.reset();
    projection.reset();
    projection::ProjectionOptions options;
    options.tail_facts_max = 150;
    options.rows_per_segment = 64;
    options.upkeep_in_background = upkeep_in_background;
    options.tenant_idle_max = absl::Hours(1);
    projection = *projection::Projection::Open(store, deriver, options);
    committer = *Committer::Start(store, *projection, clock);
  }

  void Write(const std::string& tenant, int ticket) {
    Records records;
    v1::Ticket& its = *records.Add()->mutable_ticket();
    its.set_id(absl::StrCat("ticket ", ticket));
    its.mutable_created_at()->set_seconds(kCreatedSeconds + ticket);
    its.set_channel(ticket % 2 == 0 ? "email" : absl::StrCat("channel ", ticket));
    absl::Notification done;
    committer->Upsert(tenant, "", std::move(records), [&](absl::StatusOr<UpsertResult> result) {
      EXPECT_OK(result);
      done.Notify();
    });
    done.WaitForNotification();
  }

  // How many went, waiting for so many: a commit's group is freed a moment after its answer.
  int64_t LetGo(int64_t expected) {
    int64_t released = 0;
    for (int i = 0; i < 10'000 && released < expected; ++i) {
      released += projection->LetGoOfIdle(absl::Hours(2));
      if (released < expected) absl::SleepFor(absl::Milliseconds(1));
    }
    return released;
  }

  std::string Shown(const std::string& tenant) {
    const auto snapshot = projection->TakeSnapshot(tenant);
    EXPECT_OK(snapshot);
    std::string text = absl::StrCat("commit ", (*snapshot)->commit(), ", until ", (*snapshot)->data_until_ms().value_or(0));
    std::vector<std::string> rows;
    for (const auto& chunk : (*snapshot)->Chunks(fact::FactSet::kTicket)) {
      std::vector<uint32_t> alive;
      if (chunk->AliveRows((*snapshot)->commit(), 0, chunk->row_count(), &alive))
        for (uint32_t row = 0; row < chunk->row_count(); ++row) alive.push_back(row);
      std::vector<int64_t> codes(chunk->row_count());
      chunk->Read(static_cast<column::ColumnKey>(fact::Column::kChannel), 0, chunk->row_count(), 0, codes.data());
      for (const uint32_t row : alive) rows.push_back((*snapshot)->NamesOf(record::Domain::kChannel).TextOf(codes[row]));
    }
    std::sort(rows.begin(), rows.end());
    for (const std::string& row : rows) absl::StrAppend(&text, "; ", row);
    return text;
  }

  storage::MemoryStore store;
  RecordDeriver deriver{store};
  time::SystemClock clock;
  std::unique_ptr<projection::Projection> projection;
  std::unique_ptr<Committer> committer;
};

TEST_F(LetGoTest, WhatComesBackIsWhatWent) {
  Open(/*upkeep_in_background=*/false);
  std::vector<std::string> shown;
  for (int tenant = 0; tenant < kTenants; ++tenant) {
    // The first ones stay unsealed, the later ones are sealed in parts.
    for (int ticket = 0; ticket < 10 + 20 * tenant; ++ticket) Write(TenantName(tenant), ticket);
    Write(TenantName(tenant), 3);  // replaced: a fact that ended
    shown.push_back(Shown(TenantName(tenant)));
  }
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(LetGo(kTenants), kTenants);
    EXPECT_EQ(projection->Totals().tenants, 0);
    EXPECT_EQ(projection->Totals().facts.tail_facts, 0);
    for (int tenant = 0; tenant < kTenants; ++tenant) EXPECT_EQ(Shown(TenantName(tenant)), shown[tenant]) << tenant;
    if (round == 1) {
      ASSERT_OK(projection->Seal(TenantName(0)));
    }
  }
  // They go on where they were.
  for (int tenant = 0; tenant < kTenants; ++tenant) {
    const int gone = tenant == 0 ? kTenants : 1;
    EXPECT_EQ(LetGo(gone), gone);
    Write(TenantName(tenant), 1000);
    EXPECT_EQ(LiveTickets(**projection->TakeSnapshot(TenantName(tenant))), 11 + 20 * tenant);
  }
  Open(/*upkeep_in_background=*/false);
  EXPECT_EQ(LiveTickets(**projection->TakeSnapshot(TenantName(4))), 91);
}

TEST_F(LetGoTest, WhoIsHeldStays) {
  Open(/*upkeep_in_background=*/false);
  for (int tenant = 0; tenant < 3; ++tenant) Write(TenantName(tenant), 1);
  const auto snapshot = *projection->TakeSnapshot(TenantName(0));
  auto hold = projection->Hold(TenantName(1));
  EXPECT_EQ(LetGo(1), 1);
  EXPECT_EQ(projection->Totals().tenants, 2);
  hold.reset();
  EXPECT_EQ(LetGo(1), 1);
  EXPECT_EQ(projection->LetGoOfIdle(absl::Hours(2)), 0) << "somebody has a snapshot";
  EXPECT_EQ(projection->LetGoOfIdle(absl::Minutes(59)), 0) << "used less than an hour ago";
  EXPECT_EQ(LiveTickets(*snapshot), 1);
}

TEST_F(LetGoTest, ASnapshotMayOutliveTheProjection) {
  Open(/*upkeep_in_background=*/false);
  for (int ticket = 0; ticket < 40; ++ticket) Write(TenantName(0), ticket);
  const auto snapshot = *projection->TakeSnapshot(TenantName(0));
  committer.reset();
  projection.reset();
  EXPECT_EQ(LiveTickets(*snapshot), 40);
}

TEST_F(LetGoTest, BeyondTheBytesTheLongestUnusedGoFirst) {
  projection::ProjectionOptions options;
  options.upkeep_in_background = false;
  options.tenant_bytes_max = 400 << 10;
  projection = *projection::Projection::Open(store, deriver, options);
  committer = *Committer::Start(store, *projection, clock);
  for (int tenant = 0; tenant < 12; ++tenant) Write(TenantName(tenant), 1);
  ASSERT_OK(projection->TakeSnapshot(TenantName(0)));
  EXPECT_EQ(projection->LetGoOfIdle(absl::ZeroDuration()), 0) << "all were used a moment ago";
  EXPECT_GT(projection->LetGoOfIdle(absl::Minutes(1)), 4);
  const int64_t left = projection->Totals().tenants;
  EXPECT_GE(left, 1);
  EXPECT_EQ(projection->LetGoOfIdle(absl::Minutes(1)), 0) << "the others have room";
  const int64_t loaded = projection->Totals().tenants_loaded;
  ASSERT_OK(projection->TakeSnapshot(TenantName(0)));
  EXPECT_EQ(projection->Totals().tenants_loaded, loaded) << "it was used last";
  ASSERT_OK(projection->TakeSnapshot(TenantName(1)));
  EXPECT_EQ(projection->Totals().tenants_loaded, loaded + 1) << "it was not used for longest";
}

// Nobody ever sees less than what was acknowledged before, or more than was written, whatever comes and goes.
TEST_F(LetGoTest, ManyThreadsAtOnce) {
  Open(/*upkeep_in_background=*/true);
  std::atomic<int> acknowledged[kTenants] = {}, begun[kTenants] = {};
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  for (int tenant = 0; tenant < kTenants; ++tenant) {
    threads.emplace_back([&, tenant] {
      for (int ticket = 0; ticket < kTicketsOfEach; ++ticket) {
        ++begun[tenant];
        Write(TenantName(tenant), ticket);
        ++acknowledged[tenant];
      }
    });
  }
  std::vector<std::thread> others;
  for (int reader = 0; reader < 2; ++reader) {
    others.emplace_back([&, reader] {
      std::mt19937 random(static_cast<uint32_t>(reader));
      while (!is_over) {
        const int tenant = static_cast<int>(random() % kTenants);
        const int least = acknowledged[tenant];
        const auto snapshot = projection->TakeSnapshot(TenantName(tenant));
        ASSERT_OK(snapshot);
        const int64_t count = LiveTickets(**snapshot);
        EXPECT_GE(count, least);
        EXPECT_LE(count, begun[tenant]);
        EXPECT_EQ((*snapshot)->commit(), count);
        if (random() % 16 == 0) {
          EXPECT_OK(projection->Seal(TenantName(tenant)));
        }
        if (random() % 64 == 0) {
          EXPECT_OK(projection->Rebuild(TenantName(tenant)));
        }
        if (random() % 8 == 0) projection->Totals();
      }
    });
  }
  constexpr int64_t kReleasedMin = 20;
  std::atomic<int64_t> released = 0;
  others.emplace_back([&] {
    while (!is_over) released += projection->LetGoOfIdle(absl::Hours(2));
  });
  for (std::thread& thread : threads) thread.join();
  // On a machine that has other things to do the writers may be done before much was let go.
  const absl::Time last = absl::Now() + absl::Minutes(1);
  while (released <= kReleasedMin && absl::Now() < last) absl::SleepFor(absl::Milliseconds(1));
  is_over = true;
  for (std::thread& thread : others) thread.join();
  EXPECT_GT(released, kReleasedMin);
  for (int tenant = 0; tenant < kTenants; ++tenant)
    EXPECT_EQ(LiveTickets(**projection->TakeSnapshot(TenantName(tenant))), kTicketsOfEach);
}

}  // namespace
}  // namespace supportkpi::ingest
