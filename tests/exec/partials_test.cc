// Partials that are kept of chunks: when they are asked instead of the facts, and when they must not be.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exec/native/native_executor.h"
#include "exec/native/partial_cache.h"
#include "gtest/gtest.h"
#include "tests/exec/part_language.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::testing {
namespace {

using fact::Column;
using fact::FactSet;
using kpi::Col;
using kpi::Const;
using record::Domain;

// Forty tickets, one each day from 01-01 on, in chunks of ten: 01-01 to 01-10, 01-11 to 01-20, ...
class Partials : public ::testing::Test {
 protected:
  Partials() {
    std::string table = "ticket created_at first_replied_at channel customer dead\n";
    for (int day = 0; day < 40; ++day) {
      absl::StrAppend(&table, "t", day, " ", absl::StrFormat("%02d-%02dT10:00", 1 + day / 31, 1 + day % 31), " ",
                      day % 4 == 0 ? "-" : absl::StrFormat("%02d-%02dT15:00", 1 + day / 31, 1 + day % 31), " ",
                      day % 3 == 0 ? "email" : "chat", " ", day % 2 == 0 ? "ann" : "bob", " ", day == 25 ? "5" : "9", "\n");
    }
    store.Add(FactSet::kTicket, table);
    store.rows_per_chunk = 10;
    ask.buckets = {"01-01", "03-01"};
    created.at = Col(Column::kCreatedAt);
  }

  exec::Result Answer(const std::vector<kpi::Part>& parts) {
    std::vector<plan::PartPlan> plans;
    for (const kpi::Part& part : parts) plans.push_back(ask.PlanOf(part));
    auto result = executor.Execute(ask.WholePlan(plans), ask.context);
    EXPECT_OK(result);
    return *std::move(result);
  }
  std::string Text(const kpi::Part& part) { return ask.Print(Answer({part}), part); }
  int64_t FactsRead(const kpi::Part& part) { return Answer({part}).facts_read; }

