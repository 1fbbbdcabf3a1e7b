// Work that parts, buckets and batches share must not be seen in what comes out: each part as if it were alone, states as if
// they were looked at bucket by bucket, portions of items as if there were one.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/exec/part_language.h"
#include "tests/support/dice.h"
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

constexpr int kTickets = 300;
constexpr int64_t kHourMs = 3'600'000;

class SharedWork : public ::testing::Test {
 protected:
  SharedWork() {
    std::string table = "ticket created_at first_replied_at first_resolved_at channel team_initial team_step_at team_step exclusion\n";
    for (int i = 0; i < kTickets; ++i) {
      const int created = dice.Below(58 * 24), replied = created + dice.Below(60), resolved = created + dice.Below(600);
      absl::StrAppend(&table, "t", i, " ", Hour(created), " ", dice.Below(9) == 0 ? "-" : Hour(replied), " ",
                      dice.Below(9) == 0 ? "-" : Hour(resolved), " ", dice.Below(2) == 0 ? "email" : "chat", " ",
                      dice.Below(2) == 0 ? "red" : "blue", " ", Hour(created + 5), " ", dice.Below(3) == 0 ? "red" : "none", " ",
                      dice.Below(9) == 0 ? 2 : 0, "\n");
    }
    store.Add(FactSet::kTicket, table);
    time::ScheduleVersion version;
    for (int day = 0; day < 5; ++day) version.weekly_hours[day] = {{9 * 60, 17 * 60 + 30}};
    settings::Settings& settings = *store.snapshot().settings;
    settings.schedules["day"] = {.name = "day", .zone = &time::UtcZone(), .versions = {version}};
    settings.team_schedules = {{"red", "day"}, {"blue", "day"}};
    ask.clock = kpi::Clock::kBusiness;
    ask.buckets = {"01-01"};
    for (int day = 2; day <= 28; ++day) ask.buckets.push_back(absl::StrFormat("02-%02d", day));
    ask.Group("channel", Col(Column::kChannel), Domain::kChannel);
    ask.WithTotals();
    ask.evidence = true;
  }

  kpi::Part Open(std::string name) {
    kpi::Part part{.name = std::move(name), .mode = Mode::kAtBucketEnd};
    part.at = Col(Column::kCreatedAt);
    part.to = kpi::Coalesce({Col(Column::kFirstResolvedAt), Const(column::kForever)});
    part.left_out = {{"unanswered", kpi::IsNull(Col(Column::kFirstRepliedAt))}};
    part.honours_exclusion = true;
    return part;
  }
  kpi::Expr ReplyTime() { return kpi::ElapsedByTicket(Col(Column::kCreatedAt), Col(Column::kFirstRepliedAt)); }
  static kpi::Part Where(kpi::Part part, kpi::Expr condition) {
    part.where = kpi::And({part.where, std::move(condition)});
    return part;
  }
  // The cells of one of several parts that are run together.
  std::string RunAs(size_t index, const std::vector<kpi::Part>& parts) {
    std::vector<plan::PartPlan> plans;
    for (const kpi::Part& part : parts) plans.push_back(ask.PlanOf(part));
    const auto result = ask.Execute(plans);
    EXPECT_OK(result);
    return ask.Print(*result, parts[index], index);
  }
  void ExpectAsAlone(const std::vector<kpi::Part>& parts) {
    for (size_t i = 0; i < parts.size(); ++i) {
      const std::string alone = ask.Run(parts[i]);
      EXPECT_GT(alone.size(), 100u);
      EXPECT_EQ(RunAs(i, parts), alone) << parts[i].name;
    }
  }

  Dice dice{7};
  FakeStore store;
  Ask ask{&store};
};

TEST_F(SharedWork, APartThatNarrowsAnotherIsAsItWouldBeAlone) {
  kpi::Part created{.name = "created"};
  created.at = Col(Column::kCreatedAt);
  created.left_out = {{"unanswered", kpi::IsNull(Col(Column::kFirstRepliedAt))}};
  created.notes = {{"slow", kpi::Less(Const(3 * kHourMs), ReplyTime())}};
  const kpi::Expr in_time = kpi::Less(ReplyTime(), Const(4 * kHourMs));
  ExpectAsAlone({Where(created, in_time), created, Where(Where(created, in_time), kpi::Not(kpi::IsNull(Col(Column::kFirstResolvedAt)))),
                 Where(created, kpi::IsNull(Col(Column::kFirstResolvedAt)))});
}

