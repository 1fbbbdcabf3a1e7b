// What each mode and aggregate gives, against values worked out by hand.
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
using kpi::Const;
using kpi::Mode;
using record::Domain;
using FilterOp = plan::BoundFilter::Op;

kpi::Part Created() { return {.name = "created", .at = Col(Column::kCreatedAt)}; }

kpi::Part ReplyTime() {
  kpi::Part part{.name = "reply_time", .at = Col(Column::kFirstRepliedAt)};
  part.aggregate = Aggregate::kStatistic;
  part.value = kpi::ElapsedByTicket(Col(Column::kCreatedAt), Col(Column::kFirstRepliedAt));
  part.value_is_duration = true;
  return part;
}

class Tickets : public ::testing::Test {
 protected:
  Tickets() {
    store.Add(FactSet::kTicket, R"(
      ticket created_at  channel customer team tags cost_minor currency exclusion first_replied_at first_resolved_at team_initial team_step_at team_step
      t1     01-05T10:00 email   ann      red  a,b  100        EUR      0         01-05T12:00      01-07T10:00       red          -            -
      t2     01-05T11:00 chat    ann      red  a    200        EUR      0         01-05T11:10      never             red          -            -
      t3     02-01T00:00 email   bob      -    -    -          -        0         never            never             -            -            -
      t4     02-03T09:00 -       bob      blue a,a  50         USD      0         02-03T08:00      02-03T09:30       blue         -            -
      t5     02-04T09:00 email   cid      blue b    -          -        1         02-05T09:00      never             blue         -            -
      t6     03-01T00:00 chat    cid      red  -    70         USD      6         03-01T01:00      never             red          -            -)");
    ask.buckets = {"01-01", "02-01", "03-01", "04-01"};
  }
  plan::BoundField Channel() { return ask.Field("channel", Col(Column::kChannel), Domain::kChannel); }

  FakeStore store;
  Ask ask{&store};
};

TEST_F(Tickets, AreCountedInTheBucketThatHoldsTheirInstant) {
  ask.evidence = true;
  EXPECT_EQ(ask.Run(Created()), "0: 2 of 2\n1: 2 of 2 deleted=1\n2: 0 of 0 spam=1\n");
}

TEST_F(Tickets, AFactAtTheEndOfTheRangeIsOutside) {
  ask.buckets = {"01-05T11:00", "02-01"};
  EXPECT_EQ(ask.Run(Created()), "0: 1\n");
}

TEST_F(Tickets, FactsBetweenTheBucketsAreInNone) {
  ask.groups = {Channel()};
  ask.buckets = {"01-01", "01-03", "04-01", "05-01"};
  for (kpi::Part part : {Created(), ReplyTime()}) {
    part.at = Col(Column::kCreatedAt);
    plan::PartPlan plan = ask.PlanOf(part);
    plan.buckets.erase(plan.buckets.begin() + 1);
    EXPECT_EQ(ask.Run({plan}), "") << part.name;
  }
}

TEST_F(Tickets, AreToldApartByGroups) {
  ask.groups = {Channel()};
  ask.WithTotals();
  EXPECT_EQ(ask.Run(Created()),
            "all chat: 1\nall email: 2\nall none: 1\nall any: 4\n"
            "0 chat: 1\n0 email: 1\n0 any: 2\n"
            "1 email: 1\n1 none: 1\n1 any: 2\n"
            "2 chat: 0\n2 any: 0\n");
}

TEST_F(Tickets, StandInTheGroupOfEachDistinctTagAndOnceInTheTotal) {
  ask.GroupList("tags", Column::kTags, Domain::kTag);
  ask.buckets = {"01-01", "04-01"};
  ask.WithTotals();
  EXPECT_EQ(ask.Run(Created()), "all a: 3\nall b: 1\nall none: 1\nall any: 4\n0 a: 3\n0 b: 1\n0 none: 1\n0 any: 4\n");
}

TEST_F(Tickets, OfTwoListsStandInEachCombination) {
  ask.GroupList("tags", Column::kTags, Domain::kTag);
  ask.groups.push_back(Channel());
  ask.GroupList("again", Column::kTags, Domain::kTag);
  ask.buckets = {"01-05", "01-05T10:30"};
  EXPECT_EQ(ask.Run(Created()), "0 a email a: 1\n0 a email b: 1\n0 b email a: 1\n0 b email b: 1\n");
}

TEST_F(Tickets, ThatAreFlaggedCountWhenAskedFor) {
  plan::PartPlan plan = ask.PlanOf(Created());
  plan.included_exclusions = 1 | 2 | 4;
  EXPECT_EQ(ask.Run({plan}), "0: 2\n1: 3\n2: 1\n");
}

