// What names of dimensions mean for the facts of KPIs.
#include "kpi/dimensions.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kpi/catalogue.h"

namespace supportkpi::kpi {
namespace {

using ::testing::Contains;
using ::testing::Not;

// "expression" of the field in the KPI's first part; "-" where it has none.
std::string Meaning(const char* kpi, const char* attribution, const char* name, const char* variant = "", size_t part = 0) {
  for (const Form& form : FindKpi(kpi)->forms) {
    if (*variant != '\0' && form.variant != variant && form.anchor != variant) continue;
    std::optional<BoundField> field = BindField(form, form.parts.at(part), attribution, name);
    if (!field.has_value()) return "-";
    if (field->list.has_value()) return "each " + std::string(fact::InfoOf(*field->list).name);
    if (!field->attribute.empty()) return "attribute " + field->attribute;
    return Dump(field->expr);
  }
  return "no form";
}

TEST(Dimensions, CreationTakesTheValueThenElseTheFirstBeforeTheRangeEnds) {
  EXPECT_EQ(Meaning("tickets_created", "creation", "team"),
            "FirstNamed(team_at_event, If(Less(team_first_at, range_end), team_first, 0))");
  EXPECT_EQ(Meaning("tickets_created", "event", "team"), "team_at_event");
  EXPECT_EQ(Meaning("tickets_created", "current", "team"), "team_current");
}

TEST(Dimensions, ResponsesAreCreditedToWhoReplied) {
  EXPECT_EQ(Meaning("first_response_time", "actor", "agent"), "reply_agent");
  EXPECT_EQ(Meaning("first_response_time", "assignee", "agent"), "reply_assignee");
  EXPECT_EQ(Meaning("first_response_time", "actor", "priority"), "reply_priority");
  EXPECT_EQ(Meaning("first_response_time", "participants", "agent"), "each participant_agent");
  EXPECT_EQ(Meaning("first_response_time", "actor", "agent", "created"), "reply_agent");
}

TEST(Dimensions, AssigneeIsTheSameAsEventWhereNobodyActs) {
  EXPECT_EQ(Meaning("tickets_resolved", "assignee", "agent"), Meaning("tickets_resolved", "event", "agent"));
}

TEST(Dimensions, WithinTargetLooksAtTheMomentOfJudgement) {
  EXPECT_EQ(Meaning("resolution_within_target", "event", "category"),
            "StepAt(category_initial, If(Less(Elapsed(created_at, first_resolved_at, team_initial, team_step_at/team_step), "
            "Target(channel)), first_resolved_at, Min(first_resolved_at, DueAt(created_at, Target(channel), team_initial, "
            "team_step_at/team_step))), category_step_at/category_step)");
}

TEST(Dimensions, ABareNameIsTheFactsOwnFieldElseTheTickets) {
  EXPECT_EQ(Meaning("csat", "event", "channel"), "channel");
  EXPECT_EQ(Meaning("csat", "event", "ticket.channel"), "ticket_channel");
  EXPECT_EQ(Meaning("csat", "event", "type"), "type");
  EXPECT_EQ(Meaning("csat", "event", "ticket.type"), "type");
  EXPECT_EQ(Meaning("tickets_created", "creation", "ticket.channel"), "channel");
  EXPECT_EQ(Meaning("csat", "event", "kind"), "survey_kind");
  EXPECT_EQ(Meaning("support_cost", "", "kind"), "cost_kind");
}

TEST(Dimensions, CustomersAndAgentsAreLookedUp) {
  EXPECT_EQ(Meaning("tickets_created", "creation", "customer.segment"), "Lookup(customer.segment, customer)");
  EXPECT_EQ(Meaning("first_response_time", "actor", "agent.name"), "Lookup(agent.name, reply_agent)");
  EXPECT_EQ(Meaning("first_response_time", "actor", "agent.team"), "Lookup(agent.team, reply_agent, first_replied_at)");
  EXPECT_EQ(Meaning("backlog", "instant", "agent.team"), "Lookup(agent.team, agent, Subtract(bucket_end, 1))");
  EXPECT_EQ(Meaning("first_response_time", "participants", "agent.name"), "-");
}

TEST(Dimensions, AttributesNameTheirOwner) {
  EXPECT_EQ(Meaning("tickets_created", "creation", "attributes.region"), "attribute region");
  EXPECT_EQ(Meaning("tickets_created", "creation", "customer.attributes.region"), "attribute region");
  EXPECT_EQ(Meaning("tickets_created", "creation", "attributes."), "-");
  EXPECT_EQ(Meaning("support_cost", "", "ticket.attributes.region"), "-");
}

TEST(Dimensions, CalendarPartsAreNotForStatesAndClippedKpis) {
  EXPECT_EQ(Meaning("tickets_created", "creation", "hour_of_day"), "HourOfDay(created_at)");
  EXPECT_EQ(Meaning("backlog", "instant", "hour_of_day"), "-");
  EXPECT_EQ(Meaning("utilization", "", "weekday"), "-");
  EXPECT_EQ(Meaning("support_cost", "", "month_of_year"), "-");
}

TEST(Dimensions, StatusIsTheStateAtTheEndOrTheSpansOwn) {
  EXPECT_EQ(Meaning("tickets_by_status", "creation", "status"), "StepAt(null, Subtract(range_end, 1), status_step_at/status_step)");
  EXPECT_EQ(Meaning("tickets_by_status", "instant", "status", "snapshot"), "status");
  EXPECT_EQ(Meaning("time_in_status", "event", "status", "resolution", 2), "3");
}

TEST(Dimensions, MovesKnowTheValueBefore) {
  const Form& form = FindKpi("moved_in")->forms.front();
  std::optional<BoundField> team = BindField(form, form.parts.front(), "", "team");
  ASSERT_TRUE(team.has_value());
  EXPECT_EQ(Dump(team->expr), "team");
  EXPECT_EQ(Dump(team->before), "team_before");
  std::optional<BoundField> channel = BindField(form, form.parts.front(), "", "channel");
  EXPECT_EQ(Dump(channel->before), "channel");
}

TEST(Dimensions, CallsAreCreditedToWhoHandledThemAndPriorityFollowsTheAttribution) {
  EXPECT_EQ(Meaning("handle_time", "actor", "priority", "", 1), "priority_at_end");
  EXPECT_EQ(Meaning("handle_time", "current", "priority", "", 1), "priority_current");
  EXPECT_EQ(Meaning("handle_time", "current", "ticket.category", "", 1), "category_current");
  EXPECT_EQ(Meaning("handle_time", "current", "agent", "", 1), "agent");
  EXPECT_EQ(Meaning("csat", "current", "ticket.priority"), "priority_current");
  EXPECT_EQ(Meaning("csat", "current", "ticket.team"), "ticket_team") << "attribution credits people and teams";
}

TEST(Dimensions, ATalkOfACallCountsAsRunningWhileALegGoesOn) {
  for (const Form& form : FindKpi("leg_talk_time")->forms) {
    if (form.variant != "call") continue;
    ASSERT_EQ(form.parts.front().left_out.size(), 1u);
    EXPECT_EQ(form.parts.front().left_out.front().rule, "running");
    const std::string where = Dump(form.parts.front().where);
    EXPECT_NE(where.find("answered"), where.npos) << where;
    EXPECT_EQ(where.find("talk_union"), where.npos) << "not known while it runs: " << where;
  }
}

TEST(Dimensions, ListedOnesAreThoseOfAllSides) {
  const std::vector<std::string> listed = DimensionsOf(*FindKpi("cost_per_ticket"));
  EXPECT_THAT(listed, Contains("team"));
  EXPECT_THAT(listed, Contains("channel"));
  EXPECT_THAT(listed, Contains("attributes"));
  EXPECT_THAT(listed, Contains("currency"));
  EXPECT_THAT(listed, Not(Contains("kind")));
  EXPECT_THAT(listed, Not(Contains("customer.segment")));
}

}  // namespace
}  // namespace supportkpi::kpi
