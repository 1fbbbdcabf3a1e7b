// Plans as text, and what of them text does not show.
#include "plan/planner.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kpi/catalogue.h"
#include "kpi/dimensions.h"
#include "plan/dump.h"
#include "plan/selection.h"
#include "tests/plan/ask_test_support.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::IsOk;

Plan MustPlan(const Ask& ask) {
  absl::StatusOr<Plan> plan = ask.Plan_();
  EXPECT_THAT(plan, IsOk());
  return plan.ok() ? *std::move(plan) : Plan();
}

TEST(Planner, TicketsCreatedByChannel) {
  EXPECT_EQ(Dump(MustPlan(Ask({"tickets_created"}).By({"channel"}).Where(Equals("team", "billing")))),
            R"(range: 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z in UTC
buckets: 31 from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z
groups: channel
kpi tickets_created: tickets_created by created, creation, parts 0
  part 0
    set: ticket instant count
    at: created_at
    group: channel=channel
    filter: in(team=FirstNamed(team_at_event, If(Less(team_first_at, range_end), team_first, 0)), 7:billing)
    buckets: 31 from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z
)");
}

TEST(Planner, ResolutionTimeByTheBusinessClock) {
  Ask ask({"resolution_time"});
  ask.Kpi().clock = kpi::Clock::kBusiness;
  ask.Kpi().statistic = "p90";
  ask.settings.schedules["berlin"] = {};
  EXPECT_EQ(Dump(MustPlan(ask.With("schedule", "berlin").Grain(time::GrainUnit::kNone))),
            R"(range: 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z in UTC
buckets: 1 from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z
kpi resolution_time: resolution_time by resolution, p90, business, event, schedule=berlin, parts 0
  part 0
    set: resolution instant statistic
    at: start_at
    where: AtLeast(end_at, range_end)
    value: Elapsed(created_at, start_own_at, team_initial, team_step_at/team_step)
    duration: yes
    statistic: p90
    clock: business by berlin
    buckets: 1 from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z
)");
}

TEST(Planner, FirstResponseWithinTarget) {
  EXPECT_EQ(Dump(MustPlan(Ask({"first_response_within_target"}).Grain(time::GrainUnit::kNone)).parts.at(1)),
            R"(    set: ticket instant count
    at: If(Less(Elapsed(clock_start_at, first_replied_at, team_initial, team_step_at/team_step), Target(channel)), first_replied_at, Min(first_replied_at, DueAt(clock_start_at, Target(channel), team_initial, team_step_at/team_step)))
    where: And(Not(IsNull(clock_start_at)), Equal(state_unknown, 0))
    left_out: no_target IsNull(Target(channel))
    left_out: invalid_duration Less(first_replied_own_at, clock_start_own_at)
    left_out: no_schedule And(IsNull(Elapsed(clock_start_at, first_replied_at, team_initial, team_step_at/team_step)), IsNull(DueAt(clock_start_at, Target(channel), team_initial, team_step_at/team_step)))
    target: chat 3600000 ms
    target: email 43200000 ms
    target: social 7200000 ms
    buckets: 1 from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z
)");
}

TEST(Planner, CostPerTicketCountsOverTheTimeOfItsCosts) {
  EXPECT_EQ(Dump(MustPlan(Ask({"cost_per_ticket"}).By({"team", "currency"}).Grain(time::GrainUnit::kNone))),
            R"(range: 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z in UTC
buckets: 1 from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z
groups: team, currency
kpi cost_per_ticket: cost_per_ticket created by period, parts 0 1
  part 0
    set: support_cost contained sum
    at: start_at
    to: end_at
    value: cost_minor
    currency: currency
    flagged: stay
    group: team=team
    group: currency=currency
    buckets: 1 from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z
  part 1
    set: ticket instant count
    at: created_at
    over: part 0
    group: team=FirstNamed(team_at_event, If(Less(team_first_at, range_end), team_first, 0))
    group: currency=(does not apply)
    buckets: 1 from 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z
)");
}

TEST(Planner, AConditionOnCurrencyChoosesAmongTheMoneyAlone) {
  const Plan plan = MustPlan(Ask({"cost_per_ticket"}).Where(All({Equals("currency", "EUR"), Equals("team", "a")})));
  EXPECT_THAT(Dump(plan.parts[0]), HasSubstr("filter: all(in(currency=currency, 3:EUR), in(team=team, 1:a))"));
  EXPECT_THAT(Dump(plan.parts[1]), Not(HasSubstr("EUR")));
  EXPECT_THAT(Dump(plan.parts[1]), HasSubstr("1:a"));
}

