// What looks beyond a fact's own columns: schedules by team, targets and thresholds of the settings, tickets of the same
// customer on the same issue, populations that several parts share, people who took part.
#include <string>

#include "gmock/gmock.h"
#include "absl/strings/str_cat.h"
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
using record::Domain;

// Monday to Friday, [start, end) hours, UTC.
time::Schedule Weekdays(const std::string& name, int start_hour, int end_hour) {
  time::ScheduleVersion version;
  for (int day = 0; day < 5; ++day) version.weekly_hours[day] = {{start_hour * 60, end_hour * 60}};
  return {.name = name, .zone = &time::UtcZone(), .versions = {version}};
}

class BusinessClockPart : public ::testing::Test {
 protected:
  BusinessClockPart() {
    // 01-05 is a Monday. t1 stays with red, t2 goes to blue at noon, t3 has no team, t4 is with a team without schedule.
    store.Add(FactSet::kTicket, R"(
      ticket created_at  first_replied_at team_initial team_step_at team_step status_step_at                       status_step
      t1     01-05T10:00 01-06T10:00      red          -            -         01-05T10:00,01-05T16:00,01-06T09:30  1,3,2
      t2     01-05T10:00 01-05T16:00      red          01-05T12:00  blue      01-05T10:00,01-05T13:00              2,3
      t3     01-05T10:00 01-05T11:00      -            -            -         01-05T10:00                          1
      t4     01-10T10:00 01-11T11:00      red          -            -         01-10T10:00                          1)");
    settings().schedules["day"] = Weekdays("day", 9, 17);
    settings().schedules["late"] = Weekdays("late", 14, 22);
    settings().team_schedules = {{"red", "day"}, {"blue", "late"}};
    ask.clock = kpi::Clock::kBusiness;
    ask.statistic.kind = plan::Statistic::Kind::kSum;
    ask.Group("ticket", Col(Column::kTicket), Domain::kTicketId);
  }
  settings::Settings& settings() { return *store.snapshot().settings; }
  kpi::Part Part(kpi::Expr value) {
    kpi::Part part{.name = "clock", .at = Col(Column::kCreatedAt), .aggregate = Aggregate::kStatistic};
    part.value = std::move(value);
    part.value_is_duration = true;
    return part;
  }
  kpi::Expr ReplyTime() { return kpi::ElapsedByTicket(Col(Column::kCreatedAt), Col(Column::kFirstRepliedAt)); }

  FakeStore store;
  Ask ask{&store};
};

TEST_F(BusinessClockPart, EachStretchRunsByTheScheduleOfItsTeam) {
  ask.evidence = true;
  // t1: 7 h on Monday and 1 h on Tuesday. t2: 2 h by day, then 2 h from 14:00. t4: a weekend, 0 is a value.
  EXPECT_EQ(ask.Run(Part(ReplyTime())),
            "0 t1: 28800000 of 1\n0 t2: 14400000 of 1\n0 t3: absent no_schedule of 0 no_schedule=1\n0 t4: 0 of 1\n");
}

TEST_F(BusinessClockPart, TheTenantsScheduleHoldsWhereTheTeamHasNone) {
  settings().default_schedule = "late";
  ask.groups.clear();
  EXPECT_EQ(ask.Run(Part(ReplyTime())), "0: 43200000\n");
}

TEST_F(BusinessClockPart, ANamedScheduleHoldsThroughout) {
  ask.schedule = "day";
  EXPECT_EQ(ask.Run(Part(ReplyTime())), "0 t1: 28800000\n0 t2: 21600000\n0 t3: 3600000\n0 t4: 0\n");
}

TEST_F(BusinessClockPart, DueTimesRunTheSameClockForward) {
  // 3 h: t2 has worked 2 h when it goes to blue and is due at 15:00; t4 on Monday at 12:00.
  kpi::Part part = Part(kpi::Subtract(kpi::DueByTicket(Col(Column::kCreatedAt), Const(3 * time::kHourMs)), Col(Column::kCreatedAt)));
  EXPECT_EQ(ask.Run(part), "0 t1: 10800000\n0 t2: 18000000\n0 t3: absent no_schedule\n0 t4: 180000000\n");
}

TEST_F(BusinessClockPart, TimeInStatusRunsByTheSameClock) {
  kpi::Part part = Part(kpi::TimeInStatus(1 << 1 | 1 << 2, Col(Column::kCreatedAt), Col(Column::kFirstRepliedAt)));
  EXPECT_EQ(ask.Run(part), "0 t1: 23400000\n0 t2: 7200000\n0 t3: absent no_schedule\n0 t4: 0\n");
  ask.clock = kpi::Clock::kCalendar;
  EXPECT_EQ(ask.Run(part), "0 t1: 23400000\n0 t2: 10800000\n0 t3: 3600000\n0 t4: 90000000\n");
}

