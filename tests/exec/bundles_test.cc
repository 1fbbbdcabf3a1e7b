// Bundles of chunks: which chunks they hold, and when partials of them are asked instead of those of each chunk.
#include "exec/native/bundles.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exec/native/native_executor.h"
#include "gtest/gtest.h"
#include "tests/exec/part_language.h"
#include "tests/support/dice.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::testing {
namespace {

using exec::native::Bundle;
using exec::native::BundlesOf;
using exec::native::ChunkPointer;
using fact::Column;
using fact::FactSet;
using kpi::Col;
using record::Domain;

// 400 tickets, one an hour, ten in each chunk; one of the second chunk dies at commit 5.
class BundlesOfTickets : public ::testing::Test {
 protected:
  BundlesOfTickets() {
    std::string table = "ticket created_at channel dead\n";
    for (int i = 0; i < 400; ++i)
      absl::StrAppend(&table, "t", i, " ", Hour(i), " c", dice.Below(5), " ", i == 15 ? "5" : "9", "\n");
    store.Add(FactSet::kTicket, table);
    store.rows_per_chunk = 10;
    ask.buckets = {"01-01", "01-05", "01-12", "02-28"};
    ask.Group("channel", Col(Column::kChannel), Domain::kChannel);
    created.at = Col(Column::kCreatedAt);
  }

  std::string Answer() { return Answer(executor); }
  std::string Answer(exec::native::NativeExecutor& by) {
    auto result = by.Execute(ask.WholePlan({ask.PlanOf(created)}), ask.context);
    EXPECT_OK(result);
    facts_read = result->facts_read;
    return ask.Print(*result, created);
  }
  std::string Plain() {
    exec::native::NativeExecutor plain(store, 0, {.partials = {.bytes_max = 0}});
    return Answer(plain);
  }