TEST_F(Tickets, AreLeftOutByTheFirstRuleThatHolds) {
  kpi::Part part = Created();
  part.where = kpi::NotEqual(Col(Column::kTicket), Const(store.Code(Domain::kTicketId, "t1")));
  part.left_out = {{"unanswered", kpi::Equal(Col(Column::kFirstRepliedAt), Const(column::kForever))},
                   {"unresolved", kpi::Equal(Col(Column::kFirstResolvedAt), Const(column::kForever))}};
  part.notes = {{"early", kpi::Less(Col(Column::kFirstRepliedAt), Col(Column::kCreatedAt))}};
  ask.evidence = true;
  EXPECT_EQ(ask.Run(part), "0: 0 of 0 unresolved=1\n1: 1 of 1 unanswered=1 deleted=1 early=1\n2: 0 of 0 spam=1\n");
}

TEST_F(Tickets, AreFilteredByName) {
  ask.buckets = {"01-01", "04-01"};
  ask.Filter(FilterOp::kIn, Channel(), {"email", "fax"});
  EXPECT_EQ(ask.Run(Created()), "0: 2\n");
  ask.Filter(FilterOp::kIn, Channel(), {"fax"});
  EXPECT_EQ(ask.Run(Created()), "");
  ask.Filter(FilterOp::kPrefix, Channel(), {"e"});
  EXPECT_EQ(ask.Run(Created()), "0: 2\n");
  ask.Filter(FilterOp::kLessThan, Channel(), {"email"});
  EXPECT_EQ(ask.Run(Created()), "0: 1\n");
  ask.Filter(FilterOp::kPresent, Channel());
  EXPECT_EQ(ask.Run(Created()), "0: 3\n");
  ask.Filter(FilterOp::kAbsent, Channel());
  EXPECT_EQ(ask.Run(Created()), "0: 1\n");
}

TEST_F(Tickets, AFilterOnAMissingValueIsFalseAndItsNegationTrue) {
  ask.buckets = {"01-01", "04-01"};
  plan::BoundFilter leaf{.op = FilterOp::kIn, .field = Channel(), .values = {"email"}};
  ask.filter = {.op = FilterOp::kNot, .args = {leaf}};
  EXPECT_EQ(ask.Run(Created()), "0: 2\n");
}

TEST_F(Tickets, AreFilteredByAnyTag) {
  ask.buckets = {"01-01", "04-01"};
  plan::BoundField tags{.name = "tags", .list = Column::kTags, .domain = Domain::kTag};
  ask.Filter(FilterOp::kIn, tags, {"b"});
  EXPECT_EQ(ask.Run(Created()), "0: 1\n");
  ask.Filter(FilterOp::kAbsent, tags);
  EXPECT_EQ(ask.Run(Created()), "0: 1\n");
}

TEST_F(Tickets, AreFilteredByNumbersAndInstants) {
  ask.buckets = {"01-01", "04-01"};
  plan::BoundField cost{.name = "cost", .expr = Col(Column::kCostMinor), .kind = plan::ValueKind::kMoney};
  ask.Filter(FilterOp::kAtLeast, cost, {"100"});
  EXPECT_EQ(ask.Run(Created()), "0: 2\n");
  ask.Filter(FilterOp::kLessThan, cost, {"100"});
  EXPECT_EQ(ask.Run(Created()), "0: 1\n");
  plan::BoundField replied{.name = "first_replied_at", .expr = Col(Column::kFirstRepliedAt), .kind = plan::ValueKind::kInstant};
  ask.Filter(FilterOp::kGreaterThan, replied, {"2026-01-05T11:10:00Z"});
  EXPECT_EQ(ask.Run(Created()), "0: 2\n");
  ask.Filter(FilterOp::kPresent, replied);
  EXPECT_EQ(ask.Run(Created()), "0: 3\n");
}

TEST_F(Tickets, DurationsGiveEveryStatisticAndLeaveNegativeOnesOut) {
  ask.buckets = {"01-01", "04-01"};
  ask.evidence = true;
  using Kind = plan::Statistic::Kind;
  // 2 h, 10 min; t4 was answered before its creation.
  const std::string rest = " of 2 deleted=1 spam=1 invalid_duration=1\n";
  EXPECT_EQ(ask.Run(ReplyTime()), "0: 3900000" + rest);
  ask.statistic.kind = Kind::kSum;
  EXPECT_EQ(ask.Run(ReplyTime()), "0: 7800000" + rest);
  ask.statistic.kind = Kind::kMin;
  EXPECT_EQ(ask.Run(ReplyTime()), "0: 600000" + rest);
  ask.statistic.kind = Kind::kMax;
  EXPECT_EQ(ask.Run(ReplyTime()), "0: 7200000" + rest);
  ask.statistic.kind = Kind::kStddev;
  EXPECT_EQ(ask.Run(ReplyTime()), "0: 4666904.756" + rest);
  ask.Percentile(25);
  EXPECT_EQ(ask.Run(ReplyTime()), "0: 2250000" + rest);
}

