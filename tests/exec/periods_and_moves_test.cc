// Moves between groups, periods of customers and costs, chains, and what is counted over the time that costs cover.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/exec/part_language.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::testing {
namespace {

using fact::Column;
using fact::FactSet;
using kpi::Aggregate;
using kpi::Col;
using kpi::Mode;
using record::Domain;
using FilterOp = plan::BoundFilter::Op;

class Moves : public ::testing::Test {
 protected:
  Moves() {
    store.Add(FactSet::kMove, R"(
      ticket at    team_before team priority_before priority
      t1     01-05 red         blue low             low
      t1     01-06 blue        blue low             high
      t2     01-07 -           red  -               -
      t3     02-07 blue        red  low             low)");
    ask.buckets = {"01-01", "02-01", "03-01"};
    ask.WithTotals();
  }
  plan::BoundField Team() {
    plan::BoundField team = ask.Field("team", Col(Column::kTeam), Domain::kTeam);
    team.before = Col(Column::kTeamBefore);
    return team;
  }
  kpi::Part Moved(Mode mode) { return {.name = "moved", .set = FactSet::kMove, .mode = mode, .at = Col(Column::kAt)}; }

  FakeStore store;
  Ask ask{&store};
};

TEST_F(Moves, GoOutOfTheOldGroupIntoTheNewOne) {
  ask.groups = {Team()};
  EXPECT_EQ(ask.Run(Moved(Mode::kMovedIn)),
            "all blue: 1\nall red: 2\nall any: 3\n0 blue: 1\n0 red: 1\n0 any: 2\n1 red: 1\n1 any: 1\n");
  EXPECT_EQ(ask.Run(Moved(Mode::kMovedOut)),
            "all blue: 1\nall red: 1\nall none: 1\nall any: 3\n0 red: 1\n0 none: 1\n0 any: 2\n1 blue: 1\n1 any: 1\n");
}

TEST_F(Moves, WithoutSuchAGroupNothingMoves) { EXPECT_EQ(ask.Run(Moved(Mode::kMovedIn)), ""); }

TEST_F(Moves, GoIntoAndOutOfWhatTheFilterHolds) {
  ask.sets = {{}};
  ask.Filter(FilterOp::kIn, Team(), {"red"});
  EXPECT_EQ(ask.Run(Moved(Mode::kMovedIn)), "0: 1\n1: 1\n");
  EXPECT_EQ(ask.Run(Moved(Mode::kMovedOut)), "0: 1\n");
}

class Periods : public ::testing::Test {
 protected:
  void SetUp() override {
    ask.buckets = {"01-01", "02-01", "03-01"};
    ask.evidence = true;
  }
  kpi::Part Over(Aggregate aggregate, Column value) {
    kpi::Part part{.name = "periods", .set = FactSet::kCustomerPeriod, .mode = Mode::kContained, .aggregate = aggregate};
    part.at = Col(Column::kStartAt);
    part.to = Col(Column::kEndAt);
    part.value = Col(value);
    return part;
  }
  FakeStore store;
  Ask ask{&store};
};

TEST_F(Periods, ChainsGiveTheirFirstTheirLastAndTheirYear) {
  store.Add(FactSet::kCustomerPeriod, R"(
    period start_at end_at segment customers_at_start customers_at_end new_customers revenue_minor
    p1     01-01    01-11  big     100                90               15            1000
    p2     01-11    02-01  big     90                 95               5             2100
    p3     01-01    02-01  small   10                 12               2             310
    p4     01-25    02-05  other   7                  7                0             1
    p5     02-01    03-01  big     96                 97               1             280)");
  EXPECT_EQ(ask.Run(Over(Aggregate::kChainFirst, Column::kCustomersAtStart)),
            "0: 110 of 3 partly_covered=1\n1: 96 of 1 partly_covered=1\n");
  EXPECT_EQ(ask.Run(Over(Aggregate::kChainLast, Column::kCustomersAtEnd)),
            "0: 107 of 3 partly_covered=1\n1: 97 of 1 partly_covered=1\n");
  EXPECT_EQ(ask.Run(Over(Aggregate::kSum, Column::kNewCustomers)),
            "0: 22 of 3 partly_covered=1\n1: 1 of 1 partly_covered=1\n");
  // big: 3100 a year of 31 days -> 36525; small: 310 -> 3652.5
  EXPECT_EQ(ask.Run(Over(Aggregate::kChainAnnual, Column::kRevenueMinor)),
            "0: 40177.5 of 3 partly_covered=1\n1: 3652.5 of 1 partly_covered=1\n");
  ask.sets = {{}, {false, 0}};
  EXPECT_EQ(ask.Run(Over(Aggregate::kChainFirst, Column::kCustomersAtStart)),
            "all: 117 of 5 period_breaks=1\n0: 110 of 3 partly_covered=1\n1: 96 of 1 partly_covered=1\n");
}

TEST_F(Periods, OfOneChainThatOverlapAreRefusedWithBothNamed) {
  store.Add(FactSet::kCustomerPeriod, R"(
    period start_at end_at segment plan customers_at_start
    p1     01-01    01-11  big     x    1
    p2     01-10    02-01  big     x    1
    p3     01-01    02-01  big     y    1)");
  EXPECT_THAT(ask.Run(Over(Aggregate::kChainFirst, Column::kCustomersAtStart)),
              ::testing::StartsWith("kpis: customer periods \"p1\" and \"p2\" of one segment, persona, region and plan overlap"));
}

class Costs : public ::testing::Test {
 protected:
  Costs() {
    store.Add(FactSet::kSupportCost, R"(
      cost start_at end_at team cost_minor currency cost_kind
      c1   01-01    01-11  red  1000       EUR      salary
      c2   01-06    01-21  blue 500        EUR      tools)");
    store.Add(FactSet::kTicket, R"(
      ticket created_at team exclusion
      t1     01-02      red  0
      t2     01-10      red  0
      t3     01-12      red  0
      t4     01-07      blue 0
      t5     01-08      blue 1
      t6     01-25      blue 0)");
    ask.buckets = {"01-01", "02-01"};
    ask.Group("team", Col(Column::kTeam), Domain::kTeam);
    ask.sets = {{}, {true, 0}};
  }
  std::string Run(std::vector<plan::PartPlan> parts) {
    const auto result = ask.Execute(parts);
    return result.ok() ? ask.Print(*result, parts[1].part, 1) : std::string(result.status().message());
  }
  kpi::Part Cost() {
    kpi::Part part{.name = "cost", .set = FactSet::kSupportCost, .mode = Mode::kContained, .aggregate = Aggregate::kSum};
    part.at = Col(Column::kStartAt);
    part.to = Col(Column::kEndAt);
    part.value = Col(Column::kCostMinor);
    part.currency = Col(Column::kCurrency);
    return part;
  }
  FakeStore store;
  Ask ask{&store};
};

TEST_F(Costs, TicketsAreCountedOverTheTimeThatCostsCover) {
  EXPECT_EQ(ask.Run(Cost()), "0 blue: 500 EUR\n0 red: 1000 EUR\n0 any: 1500 EUR\n");
  std::vector<plan::PartPlan> parts = {ask.PlanOf(Cost()), ask.PlanOf({.name = "tickets", .at = Col(Column::kCreatedAt)})};
  parts[1].over = 0;
  ask.evidence = true;
  // Both together cover more of the red tickets than the red costs alone.
  EXPECT_EQ(Run(parts), "0 blue: 1 of 1 deleted=1\n0 red: 2 of 2\n0 any: 4 of 4 deleted=1\n");
}

TEST_F(Costs, AFieldThatOnlyCostsHaveTellsNoTicketsApart) {
  ask.groups.clear();
  ask.Group("kind", Col(Column::kCostKind), Domain::kCostKind);
  std::vector<plan::PartPlan> parts = {ask.PlanOf(Cost()), ask.PlanOf({.name = "tickets", .at = Col(Column::kCreatedAt)})};
  parts[1].over = 0;
  parts[1].groups[0].applies = false;
  EXPECT_EQ(Run(parts), "0 salary: 3\n0 tools: 3\n0 any: 4\n");
}

}  // namespace
}  // namespace supportkpi::testing
