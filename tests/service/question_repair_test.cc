// The nearest question that can be asked, what was changed to get there, and how it reads.
#include "service/question_repair.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "kpi/catalogue.h"
#include "kpi/explain.h"
#include "plan/planner.h"
#include "service/question_words.h"
#include "service/wire.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::service {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kNowMs = 1'770'000'000'000;  // in February 2026

v1::QueryKpisRequest Parse(const std::string& text) {
  v1::QueryKpisRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  return request;
}

MendedQuestion MendText(const std::string& text) {
  v1::QueryKpisRequest request = Parse(text);
  if (!request.has_range()) request.mutable_range()->set_words("2026-01");
  return Mend(request, settings::Settings(), kNowMs, nullptr);
}

// The fields at fault and the nearest question, with the usual range left out.
std::string Mended(const std::string& text) {
  MendedQuestion mended = MendText(text);
  std::vector<std::string> fields;
  for (const QuestionFault& fault : mended.faults) fields.push_back(fault.field);
  EXPECT_EQ(mended.faults.size(), mended.changes.size()) << text;
  EXPECT_TRUE(mended.plan.has_value()) << text << fields.back();
  if (mended.request.range().words() == "2026-01") mended.request.clear_range();
  return absl::StrCat(absl::StrJoin(fields, " "), " -> ", mended.request.ShortDebugString());
}

TEST(Mend, LeavesAGoodQuestionAsItIs) {
  const std::string text = R"(kpis { kpi: "csat" } group_by: "team" filter_text: "channel = \"email\"")";
  const MendedQuestion mended = MendText(text);
  EXPECT_TRUE(mended.faults.empty());
  EXPECT_TRUE(mended.changes.empty());
  EXPECT_TRUE(mended.plan.has_value());
}

TEST(Mend, TakesTheNearestNameWhereOneIsNear) {
  EXPECT_EQ(Mended(R"(kpis { kpi: "cast" })"), R"(kpis[0].kpi -> kpis { kpi: "csat" })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } group_by: "taem")"), R"(group_by[0] -> kpis { kpi: "csat" } group_by: "team")");
  EXPECT_EQ(Mended(R"(kpis { kpi: "first_response_time" statistic: "meadian" })"),
            R"(kpis[0].statistic -> kpis { kpi: "first_response_time" statistic: "median" })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } time_zone: "Europe/Berlni")"),
            R"(time_zone -> kpis { kpi: "csat" } time_zone: "Europe/Berlin")");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } order_by { column: "csta" })"),
            R"(order_by[0].column -> kpis { kpi: "csat" } order_by { column: "csat" })");
}

TEST(Mend, DropsWhatTheKpiCannotHave) {
  EXPECT_EQ(Mended(R"(kpis { kpi: "backlog" } group_by: "team" group_by: "queue" group_by: "channel" group_by: "topic")"),
            R"(group_by[1] group_by[3] -> kpis { kpi: "backlog" } group_by: "team" group_by: "channel")");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" anchor: "moon" clock: CLOCK_BUSINESS attribution: "luck" })"),
            R"(kpis[0].anchor kpis[0].clock kpis[0].attribution -> kpis { kpi: "csat" })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" parameters { key: "colour" value: "red" } })"),
            R"(kpis[0].parameters -> kpis { kpi: "csat" })");
}

TEST(Mend, AddsWhatIsMissing) {
  EXPECT_EQ(Mended(R"(kpis { kpi: "channel_share" })"), R"(kpis[0].kpi -> kpis { kpi: "channel_share" } group_by: "channel")");
  EXPECT_EQ(Mended(R"(kpis { kpi: "volume_spike" })"),
            R"(grain.unit -> kpis { kpi: "volume_spike" } grain { unit: GRAIN_UNIT_DAY })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "time_in_status" })"),
            R"(kpis[0].parameters.status -> kpis { kpi: "time_in_status" parameters { key: "status" value: "new" } })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } kpis { kpi: "csat" })"),
            R"(kpis[1].kpi -> kpis { kpi: "csat" } kpis { kpi: "csat" alias: "csat_2" })");
}