TEST_F(SharedWork, APartWithAValueBesideOneWithoutIsJudgedByItsValueToo) {
  kpi::Part created{.name = "created"};
  created.at = Col(Column::kCreatedAt);
  kpi::Part replies = Where(created, Equal(Col(Column::kExclusion), Const(0)));
  replies.aggregate = Aggregate::kStatistic;
  replies.value = ReplyTime();
  replies.value_is_duration = true;
  ExpectAsAlone({created, replies});
}

TEST_F(SharedWork, StatisticsOfTheSameValuesAreAsTheyWouldBeAlone) {
  using Kind = plan::Statistic::Kind;
  kpi::Part replies{.name = "replies"};
  replies.at = Col(Column::kCreatedAt);
  replies.honours_exclusion = true;
  replies.value = ReplyTime();
  replies.value_is_duration = true;
  for (const Aggregate aggregate : {Aggregate::kStatistic, Aggregate::kEntityStatistic}) {
    replies.aggregate = aggregate;
    replies.entity = Col(Column::kTeamInitial);
    std::vector<plan::PartPlan> plans;
    for (const plan::Statistic& statistic : {plan::Statistic{Kind::kMean}, {Kind::kPercentile, 90}, {Kind::kStddev}, {Kind::kPercentile, 50},
                                             {Kind::kSum}, {Kind::kMin}, {Kind::kMax}}) {
      plans.push_back(ask.PlanOf(replies));
      plans.back().statistic = statistic;
    }
    exec::native::NativeExecutor executor(store, 7, {.partials = {.chunk_rows_min = 1}});
    store.rows_per_chunk = 50;
    for (const absl::string_view time : {"first", "second", "third"}) {
      const auto together = executor.Execute(ask.WholePlan(plans), ask.context);
      ASSERT_OK(together);
      for (size_t i = 0; i < plans.size(); ++i) {
        const auto alone = ask.Execute({plans[i]});
        ASSERT_OK(alone);
        EXPECT_EQ(ask.Print(*together, replies, i), ask.Print(*alone, replies)) << time << " time, statistic " << i;
      }
    }
  }
}

TEST_F(SharedWork, StatesThatNarrowOthersAreAsTheyWouldBeAlone) {
  const kpi::Expr in_time = kpi::Less(ReplyTime(), Const(4 * kHourMs));
  ExpectAsAlone({Open("open"), Where(Open("in_time"), in_time)});
  // A condition that depends on the bucket.
  ExpectAsAlone({Open("open"), Where(Open("replied"), kpi::Less(Col(Column::kFirstRepliedAt), kpi::BucketEnd()))});
}

TEST_F(SharedWork, StatesCountedByTheirChangesAreThoseCountedBucketByBucket) {
  for (const bool with_weight : {false, true}) {
    kpi::Part changes = Open("open");
    if (with_weight) changes.weight = Equal(Col(Column::kChannel), Const(store.Code(Domain::kChannel, "chat")));
    // What depends on the bucket is looked at in each.
    const kpi::Part looked_at = Where(changes, kpi::Less(kpi::BucketStart(), kpi::BucketEnd()));
    EXPECT_EQ(ask.Run(changes), ask.Run(looked_at));
  }
}

// Without totals nothing but the changes is asked for: whole batches are counted by place. In few buckets few states change.
TEST_F(SharedWork, ChangesOfWholeBatchesAreThoseOfStatesOneByOne) {
  ask.sets = {{}};
  const kpi::Part changes = Open("open");
  const auto expect_alike = [&] {
    const std::string told = ask.Run(changes);
    EXPECT_EQ(told, ask.Run(Where(changes, kpi::Less(kpi::BucketStart(), kpi::BucketEnd()))));
    EXPECT_GT(told.size(), 20u);
  };
  for (const bool is_grouped : {true, false}) {
    if (!is_grouped) ask.groups.clear();
    expect_alike();
    const std::vector<std::string> days = std::exchange(ask.buckets, {"01-01", "02-28"});
    expect_alike();
    ask.buckets = days;
    ask.sets = {{false}};
    expect_alike();
    ask.sets = {{}};
  }
}

TEST_F(SharedWork, PortionsOfItemsOfOneBatchDoNotSeeEachOther) {
  // Some 300 tickets in 28 buckets each, of which the first is wide: more than fit into one portion.
  kpi::Part age = Open("age");
  age.to = Const(column::kForever);
  age.aggregate = Aggregate::kStatistic;
  age.value = kpi::If(kpi::Less(ReplyTime(), Const(4 * kHourMs)), ReplyTime(),
                      kpi::ElapsedByTicket(Col(Column::kCreatedAt), kpi::BucketEnd()));
  age.value_is_duration = true;
  ask.statistic.kind = plan::Statistic::Kind::kSum;
  EXPECT_GT(ask.Run(age).size(), 100u);
}

