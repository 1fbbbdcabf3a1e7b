// Every way in which a question can be wrong, with the text that its asker reads.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/plan/ask_test_support.h"

namespace supportkpi::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Op = Filter::Op;

TEST(Refusal, Kpis) {
  EXPECT_EQ(Ask({}).Refusal(), "kpis: empty; 1 to 64 entries");
  EXPECT_EQ(Ask(std::vector<std::string>(65, "backlog")).Refusal(), "kpis: 65 entries; at most 64");
  EXPECT_EQ(Ask({"csatt"}).Refusal(), "kpis[0].kpi: unknown kpi \"csatt\"; did you mean \"csat\"?");
  EXPECT_EQ(Ask({"qqqqqqqqq"}).Refusal(), "kpis[0].kpi: unknown kpi \"qqqqqqqqq\"; ListKpis lists the known ones");
  EXPECT_EQ(Ask({""}).Refusal(), "kpis[0].kpi: required; the id of a KPI, such as \"tickets_created\"");
  EXPECT_EQ(Ask({"nps\n'; DROP"}).Refusal().find('\n'), std::string::npos);
  EXPECT_LT(Ask({std::string(100'000, 'x')}).Refusal().size(), 1000u);
}

TEST(Refusal, Aliases) {
  EXPECT_EQ(Ask({"backlog", "nps", "backlog"}).Refusal(),
            "kpis[2].kpi: \"backlog\" is a duplicate of kpis[0]; give each kpi an alias of its own");
  Ask twice({"backlog", "nps"});
  twice.Kpi(1).alias = "backlog";
  EXPECT_EQ(twice.Refusal(), "kpis[1].alias: \"backlog\" is a duplicate of kpis[0]; give each kpi an alias of its own");
  Ask named({"backlog", "backlog"});
  named.Kpi(1).alias = "again";
  EXPECT_EQ(named.Refusal(), "OK");
  Ask bucket({"backlog"});
  bucket.Kpi().alias = "bucket";
  EXPECT_EQ(bucket.Refusal(), "kpis[0].alias: \"bucket\" is the name of another column; give the kpi an alias of its own");
}

TEST(Refusal, RangeZoneAndGrain) {
  EXPECT_EQ(Ask({"backlog"}).Range("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z").Refusal(),
            "range: start 2026-02-01T00:00:00Z is after end 2026-01-01T00:00:00Z; start must not be after end");
  EXPECT_EQ(Ask({"backlog"}).Range("2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z").Refusal(), "OK");
  Ask mars({"backlog"});
  mars.question.time_zone = "Mars/Base";
  EXPECT_THAT(mars.Refusal(), StartsWith("time_zone: unknown IANA zone \"Mars/Base\"; "));
  mars.question.time_zone = "../etc/passwd";
  EXPECT_THAT(mars.Refusal(), StartsWith("time_zone: unknown IANA zone"));
  Ask minutes({"backlog"});
  minutes.Range("2006-01-01T00:00:00Z", "2026-01-01T00:00:00Z").Grain(time::GrainUnit::kMinute);
  EXPECT_THAT(minutes.Refusal(), StartsWith("grain: "));
  EXPECT_THAT(minutes.Refusal(), HasSubstr("at most 10000; use a longer unit or a shorter range"));
  Ask sevens({"backlog"});
  sevens.Grain(time::GrainUnit::kMinute).question.grain.count = 7;
  EXPECT_THAT(sevens.Refusal(), StartsWith("grain.count: 7 minutes do not divide an hour"));
}

TEST(Refusal, Dimensions) {
  EXPECT_THAT(Ask({"backlog"}).By({"chanel"}).Refusal(),
              StartsWith("group_by[0]: unknown dimension \"chanel\"; did you mean \"channel\"? known are agent, "));
  EXPECT_THAT(Ask({"backlog"}).By({"team", "qqqqqqq"}).Refusal(), StartsWith("group_by[1]: unknown dimension \"qqqqqqq\"; known are agent, "));
  EXPECT_EQ(Ask({"backlog"}).By({"team", "team"}).Refusal(),
            "group_by[1]: \"team\" repeats group_by[0]; name each dimension once");
  EXPECT_THAT(Ask({"backlog"}).By({""}).Refusal(), StartsWith("group_by[0]: empty; known are"));
  EXPECT_EQ(Ask({"backlog"}).By({"a", "b", "c", "d", "e", "f", "g", "h", "i"}).Refusal(), "group_by: 9 dimensions; at most 8");
  EXPECT_THAT(Ask({"backlog"}).By({"attributes."}).Refusal(), StartsWith("group_by[0]: unknown dimension \"attributes.\""));
  EXPECT_THAT(Ask({"backlog"}).By({"attributes"}).Refusal(), StartsWith("group_by[0]: unknown dimension \"attributes\""));
  EXPECT_EQ(Ask({"backlog"}).By({"attributes.anything"}).Refusal(), "OK");
  EXPECT_EQ(Ask({"backlog"}).By({"ticket.channel", "customer.segment"}).Refusal(), "OK");
}

TEST(Refusal, DimensionThatTheKpiCannotHave) {
  EXPECT_THAT(Ask({"tickets_created", "csat"}).By({"queue"}).Refusal(),
              StartsWith("group_by[0]: kpi \"tickets_created\" has no dimension \"queue\"; it has agent, "));
  EXPECT_THAT(Ask({"backlog"}).By({"hour_of_day"}).Refusal(), StartsWith("group_by[0]: kpi \"backlog\" has no dimension \"hour_of_day\"; "));
  EXPECT_THAT(Ask({"utilization"}).By({"channel"}).Refusal(), StartsWith("group_by[0]: kpi \"utilization\" has no dimension \"channel\"; "));
  EXPECT_LT(Ask({"tickets_created"}).By({"queue"}).Refusal().size(), 1000u);
}

TEST(Refusal, DimensionThatTheAttributionDoesNotKnow) {
  for (const char* name : {"agent.team", "agent.kind", "agent.name", "agent.attributes.shift"}) {
    Ask ask({"first_response_time"});
    ask.By({name});
    EXPECT_EQ(ask.Refusal(), "OK");
    ask.Kpi().attribution = "participants";
    EXPECT_THAT(ask.Refusal(), StartsWith(std::string("group_by[0]: kpi \"first_response_time\" has no dimension \"") + name +
                                          "\" with attribution \"participants\"; with it there are agent, "));
    EXPECT_THAT(ask.Refusal(), Not(HasSubstr(", agent.")));
  }
}

TEST(Refusal, TeamOfTheAgentOfAMove) {
  for (const char* kpi : {"moved_in", "moved_out"}) {
    EXPECT_THAT(Ask({kpi}).By({"agent.team"}).Refusal(),
                StartsWith(absl::StrCat("group_by[0]: kpi \"", kpi, "\" has no dimension \"agent.team\"; it has agent, ")));
    EXPECT_THAT(Ask({kpi}).Where(Equals("agent.team", "blue")).Refusal(), HasSubstr("has no dimension \"agent.team\""));
    EXPECT_EQ(Ask({kpi}).By({"agent.kind", "team"}).Refusal(), "OK");
  }
}

TEST(Refusal, KindsOfFactsThatHaveADimensionAreNotNamedAmongThoseWithout) {
  EXPECT_THAT(Ask({"backlog_to_volume"}).By({"hour_of_day"}).Refusal(), HasSubstr("only ticket has the dimension \"hour_of_day\", not state_span;"));
}

TEST(Refusal, DimensionThatOnlyOneSideOfARatioHas) {
  EXPECT_EQ(Ask({"cost_per_ticket"}).By({"kind"}).Refusal(),
            "group_by[0]: kpi \"cost_per_ticket\" is made of several kinds of facts, and only support_cost has the dimension "
            "\"kind\", not ticket; all of them have attributes, channel, currency, source, team");
  EXPECT_THAT(Ask({"cost_per_ticket"}).Where(Equals("customer.segment", "vip")).Refusal(),
              StartsWith("filter.field: kpi \"cost_per_ticket\" is made of several kinds of facts, and only ticket has"));
  EXPECT_EQ(Ask({"cost_per_ticket"}).By({"team", "currency"}).Where(Equals("currency", "EUR")).Refusal(), "OK");
  EXPECT_EQ(Ask({"cost_per_ticket"}).Where(Any({Equals("currency", "EUR"), Equals("team", "a")})).Refusal(),
            "filter.any: a field of money alone stands beside others, and kpi \"cost_per_ticket\" also counts facts without money; "
            "put the condition on currency into `all`");
}

TEST(Refusal, Statistics) {
  const auto asked = [](const char* kpi, const char* statistic) {
    Ask ask({kpi});
    ask.Kpi().statistic = statistic;
    return ask.Refusal();
  };
  EXPECT_EQ(asked("backlog", "mean"),
            "kpis[0].statistic: kpi \"backlog\" has no statistics, got \"mean\"; leave it empty; durations have mean, sum, min, max, "
            "stddev, median and percentiles");
  EXPECT_THAT(asked("csat", "p90"), StartsWith("kpis[0].statistic: kpi \"csat\" has no statistics"));
  EXPECT_EQ(asked("resolution_time", "p101"), "kpis[0].statistic: percentile 101 outside 0..100; p0 to p100");
  EXPECT_EQ(asked("resolution_time", "p-1"), "kpis[0].statistic: percentile -1 outside 0..100; p0 to p100");
  EXPECT_THAT(asked("resolution_time", "pNaN"), StartsWith("kpis[0].statistic: unknown statistic \"pNaN\"; "));
  EXPECT_THAT(asked("resolution_time", "avg"), StartsWith("kpis[0].statistic: unknown statistic \"avg\"; "));
  EXPECT_EQ(asked("longest_wait", "mean"), "kpis[0].statistic: kpi \"longest_wait\" has no \"mean\"; it has max");
  EXPECT_EQ(asked("agent_state_time", "p50"), "kpis[0].statistic: kpi \"agent_state_time\" has no \"p50\"; it has sum");
  for (const char* known : {"mean", "sum", "min", "max", "stddev", "median", "p0", "p99.9", "p100"}) {
    EXPECT_EQ(asked("resolution_time", known), "OK") << known;
  }
}

TEST(Refusal, Clock) {
  Ask ask({"speed_to_answer"});
  ask.Kpi().clock = kpi::Clock::kBusiness;
  EXPECT_EQ(ask.Refusal(),
            "kpis[0].clock: kpi \"speed_to_answer\" is not measured with the business clock; it has the calendar clock");
}

TEST(Refusal, VariantAnchorAttributionAndInclude) {
  Ask ask({"tickets_by_status"});
  ask.Kpi().variant = "snapshots";
  EXPECT_EQ(ask.Refusal(),
            "kpis[0].variant: kpi \"tickets_by_status\" has no variant \"snapshots\"; did you mean \"snapshot\"? it has cohort, snapshot");
  ask.Kpi().variant = "snapshot";
  ask.Kpi().anchor = "created";
  EXPECT_EQ(ask.Refusal(),
            "kpis[0].anchor: kpi \"tickets_by_status\" as snapshot cannot be dated by \"created\"; it has bucket_end");
  Ask nobody({"backlog"});
  nobody.Kpi().attribution = "actor";
  EXPECT_EQ(nobody.Refusal(), "kpis[0].attribution: kpi \"backlog\" has no attribution \"actor\"; it has instant, current");
  Ask only_way({"calls_inbound"});
  only_way.Kpi().attribution = "actor";
  EXPECT_EQ(only_way.Refusal(),
            "kpis[0].attribution: kpi \"calls_inbound\" has no attribution \"actor\"; it has only one way to credit; leave it empty");
  Ask include({"backlog"});
  include.Kpi().include = {"spam", "spams"};
  EXPECT_EQ(include.Refusal(),
            "kpis[0].include[1]: unknown rule \"spams\"; did you mean \"spam\"? allowed are deleted, spam, test, merged");
}

TEST(Refusal, Parameters) {
  EXPECT_EQ(Ask({"repeat_contacts"}).With("windows", "7d").Refusal(),
            "kpis[0].parameters: kpi \"repeat_contacts\" has no parameter \"windows\"; did you mean \"window\"? it has window");
  EXPECT_EQ(Ask({"backlog"}).With("window", "7d").Refusal(), "kpis[0].parameters: kpi \"backlog\" has no parameter \"window\"; it has none");
  for (const char* wrong : {"7", "d", "7 d", "-7d", "7w", "1.5h", "99999d", "", "99999999999999999999s"}) {
    EXPECT_THAT(Ask({"repeat_contacts"}).With("window", wrong).Refusal(), HasSubstr("is no duration; write it as")) << wrong;
  }
  EXPECT_EQ(Ask({"repeat_contacts"}).With("window", "1d12h").Refusal(), "OK");
  EXPECT_EQ(Ask({"handle_time"}).With("source", "call").Refusal(),
            "kpis[0].parameters.source: unknown value \"call\"; did you mean \"calls\"? allowed are both, tickets, calls");
  EXPECT_EQ(Ask({"time_in_status"}).Refusal(),
            "kpis[0].parameters.status: required unless the question groups by status; allowed are new, open, pending, on_hold");
  EXPECT_EQ(Ask({"time_in_status"}).By({"status"}).Refusal(), "OK");
  EXPECT_EQ(Ask({"time_in_status"}).With("status", "pending").Refusal(), "OK");
  EXPECT_EQ(Ask({"resolution_time"}).With("schedule", "berlin").Refusal(),
            "kpis[0].parameters.schedule: given with the calendar clock; ask with the business clock");
  Ask berlin({"resolution_time"});
  berlin.Kpi().clock = kpi::Clock::kBusiness;
  berlin.settings.schedules["bern"] = {};
  EXPECT_EQ(berlin.With("schedule", "berlin").Refusal(),
            "kpis[0].parameters.schedule: unknown schedule \"berlin\"; did you mean \"bern\"? known are bern");
  EXPECT_EQ(berlin.With("schedule", "bern").Refusal(), "OK");
}

Filter Nested(int depth) {
  Filter filter = Equals("team", "a");
  for (int i = 1; i < depth; ++i) filter = supportkpi::plan::Not(std::move(filter));
  return filter;
}

TEST(Refusal, ShapeOfFilters) {
  const auto asked = [](Filter filter) { return Ask({"backlog"}).Where(std::move(filter)).Refusal(); };
  EXPECT_EQ(asked(Nested(16)), "OK");
  EXPECT_THAT(asked(Nested(17)), StartsWith("filter.not.not.not."));
  EXPECT_THAT(asked(Nested(17)), HasSubstr("nested deeper than 16; at most 16 levels"));
  EXPECT_EQ(asked(All(std::vector<Filter>(256, Equals("team", "a")))), "OK");
  EXPECT_EQ(asked(All(std::vector<Filter>(257, Equals("team", "a")))), "filter.all[256]: more than 256 conditions; at most 256");
  EXPECT_EQ(asked(Leaf(Op::kIn, "team", std::vector<std::string>(10'000, "a"))), "OK");
  EXPECT_EQ(asked(Leaf(Op::kIn, "team", std::vector<std::string>(10'001, "a"))), "filter.in: 10001 values; at most 10000");
  EXPECT_EQ(asked(Leaf(Op::kIn, "team", {})), "filter.in: empty list; 1 to 10000 values");
  EXPECT_EQ(asked(All({})), "filter.all: empty list; at least one filter");
  EXPECT_EQ(asked(Any({Equals("team", "a"), Any({})})), "filter.any[1].any: empty list; at least one filter");
  EXPECT_THAT(asked(All({Filter()})), StartsWith("filter.all[0]: no condition; set one of all, any, not"));
  EXPECT_EQ(asked(Equals("team", "")), "filter.equals: empty value; ask with `present` for facts without a value");
  EXPECT_EQ(asked(Equals("team", std::string(257, 'x'))), "filter.equals: value of 257 bytes; at most 256 bytes");
  Filter both = All({Equals("team", "a")});
  both.field = "team";
  EXPECT_EQ(asked(both), "filter.field: \"team\" beside all; only leaves name a field");
}

TEST(Refusal, FieldsOfFilters) {
  EXPECT_THAT(Ask({"backlog"}).Where(All({Equals("teem", "a")})).Refusal(),
              StartsWith("filter.all[0].field: unknown dimension \"teem\"; did you mean \"team\""));
  Ask own({"backlog"});
  own.Kpi().filter = Equals("", "a");
  EXPECT_THAT(own.Refusal(), StartsWith("kpis[0].filter.field: empty; known are"));
  own.Kpi().filter = Equals("queue", "a");
  EXPECT_THAT(own.Refusal(), StartsWith("kpis[0].filter.field: kpi \"backlog\" has no dimension \"queue\""));
}

TEST(Refusal, ValuesOfFilters) {
  const auto asked = [](const char* kpi, Filter filter) { return Ask({kpi}).Where(std::move(filter)).Refusal(); };
  EXPECT_EQ(asked("backlog", Equals("status", "opne")),
            "filter.equals: status is one of a few names, got \"opne\"; did you mean \"open\"? allowed are new, open, pending, on_hold, "
            "solved, closed");
  EXPECT_EQ(asked("csat", Leaf(Op::kPrefix, "kind", {"c"})),
            "filter.prefix: kind is one of a few names and has no order; compare it by equals or in with csat, nps, ces, quality");
  EXPECT_THAT(asked("backlog", Leaf(Op::kLessThan, "status", {"open"})), HasSubstr("has no order"));
  EXPECT_EQ(asked("csat", Leaf(Op::kAtLeast, "score", {"good"})), "filter.at_least: score is a number, got \"good\"; write it as a decimal number");
  EXPECT_EQ(asked("csat", Leaf(Op::kAtLeast, "score", {"nan"})), "filter.at_least: score is a number, got \"nan\"; write it as a decimal number");
  EXPECT_EQ(asked("csat", Leaf(Op::kAtLeast, "score", {"4.5"})), "OK");
  EXPECT_EQ(asked("tickets_created", Equals("hour_of_day", "noon")),
            "filter.equals: hour_of_day is a number, got \"noon\"; write it as a whole number");
  EXPECT_EQ(asked("tickets_created", Leaf(Op::kAtLeast, "created_at", {"2026-01-01"})),
            "filter.at_least: created_at is an instant, got \"2026-01-01\"; write it as RFC 3339, such as 2026-03-08T06:30:00Z");
  EXPECT_EQ(asked("tickets_created", Leaf(Op::kAtLeast, "created_at", {"2026-01-01T00:00:00+01:00"})), "OK");
  EXPECT_THAT(asked("tickets_created", Leaf(Op::kPrefix, "created_at", {"2026"})), StartsWith("filter.prefix: created_at is no text"));
  EXPECT_EQ(asked("backlog", Equals("deleted", "yes")), "filter.equals: deleted is one of a few names, got \"yes\"; allowed are false, true");
  EXPECT_EQ(asked("backlog", Leaf(Op::kLessThan, "priority", {"high"})), "OK");
  EXPECT_EQ(asked("backlog", Equals("team", "'; DROP TABLE tickets")), "OK");
}

TEST(Refusal, OrderAndLimit) {
  Ask ask({"backlog"});
  ask.question.order_by = {{"bucket", false}, {"backlogg", true}};
  EXPECT_EQ(ask.Refusal(), "order_by[1].column: unknown column \"backlogg\"; did you mean \"backlog\"? known are bucket, backlog");
  ask.question.order_by.clear();
  ask.question.limit = -1;
  EXPECT_EQ(ask.Refusal(), "limit: -1 below 0; 0 for all rows, or more");
}

TEST(Refusal, WhatAKpiNeedsOfTheQuestion) {
  EXPECT_EQ(Ask({"channel_share"}).Refusal(), "kpis[0].kpi: \"channel_share\" is the share of each channel; put \"channel\" into group_by");
  EXPECT_EQ(Ask({"channel_share"}).By({"ticket.channel"}).Refusal(), "OK");
  EXPECT_EQ(Ask({"volume_spike"}).Grain(time::GrainUnit::kNone).Refusal(),
            "grain.unit: not set, and kpi \"volume_spike\" compares a bucket with earlier ones; set a unit, such as day");
}

}  // namespace
}  // namespace supportkpi::plan
