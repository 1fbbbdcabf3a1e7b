// An index that is made from an earlier one tells the same as one that is built, whatever became of the tickets in between.
#include "exec/native/repeat_index_cache.h"

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/dice.h"
#include "tests/support/fake_snapshot.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::testing {
namespace {

using column::kForever;
using exec::native::Helpers;
using exec::native::kBytesPerTicket;
using exec::native::RepeatIndex;
using exec::native::RepeatIndexCache;
using exec::native::WorkerPool;
using fact::FactSet;
using record::Domain;

constexpr int kTickets = 400;
constexpr int64_t kMuch = 1 << 30;
constexpr int64_t kLastCommit = 12;

class Repeats : public ::testing::Test {
 protected:
  // Tickets of twenty customers on three issues. Most are there from the start, some come later, and many change: an old version
  // dies where the new one is born, with another customer, category or resolution.
  Repeats() {
    std::string table =
        "ticket created_at customer issue_key category_at_event category_first category_first_at exclusion resolved_from resolved_to born dead\n";
    for (int ticket = 1; ticket <= kTickets; ++ticket) {
      int64_t born = dice.Below(3) == 0 ? 1 + dice.Below(kLastCommit) : 0;
      const std::string created = Day(dice.Below(120));
      for (;;) {
        const int64_t dead = dice.Below(4) == 0 ? born + 1 + dice.Below(5) : kForever;
        AddVersion(ticket, created, born, dead, &table);
        if (dead > kLastCommit || dice.Below(5) == 0) break;
        born = dead;
      }
    }
    store.Add(FactSet::kTicket, table);
    store.rows_per_chunk = 70;
  }

  void AddVersion(int ticket, const std::string& created, int64_t born, int64_t dead, std::string* table) {
    const bool resolved = dice.Below(3) != 0, late = dice.Below(5) == 0;
    const std::string issue = absl::StrCat("c", dice.Below(3));
    absl::StrAppendFormat(table, "t%d %s %s %s %s %s %s %d %s %s %d %d\n", ticket, created, dice.Below(9) == 0 ? "-" : absl::StrCat("p", dice.Below(20)),
                          dice.Below(6) == 0 ? "key" : "-", late ? "-" : issue, late ? issue : "-", late ? Day(60 + dice.Below(60)) : "never",
                          dice.Below(10) == 0 ? 2 : 0, resolved ? Day(dice.Below(120)) : "-", resolved ? "never" : "-", born, dead);
  }
  static std::string Day(int day) { return absl::StrFormat("%02d-%02d", 1 + day / 28, 1 + day % 28); }

  const projection::Snapshot& At(int64_t commit) {
    store.snapshot().commit_number = commit;
    return **store.TakeSnapshot("");
  }
  // All that can be asked of it.
  std::string All(const RepeatIndex& index) {
    std::string all;
    for (int ticket = 0; ticket <= kTickets + 5; ++ticket) {
      const int64_t code = ticket == 0 ? 0 : store.Code(Domain::kTicketId, absl::StrCat("t", ticket));
      for (const int day : {0, 40, 80, 200}) {
        const int64_t at = 1'735'689'600'000 + day * int64_t{86'400'000};
        absl::StrAppend(&all, index.GapMs(code, at), " ", index.NextCreatedAt(code, at, kForever), " ", index.NextCreatedAt(code, 0, at), "\n");
      }
    }
    return all;
  }