TEST_F(BusinessClockPart, AnEntityThatLacksAScheduleSomewhereDoesNotCountInThatCell) {
  // t5 waits an hour with red, then with a team that has no schedule; t6 an hour with red.
  store.Add(FactSet::kWait, R"(
    ticket start_at     end_at       team_initial
    t5     01-05T10:00  01-05T11:00  red
    t5     01-05T11:00  01-05T12:00  green
    t6     01-05T10:00  01-05T11:00  red)");
  kpi::Part part{.name = "waits", .set = FactSet::kWait, .at = Col(Column::kEndAt), .aggregate = Aggregate::kEntityStatistic};
  part.value = kpi::ElapsedByTicket(Col(Column::kStartAt), Col(Column::kEndAt));
  part.entity = Col(Column::kTicket);
  ask.groups.clear();
  ask.evidence = true;
  EXPECT_EQ(ask.Run(part), "0: 3600000 of 1 no_schedule=1\n");
  ask.Group("ticket", Col(Column::kTicket), Domain::kTicketId);
  EXPECT_EQ(ask.Run(part), "0 t5: absent no_schedule of 0 no_schedule=1\n0 t6: 3600000 of 1\n");
}

TEST_F(BusinessClockPart, ACellOfVeryManyEntitiesIsSharedAndCountsTheSame) {
  // All wait a minute with red; every thousandth then with a team that has no schedule, and does not count.
  constexpr int kTickets = 120'000;
  std::string waits = "ticket start_at end_at team_initial\n";
  for (int ticket = 0; ticket < kTickets; ++ticket) {
    absl::StrAppend(&waits, "w", ticket, " 01-05T10:00 01-05T10:0", ticket % 2 + 1, " red\n");
    if (ticket % 1000 == 0) absl::StrAppend(&waits, "w", ticket, " 01-05T11:00 01-05T12:00 green\n");
    if (ticket % 1000 == 1) absl::StrAppend(&waits, "w", ticket, " 01-05T11:00 01-05T11:05 red\n");
  }
  store.Add(FactSet::kWait, waits);
  kpi::Part part{.name = "waits", .set = FactSet::kWait, .at = Col(Column::kEndAt), .aggregate = Aggregate::kEntityStatistic};
  part.value = kpi::ElapsedByTicket(Col(Column::kStartAt), Col(Column::kEndAt));
  part.entity = Col(Column::kTicket);
  ask.groups.clear();
  ask.evidence = true;
  ask.statistic.kind = plan::Statistic::Kind::kSum;
  ask.chunk_rows = {30'000};
  // 59,880 of a minute, 60,000 of two, 120 of these and five more: 180,480 minutes.
  EXPECT_EQ(ask.Run(part), "0: 1.08288e+10 of 120000 no_schedule=120\n");
  ask.Percentile(50);
  EXPECT_EQ(ask.Run(part), "0: 120000 of 120000 no_schedule=120\n");
  ask.Percentile(100);
  EXPECT_EQ(ask.Run(part), "0: 420000 of 120000 no_schedule=120\n");
}

TEST(AgentTime, ThatIsCutAtMidnightIsOneFact) {
  FakeStore store;
  store.Add(FactSet::kAgentTime, R"(
    agent_time start_at     end_at
    a1         01-05T22:00  01-06
    a1         01-06        01-06T02:00
    a2         01-06T02:00  01-06T03:00
    a1         01-06T03:00  01-06T04:00)");
  Ask ask(&store);
  kpi::Part part{.name = "time", .set = FactSet::kAgentTime, .mode = kpi::Mode::kClipped, .aggregate = Aggregate::kSum};
  part.at = Col(Column::kStartAt);
  part.to = Col(Column::kEndAt);
  part.value = kpi::Subtract(kpi::Make(kpi::Op::kMin, {part.to, kpi::BucketEnd()}),
                             kpi::Make(kpi::Op::kMax, {part.at, kpi::BucketStart()}));
  ask.buckets = {"01-05", "01-06T01:00", "01-07"};
  ask.evidence = true;
  EXPECT_EQ(ask.Run(part), "0: 10800000 of 1\n1: 10800000 of 3\n");
  ask.buckets = {"01-05", "01-06", "01-07"};  // no bucket has both pieces, the whole range has
  ask.sets = {{}, {false}};
  EXPECT_EQ(ask.Run(part), "all: 21600000 of 3\n0: 7200000 of 1\n1: 14400000 of 3\n");
  part.aggregate = Aggregate::kCount;  // counted are pieces
  EXPECT_EQ(ask.Run(part), "all: 4 of 3\n0: 1 of 1\n1: 3 of 3\n");
}

TEST(Targets, AreThoseOfTheChannelElseTheOthers) {
  FakeStore store;
  store.Add(FactSet::kTicket, "ticket created_at channel\nt1 01-01 email\nt2 01-02 chat\nt3 01-03 -");
  Ask ask(&store);
  kpi::Part part{.name = "target", .at = Col(Column::kCreatedAt), .aggregate = Aggregate::kSum};
  part.value = kpi::Make(kpi::Op::kTarget, {Col(Column::kChannel)});
  plan::PartPlan plan = ask.PlanOf(part);
  plan.target_by_channel = {{"email", 100}, {"fax", 7}};
  ask.evidence = true;
  EXPECT_EQ(ask.Run({plan}), "0: 100 of 1 no_value=2\n");
  plan.target_ms = 5;
  EXPECT_EQ(ask.Run({plan}), "0: 110 of 3\n");
}

TEST(Thresholds, AreTheSurveysElseTheQuestionsElseTheScales) {
  FakeStore store;
  store.Add(FactSet::kSurvey, R"(
    survey responded_at question threshold  scale_min  scale_max  reversed
    s1     01-01        -        3000000000 1000000000 5000000000 0
    s2     01-02        q        -          1000000000 5000000000 0
    s3     01-03        q        -          1000000000 5000000000 1
    s4     01-04        -        -          1000000000 5000000000 0
    s5     01-05        -        -          0          2000000000 0
    s6     01-06        -        -          2000000000 3000000000 0)");
  store.snapshot().settings->questions["q"] = {.question = "q", .threshold = 2};
  Ask ask(&store);
  ask.Group("survey", Col(Column::kSurvey), Domain::kSurveyId);
  kpi::Part part{.name = "threshold", .set = FactSet::kSurvey, .at = Col(Column::kRespondedAt), .aggregate = Aggregate::kSum};
  part.value = kpi::Make(kpi::Op::kThreshold, {Col(Column::kThreshold), Col(Column::kQuestion), Col(Column::kScaleMin),
                                               Col(Column::kScaleMax), Col(Column::kReversed)});
  EXPECT_EQ(ask.Run(part), "0 s1: 3000000000\n0 s2: 2000000000\n0 s3: 4000000000\n0 s4: 4000000000\n0 s5: 0\n0 s6: 3000000000\n");
}

class SameIssue : public ::testing::Test {
 protected:
  SameIssue() {
    store.Add(FactSet::kTicket, R"(
      ticket created_at customer issue_key category_at_event category_first category_first_at exclusion resolved_from resolved_to
      t1     01-01      ann      -         bill              -              never             0         01-03         never
      t2     01-05      ann      -         bill              -              never             0         -             -
      t3     01-20      ann      -         -                 bill           01-25             0         -             -
      t4     01-21      ann      -         bill              -              never             2         -             -
      t5     01-22      ann      bill      bill              -              never             0         -             -
      t6     01-23      bob      -         bill              -              never             0         -             -
      t7     01-28      ann      -         bill              -              never             0         -             -
      t8     01-28      -        -         bill              -              never             0         -             -
      t9     01-28      ann      -         bill              -              never             0         -             -)");
    ask.Group("ticket", Col(Column::kTicket), Domain::kTicketId);
    ask.statistic.kind = plan::Statistic::Kind::kSum;
  }
  std::string Days(kpi::Expr value) {
    kpi::Part part{.name = "days", .at = Col(Column::kCreatedAt), .aggregate = Aggregate::kStatistic};
    part.value = std::move(value);
    part.where = kpi::Less(part.value, Const(column::kForever));
    const auto result = ask.Execute({ask.PlanOf(part)});
    EXPECT_OK(result);
    std::map<std::string, double> days;
    const exec::Cells& cells = result->parts[0].sets[0];
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells.cell(i).facts == 0) continue;
      days[result->groups.ValueOf(cells.key(i).group, 0).text] = *cells.cell(i).value / static_cast<double>(time::kDayMs);
    }
    std::string out;
    for (const auto& [ticket, of_ticket] : days) absl::StrAppend(&out, ticket, ": ", of_ticket, "\n");
    return out;
  }
  FakeStore store;
  Ask ask{&store};
};

