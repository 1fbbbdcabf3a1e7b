// Questions that are the same although they are written otherwise, and all the ways in which they are not.
#include "plan/canonical.h"

#include <functional>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kpi/catalogue.h"
#include "plan/dump.h"
#include "tests/plan/ask_test_support.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::plan {
namespace {

using testing::IsOk;

std::string BytesOf(const Ask& ask) { return CanonicalBytes(ask.question, ask.settings); }

TEST(Canonical, DefaultsOfEveryKpiMayBeSaid) {
  for (const kpi::Definition& definition : kpi::AllKpis()) {
    Ask bare({definition.id});
    // What must be said of some: a group, a status.
    for (const kpi::Parameter& parameter : definition.parameters)
      if (!parameter.default_value.has_value() && parameter.or_group) bare.With(parameter.name, parameter.allowed.front());
    if (!definition.share_field.empty()) bare.By({definition.share_field});
    const auto plan = bare.Plan_();
    ASSERT_THAT(plan, IsOk()) << definition.id;
    const KpiPlan& used = plan->kpis.front();
    Ask said = bare;
    KpiSelection& selection = said.Kpi();
    selection.alias = used.alias;
    selection.statistic = used.statistic;
    selection.attribution = used.attribution;
    selection.variant = used.form->variant;
    selection.anchor = used.form->anchor;
    selection.parameters = used.parameters;
    said.question.time_zone = plan->zone->name();
    EXPECT_EQ(BytesOf(bare), BytesOf(said)) << definition.id;
    const auto same = said.Plan_();
    ASSERT_THAT(same, IsOk()) << definition.id;
    EXPECT_EQ(Dump(*plan), Dump(*same));
  }
}

TEST(Canonical, TheTenantsZoneMayBeSaid) {
  Ask bare({"csat"}), said({"csat"});
  bare.settings.time_zone = said.settings.time_zone = "Europe/Berlin";
  said.question.time_zone = "Europe/Berlin";
  EXPECT_EQ(BytesOf(bare), BytesOf(said));
  said.question.time_zone = "Europe/Vienna";
  EXPECT_NE(BytesOf(bare), BytesOf(said));
}

TEST(Canonical, OrderOfListsCountsWhereItMeansSomething) {
  Ask one({"csat"}), other({"csat"});
  one.question.filter = {.op = Filter::Op::kIn, .field = "channel", .values = {"chat", "web"}};
  other.question.filter = {.op = Filter::Op::kIn, .field = "channel", .values = {"web", "chat"}};
  one.Kpi().include = {"spam", "test"};
  other.Kpi().include = {"test", "spam"};
  EXPECT_EQ(BytesOf(one), BytesOf(other));
  one.By({"team", "channel"});
  other.By({"channel", "team"});
  EXPECT_NE(BytesOf(one), BytesOf(other));
}

// Each of these makes another question of every other.
TEST(Canonical, EveryFieldTellsQuestionsApart) {
  const std::vector<std::function<void(Question&)>> changes = {
      [](Question&) {},
      [](Question& q) { q.kpis.push_back(q.kpis[0]), q.kpis[1].alias = "twice"; },
      [](Question& q) { q.kpis[0].kpi = "response_time"; },
      [](Question& q) { q.kpis[0].alias = "response_time"; },
      [](Question& q) { q.kpis[0].statistic = "p90"; },
      [](Question& q) { q.kpis[0].anchor = "created"; },
      [](Question& q) { q.kpis[0].variant = "other"; },
      [](Question& q) { q.kpis[0].attribution = "assignee"; },
      [](Question& q) { q.kpis[0].clock = kpi::Clock::kBusiness; },
      [](Question& q) { q.kpis[0].filter = {.op = Filter::Op::kPresent, .field = "team"}; },
      [](Question& q) { q.kpis[0].filter_text = {.op = Filter::Op::kPresent, .field = "team"}; },
      [](Question& q) { q.kpis[0].parameters["schedule"] = "berlin"; },
      [](Question& q) { q.kpis[0].parameters["schedule"] = "rome"; },
      [](Question& q) { q.kpis[0].include = {"spam"}; },
      [](Question& q) { q.start_ms += 1; },
      [](Question& q) { q.end_ms += 1; },
      [](Question& q) { q.time_zone = "Asia/Tokyo"; },
      [](Question& q) { q.grain.unit = time::GrainUnit::kHour; },
      [](Question& q) { q.grain.count = 2; },
      [](Question& q) { q.grain.first_weekday = absl::Weekday::sunday; },
      [](Question& q) { q.grain.origin = absl::CivilSecond(2026, 1, 2); },
      [](Question& q) { q.grain.origin = absl::CivilSecond(2026, 1, 2, 0, 0, 1); },
      [](Question& q) { q.grain.fiscal_first_month = 4; },
      [](Question& q) { q.group_by = {"team"}; },
      [](Question& q) { q.group_by = {"tea", "m"}; },
      [](Question& q) { q.filter = {.op = Filter::Op::kPresent, .field = "team"}; },
      [](Question& q) { q.filter = {.op = Filter::Op::kAbsent, .field = "team"}; },
      [](Question& q) { q.filter = {.op = Filter::Op::kEquals, .field = "team", .values = {"a"}}; },
      [](Question& q) { q.filter = {.op = Filter::Op::kNot, .args = {{.op = Filter::Op::kPresent, .field = "team"}}}; },
      [](Question& q) { q.filter_text = {.op = Filter::Op::kPresent, .field = "team"}; },
      [](Question& q) { q.having = {.op = Filter::Op::kPresent, .field = "team"}; },
      [](Question& q) { q.having_text = {.op = Filter::Op::kPresent, .field = "team"}; },
      [](Question& q) { q.totals = true; },
      [](Question& q) { q.subtotals = {{}}; },
      [](Question& q) { q.subtotals = {{{"team"}, false}}; },
      [](Question& q) { q.subtotals = {{{"team"}, true}}; },
      [](Question& q) { q.top.emplace(); },
      [](Question& q) { q.top.emplace().count = 3; },
      [](Question& q) { q.top.emplace().by = "other"; },
      [](Question& q) { q.top.emplace().descending = true; },
      [](Question& q) { q.top.emplace().descending = false; },
      [](Question& q) { q.top.emplace().minimum_facts = 3; },
      [](Question& q) { q.top.emplace().dimension = "team"; },
      [](Question& q) { q.top.emplace().without_other = true; },
      [](Question& q) { q.order_by = {{"bucket", false}}; },
      [](Question& q) { q.order_by = {{"bucket", true}}; },
      [](Question& q) { q.limit = 7; },
      [](Question& q) { q.sparse = true; },
  };
  std::set<std::string> seen;
  for (size_t i = 0; i < changes.size(); ++i) {
    Ask ask({"first_response_time"});
    changes[i](ask.question);
    EXPECT_TRUE(seen.insert(BytesOf(ask)).second) << "change " << i;
  }
}

}  // namespace
}  // namespace supportkpi::plan