TEST(Planner, EqualPartsStandOnce) {
  const Plan plan = MustPlan(Ask({"tickets_created", "resolution_rate", "unresolved_share", "resolved_to_unresolved", "backlog",
                                  "backlog_to_volume"}));
  std::vector<std::vector<int>> parts;
  for (const KpiPlan& kpi : plan.kpis) parts.push_back(kpi.parts);
  EXPECT_THAT(parts[1][1], parts[2][1]);             // created, of known state
  EXPECT_THAT(parts[4][0], parts[5][0]);             // backlog
  EXPECT_THAT(parts[5][1], parts[0][0]);             // created
  EXPECT_LT(plan.parts.size(), 10u);
}

TEST(Planner, TheClockTellsOnlyPartsApartThatMeasureTime) {
  Ask ask({"first_response_within_target", "first_response_within_target"});
  ask.Kpi(1).alias = "business";
  ask.Kpi(1).clock = kpi::Clock::kBusiness;
  const Plan plan = MustPlan(ask);
  EXPECT_EQ(plan.parts.size(), 4u);
  Ask backlog({"backlog_age", "backlog_age"});
  backlog.Kpi(1).alias = "business";
  backlog.Kpi(1).clock = kpi::Clock::kBusiness;
  EXPECT_EQ(MustPlan(backlog).parts.size(), 3u);  // the unknown states are the same
}

TEST(Planner, JoinedPartsAreSharedOnlyWithAllThatJoinThem) {
  Ask ask({"handle_time", "handle_time", "handle_time"});
  ask.Kpi(1).alias = "same";
  ask.Kpi(2).alias = "tickets_only";
  ask.Kpi(2).parameters["source"] = "tickets";
  const Plan plan = MustPlan(ask);
  EXPECT_EQ(plan.kpis[0].parts, plan.kpis[1].parts);
  EXPECT_NE(plan.kpis[0].parts[0], plan.kpis[2].parts[0]);
  EXPECT_EQ(plan.parts[plan.kpis[2].parts[1]].joins, plan.kpis[2].parts[0]);
  EXPECT_EQ(Dump(plan.parts[plan.kpis[2].parts[1]].part.where), "0");
}

TEST(Planner, TimeInStatusHasOnePartForEachState) {
  const Plan by_status = MustPlan(Ask({"time_in_status"}).By({"status"}));
  ASSERT_EQ(by_status.parts.size(), 4u);
  EXPECT_THAT(Dump(by_status.parts[0]), HasSubstr("value: new_ms"));
  EXPECT_THAT(Dump(by_status.parts[2]), HasSubstr("value: pending_ms"));
  EXPECT_THAT(Dump(by_status.parts[2]), HasSubstr("group: status=3"));
  EXPECT_EQ(by_status.parts[3].joins, 0);
  const Plan pending = MustPlan(Ask({"time_in_status"}).With("status", "pending"));
  EXPECT_THAT(Dump(pending.parts[0]), HasSubstr("where: 0\n"));
  EXPECT_THAT(Dump(pending.parts[2]), HasSubstr("where: And(AtLeast(end_at, range_end))"));
}

TEST(Planner, StoredTimesServeTheCalendarAlone) {
  Ask ask({"requester_wait_time"});
  EXPECT_THAT(Dump(MustPlan(ask).parts[0]), HasSubstr("value: Add(Add(new_ms, open_ms), on_hold_ms)"));
  ask.Kpi().clock = kpi::Clock::kBusiness;
  EXPECT_THAT(Dump(MustPlan(ask).parts[0]), HasSubstr("value: TimeInStatus(created_at, start_at, bits=22)"));
}

TEST(Planner, TargetsOfTheQuestionGoBeforeTheTenantsBeforeTheDefaults) {
  Ask ask({"first_response_within_target"});
  const auto targets = [&] {
    const PartPlan part = MustPlan(ask).parts.front();
    std::string text = part.target_ms.has_value() ? "*=" + std::to_string(*part.target_ms) : "";
    for (const auto& [channel, target_ms] : part.target_by_channel) text += " " + channel + "=" + std::to_string(target_ms);
    return text;
  };
  EXPECT_EQ(targets(), " chat=3600000 email=43200000 social=7200000");
  ask.settings.targets = {{"first_response_within_target", "email", 1000}, {"resolution_within_target", "chat", 7}};
  EXPECT_EQ(targets(), " chat=3600000 email=1000 social=7200000");
  ask.settings.targets.push_back({"first_response_within_target", "", 5000});
  EXPECT_EQ(targets(), "*=5000 email=1000");
  ask.With("target", "2s");
  EXPECT_EQ(targets(), "*=2000");
}

