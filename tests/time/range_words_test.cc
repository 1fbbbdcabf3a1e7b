// Ranges in words: each case prints the local begin and end, read back in the zone.
#include "time/range_words.h"

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/time/instants.h"
#include "time/bucket.h"

namespace supportkpi::time {
namespace {

using ::supportkpi::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int kFiscalApril = 4;

std::string Local(int64_t at_ms, const Zone& zone) {
  const std::string text = FormatRfc3339(at_ms, zone);
  return text.substr(11, 8) == "00:00:00" ? text.substr(0, 10) : text.substr(0, text.size() - 6);
}

// `begin end` on the local clock; midnight is left out.
std::string RangeText(absl::string_view words, absl::string_view zone_name, absl::string_view now,
                      int fiscal_first_month = kFiscalApril, absl::Weekday first_weekday = absl::Weekday::monday) {
  const Zone& zone = ZoneOf(zone_name);
  const auto range = RangeOfWords(words, zone, LocalAt(zone_name, now), fiscal_first_month, first_weekday);
  if (!range.ok()) return std::string(range.status().message());
  return absl::StrCat(Local(range->first, zone), " ", Local(range->second, zone));
}

TEST(RangeWordsTest, WordsNameWholeUnits) {
  struct Case {
    const char* words;
    const char* range;
  };
  // A Wednesday in ISO week 11.
  const Case cases[] = {
      {"today", "2026-03-11 2026-03-12"},
      {"yesterday", "2026-03-10 2026-03-11"},
      {"this_hour", "2026-03-11T15:00:00 2026-03-11T16:00:00"},
      {"this_week", "2026-03-09 2026-03-16"},
      {"this_month", "2026-03-01 2026-04-01"},
      {"this_quarter", "2026-01-01 2026-04-01"},
      {"this_year", "2026-01-01 2027-01-01"},
      {"this_fiscal_quarter", "2026-01-01 2026-04-01"},
      {"this_fiscal_year", "2025-04-01 2026-04-01"},
      {"last_minute", "2026-03-11T15:29:00 2026-03-11T15:30:00"},
      {"last_day", "2026-03-10 2026-03-11"},
      {"last_week", "2026-03-02 2026-03-09"},
      {"last_month", "2026-02-01 2026-03-01"},
      {"last_quarter", "2025-10-01 2026-01-01"},
      {"last_year", "2025-01-01 2026-01-01"},
      {"last_fiscal_quarter", "2025-10-01 2026-01-01"},
      {"last_fiscal_year", "2024-04-01 2025-04-01"},
      {"last_15_minutes", "2026-03-11T15:15:00 2026-03-11T15:30:00"},
      {"last_24_hours", "2026-03-10T15:00:00 2026-03-11T15:00:00"},
      {"last_1_day", "2026-03-10 2026-03-11"},
      {"last_7_days", "2026-03-04 2026-03-11"},
      {"last_30_days", "2026-02-09 2026-03-11"},
      {"last_2_weeks", "2026-02-23 2026-03-09"},
      {"last_12_months", "2025-03-01 2026-03-01"},
      {"last_4_quarters", "2025-01-01 2026-01-01"},
      {"last_3_years", "2023-01-01 2026-01-01"},
      {"last_2_fiscal_years", "2023-04-01 2025-04-01"},
      {"day_to_date", "2026-03-11 2026-03-11T15:30:30"},
      {"week_to_date", "2026-03-09 2026-03-11T15:30:30"},
      {"month_to_date", "2026-03-01 2026-03-11T15:30:30"},
      {"quarter_to_date", "2026-01-01 2026-03-11T15:30:30"},
      {"year_to_date", "2026-01-01 2026-03-11T15:30:30"},
      {"fiscal_quarter_to_date", "2026-01-01 2026-03-11T15:30:30"},
      {"fiscal_year_to_date", "2025-04-01 2026-03-11T15:30:30"},
      {" Last_Month\n", "2026-02-01 2026-03-01"},
  };
  for (const Case& c : cases) EXPECT_EQ(RangeText(c.words, "Asia/Shanghai", "2026-03-11T15:30:30"), c.range) << c.words;
}

TEST(RangeWordsTest, DatesNamePeriods) {
  struct Case {
    const char* words;
    const char* range;
  };
  const Case cases[] = {
      {"2026", "2026-01-01 2027-01-01"},
      {"2026-03", "2026-03-01 2026-04-01"},
      {"2026-12", "2026-12-01 2027-01-01"},
      {"2024-02-29", "2024-02-29 2024-03-01"},
      {"2026-W12", "2026-03-16 2026-03-23"},
      {"2026-w53", "2026-12-28 2027-01-04"},
      {"2025-W01", "2024-12-30 2025-01-06"},
      {"2026-Q1", "2026-01-01 2026-04-01"},
      {"2026-q4", "2026-10-01 2027-01-01"},
      {"fy2026", "2025-04-01 2026-04-01"},
      {"FY2026-Q2", "2025-07-01 2025-10-01"},
      {"FY2026-Q4", "2026-01-01 2026-04-01"},
      {"2026-01..2026-03", "2026-01-01 2026-04-01"},
      {"2026-03..2026", "2026-03-01 2027-01-01"},
      {"2025-12-30..2026-W12", "2025-12-30 2026-03-23"},
      {"fy2025..yesterday", "2024-04-01 2026-03-11"},
      {"last_month..month_to_date", "2026-02-01 2026-03-11T15:30:30"},
      {"today..today", "2026-03-11 2026-03-12"},
  };
  for (const Case& c : cases) EXPECT_EQ(RangeText(c.words, "Asia/Shanghai", "2026-03-11T15:30:30"), c.range) << c.words;
}

TEST(RangeWordsTest, FiscalYearFromJanuaryIsTheCalendarYear) {
  EXPECT_EQ(RangeText("fy2026", "UTC", "2026-03-11", 1), "2026-01-01 2027-01-01");
  EXPECT_EQ(RangeText("FY2026-Q1", "UTC", "2026-03-11", 1), "2026-01-01 2026-04-01");
  EXPECT_EQ(RangeText("fiscal_year_to_date", "UTC", "2026-03-11", 1), "2026-01-01 2026-03-11");
  EXPECT_EQ(RangeText("fy2026", "UTC", "2026-03-11", 12), "2025-12-01 2026-12-01");
}

TEST(RangeWordsTest, WeeksBeginOnTheWantedDay) {
  EXPECT_EQ(RangeText("this_week", "UTC", "2026-03-11", 1, absl::Weekday::sunday), "2026-03-08 2026-03-15");
  EXPECT_EQ(RangeText("last_2_weeks", "UTC", "2026-03-08", 1, absl::Weekday::sunday), "2026-02-22 2026-03-08");
  EXPECT_EQ(RangeText("2026-W12", "UTC", "2026-03-11", 1, absl::Weekday::sunday), "2026-03-16 2026-03-23");
}

TEST(RangeWordsTest, NowAtABoundaryBelongsToTheUnitThatBegins) {
  EXPECT_EQ(RangeText("today", "Europe/Paris", "2026-04-01"), "2026-04-01 2026-04-02");
  EXPECT_EQ(RangeText("last_month", "Europe/Paris", "2026-04-01"), "2026-03-01 2026-04-01");
  EXPECT_EQ(RangeText("fiscal_year_to_date", "Europe/Paris", "2026-04-01"), "2026-04-01 2026-04-01");
}

TEST(RangeWordsTest, TheZoneSaysWhichDayItIs) {
  const int64_t now = At("2026-08-31T23:30:00Z");
  EXPECT_EQ(Local(OrDie(RangeOfWords("this_month", ZoneOf("Asia/Shanghai"), now, 1, absl::Weekday::monday)).first,
                  ZoneOf("Asia/Shanghai")),
            "2026-09-01");
  EXPECT_EQ(Local(OrDie(RangeOfWords("this_month", UtcZone(), now, 1, absl::Weekday::monday)).first, UtcZone()), "2026-08-01");
}

TEST(RangeWordsTest, DaysAreAsLongAsTheClockMakesThem) {
  const auto hours = [](absl::string_view words, absl::string_view zone, absl::string_view now) {
    const auto range = OrDie(RangeOfWords(words, ZoneOf(zone), LocalAt(zone, now), 1, absl::Weekday::monday));
    return static_cast<double>(range.second - range.first) / static_cast<double>(kHourMs);
  };
  EXPECT_EQ(hours("yesterday", "America/New_York", "2026-03-09T10:00"), 23);
  EXPECT_EQ(hours("2026-11-01", "America/New_York", "2026-03-09T10:00"), 25);
  EXPECT_EQ(hours("last_7_days", "America/New_York", "2026-03-09T10:00"), 7 * 24 - 1);
  // The hour after the skipped one, and a repeated hour in both passes.
  EXPECT_EQ(hours("last_3_hours", "America/New_York", "2026-03-08T04:30"), 3);
  EXPECT_EQ(RangeText("last_3_hours", "America/New_York", "2026-03-08T04:30"), "2026-03-08 2026-03-08T04:00:00");
  EXPECT_EQ(RangeText("last_3_hours", "America/New_York", "2026-11-01T02:30"), "2026-11-01 2026-11-01T02:00:00");
  // Midnight is skipped: the day begins at 01:00.
  EXPECT_EQ(RangeText("today", "America/Sao_Paulo", "2018-11-04T10:00"), "2018-11-04T01:00:00 2018-11-05");
}

TEST(RangeWordsTest, ADayThatTheZoneLeftOutIsEmpty) {
  EXPECT_EQ(RangeText("yesterday", "Pacific/Apia", "2011-12-31T10:00"), "2011-12-29 2011-12-31");
  EXPECT_EQ(RangeText("last_2_days", "Pacific/Apia", "2011-12-31T10:00"), "2011-12-28 2011-12-31");
  EXPECT_EQ(RangeText("2011-12-30", "Pacific/Apia", "2026-01-01"), "2011-12-31 2011-12-31");
  EXPECT_EQ(RangeText("2011-12-30..2011-12-30", "Pacific/Apia", "2026-01-01"), "2011-12-31 2011-12-31");
  EXPECT_EQ(RangeText("2011-12-30..2011-12-31", "Pacific/Apia", "2026-01-01"), "2011-12-31 2012-01-01");
}

TEST(RangeWordsTest, WrongWordsAreToldWithTheNearest) {
  struct Case {
    const char* words;
    const char* message;
  };
  const Case cases[] = {
      {"last_30_dayz", R"("last_30_dayz": unknown; did you mean "last_30_days"? allowed are today, yesterday,)"},
      {"last 30 days", R"("last 30 days": unknown; did you mean "last_30_days"?)"},
      {"past_30_days", R"("past_30_days": unknown; did you mean "last_30_days"?)"},
      {"7_days", R"("7_days": unknown; did you mean "last_7_days"?)"},
      {"todya", R"("todya": unknown; did you mean "today"?)"},
      {"YearToDate", R"("yeartodate": unknown; did you mean "year_to_date"?)"},
      {"last_fiscal_yaer", R"("last_fiscal_yaer": unknown; did you mean "last_fiscal_year"?)"},
      {"", R"("": unknown; allowed are today)"},
      {"xyz", R"("xyz": unknown; allowed are today)"},
      {"2026-01..", R"("": unknown; allowed are)"},
      {"2026-01..2026-02..2026-03", R"("2026-02..2026-03": unknown;)"},
      {"last_0_days", R"("last_0_days": 0 is out of range; allowed are 1 to 10000)"},
      {"last_10001_days", R"("last_10001_days": 10001 is out of range; allowed are 1 to 10000)"},
      {"last_99999999999999999999_days", R"("last_99999999999999999999_days": 99999999999999999999 is out of range)"},
      {"last_-1_days", R"("last_-1_days": unknown; did you mean "last_1_days"?)"},
      {"last_5000_years", R"("last_5000_years" is out of range; allowed are the years 1 to 9999)"},
      {"0000", R"("0000" is out of range)"},
      {"9999", R"("9999" is out of range)"},
      {"20260", R"("20260": unknown;)"},
      {"2026-13", R"("2026-13" is no month; allowed are 01 to 12)"},
      {"2026-3", R"("2026-3": unknown;)"},
      {"2026-02-30", R"("2026-02-30" is no date; allowed is YYYY-MM-DD)"},
      {"2026-W54", R"("2026-w54" is no week; allowed are W01 to W53)"},
      {"2025-W53", R"("2025-w53" is no week; allowed are W01 to W52)"},
      {"2026-Q5", R"("2026-q5" is no quarter; allowed are Q1 to Q4)"},
      {"fy2026-03", R"("fy2026-03" is no fiscal period; allowed are FY2026 and FY2026-Q1 to FY2026-Q4)"},
      {"2026-03..2026-02", R"("2026-03..2026-02" ends before it begins; allowed is A..B with B not before A)"},
  };
  for (const Case& c : cases) {
    const auto range = RangeOfWords(c.words, UtcZone(), At("2026-03-11T12:00:00Z"), 1, absl::Weekday::monday);
    EXPECT_THAT(range, StatusIs(absl::StatusCode::kInvalidArgument, StartsWith(c.message))) << c.words;
  }
  const auto longest = RangeOfWords(std::string(100'000, 'x'), UtcZone(), 0, 1, absl::Weekday::monday);
  EXPECT_LT(longest.status().message().size(), 600u);
}

TEST(RangeWordsTest, LabelsOfBucketsAreWordsForThem) {
  std::mt19937_64 random(7);
  const GrainUnit units[] = {GrainUnit::kDay,     GrainUnit::kWeek, GrainUnit::kMonth,
                             GrainUnit::kQuarter, GrainUnit::kYear, GrainUnit::kFiscalQuarter, GrainUnit::kFiscalYear};
  for (const char* name : kStrangeZones) {
    const Zone& zone = ZoneOf(name);
    for (int i = 0; i < 200; ++i) {
      const int64_t at = At("1980-01-01T00:00:00Z") + static_cast<int64_t>(random() % (60ULL * 365 * 24 * 3'600'000));
      for (const GrainUnit unit : units) {
        const Grain grain{.unit = unit, .fiscal_first_month = static_cast<int32_t>(1 + random() % 12)};
        const Bucket bucket = WholeBucketAt(at, grain, zone);
        const auto range = RangeOfWords(bucket.label, zone, 0, grain.fiscal_first_month, absl::Weekday::thursday);
        ASSERT_OK(range);
        ASSERT_EQ(*range, std::make_pair(bucket.start_ms, bucket.end_ms)) << name << " " << bucket.label;
      }
    }
  }
}

TEST(RangeWordsTest, TheLastUnitsEndWhereThisOneBegins) {
  std::mt19937_64 random(8);
  const char* units[] = {"minute", "hour", "day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"};
  for (const char* name : kStrangeZones) {
    const Zone& zone = ZoneOf(name);
    for (int i = 0; i < 50; ++i) {
      const int64_t now = At("1980-01-01T00:00:00Z") + static_cast<int64_t>(random() % (60ULL * 365 * 24 * 3'600'000));
      const auto read = [&](const std::string& words) {
        return OrDie(RangeOfWords(words, zone, now, 7, absl::Weekday::saturday));
      };
      for (const char* unit : units) {
        const auto current = read(absl::StrCat("this_", unit));
        ASSERT_LE(current.first, now);
        ASSERT_LT(now, current.second);
        ASSERT_EQ(read(absl::StrCat(unit, "_to_date")), std::make_pair(current.first, now));
        ASSERT_EQ(read(absl::StrCat("last_", unit)).second, current.first);
        ASSERT_EQ(read(absl::StrCat("last_1_", unit, "s")), read(absl::StrCat("last_", unit)));
        const auto three = read(absl::StrCat("last_3_", unit, "s"));
        ASSERT_EQ(three.second, current.first);
        ASSERT_LT(three.first, read(absl::StrCat("last_2_", unit, "s")).first);
      }
    }
  }
}

}  // namespace
}  // namespace supportkpi::time