TEST_F(SameIssue, TheGapIsTheTimeSinceTheEarlierResolutionOrTheCreationOfOneUnresolved) {
  // t2: t1 was resolved 2 days before. t3 (its category known from 01-25 on): t2 is unresolved since 15 days.
  // t7: t3 since 8 days; t9 was created at the same instant. The flagged t4 repeats, but is not repeated.
  EXPECT_EQ(Days(kpi::Make(kpi::Op::kRepeatGap, {Col(Column::kTicket)})), "t2: 2\nt3: 15\nt7: 8\nt9: 8\n");
}

TEST_F(SameIssue, ACategoryGivenLaterIsNotSeenBeforeIt) {
  ask.buckets = {"01-01", "01-25"};
  EXPECT_EQ(Days(kpi::Make(kpi::Op::kRepeatGap, {Col(Column::kTicket)})), "t2: 2\n");
}

TEST_F(SameIssue, TheNextTicketIsTheFirstCreatedLaterThatIsNotFlagged) {
  const kpi::Expr next = kpi::Subtract(
      kpi::Make(kpi::Op::kNextSameIssueAt, {Col(Column::kTicket), Col(Column::kCreatedAt), Const(column::kForever)}), Col(Column::kCreatedAt));
  EXPECT_EQ(Days(next), "t1: 4\nt2: 15\nt3: 8\n");
}

