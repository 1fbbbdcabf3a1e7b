// States of whole batches of which more than their number is asked are those that a look at each finds.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "tests/exec/part_language.h"
#include "tests/support/dice.h"

namespace supportkpi::testing {
namespace {

using fact::Column;
using fact::FactSet;
using kpi::Col;
using kpi::Mode;

constexpr int kHours = 60 * 24;

class WholeStates : public ::testing::Test {
 protected:
  struct Ticket {
    int from, until;  // hours; kHours: open
    bool is_test;
  };

  WholeStates() {
    std::string table = "ticket created_at first_resolved_at exclusion\n";
    for (int i = 0; i < 3000; ++i) {
      const int from = i / 3 + dice.Below(300);
      const int until = dice.Below(6) == 0 ? kHours : std::min(from + (dice.Below(3) == 0 ? 700 : dice.Below(20)), kHours);
      tickets.push_back({from, until, dice.Below(9) == 0});
      absl::StrAppend(&table, "t", i, " ", Hour(from), " ", until == kHours ? "-" : Hour(until), " ", tickets.back().is_test ? 4 : 0, "\n");
    }
    store.Add(FactSet::kTicket, table);
    ask.chunk_rows = {65536, 700, 9};
    ask.buckets.clear();
    for (int hour = 480; hour < kHours; hour += 24) ends.push_back(hour);
    for (const int hour : ends) ask.buckets.push_back(Hour(hour));
  }

  // Of the n-th bucket.
  std::vector<int64_t> AgesAt(size_t bucket) const {
    std::vector<int64_t> ages;
    const std::string end = ask.buckets[bucket + 1];
    for (const Ticket& ticket : tickets) {
      const int64_t age = (At(end) - At(Hour(ticket.from)));
      if (age > 0 && (ticket.until == kHours || At(end) <= At(Hour(ticket.until))) && !ticket.is_test) ages.push_back(age);
    }
    std::sort(ages.begin(), ages.end());
    return ages;
  }

  Dice dice{3};
  FakeStore store;
  Ask ask{&store};
  std::vector<Ticket> tickets;
  std::vector<int> ends;
};

TEST_F(WholeStates, AreSeenByEachEndWhileTheyLast) {
  kpi::Part age{.name = "age", .mode = Mode::kAtBucketEnd, .aggregate = kpi::Aggregate::kStatistic};
  age.at = Col(Column::kCreatedAt);
  age.to = kpi::Coalesce({Col(Column::kFirstResolvedAt), kpi::Const(column::kForever)});
  age.value = kpi::ElapsedByTicket(Col(Column::kCreatedAt), kpi::BucketEnd());
  age.honours_exclusion = true;
  std::string sums, least;
  size_t states = 0;
  for (size_t bucket = 0; bucket + 1 < ask.buckets.size(); ++bucket) {
    const std::vector<int64_t> ages = AgesAt(bucket);
    if (ages.empty()) continue;
    int64_t sum = 0;
    for (const int64_t one : ages) sum += one;
    absl::StrAppend(&sums, absl::StrFormat("%d: %.10g\n", bucket, static_cast<double>(sum)));
    absl::StrAppend(&least, absl::StrFormat("%d: %.10g\n", bucket, static_cast<double>(ages.front())));
    states += ages.size();
  }
  EXPECT_GT(states, 10'000u) << "more than one portion of a batch";
  ask.statistic.kind = plan::Statistic::Kind::kSum;
  EXPECT_EQ(ask.Run(age), sums);
  ask.Percentile(0);
  EXPECT_EQ(ask.Run(age), least);
}

}  // namespace
}  // namespace supportkpi::testing