TEST(Planner, SpikesAreMeasuredAgainstEarlierLikeBuckets) {
  const Plan plan = MustPlan(Ask({"volume_spike"}).Range("2026-03-02T00:00:00Z", "2026-03-04T12:00:00Z"));
  const SpikePlan& spike = *plan.kpis[0].spike;
  ASSERT_EQ(spike.earlier.size(), 3u);
  EXPECT_EQ(spike.earlier[0].size(), 8u);
  EXPECT_EQ(spike.earlier[2].size(), 0u);  // partial
  const PartPlan& earlier = plan.parts[spike.earlier_part];
  EXPECT_EQ(earlier.buckets.size(), 16u);
  EXPECT_EQ(earlier.buckets[spike.earlier[1][0]].start_ms, *time::ParseRfc3339("2026-02-24T00:00:00Z"));
  EXPECT_EQ(earlier.end_ms, plan.end_ms);
  const PartPlan& first = plan.parts[spike.first_ticket_part];
  EXPECT_EQ(first.buckets.size(), 1u);
  EXPECT_EQ(first.statistic.kind, Statistic::Kind::kMin);
}

TEST(Planner, TotalsAskForAllFourGroupingsAndWithoutGroupsForTheWholeAlone) {
  Ask ask({"backlog"});
  EXPECT_EQ(MustPlan(ask).sets.size(), 1u);
  ask.question.totals = true;
  EXPECT_EQ(MustPlan(ask).sets.size(), 2u);
  ask.By({"channel"});
  EXPECT_EQ(MustPlan(ask).sets.size(), 4u);
}

TEST(Planner, SaysWhatItUsed) {
  Ask ask({"abandon_rate"});
  ask.settings.time_zone = "Asia/Shanghai";
  ask.settings.fiscal_first_month = 4;
  ask.question.grain.fiscal_first_month = 0;
  const Plan plan = MustPlan(ask);
  EXPECT_EQ(plan.zone->name(), "Asia/Shanghai");
  EXPECT_EQ(plan.grain.fiscal_first_month, 4);
  EXPECT_EQ(plan.kpis[0].parameters.at("short_abandon"), "0s");
  EXPECT_EQ(plan.kpis[0].parameters.at("from"), "start");
  EXPECT_TRUE(plan.kpis[0].excluded.empty());
  Ask flagged({"backlog"});
  flagged.Kpi().include = {"spam", "merged"};
  EXPECT_THAT(MustPlan(flagged).kpis[0].excluded, ElementsAre("deleted", "test"));
  EXPECT_EQ(MustPlan(flagged).parts[0].included_exclusions, 2 | 8);
}

TEST(Planner, EveryFormOfEveryKpiCanBePlannedByEachOfItsDimensions) {
  for (const kpi::Definition& definition : kpi::AllKpis()) {
    for (const kpi::Form& form : definition.forms) {
      Ask ask({definition.id});
      ask.Kpi().variant = form.variant;
      ask.Kpi().anchor = form.anchor;
      if (definition.id == "time_in_status") ask.With("status", "open");
      for (std::string name : kpi::FieldsOf(form)) {
        if (name.size() >= 10 && name.substr(name.size() - 10) == "attributes") name += ".region";
        ask.By({name});
        if (!definition.share_field.empty() && name != definition.share_field) ask.By({name, definition.share_field});
        ask.Where(Leaf(Filter::Op::kPresent, name, {}));
        absl::StatusOr<Plan> plan = ask.Plan_();
        ASSERT_THAT(plan, IsOk()) << definition.id << " by " << name;
        for (const PartPlan& part : plan->parts) {
          EXPECT_THAT(Dump(part), Not(HasSubstr("$"))) << definition.id << ": a parameter was left in";
        }
      }
    }
  }
}

TEST(ParseDuration, ReadsNumbersWithUnits) {
  EXPECT_EQ(ParseDuration("90s"), 90'000);
  EXPECT_EQ(ParseDuration("15m"), 900'000);
  EXPECT_EQ(ParseDuration("12h"), 43'200'000);
  EXPECT_EQ(ParseDuration("7d"), 604'800'000);
  EXPECT_EQ(ParseDuration("1d12h"), 129'600'000);
  EXPECT_EQ(ParseDuration("0s"), 0);
  EXPECT_EQ(ParseDuration("3661d"), std::nullopt);
}

}  // namespace
}  // namespace supportkpi::plan