TEST(JoinedParts, AreOnePopulation) {
  FakeStore store;
  store.Add(FactSet::kWork, "ticket at work_ms exclusion\nt1 01-01 10 0\nt1 01-02 20 0\nt2 01-03 50 0\nt3 01-03 50 1");
  store.Add(FactSet::kLeg, "call end_at work_ms\nc1 01-01 40\nc2 01-05 5");
  Ask ask(&store);
  kpi::Part work{.name = "work", .set = FactSet::kWork, .at = Col(Column::kAt), .aggregate = Aggregate::kEntityStatistic};
  work.value = Col(Column::kWorkMs);
  work.entity = Col(Column::kTicket);
  kpi::Part legs{.name = "legs", .set = FactSet::kLeg, .at = Col(Column::kEndAt), .aggregate = Aggregate::kStatistic};
  legs.value = Col(Column::kWorkMs);
  ask.buckets = {"01-01", "01-04", "01-06"};
  ask.evidence = true;
  auto parts = std::vector{ask.PlanOf(work), ask.PlanOf(legs)};
  parts[1].joins = 0;
  EXPECT_EQ(ask.Run(parts), "0: 40 of 3 deleted=1\n1: 5 of 0\n");  // 30, 50, 40; the second bucket has a leg alone
  for (auto& part : parts) part.statistic = {plan::Statistic::Kind::kPercentile, 100};
  EXPECT_EQ(ask.Run(parts), "0: 50 of 3 deleted=1\n1: 5 of 0\n");
  parts[0].part.where = Const(0);
  EXPECT_EQ(ask.Run(parts), "0: 40 of 0\n1: 5 of 0\n");
}

TEST(Participants, AreCreditedWithTheirOwnTeamsUpToTheInstant) {
  FakeStore store;
  store.Add(FactSet::kResolution, R"(
    ticket start_at participant_at    participant_agent participant_team
    t1     01-05    01-01,01-02,01-09 ann,bob,cid       red,blue,red
    t2     01-06    -                 -                 -)");
  Ask ask(&store);
  kpi::Part part{.name = "resolved", .set = FactSet::kResolution, .at = Col(Column::kStartAt)};
  for (const auto& [name, list, domain] : {std::tuple("agent", Column::kParticipantAgent, Domain::kAgent),
                                           std::tuple("team", Column::kParticipantTeam, Domain::kTeam)}) {
    plan::BoundField field{.name = name, .list = list, .list_at = Column::kParticipantAt, .domain = domain};
    field.list_until = Col(Column::kStartAt);
    ask.groups.push_back(field);
  }
  ask.WithTotals();
  EXPECT_EQ(ask.Run(part),
            "all ann red: 1\nall bob blue: 1\nall none none: 1\nall any: 2\n0 ann red: 1\n0 bob blue: 1\n0 none none: 1\n0 any: 2\n");
  plan::BoundField agent = ask.groups[0];
  ask.groups.clear();
  ask.sets = {{}};
  ask.Filter(plan::BoundFilter::Op::kIn, agent, {"cid"});
  EXPECT_EQ(ask.Run(part), "");
  ask.Filter(plan::BoundFilter::Op::kIn, agent, {"bob"});
  EXPECT_EQ(ask.Run(part), "0: 1\n");
}

}  // namespace
}  // namespace supportkpi::testing