// Twelve batches in one chunk, in each of which something is the same for all rows: the day, that there is a reply, that nothing
// is excluded, the channel that is filtered by.
class BoundsOfRows : public ::testing::Test {
 protected:
  static constexpr int kBatches = 12, kRows = 2048;

  BoundsOfRows() {
    const std::string table = Table();
    loose.tells_of_rows = false;
    for (FakeStore* store : {&exact, &loose}) store->Add(FactSet::kTicket, table);
  }
  static std::string Table() {
    std::string table = "ticket created_at first_replied_at first_resolved_at channel exclusion\n";
    for (int batch = 0; batch < kBatches; ++batch) {
      for (int row = 0; row < kRows; ++row) {
        const int minute = row % 600, day = 1 + batch / 2;
        const bool no_reply = batch % 3 == 1 || (batch % 3 == 2 && row % 5 == 0);
        const bool excluded = batch % 4 == 3 && row % 50 == 0;
        const char* channel = batch < 4 ? "chat" : batch < 8 && row % 3 != 0 ? "chat" : "email";
        absl::StrAppendFormat(&table, "t%d 02-%02dT%02d:%02d %s 02-%02dT23:00 %s %d\n", batch * kRows + row, day, 8 + minute / 60,
                              minute % 60, no_reply ? "-" : absl::StrFormat("02-%02dT%02d:59", day, 8 + minute / 60),
                              batch == 5 ? 3 : day, channel, excluded ? 2 : 0);
      }
    }
    return table;
  }
  static std::string Answer(FakeStore& store, const kpi::Part& part) {
    Ask ask{&store};
    ask.buckets = {"02-01", "02-02", "02-03", "02-04", "02-06", "02-09"};
    ask.Group("channel", Col(Column::kChannel), Domain::kChannel);
    ask.WithTotals();
    ask.evidence = true;
    const auto result = ask.Execute({ask.PlanOf(part)});
    EXPECT_OK(result);
    return ask.Print(*result, part);
  }
  void ExpectAlike(const kpi::Part& part) {
    const std::string told = Answer(exact, part);
    EXPECT_EQ(told, Answer(loose, part)) << part.name;
    EXPECT_GT(told.size(), 100u) << part.name;
  }

  FakeStore exact, loose;  // bounds of rows are told; only those of the chunk
};

TEST_F(BoundsOfRows, DecideNothingElseThanTheRowsThemselves) {
  kpi::Part created{.name = "created"};
  created.at = Col(Column::kCreatedAt);
  created.honours_exclusion = true;
  created.left_out = {{"unanswered", kpi::IsNull(Col(Column::kFirstRepliedAt))}};
  ExpectAlike(created);
  kpi::Part replies = created;
  replies.name = "reply_time";
  replies.left_out.clear();
  replies.aggregate = Aggregate::kStatistic;
  replies.value = kpi::Subtract(Col(Column::kFirstRepliedAt), Col(Column::kCreatedAt));
  replies.value_is_duration = true;
  ExpectAlike(replies);
  kpi::Part answered = created;
  answered.name = "answered";
  answered.where = kpi::Not(kpi::IsNull(Col(Column::kFirstRepliedAt)));
  ExpectAlike(answered);
  kpi::Part resolved = created;
  resolved.name = "resolved";
  resolved.at = Col(Column::kFirstResolvedAt);
  ExpectAlike(resolved);
  kpi::Part open{.name = "open", .mode = Mode::kAtBucketEnd};
  open.at = Col(Column::kCreatedAt);
  open.to = kpi::Coalesce({Col(Column::kFirstRepliedAt), Const(column::kForever)});
  open.honours_exclusion = true;
  ExpectAlike(open);
}

TEST_F(SharedWork, CellsOfAddedUpStatesAreAskedForLikeThoseOfItems) {
  kpi::Part open = Open("open");
  open.to = Const(column::kForever);
  ask.groups.clear();
  ask.Group("ticket", Col(Column::kTicket), Domain::kTicketId);
  ask.sets = {{}};
  ask.buckets.clear();
  for (int hour = 0; hour < 28 * 24; ++hour) ask.buckets.push_back(Hour(hour));
  constexpr int64_t kMaxBytes = 4 << 20;
  int64_t taken = 0;
  ask.context.threads = 1;
  ask.context.take_memory = [&](int64_t bytes) {
    taken += bytes;
    return taken <= kMaxBytes ? absl::OkStatus() : absl::ResourceExhaustedError("no more");
  };
  EXPECT_THAT(ask.Execute({ask.PlanOf(open)}), StatusIs(absl::StatusCode::kResourceExhausted, "no more"));
  EXPECT_LT(taken, 2 * kMaxBytes) << "it stopped where it was told to";
}

}  // namespace
}  // namespace supportkpi::testing