  Dice dice{9};
  FakeStore store;
  Ask ask{&store};
  kpi::Part created{.name = "created"};
  exec::native::NativeExecutor executor{store, 0, {.partials = {.chunk_rows_min = 1}}};
  int64_t facts_read = 0;
};

TEST_F(BundlesOfTickets, TellTheSameAsTheirChunks) {
  const std::string plain = Plain();
  int64_t bytes = 0;
  for (int time = 1; time <= 5; ++time) {
    EXPECT_EQ(Answer(), plain) << time;
    EXPECT_EQ(facts_read, time < 3 ? 400 : 0) << time;
    if (time == 2) bytes = executor.partial_counts().bytes;
  }
  EXPECT_EQ(executor.partial_counts().bytes, bytes) << "the second time they were made";
}

TEST_F(BundlesOfTickets, OfAChunkInWhichAFactDiesAreNotAsked) {
  for (int time = 0; time < 4; ++time) Answer();
  store.snapshot().commit_number = 5;
  const std::string plain = Plain();
  for (const int64_t read : {10, 0, 0}) {
    EXPECT_EQ(Answer(), plain);
    EXPECT_EQ(facts_read, read);
  }
  store.snapshot().commit_number = 1;
  EXPECT_EQ(Answer(), Plain());
}

TEST_F(BundlesOfTickets, ServeNoOtherBuckets) {
  for (int time = 0; time < 4; ++time) Answer();
  ask.buckets = {"01-01", "01-07", "02-28"};
  for (int time = 0; time < 4; ++time) EXPECT_EQ(Answer(), Plain()) << time;
  ask.buckets = {"01-02", "01-07", "01-10"};
  for (int time = 0; time < 4; ++time) EXPECT_EQ(Answer(), Plain()) << time;
}

// So many customers that no chunk has a partial: bundles keep how many tickets each one has.
TEST(Bundles, CountTicketsOfVeryManyCustomers) {
  constexpr int64_t kCustomers = 70'000, kRows = 60'000, kChunks = 5;
  FakeStore store;
  for (int64_t customer = 1; customer <= kCustomers; ++customer) store.Code(Domain::kCustomer, absl::StrCat("c", customer));
  Dice dice{21};
  for (int64_t number = 0; number < kChunks; ++number) {
    auto chunk = std::make_shared<FakeChunk>();
    std::vector<int64_t>& created_at = chunk->scalars[static_cast<column::ColumnKey>(Column::kCreatedAt)];
    std::vector<int64_t>& customer = chunk->scalars[static_cast<column::ColumnKey>(Column::kCustomer)];
    std::vector<int64_t>& exclusion = chunk->scalars[static_cast<column::ColumnKey>(Column::kExclusion)];
    for (int64_t row = 0; row < kRows; ++row) {
      created_at.push_back(At("01-02") + number * kRows + row);
      customer.push_back(dice.Below(3) == 0 ? dice.Below(40) : 1 + dice.Below(kCustomers));  // some have hundreds
      exclusion.push_back(dice.Below(50) == 0 ? 2 : 0);
      chunk->born.push_back(0);
      chunk->dead.push_back(dice.Below(1000) == 0 ? 5 : 9);
    }
    store.snapshot().chunks[static_cast<size_t>(FactSet::kTicket)].push_back(chunk);
  }
  Ask ask{&store};
  ask.buckets = {"01-01", "03-01"};
  ask.sets = {{false}};
  ask.context.max_groups = kCustomers + 1;
  ask.context.threads = 1;
  ask.evidence = true;
  ask.Group("customer", Col(Column::kCustomer), Domain::kCustomer);
  kpi::Part created{.name = "created", .at = Col(Column::kCreatedAt)};
  created.honours_exclusion = true;
  for (const int64_t largest : {25, 0}) {
    ask.context.largest_groups = largest;
    exec::native::NativeExecutor executor(store, 0, {.partials = {.chunk_rows_min = 1}});
    for (const int64_t commit : {1, 5}) {
      store.snapshot().commit_number = commit;
      exec::native::NativeExecutor plain(store, 0, {.partials = {.bytes_max = 0}});
      const auto expected = plain.Execute(ask.WholePlan({ask.PlanOf(created)}), ask.context);
      ASSERT_OK(expected);
      int64_t read = 0;
      for (int time = 0; time < 3; ++time) {
        const auto result = executor.Execute(ask.WholePlan({ask.PlanOf(created)}), ask.context);
        ASSERT_OK(result);
        EXPECT_EQ(ask.Print(*result, created), ask.Print(*expected, created)) << "commit " << commit << ", time " << time;
        read = result->facts_read;
      }
      EXPECT_LT(read, kRows * kChunks) << "what a bundle holds was not read";
    }
  }
}

TEST_F(BundlesOfTickets, HoldChunksThatStandBesideEachOtherAndAreWhole) {
  const exec::native::PartialCache cache({.chunk_rows_min = 1});
  ASSERT_OK(store.TakeSnapshot(""));
  std::vector<ChunkPointer> chunks = store.snapshot().Chunks(FactSet::kTicket);
  const auto held = [&] {
    std::set<std::vector<ChunkPointer>> all;
    size_t end = 0;
    for (const Bundle& bundle : BundlesOf(chunks, cache, 1)) {
      EXPECT_GE(bundle.first, end);
      EXPECT_GE(bundle.count, 2u);
      EXPECT_EQ(bundle.dead_rows, 0u);
      EXPECT_EQ(bundle.least_rows, 10u);
      end = bundle.first + bundle.count;
      const auto begin = chunks.begin() + static_cast<std::ptrdiff_t>(bundle.first);
      all.insert({begin, begin + static_cast<std::ptrdiff_t>(bundle.count)});
    }
    EXPECT_LE(end, chunks.size());
    return all;
  };
  const auto before = held();
  ASSERT_FALSE(before.empty());
  // A chunk that goes takes nothing but its own bundle's place.
  chunks.erase(chunks.begin() + 20);
  size_t kept = 0;
  for (const auto& bundle : held()) kept += before.count(bundle);
  EXPECT_GE(kept + 2, before.size());

  const exec::native::PartialCache of_large({.chunk_rows_min = 11});
  EXPECT_TRUE(BundlesOf(chunks, of_large, 1).empty());
  EXPECT_TRUE(BundlesOf(absl::MakeConstSpan(chunks).subspan(0, 1), cache, 1).empty());
}

}  // namespace
}  // namespace supportkpi::testing