TEST_F(Tickets, DistinctCustomersOfTheWholeAreNotTheSumOfTheBuckets) {
  kpi::Part part = Created();
  part.aggregate = Aggregate::kDistinct;
  part.entity = Col(Column::kCustomer);
  ask.WithTotals();
  EXPECT_EQ(ask.Run(part), "all: 2\nall: 2\n0: 1\n0: 1\n1: 1\n1: 1\n2: 0\n2: 0\n");
}

TEST_F(Tickets, EntitiesHaveTheSumOfTheirValues) {
  kpi::Part part = Created();
  part.aggregate = Aggregate::kEntityStatistic;
  part.entity = Col(Column::kCustomer);
  part.value = Const(10);
  ask.buckets = {"01-01", "04-01"};
  EXPECT_EQ(ask.Run(part), "0: 20\n");
  ask.Percentile(50);
  EXPECT_EQ(ask.Run(part), "0: 20\n");
}

TEST_F(Tickets, TheGreatestValueNamesItsRecord) {
  kpi::Part part = ReplyTime();
  part.aggregate = Aggregate::kMax;
  part.record = Col(Column::kTicket);
  ask.groups = {Channel()};
  ask.buckets = {"01-01", "04-01"};
  ask.WithTotals();
  EXPECT_EQ(ask.Run(part),
            "all chat: 600000 t2\nall email: 7200000 t1\nall none: absent\nall any: 7200000 t1\n"
            "0 chat: 600000 t2\n0 email: 7200000 t1\n0 none: absent\n0 any: 7200000 t1\n");
}

TEST_F(Tickets, OfSeveralCurrenciesAreRefused) {
  kpi::Part part = Created();
  part.aggregate = Aggregate::kSum;
  part.value = Col(Column::kCostMinor);
  part.where = kpi::Not(kpi::IsNull(Col(Column::kCostMinor)));
  part.currency = Col(Column::kCurrency);
  EXPECT_EQ(ask.Run(part), "kpis: money in several currencies would be added: EUR, USD; group by currency or filter on it");
  ask.Group("currency", Col(Column::kCurrency), Domain::kCurrency);
  ask.buckets = {"01-01", "04-01"};
  ask.WithTotals();
  EXPECT_EQ(ask.Run(part),
            "all EUR: 300 EUR\nall USD: 50 USD\nall any: 350 mixed\n0 EUR: 300 EUR\n0 USD: 50 USD\n0 any: 350 mixed\n");
}

TEST_F(Tickets, MoreGroupsThanAllowedAreRefused) {
  ask.Group("customer", Col(Column::kCustomer), Domain::kCustomer);
  ask.context.max_groups = 3;
  EXPECT_EQ(ask.Run(Created()), "0 ann: 2\n1 bob: 2\n1 cid: 0\n2 cid: 0\n");
  ask.context.max_groups = 2;
  EXPECT_EQ(ask.Run(Created()), "group_by: more than 2 groups; add a filter or use fewer dimensions");
}

TEST_F(Tickets, ACancelledQuestionStops) {
  std::atomic<bool> cancelled{true};
  ask.context.cancelled = &cancelled;
  EXPECT_THAT(ask.Execute({ask.PlanOf(Created())}), StatusIs(absl::StatusCode::kCancelled, ::testing::_));
}

TEST_F(Tickets, StatesAreThoseJustBeforeTheBucketsEnd) {
  kpi::Part backlog{.name = "backlog", .mode = Mode::kAtBucketEnd};
  backlog.at = Col(Column::kCreatedAt);
  backlog.to = Col(Column::kFirstResolvedAt);
  EXPECT_EQ(ask.Run(backlog), "0: 1\n1: 2\n2: 2\n");
  // The span of t1 is (creation, 01-07T10:00]: at that instant it still holds, t3's creation is not yet there.
  ask.buckets = {"01-01", "01-07T10:00", "02-01", "02-01T00:00:01"};
  ask.WithTotals();
  EXPECT_EQ(ask.Run(backlog), "all: 2\nall: 2\n0: 2\n0: 2\n1: 1\n1: 1\n2: 2\n2: 2\n");
}

TEST_F(Tickets, AnAgeIsMeasuredAtTheEndOfEachBucket) {
  kpi::Part age{.name = "age", .mode = Mode::kAtBucketEnd, .aggregate = Aggregate::kStatistic};
  age.at = Col(Column::kCreatedAt);
  age.to = Col(Column::kFirstResolvedAt);
  age.value = kpi::ElapsedByTicket(Col(Column::kCreatedAt), kpi::BucketEnd());
  ask.buckets = {"01-05", "01-05T12:00", "01-05T14:00"};
  EXPECT_EQ(ask.Run(age), "0: 5400000\n1: 12600000\n");
}

