// What a question says of its rows: order, having, the first groups, subtotals.
#include "plan/shape.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/ask_test_support.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::plan {
namespace {

using ::testing::ElementsAre;
using Op = Filter::Op;

TEST(Shape, OrderAndHavingAreBoundToColumns) {
  Ask ask({"csat", "backlog"});
  ask.By({"team"});
  ask.question.order_by = {{"team", true}, {"backlog", false}, {"bucket", false}};
  ask.question.having = Leaf(Op::kLessThan, "csat", {"80"});
  ask.question.having_text = Leaf(Op::kAtLeast, "backlog.facts", {"20"});
  const auto plan = ask.Plan_();
  ASSERT_OK(plan);
  const Shape& shape = plan->shape;
  ASSERT_EQ(shape.order.size(), 3u);
  EXPECT_EQ(shape.order[0].kind, OrderColumn::Kind::kGroup);
  EXPECT_TRUE(shape.order[0].descending);
  EXPECT_EQ(shape.order[1].kind, OrderColumn::Kind::kKpi);
  EXPECT_EQ(shape.order[1].index, 1u);
  EXPECT_EQ(shape.order[2].kind, OrderColumn::Kind::kBucket);
  ASSERT_EQ(shape.having.args.size(), 2u) << "both hold";
  EXPECT_EQ(shape.having.args[0].of, Having::Of::kValue);
  EXPECT_THAT(shape.having.args[0].numbers, ElementsAre(80));
  EXPECT_EQ(shape.having.args[1].of, Having::Of::kFacts);
  EXPECT_EQ(shape.having.args[1].kpi, 1u);
}

TEST(Shape, HavingIsRefusedWithThePathAndWhatIsKnown) {
  const auto having = [](Filter filter) {
    Ask ask({"csat"});
    ask.question.having = std::move(filter);
    return ask.Refusal();
  };
  EXPECT_EQ(having(Leaf(Op::kPresent, "csat.denominator", {})), "OK");
  EXPECT_EQ(having(Leaf(Op::kLessThan, "csta", {"80"})),
            "having.field: unknown column \"csta\"; did you mean \"csat\"? known are csat, each also with .facts, .numerator, "
            ".denominator");
  EXPECT_EQ(having(All({Equals("csat", "80"), Equals("csat", "good")})),
            "having.all[1]: \"good\" is no number; \"csat\" is compared with a number such as 12.5");
  EXPECT_EQ(having(Equals("csat", "nan")), "having: \"nan\" is no number; \"csat\" is compared with a number such as 12.5");
  EXPECT_EQ(having(Leaf(Op::kPrefix, "csat", {"8"})),
            "having: prefix of a number; equals, in, less_than, at_most, greater_than, at_least, present");
}

std::string TopRefusal(Top top, std::vector<std::string> kpis = {"csat"}, std::vector<std::string> by = {"team"}) {
  Ask ask(std::move(kpis));
  ask.By(std::move(by));
  ask.question.top = std::move(top);
  return ask.Refusal();
}

TEST(Shape, TheFirstGroupsAreTheBestUnlessTheDirectionIsGiven) {
  Ask ask({"csat", "first_response_time"});
  ask.By({"team", "channel"});
  ask.question.top = Top{.count = 3};
  EXPECT_TRUE(ask.Plan_()->shape.top->descending) << "more is better";
  EXPECT_EQ(ask.Plan_()->shape.top->dimensions, kAllDimensions);
  ask.question.top = Top{.count = 3, .by = "first_response_time", .dimension = "channel"};
  EXPECT_FALSE(ask.Plan_()->shape.top->descending) << "less is better";
  EXPECT_EQ(ask.Plan_()->shape.top->kpi, 1u);
  EXPECT_EQ(ask.Plan_()->shape.top->dimensions, MaskOf(1));
  ask.question.top->descending = true;
  EXPECT_TRUE(ask.Plan_()->shape.top->descending);
}

TEST(Shape, TopIsRefusedWhereItHasNoMeaning) {
  EXPECT_EQ(TopRefusal({.count = 1}), "OK");
  EXPECT_EQ(TopRefusal({.count = 9'999}), "OK");
  EXPECT_EQ(TopRefusal({.count = 10'000}), "OK");
  EXPECT_EQ(TopRefusal({.count = 10'001}), "top.count: 10001; 1 to 10000");
  EXPECT_EQ(TopRefusal({.count = 0}), "top.count: 0; 1 to 10000");
  EXPECT_EQ(TopRefusal({.count = 1, .minimum_facts = -1}), "top.minimum_facts: -1 below 0; 0 or more");
  EXPECT_EQ(TopRefusal({.count = 1}, {"csat"}, {}), "top: without group_by; group_by names what is ranked");
  EXPECT_EQ(TopRefusal({.count = 1, .by = "nps"}), "top.by: unknown KPI \"nps\"; asked are csat");
  EXPECT_EQ(TopRefusal({.count = 1, .dimension = "channel"}), "top.dimension: \"channel\" is not in group_by; one of team");
  EXPECT_EQ(TopRefusal({.count = 1}, {"volume_spike"}),
            "top.by: \"volume_spike\" has no value over the whole range; rank by another KPI");
  EXPECT_EQ(TopRefusal({.count = 1, .dimension = "team"}, {"channel_share"}, {"channel", "team"}),
            "top.dimension: \"channel_share\" tells only \"channel\" apart; rank that dimension, all of them together, or by "
            "another KPI");
}

TEST(Shape, AllOtherGroupsAreRefusedWhereADimensionTellsOneSideOfARatioApart) {
  // Costs have a currency, tickets do not.
  const std::string refusal = TopRefusal({.count = 1}, {"cost_per_ticket"}, {"currency"});
  EXPECT_EQ(refusal, "top: the row of all other groups is not defined where \"currency\" tells apart only one side of a ratio; set "
                     "top.without_other");
  EXPECT_EQ(TopRefusal({.count = 1, .without_other = true}, {"cost_per_ticket"}, {"currency"}), "OK");
}

TEST(Shape, SubtotalsAreSetsAfterTheTotals) {
  Ask ask({"csat"});
  ask.By({"team", "channel"});
  ask.question.totals = true;
  ask.question.subtotals = {{.group_by = {"channel"}}, {.group_by = {"channel", "team"}, .over_buckets = true}, {}};
  const auto plan = ask.Plan_();
  ASSERT_OK(plan);
  ASSERT_EQ(plan->sets.size(), 7u);
  EXPECT_EQ(plan->total_sets, 3u);
  EXPECT_TRUE(plan->sets[4].by_bucket);
  EXPECT_EQ(plan->sets[4].dimensions, MaskOf(1));
  EXPECT_FALSE(plan->sets[5].by_bucket);
  EXPECT_EQ(plan->sets[5].dimensions, kAllDimensions);
  EXPECT_EQ(plan->sets[6].dimensions, 0u);
}

TEST(Shape, SubtotalsAreAtMost16OfDimensionsOfTheQuestion) {
  Ask ask({"csat"});
  ask.By({"team"});
  for (const int count : {15, 16, 17}) {
    ask.question.subtotals.assign(static_cast<size_t>(count), Subtotal{});
    EXPECT_EQ(ask.Refusal(), count <= 16 ? "OK" : "subtotals: 17 of them; at most 16");
  }
  ask.question.subtotals = {{}, {.group_by = {"team", "channel"}}};
  EXPECT_EQ(ask.Refusal(), "subtotals[1].group_by[1]: \"channel\" is not in group_by; one of team");
  ask.question.subtotals = {{.group_by = {"team", "team"}}};
  EXPECT_EQ(ask.Refusal(), "subtotals[0].group_by[1]: \"team\" stands there twice; name each dimension once");
}

}  // namespace
}  // namespace supportkpi::plan