TEST(Mend, TakesOnlyWhatIsWrongOutOfFilters) {
  EXPECT_EQ(Mended(R"(kpis { kpi: "backlog" } filter { all { filters { field: "chanel" equals: "x" }
                      filters { not { field: "queue" equals: "y" } } filters { field: "team" present: true } } })"),
            R"(filter.all[0].field filter.all[1].not.field -> kpis { kpi: "backlog" } filter { all { )"
            R"(filters { field: "channel" equals: "x" } filters { field: "team" present: true } } })");
  EXPECT_EQ(Mended(R"text(kpis { kpi: "backlog" } filter_text: "status = \"opne\" OR NOT queue IN (\"a\", \"b\")")text"),
            R"(filter_text.any[0].equals filter_text.any[1].not.field -> kpis { kpi: "backlog" } filter_text: "status = \"open\"")");
  EXPECT_EQ(Mended(R"(kpis { kpi: "backlog" filter { field: "queue" equals: "a" } })"),
            R"(kpis[0].filter.field -> kpis { kpi: "backlog" })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } having_text: "csat.fcts > 3 AND csat < \"x\"")"),
            R"(having_text.all[0].field having_text.all[1] -> kpis { kpi: "csat" } having_text: "csat.facts > \"3\"")");
  EXPECT_EQ(Mended(R"text(kpis { kpi: "csat" } filter_text: "((")text"), R"(filter_text -> kpis { kpi: "csat" })");
}

TEST(Mend, MakesRangesAndSizesThatCanBe) {
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } range { start { seconds: 20 } end { seconds: 10 } })"),
            R"(range -> kpis { kpi: "csat" } range { start { seconds: 10 } end { seconds: 20 } })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } range { words: "whenever" })"),
            R"(range.words -> kpis { kpi: "csat" } range { words: "last_30_days" })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } grain { unit: GRAIN_UNIT_MINUTE } range { words: "2025" } limit: -1)"),
            R"(limit grain -> kpis { kpi: "csat" } range { words: "2025" } grain { unit: GRAIN_UNIT_HOUR })");
  EXPECT_EQ(Mended(R"(kpis { kpi: "csat" } top { count: 3 })"), R"(top -> kpis { kpi: "csat" })");
}

TEST(Mend, TwoKpisThatCannotStandTogetherArePartedOnce) {
  EXPECT_EQ(Mended(R"(kpis { kpi: "occupancy" } kpis { kpi: "channel_share" } group_by: "channel" group_by: "team")"),
            R"(group_by[0] kpis[1].kpi group_by[1] kpis[1].kpi -> kpis { kpi: "occupancy" } group_by: "team")");
}

TEST(Mend, NothingIsNearNothing) {
  for (const char* text : {"", R"(kpis { kpi: "qqqqqqqqqqqq" })"}) {
    const MendedQuestion mended = MendText(text);
    EXPECT_FALSE(mended.faults.empty()) << text;
    EXPECT_FALSE(mended.plan.has_value()) << text;
  }
}

// Whatever is done to good questions, the nearest one can be asked, and is its own nearest one.
TEST(Mend, WhatItReturnsCanBeAsked) {
  std::mt19937 random(7);
  const auto below = [&](size_t count) { return static_cast<size_t>(random() % count); };
  const char* spoilt[] = {"", "team", "taem", "queue", "bucket", "x.y", "attributes.", "customer.segment", "p101", "created"};
  int faults = 0;
  for (int round = 0; round < 400; ++round) {
    v1::QueryKpisRequest request;
    const size_t kpis = 1 + below(3);
    for (size_t i = 0; i < kpis; ++i) {
      const kpi::Definition& definition = kpi::AllKpis()[below(kpi::AllKpis().size())];
      v1::QueryKpisRequest example;
      ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(kpi::ExampleRequest(definition), &example).ok());
      request.MergeFrom(example);
    }
    const std::string word = spoilt[below(std::size(spoilt))];
    v1::KpiSelection& kpi = *request.mutable_kpis(static_cast<int>(below(kpis)));
    switch (below(12)) {
      case 0: kpi.set_kpi(kpi.kpi().substr(1)); break;
      case 1: kpi.set_statistic(word); break;
      case 2: kpi.set_anchor(word); break;
      case 3: kpi.set_variant(word); break;
      case 4: kpi.set_attribution(word); break;
      case 5: kpi.set_clock(static_cast<v1::Clock>(below(4))); break;
      case 6: request.add_group_by(word); break;
      case 7: request.mutable_filter()->set_field(word); request.mutable_filter()->set_less_than("3"); break;
      case 8: kpi.set_filter_text(absl::StrCat("NOT (status > 3 OR ", word.empty() ? "x" : word, " = \"a\")")); break;
      case 9: request.mutable_grain()->set_unit(static_cast<v1::GrainUnit>(below(12))); break;
      case 10: (*kpi.mutable_parameters())[word] = word; break;
      case 11: request.mutable_top()->set_by(word); request.add_subtotals()->add_group_by(word); break;
    }
    const MendedQuestion mended = Mend(request, settings::Settings(), kNowMs, nullptr);
    faults += static_cast<int>(mended.faults.size());
    ASSERT_TRUE(mended.plan.has_value()) << request.ShortDebugString() << "\n"
                                         << mended.request.ShortDebugString() << "\n"
                                         << mended.faults.back().field << ": " << mended.faults.back().description;
    const MendedQuestion again = Mend(mended.request, settings::Settings(), kNowMs, nullptr);
    EXPECT_TRUE(again.faults.empty()) << mended.request.ShortDebugString();
    EXPECT_NE(InWords(*again.question, *again.plan), "");
  }
  EXPECT_GT(faults, 400);
}