TEST_F(Tickets, APercentileOfStatesThatNoBucketTakesIsNone) {
  kpi::Part age{.name = "age", .mode = Mode::kAtBucketEnd, .aggregate = Aggregate::kStatistic};
  age.at = Col(Column::kCreatedAt);
  age.to = Col(Column::kFirstResolvedAt);
  age.value = kpi::ElapsedByTicket(Col(Column::kCreatedAt), kpi::BucketEnd());
  age.where = kpi::Less(kpi::BucketEnd(), Col(Column::kCreatedAt));  // of no state that a bucket's end sees
  ask.buckets = {"01-05", "01-05T12:00", "01-05T14:00"};
  ask.Percentile(50);
  EXPECT_EQ(ask.Run(age), "");
}

TEST_F(Tickets, ClippedTimeIsCutToEachBucket) {
  kpi::Part part{.name = "open", .mode = Mode::kClipped, .aggregate = Aggregate::kEntityStatistic};
  part.at = Col(Column::kCreatedAt);
  part.to = Col(Column::kFirstResolvedAt);
  part.entity = Col(Column::kTicket);
  part.value = kpi::ElapsedByTicket(kpi::Make(kpi::Op::kMax, {Col(Column::kCreatedAt), kpi::BucketStart()}),
                                    kpi::Make(kpi::Op::kMin, {Col(Column::kFirstResolvedAt), kpi::BucketEnd()}));
  ask.statistic.kind = plan::Statistic::Kind::kSum;
  ask.buckets = {"01-05", "01-06", "01-07", "01-08"};
  ask.WithTotals();
  const auto line = [](const std::string& cell, double hours) { return absl::StrFormat("%s: %.10g\n", cell, hours * 3.6e6); };
  EXPECT_EQ(ask.Run(part), line("all", 48 + 61) + line("all", 48 + 61) + line("0", 27) + line("0", 27) + line("1", 48) +
                               line("1", 48) + line("2", 34) + line("2", 34));
}

TEST_F(Tickets, DeadAndUnbornRowsAreNotThere) {
  FakeStore versions;
  versions.Add(FactSet::kTicket, R"(
    ticket created_at born dead
    t1     01-01      1    3
    t1     01-02      3    9
    t2     01-03      4    9)");
  versions.snapshot().commit_number = 3;
  Ask ask_versions(&versions);
  EXPECT_EQ(ask_versions.Run(Created()), "0: 1\n");
}

TEST_F(Tickets, AttributesGroupAndFilter) {
  FakeStore attributed;
  attributed.Add(FactSet::kTicket, R"(
    ticket created_at attributes.region
    t1     01-01      north
    t2     01-02      -
    t3     01-03      south)");
  Ask ask_attributes(&attributed);
  ask_attributes.groups.push_back({.name = "attributes.region", .domain = Domain::kAttributeValue, .attribute = "region"});
  EXPECT_EQ(ask_attributes.Run(Created()), "0 north: 1\n0 south: 1\n0 none: 1\n");
  plan::BoundField unknown{.name = "attributes.x", .domain = Domain::kAttributeValue, .attribute = "x"};
  ask_attributes.Filter(FilterOp::kAbsent, unknown);
  EXPECT_EQ(ask_attributes.Run(Created()), "0 north: 1\n0 south: 1\n0 none: 1\n");
}

TEST_F(Tickets, CustomersAreLookedUpByTheirCode) {
  auto& customers = *store.snapshot().customers;
  (void)store.TakeSnapshot("");
  const int64_t code = store.Code(Domain::kCustomer, "ann");
  customers.segment.resize(code + 1, 0);
  customers.segment[code] = store.Code(Domain::kSegment, "big");
  kpi::Expr segment = kpi::Make(kpi::Op::kLookup, {Col(Column::kCustomer)});
  segment.key = static_cast<column::ColumnKey>(kpi::LookupField::kCustomerSegment);
  ask.Group("customer.segment", segment, Domain::kSegment);
  ask.buckets = {"01-01", "04-01"};
  EXPECT_EQ(ask.Run(Created()), "0 big: 2\n0 none: 2\n");
}

TEST_F(Tickets, HoursOfDayAreThoseOfTheZone) {
  ask.zone = *time::FindZone("America/New_York");
  plan::BoundField hour{.name = "hour_of_day", .expr = kpi::Make(kpi::Op::kHourOfDay, {Col(Column::kCreatedAt)}),
                        .kind = plan::ValueKind::kInteger};
  ask.groups = {hour};
  ask.buckets = {"01-01", "02-02"};
  EXPECT_EQ(ask.Run(Created()), "0 5: 1\n0 6: 1\n0 19: 1\n");
}

}  // namespace
}  // namespace supportkpi::testing
