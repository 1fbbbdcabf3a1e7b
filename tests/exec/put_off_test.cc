// Few rows of each batch, gone through together at the chunk's end, are those that a look at each ticket finds; so are they
// beside parts that put off the same rows, more of them, others, or none.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
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
using kpi::Const;
using kpi::Expr;

constexpr int kTickets = 9000;  // some batches

class PutOff : public ::testing::Test {
 protected:
  struct Ticket {
    int created, replied;  // hours
    int mark;
  };

  PutOff() {
    std::string table = "ticket created_at first_replied_at cost_minor\n";
    for (int i = 0; i < kTickets; ++i) {
      const int created = i / 10;
      tickets.push_back({created, created + dice.Below(90), dice.Below(20) == 0 ? 1 + dice.Below(3) : 0});
      absl::StrAppend(&table, "t", i, " ", Hour(created), " ", Hour(tickets.back().replied), " ", tickets.back().mark, "\n");
    }
    store.Add(FactSet::kTicket, table);
    ask.chunk_rows = {65536, 5000, 700};
    ask.buckets = {"01-02", "01-14", "01-20", "02-05"};
    ask.statistic.kind = plan::Statistic::Kind::kSum;
  }

  // The wait for the first reply of tickets with one of the marks (which stand where costs do), of those replied to late if that is asked.
  plan::PartPlan Wait(std::vector<int64_t> marks, bool late) {
    kpi::Part part{.name = "wait", .aggregate = kpi::Aggregate::kStatistic};
    part.at = Col(Column::kCreatedAt);
    part.value = kpi::ElapsedByTicket(Col(Column::kCreatedAt), Col(Column::kFirstRepliedAt));
    std::vector<Expr> where = {kpi::IsOneOf(Col(Column::kCostMinor), marks)};
    if (late) where.push_back(kpi::Greater(Col(Column::kFirstRepliedAt), kpi::Sum(Col(Column::kCreatedAt), Const(kLateHours * kHourMs))));
    part.where = kpi::And(std::move(where));
    return ask.PlanOf(part);
  }

  std::string Expected(const std::vector<int64_t>& marks, bool late) const {
    std::map<int, int64_t> sums;
    for (const Ticket& ticket : tickets) {
      const int64_t created = At(Hour(ticket.created)), wait_ms = At(Hour(ticket.replied)) - created;
      if (std::find(marks.begin(), marks.end(), ticket.mark) == marks.end() || (late && wait_ms <= kLateHours * kHourMs)) continue;
      for (size_t bucket = 0; bucket + 1 < ask.buckets.size(); ++bucket) {
        if (created >= At(ask.buckets[bucket]) && created < At(ask.buckets[bucket + 1])) sums[static_cast<int>(bucket)] += wait_ms;
      }
    }
    std::string text;
    for (const auto& [bucket, sum] : sums) absl::StrAppend(&text, absl::StrFormat("%d: %.10g\n", bucket, static_cast<double>(sum)));
    return text;
  }

  static constexpr int64_t kHourMs = 3'600'000;
  static constexpr int kLateHours = 60;

  Dice dice{5};
  FakeStore store;
  Ask ask{&store};
  std::vector<Ticket> tickets;
};

TEST_F(PutOff, RowsAreThoseOfEachPart) {
  struct Asked {
    std::vector<int64_t> marks;
    bool late;
  };
  const std::vector<Asked> asked = {{{2}, false}, {{2}, true}, {{2, 3}, false}, {{1}, true}, {{0, 1}, false}};
  for (size_t first = 0; first < asked.size(); ++first) {
    const std::string expected = Expected(asked[first].marks, asked[first].late);
    EXPECT_NE(expected, "");
    std::vector<plan::PartPlan> parts = {Wait(asked[first].marks, asked[first].late)};
    EXPECT_EQ(ask.Run(parts), expected) << "alone, " << first;
    for (size_t other = 0; other < asked.size(); ++other)
      if (other != first) parts.push_back(Wait(asked[other].marks, asked[other].late));
    EXPECT_EQ(ask.Run(parts), expected) << "beside the others, " << first;
  }
}

}  // namespace
}  // namespace supportkpi::testing
