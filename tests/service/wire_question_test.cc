// Questions from the wire: what they mean, and what they cannot mean.
#include "google/protobuf/text_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/filter_text.h"
#include "service/wire.h"
#include "time/calendar.h"

namespace supportkpi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kRange[] = "range { start { seconds: 100 } end { seconds: 200 nanos: 1500000 } } ";

constexpr int64_t kNowMs = 1'773'214'230'000;  // 2026-03-11T07:30:30Z, in Shanghai 15:30:30

absl::StatusOr<plan::Question> Read(const std::string& text, int32_t tenant_month = 1, const std::string& tenant_zone = "") {
  v1::QueryKpisRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  return QuestionFromWire(request, {.time_zone = tenant_zone, .fiscal_first_month = tenant_month}, kNowMs);
}

TEST(WireQuestion, EveryFieldArrives) {
  const plan::Question question = Read(std::string(kRange) + R"(
    kpis { kpi: "csat" alias: "c" statistic: "p90" clock: CLOCK_BUSINESS anchor: "sent" variant: "v" attribution: "actor"
           filter { field: "channel" equals: "email" } parameters { key: "window" value: "7d" } include: "spam" }
    time_zone: "Europe/Berlin"
    grain { unit: GRAIN_UNIT_WEEK count: 2 first_weekday: WEEKDAY_SUNDAY origin: "2026-01-02T17:00" fiscal_first_month: 4 }
    group_by: "team" totals: true order_by { column: "c" direction: ORDER_DIRECTION_DESCENDING } limit: 5
    bucket_fill: BUCKET_FILL_SPARSE
    filter { any { filters { field: "a" in { values: "x" values: "y" } } filters { not { field: "b" present: false } } } }
  )").value();
  const plan::KpiSelection& kpi = question.kpis.at(0);
  EXPECT_EQ(kpi.kpi + kpi.alias + kpi.statistic + kpi.anchor + kpi.variant + kpi.attribution, "csatcp90sentvactor");
  EXPECT_EQ(kpi.clock, kpi::Clock::kBusiness);
  EXPECT_EQ(kpi.filter.op, plan::Filter::Op::kEquals);
  EXPECT_THAT(kpi.filter.values, ElementsAre("email"));
  EXPECT_EQ(kpi.parameters.at("window"), "7d");
  EXPECT_THAT(kpi.include, ElementsAre("spam"));
  EXPECT_EQ(question.start_ms, 100'000);
  EXPECT_EQ(question.end_ms, 200'001);  // finer is cut
  EXPECT_EQ(question.time_zone, "Europe/Berlin");
  EXPECT_EQ(question.grain.unit, time::GrainUnit::kWeek);
  EXPECT_EQ(question.grain.count, 2);
  EXPECT_EQ(question.grain.first_weekday, absl::Weekday::sunday);
  EXPECT_EQ(question.grain.origin, absl::CivilSecond(2026, 1, 2, 17));
  EXPECT_EQ(question.grain.fiscal_first_month, 4);
  EXPECT_THAT(question.group_by, ElementsAre("team"));
  EXPECT_TRUE(question.totals);
  EXPECT_TRUE(question.order_by.at(0).descending);
  EXPECT_EQ(question.limit, 5);
  EXPECT_TRUE(question.sparse);
  ASSERT_EQ(question.filter.args.size(), 2u);
  EXPECT_THAT(question.filter.args[0].values, ElementsAre("x", "y"));
  EXPECT_EQ(question.filter.args[1].args.at(0).op, plan::Filter::Op::kAbsent);
}

TEST(WireQuestion, AFiscalYearBeginsAsTheTenantSaysUnlessTheQuestionDoes) {
  EXPECT_EQ(Read(kRange, 7)->grain.fiscal_first_month, 7);
  EXPECT_EQ(Read(std::string(kRange) + "grain { fiscal_first_month: 2 }", 7)->grain.fiscal_first_month, 2);
}

std::string InstantsOf(const std::string& text, int32_t tenant_month = 1, const std::string& tenant_zone = "") {
  const auto question = Read(text, tenant_month, tenant_zone);
  if (!question.ok()) return std::string(question.status().message());
  return time::FormatRfc3339(question->start_ms) + " " + time::FormatRfc3339(question->end_ms);
}

TEST(WireQuestion, WordsAreReadInTheZoneOfTheQuestionElseOfTheTenant) {
  EXPECT_EQ(InstantsOf("range { words: 'yesterday' }"), "2026-03-10T00:00:00Z 2026-03-11T00:00:00Z");
  EXPECT_EQ(InstantsOf("range { words: 'yesterday' }", 1, "Asia/Shanghai"), "2026-03-09T16:00:00Z 2026-03-10T16:00:00Z");
  EXPECT_EQ(InstantsOf("range { words: 'yesterday' } time_zone: 'America/New_York'", 1, "Asia/Shanghai"),
            "2026-03-10T04:00:00Z 2026-03-11T04:00:00Z");
  EXPECT_EQ(InstantsOf("range { words: 'fiscal_year_to_date' }", 4), "2025-04-01T00:00:00Z 2026-03-11T07:30:30Z");
  EXPECT_EQ(InstantsOf("range { words: 'FY2026' } grain { fiscal_first_month: 10 }", 4),
            "2025-10-01T00:00:00Z 2026-10-01T00:00:00Z");
  EXPECT_EQ(InstantsOf("range { words: 'this_week' } grain { first_weekday: WEEKDAY_SUNDAY }"),
            "2026-03-08T00:00:00Z 2026-03-15T00:00:00Z");
}

TEST(WireQuestion, FilterTextStandsBesideTheFilter) {
  const plan::Question question = Read(std::string(kRange) + R"(
    kpis { filter_text: "channel = email" filter { field: "team" present: true } }
    filter_text: "priority IN (high, \"urgent\") AND NOT team:*" filter { field: "brand" equals: "x" })").value();
  EXPECT_EQ(plan::FilterText(question.filter), "brand = \"x\"");
  EXPECT_EQ(plan::FilterText(question.filter_text), "priority IN (\"high\", \"urgent\") AND NOT team:*");
  EXPECT_EQ(plan::FilterText(question.kpis.at(0).filter), "team:*");
  EXPECT_EQ(plan::FilterText(question.kpis.at(0).filter_text), "channel = \"email\"");
  EXPECT_EQ(Read(kRange)->filter_text.op, plan::Filter::Op::kTrue);
}

TEST(WireQuestion, WhatCannotBeMeantIsRefusedWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> refused = {
      {"", "range.start: required"},
      {"range { words: 'last_30_dayz' }", "range.words: \"last_30_dayz\": unknown; did you mean \"last_30_days\"?"},
      {"range { words: '2026' start { } }", "range.words: \"2026\" beside start; give either start and end or words"},
      {"range { words: '2026' end { } }", "range.words: \"2026\" beside end; give either"},
      {"range { words: '2026' } time_zone: 'Mars'", "time_zone: unknown IANA zone \"Mars\""},
      {std::string(kRange) + "filter_text: 'a'", "filter_text: column 2: found the end; expected =,"},
      {std::string(kRange) + "kpis { } kpis { filter_text: 'a=1 b=2' }", "kpis[1].filter_text: column 5: found \"b\""},
      {"range { start { seconds: 1 } }", "range.end: required"},
      {"range { start { nanos: 1000000000 } end { } }", "range.start.nanos: 1000000000 outside 0..999999999"},
      {"range { start { nanos: -1 } end { } }", "range.start.nanos: -1 outside"},
      {"range { start { } end { seconds: 253402300800 } }", "range.end.seconds: 253402300800 outside the years"},
      {std::string(kRange) + "kpis { clock: CLOCK_CALENDAR } kpis { clock: 9 }", "kpis[1].clock: unknown value 9"},
      {std::string(kRange) + "grain { unit: 77 }", "grain.unit: unknown value 77"},
      {std::string(kRange) + "grain { first_weekday: 8 }", "grain.first_weekday: unknown value 8"},
      {std::string(kRange) + "grain { fiscal_first_month: 13 }", "grain.fiscal_first_month: 13 outside 1..12"},
      {std::string(kRange) + "grain { origin: \"noon\" }", "grain.origin: \"noon\" is no local date"},
      {std::string(kRange) + "bucket_fill: 7", "bucket_fill: unknown value 7"},
      {std::string(kRange) + "order_by { direction: 3 }", "order_by[0].direction: unknown value 3"},
      {std::string(kRange) + "limit: -1", "limit: -1 below 0"},
      {std::string(kRange) + "filter { }", "filter: no condition"},
      {std::string(kRange) + "filter { all { } }", "filter.all: empty list"},
      {std::string(kRange) + "filter { field: \"x\" in { } }", "filter.in: empty list"},
      {std::string(kRange) + "filter { equals: \"x\" }", "filter.field: required"},
      {std::string(kRange) + "filter { field: \"x\" any { filters { field: \"y\" equals: \"z\" } } }", "filter.any.field"},
      {std::string(kRange) + "filter { all { filters { field: \"x\" equals: \"\" } filters { } } }",
       "filter.all[1]: no condition"},
      {std::string(kRange) + "kpis { filter { not { } } }", "kpis[0].filter.not: no condition"},
  };
  for (const auto& [text, message] : refused) {
    v1::QueryKpisRequest request;
    const absl::Status status = Read(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(message)) << text;
  }
}

TEST(WireQuestion, FiltersAreBounded) {
  const auto deep = [](int depth) {
    std::string text = "field: \"x\" equals: \"y\"";
    for (int i = 1; i < depth; ++i) text = "not { " + text + " }";
    return std::string(kRange) + "filter { " + text + " }";
  };
  EXPECT_TRUE(Read(deep(16)).ok());
  EXPECT_THAT(std::string(Read(deep(17)).status().message()), HasSubstr("more than 16 deep"));
  const auto wide = [](int leaves) {
    std::string text = std::string(kRange) + "filter { all { ";
    for (int i = 0; i < leaves; ++i) text += "filters { field: \"x\" equals: \"y\" } ";
    return text + "} }";
  };
  EXPECT_TRUE(Read(wide(256)).ok());
  EXPECT_THAT(std::string(Read(wide(257)).status().message()), HasSubstr("more than 256 leaves"));
}

}  // namespace
}  // namespace supportkpi::service