  Dice dice{11};
  FakeStore store;
  WorkerPool pool{2};
  const Helpers helpers{pool, 3};
};

TEST_F(Repeats, AnIndexMadeFromAnEarlierOneTellsTheSame) {
  for (int64_t earlier = 0; earlier < kLastCommit; ++earlier) {
    auto index = RepeatIndex::Build(At(earlier), helpers);
    for (int64_t commit = earlier; commit <= kLastCommit; ++commit) {
      index = index->Later(At(commit), helpers);
      ASSERT_NE(index, nullptr);
      EXPECT_EQ(All(*index), All(*RepeatIndex::Build(At(commit), helpers))) << earlier << " to " << commit;
    }
  }
}

TEST_F(Repeats, ChangesAreSeen) {
  EXPECT_NE(All(*RepeatIndex::Build(At(0), helpers)), All(*RepeatIndex::Build(At(kLastCommit), helpers)));
}

// Merging cuts segments anew and leaves out what died: of a ticket that is gone nothing may be left to tell of it.
TEST_F(Repeats, AnIndexMadeFromAnEarlierOneTellsTheSameWhateverWasMergedInBetween) {
  for (int64_t earlier = 0; earlier < kLastCommit; ++earlier) {
    for (const int64_t merged_every : {1, 2, 5}) {
      store.merged_until = -1;
      auto index = RepeatIndex::Build(At(earlier), helpers);
      for (int64_t commit = earlier; commit <= kLastCommit; ++commit) {
        if (commit % merged_every == 0) {
          store.rows_per_chunk = 50 + static_cast<size_t>(commit);
          store.merged_until = commit - commit % 3;
        }
        index = index->Later(At(commit), helpers);
        ASSERT_NE(index, nullptr);
        ASSERT_EQ(All(*index), All(*RepeatIndex::Build(At(commit), helpers))) << earlier << " to " << commit << " merged every " << merged_every;
      }
    }
  }
}

TEST_F(Repeats, AnIndexIsNotMadeFromALaterOne) {
  const auto index = RepeatIndex::Build(At(5), helpers);
  EXPECT_EQ(index->Later(At(4), helpers), nullptr);
  EXPECT_NE(index->Later(At(5), helpers), nullptr);
}

TEST_F(Repeats, AnIndexIsBuiltAnewWhenMoreThanAQuarterAndAFewThousandTicketsHaveChanged) {
  constexpr int kThere = 400, kMostChanged = kThere / 4 + 4096;
  for (const int changed : {kMostChanged - 1, kMostChanged, kMostChanged + 1}) {
    FakeStore tickets;
    std::string table = "ticket created_at customer issue_key born\n";
    for (int ticket = 1; ticket <= kThere + changed; ++ticket)
      absl::StrAppendFormat(&table, "t%d 01-01 p%d key %d\n", ticket, ticket, ticket <= kThere ? 0 : 1);
    tickets.Add(FactSet::kTicket, table);
    tickets.snapshot().commit_number = 0;
    const auto index = RepeatIndex::Build(**tickets.TakeSnapshot(""), helpers);
    tickets.snapshot().commit_number = 1;
    EXPECT_EQ(index->Later(**tickets.TakeSnapshot(""), helpers) != nullptr, changed <= kMostChanged) << changed;
  }
}

// A rebuild mends the columns without a commit: what was made of them must not be there any more.
TEST_F(Repeats, AnIndexOfColumnsThatCouldNotBeReadIsNotKept) {
  RepeatIndexCache cache(kMuch);
  const projection::Snapshot& snapshot = At(5);
  store.snapshot().read_status = absl::DataLossError("segment 7");
  EXPECT_EQ(cache.IndexOf("acme", snapshot, helpers, nullptr).status(), absl::DataLossError("segment 7"));
  EXPECT_EQ(cache.bytes(), 0);
  store.snapshot().read_status = absl::OkStatus();
  EXPECT_TRUE(cache.IndexOf("acme", snapshot, helpers, nullptr).ok());
}

TEST_F(Repeats, TheCacheTellsEachTenantOfItsOwnCommit) {
  RepeatIndexCache cache(kMuch);
  for (const int64_t commit : {0, 5, 3, 5, 12, 0}) {
    for (const char* tenant : {"acme", "umbrella"})
      EXPECT_EQ(All(**cache.IndexOf(tenant, At(commit), helpers, nullptr)), All(*RepeatIndex::Build(At(commit), helpers))) << commit;
  }
}

TEST_F(Repeats, AnIndexThatIsAskedForByManyIsMadeOnce) {
  RepeatIndexCache cache(kMuch);
  const projection::Snapshot& snapshot = At(5);
  std::vector<std::shared_ptr<const RepeatIndex>> found(8);
  std::vector<std::thread> threads;
  for (auto& index : found) threads.emplace_back([&] { index = *cache.IndexOf("acme", snapshot, helpers, nullptr); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& index : found) EXPECT_EQ(index, found[0]);
  EXPECT_EQ(cache.bytes(), found[0]->bytes());
}

TEST_F(Repeats, IndexesUsedLongestAgoMakeRoom) {
  const int64_t each = RepeatIndex::Build(At(5), helpers)->bytes();
  RepeatIndexCache cache(3 * each);
  const auto index_of = [&](const char* tenant) { return *cache.IndexOf(tenant, At(5), helpers, nullptr); };
  const auto first = index_of("acme"), second = index_of("bolt"), third = index_of("chum");
  EXPECT_EQ(index_of("acme"), first);
  index_of("dune");
  EXPECT_EQ(cache.bytes(), 3 * each);
  EXPECT_EQ(index_of("acme"), first);
  EXPECT_EQ(index_of("chum"), third);
  EXPECT_NE(index_of("bolt"), second);
}

TEST_F(Repeats, TicketsOfWhichTooMuchWouldBeHeldAreRefused) {
  const projection::Snapshot& snapshot = At(0);
  int64_t tickets = 0;
  for (const auto& chunk : snapshot.Chunks(FactSet::kTicket)) tickets += chunk->row_count();
  const int64_t needed = tickets * kBytesPerTicket;
  for (const int64_t bytes_max : {needed - 1, needed, needed + 1}) {
    RepeatIndexCache cache(bytes_max);
    const auto index = cache.IndexOf("acme", snapshot, helpers, nullptr);
    if (bytes_max >= needed) {
      EXPECT_TRUE(index.ok()) << index.status();
      continue;
    }
    EXPECT_EQ(index.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(index.status().message()), ::testing::StartsWith("repeat_index_mib: what tells repeat contacts of "));
    EXPECT_EQ(cache.bytes(), 0);
  }
}

TEST_F(Repeats, WhatATicketTakesIsAboutWhatIsSaid) {
  // Half of these have a resolution; what is told of codes without a customer takes a place too.
  const int64_t bytes = RepeatIndex::Build(At(0), helpers)->bytes();
  int64_t tickets = 0;
  for (const auto& chunk : At(0).Chunks(FactSet::kTicket)) tickets += chunk->row_count();
  EXPECT_GT(bytes, tickets * kBytesPerTicket / 2);
  EXPECT_LT(bytes, tickets * kBytesPerTicket * 2);
}

}  // namespace
}  // namespace supportkpi::testing