  FakeStore store;
  Ask ask{&store};
  kpi::Part created{.name = "created"};
  exec::native::NativeExecutor executor{store, 0, {.partials = {.chunk_rows_min = 1}}};
};

TEST_F(Partials, AreKeptTheSecondTimeAndAskedFromTheThirdOn) {
  EXPECT_EQ(FactsRead(created), 40);
  EXPECT_EQ(executor.partial_counts().bytes, 0);
  EXPECT_EQ(FactsRead(created), 40);
  EXPECT_GT(executor.partial_counts().bytes, 0);
  EXPECT_EQ(FactsRead(created), 0);
  EXPECT_EQ(executor.partial_counts().found, 4);
  EXPECT_EQ(Text(created), "0: 40\n");
}

TEST_F(Partials, ServeOtherRangesButForTheChunksThatTheseCut) {
  Text(created), Text(created);
  ask.buckets = {"01-05", "02-05"};  // cuts the first and the last chunk
  EXPECT_EQ(FactsRead(created), 20);
  EXPECT_EQ(Text(created), "0: 31\n");
  ask.buckets = {"01-01", "01-20", "03-01"};  // tells the second chunk's last ticket from the others
  EXPECT_EQ(FactsRead(created), 10);
  EXPECT_EQ(Text(created), "0: 19\n1: 21\n");
  ask.buckets = {"01-03", "01-20", "02-28"};  // now a partial of it tells them apart too
  EXPECT_EQ(FactsRead(created), 10);
}

TEST_F(Partials, OfAPartMayBeKeptWhileItsNumeratorIsScannedForTheFirstTime) {
  kpi::Part answered = created;
  answered.where = kpi::Not(kpi::IsNull(Col(Column::kFirstRepliedAt)));
  ask.Group("channel", Col(Column::kChannel), Domain::kChannel);
  Text(created);
  ask.buckets = {"01-01", "01-08", "01-17", "01-26", "03-01"};
  const auto both = [&] { return ask.Print(Answer({answered, created}), answered); };
  const std::string first = both();
  EXPECT_EQ(first, "0 chat: 3\n0 email: 2\n1 chat: 5\n1 email: 2\n2 chat: 4\n2 email: 2\n3 chat: 8\n3 email: 4\n");
  EXPECT_EQ(both(), first);
  EXPECT_EQ(both(), first);
}

TEST_F(Partials, AreNotAskedOnceAFactOfTheirChunkIsDead) {
  Text(created), Text(created);
  EXPECT_EQ(FactsRead(created), 0);
  store.snapshot().commit_number = 5;
  EXPECT_EQ(FactsRead(created), 10);
  EXPECT_EQ(Text(created), "0: 39\n");
  EXPECT_EQ(FactsRead(created), 0);
  store.snapshot().commit_number = 1;  // as of then
  EXPECT_EQ(Text(created), "0: 40\n");
}

TEST_F(Partials, AreNotAskedForAnotherFilter) {
  ask.Filter(plan::BoundFilter::Op::kIn, ask.Field("channel", Col(Column::kChannel), Domain::kChannel), {"email"});
  Text(created), Text(created);
  EXPECT_EQ(Text(created), "0: 14\n");
  ask.filter.values = {"chat"};
  EXPECT_EQ(Text(created), "0: 26\n");
  ask.filter.values = {"chat", "email"};
  EXPECT_EQ(Text(created), "0: 40\n");
}

TEST_F(Partials, AreNotAskedOnceACustomerIsAnother) {
  const int64_t ann = store.Code(Domain::kCustomer, "ann"), large = store.Code(Domain::kSegment, "large");
  store.snapshot().customers->segment.assign(ann + 1, 0);
  kpi::Expr segment = kpi::Make(kpi::Op::kLookup, {Col(Column::kCustomer)});
  segment.key = static_cast<column::ColumnKey>(kpi::LookupField::kCustomerSegment);
  ask.Group("customer.segment", segment, Domain::kSegment);
  Text(created), Text(created);
  EXPECT_EQ(Text(created), "0 none: 40\n");
  auto changed = std::make_shared<projection::CustomerTable>(*store.snapshot().customers);  // what was seen never changes
  changed->segment[ann] = large;
  store.snapshot().customers = changed;
  EXPECT_EQ(Text(created), "0 large: 20\n0 none: 20\n");
}

TEST_F(Partials, AreNotKeptOfAChunkThatCouldNotBeRead) {
  (void)store.TakeSnapshot("");
  const auto& chunk = store.snapshot().chunks[static_cast<size_t>(FactSet::kTicket)][1];
  auto& damaged = const_cast<FakeChunk&>(static_cast<const FakeChunk&>(*chunk));
  damaged.read_status = absl::DataLossError("damaged");
  Text(created), Text(created);
  EXPECT_EQ(FactsRead(created), 10);  // it, again and again
  EXPECT_EQ(FactsRead(created), 10);
  damaged.read_status = absl::OkStatus();
  EXPECT_EQ(FactsRead(created), 10);
  EXPECT_EQ(FactsRead(created), 0);
}

TEST(PartialCache, ForgetsWhatWasTrueOfSomethingThatIsGone) {
  exec::native::PartialCache cache({.chunk_rows_min = 1});
  const exec::native::ChunkPointer chunk = std::make_shared<const FakeChunk>();
  auto schedule = std::make_shared<const int>(1);
  const auto signature = std::make_shared<exec::native::PartSignature>();
  signature->addressed.push_back(schedule);
  const std::vector<int64_t> instants = {1, 2}, others = {1, 3};
  const exec::native::PartialKey key = {absl::MakeConstSpan(&chunk, 1), 0, signature, &instants};
  const std::vector<std::unique_ptr<exec::native::Accumulator>> nothing;
  cache.Keep(key, std::make_shared<const exec::native::Partial>(nothing, exec::native::BucketReach{}));
  EXPECT_NE(cache.Find(key), std::nullopt);
  EXPECT_EQ(cache.Find({absl::MakeConstSpan(&chunk, 1), 0, signature, &others}), std::nullopt);
  EXPECT_NE(cache.Find(key), std::nullopt);
  EXPECT_EQ(schedule.use_count(), 1);
  schedule.reset();
  EXPECT_EQ(cache.Find(key), std::nullopt);
}

TEST_F(Partials, WithNearlyAsManyCellsAsRowsAreNotMade) {
  constexpr int kManyTickets = 4000;  // more than a small partial has room for
  for (const int customers : {kManyTickets, kManyTickets / 2 + 1, kManyTickets / 2}) {
    std::string table = "ticket created_at customer\n";
    for (int i = 0; i < kManyTickets; ++i) absl::StrAppend(&table, "t", i, " 01-05 c", i % customers, "\n");
    FakeStore many;
    many.Add(FactSet::kTicket, table);
    Ask by_customer{&many};
    by_customer.buckets = {"01-01", "03-01"};
    by_customer.Group("customer", Col(Column::kCustomer), Domain::kCustomer);
    exec::native::NativeExecutor asked(many, 0, {.partials = {.chunk_rows_min = 1}});
    const bool is_made = 2 * customers <= kManyTickets;
    for (int time = 0; time < 4; ++time) {
      const auto result = asked.Execute(by_customer.WholePlan({by_customer.PlanOf(created)}), by_customer.context);
      ASSERT_OK(result);
      EXPECT_EQ(result->parts[0].sets[0].size(), static_cast<size_t>(customers));
      EXPECT_EQ(result->facts_read, is_made && time >= 2 ? 0 : kManyTickets) << customers << " customers, time " << time;
    }
    EXPECT_EQ(asked.partial_counts().found, is_made ? 2 : 0);
    EXPECT_EQ(asked.partial_counts().bytes > 16 << 10, is_made) << customers << " customers";
  }
}

TEST_F(Partials, TakeNoMoreMemoryThanTheyMay) {
  exec::native::NativeExecutor small(store, 0, {.partials = {.bytes_max = 5000, .chunk_rows_min = 1}});
  for (int channel = 100; channel < 130; ++channel) {  // a part of its own each time
    created.where = kpi::Not(kpi::Equal(Col(Column::kChannel), Const(channel)));
    for (int time = 0; time < 3; ++time) {
      EXPECT_OK(small.Execute(ask.WholePlan({ask.PlanOf(created)}), ask.context));
      EXPECT_LE(small.partial_counts().bytes, 5000);
    }
  }
  EXPECT_GT(small.partial_counts().dropped, 0);
}

TEST_F(Partials, OfAQuestionThatDoesNotFitAsAWholeAPartIsFoundEachTime) {
  int64_t whole = 0;
  for (int time = 0; time < 2; ++time) Answer({created});
  whole = executor.partial_counts().bytes;
  for (const int64_t bytes_max : {whole / 2, whole}) {
    int64_t facts_read = 0;
    exec::native::NativeExecutor small(store, 0, {.partials = {.bytes_max = bytes_max, .chunk_rows_min = 1}});
    for (int time = 0; time < 5; ++time) {
      const auto result = small.Execute(ask.WholePlan({ask.PlanOf(created)}), ask.context);
      ASSERT_OK(result);
      if (time == 2) facts_read = result->facts_read;
      if (time >= 2) {
        EXPECT_EQ(result->facts_read, facts_read) << time;
      }
    }
    EXPECT_EQ(facts_read == 0, bytes_max == whole);
    EXPECT_LT(facts_read, 40);
    EXPECT_EQ(small.partial_counts().dropped, 0);
    // Another question's go first.
    created.where = kpi::Not(kpi::Equal(Col(Column::kChannel), Const(100)));
    for (int time = 0; time < 3; ++time) EXPECT_OK(small.Execute(ask.WholePlan({ask.PlanOf(created)}), ask.context));
    EXPECT_GT(small.partial_counts().dropped, 0);
    created.where = Const(1);
  }
}

TEST_F(Partials, OfChunksWithFewRowsAndWithoutRoomAreNotKept) {
  for (const exec::PartialOptions& options : {exec::PartialOptions{.chunk_rows_min = 11}, exec::PartialOptions{.bytes_max = 0}}) {
    exec::native::NativeExecutor none(store, 0, {.partials = options});
    for (int time = 0; time < 3; ++time) {
      const auto result = none.Execute(ask.WholePlan({ask.PlanOf(created)}), ask.context);
      ASSERT_OK(result);
      EXPECT_EQ(result->facts_read, 40);
    }
    EXPECT_EQ(none.partial_counts().bytes, 0);
  }
}

}  // namespace
}  // namespace supportkpi::testing