TEST(InWords, SaysEveryPart) {
  const MendedQuestion mended = MendText(R"(
    kpis { kpi: "first_response_time" alias: "speed" statistic: "p90" clock: CLOCK_BUSINESS filter_text: "brand = \"acme\"" }
    kpis { kpi: "tickets_created" include: "spam" }
    range { start { seconds: 1767225600 } end { seconds: 1772366400 } } time_zone: "America/New_York"
    grain { unit: GRAIN_UNIT_MONTH count: 2 } group_by: "team" group_by: "channel"
    filter { field: "priority" in { values: "high" values: "urgent" } } filter_text: "type:*" totals: true
    subtotals { group_by: "team" over_buckets: true } bucket_fill: BUCKET_FILL_SPARSE
    having_text: "speed.facts >= 5" top { count: 3 by: "speed" minimum_facts: 2 without_other: true }
    order_by { column: "speed" direction: ORDER_DIRECTION_DESCENDING } limit: 7)");
  ASSERT_TRUE(mended.plan.has_value()) << mended.faults.back().description;
  EXPECT_TRUE(mended.faults.empty());
  const std::string words = InWords(*mended.question, *mended.plan);
  const std::vector<std::string> lines = absl::StrSplit(words, '\n');
  ASSERT_EQ(lines.size(), 12u) << words;
  EXPECT_THAT(lines[0], AllOf(HasSubstr("speed (first_response_time): percentile 90 of first public reply"),
                                       HasSubstr("dated by first_reply"), HasSubstr("only working time counts"),
                                       HasSubstr("only facts with brand = \"acme\""),
                                       HasSubstr("without deleted, spam, test and merged tickets"),
                                       HasSubstr("in seconds, less is better.")));
  EXPECT_THAT(lines[1], AllOf(HasSubstr("tickets_created: number of tickets created"),
                                       HasSubstr("without deleted, test and merged tickets")));
  EXPECT_EQ(lines[2], "From 2025-12-31T19:00:00-05:00 up to, not with, 2026-03-01T07:00:00-05:00, in zone America/New_York.");
  EXPECT_THAT(lines[3], HasSubstr("A bucket for every 2 months: 3, from 2025-11-01/P2M to 2026-03-01/P2M, of which 2 are cut by the range."));
  EXPECT_EQ(lines[4], "A row for each team and channel, only where there are facts.");
  EXPECT_EQ(lines[5], "Only facts with priority IN (\"high\", \"urgent\") AND type:*.");
  EXPECT_EQ(lines[6], "With totals over all groups and over all buckets, computed from the facts.");
  EXPECT_EQ(lines[7], "With a subtotal by team, over all buckets.");
  EXPECT_EQ(lines[8], "Only the first 3 groups by speed over the whole range, the least first, with at least 2 facts.");
  EXPECT_EQ(lines[9], "Only rows with speed.facts >= \"5\".");
  EXPECT_EQ(lines[10], "Ordered by speed descending.");
  EXPECT_EQ(lines[11], "At most 7 rows.");
}

}  // namespace
}  // namespace supportkpi::service
