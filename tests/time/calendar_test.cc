// Calendar parts, how often they occur, ISO weeks and the text of dates and instants.
#include "time/calendar.h"

#include <random>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/time/instants.h"

namespace supportkpi::time {
namespace {

using ::supportkpi::testing::IsOkAndHolds;
using ::supportkpi::testing::StatusIs;
using ::testing::HasSubstr;

TEST(CalendarPartsTest, AgreeWithAbseil) {
  std::mt19937_64 random(5);
  std::uniform_int_distribution<int64_t> instants(At("0002-01-01T00:00:00Z"), At("9999-01-01T00:00:00Z"));
  std::uniform_int_distribution<int64_t> recent(At("1960-01-01T00:00:00Z"), At("2050-01-01T00:00:00Z"));
  for (const char* name : kStrangeZones) {
    const Zone& zone = ZoneOf(name);
    const CalendarParts parts(zone);
    for (int i = 0; i < 20'000; ++i) {
      const int64_t at_ms = i % 4 == 0 ? instants(random) : recent(random);
      const absl::CivilSecond local = absl::ToCivilSecond(absl::FromUnixMillis(at_ms), zone.absl_zone());
      ASSERT_EQ(parts.HourOfDay(at_ms), local.hour());
      ASSERT_EQ(parts.MinuteOfDay(at_ms), local.hour() * 60 + local.minute());
      ASSERT_EQ(parts.Weekday(at_ms), static_cast<int>(absl::GetWeekday(local)) + 1);
      ASSERT_EQ(parts.Month(at_ms), local.month());
      ASSERT_EQ(parts.DayOfMonth(at_ms), local.day());
      ASSERT_EQ(parts.Year(at_ms), local.year());
    }
  }
}

TEST(CalendarPartsTest, SurviveAbsentInstants) {
  const CalendarParts parts(ZoneOf("America/New_York"));
  for (int64_t at_ms : {INT64_MIN, INT64_MAX}) {
    EXPECT_THAT(parts.HourOfDay(at_ms), ::testing::AllOf(::testing::Ge(0), ::testing::Le(23)));
    EXPECT_THAT(parts.Weekday(at_ms), ::testing::AllOf(::testing::Ge(1), ::testing::Le(7)));
    EXPECT_THAT(parts.Month(at_ms), ::testing::AllOf(::testing::Ge(1), ::testing::Le(12)));
  }
}

double Count(absl::string_view zone, absl::string_view start, absl::string_view end, const OccurrenceOf& of) {
  return CountOccurrences(LocalAt(zone, start), LocalAt(zone, end), ZoneOf(zone), of).value();
}

TEST(CalendarPartsTest, AreTheSameAllThroughAnHour) {
  for (const char* name : {"America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"}) {
    const auto zone = FindZone(name);
    ASSERT_OK(zone);
    const CalendarParts parts(**zone);
    const auto all = [&](int64_t at_ms) {
      return std::tuple(parts.HourOfDay(at_ms), parts.Weekday(at_ms), parts.DayOfMonth(at_ms), parts.Month(at_ms));
    };
    std::mt19937_64 random(5);
    for (int i = 0; i < 20'000; ++i) {
      const auto at_ms = static_cast<int64_t>(1'700'000'000'000 + random() % (400 * kDayMs));
      const HourAround hour = parts.HourOf(at_ms);
      ASSERT_TRUE(hour.Holds(at_ms)) << name << " " << at_ms;
      ASSERT_LE(hour.until_ms - hour.from_ms, kHourMs);
      ASSERT_EQ(all(hour.from_ms), all(at_ms)) << name << " " << at_ms;
      ASSERT_EQ(all(hour.until_ms - 1), all(at_ms)) << name << " " << at_ms;
    }
    for (const int64_t beyond : {INT64_MIN, INT64_MAX, kFirstInstantMs - 1, kLastInstantMs + 1})
      EXPECT_FALSE(parts.HourOf(beyond).Holds(beyond));
  }
}

TEST(OccurrencesTest, HourOfDayCountsHours) {
  const std::string zone = "America/New_York";
  EXPECT_EQ(Count(zone, "2026-03-01", "2026-04-01", {.hour = 9}), 31);
  EXPECT_EQ(Count(zone, "2026-03-01", "2026-04-01", {.hour = 2}), 30);  // skipped on the 8th
  EXPECT_EQ(Count(zone, "2026-11-01", "2026-12-01", {.hour = 1}), 31);  // repeated on the 1st
  EXPECT_EQ(Count(zone, "2026-03-08", "2026-03-09", {.hour = 2}), 0);
  EXPECT_EQ(Count(zone, "2026-06-01T09:30", "2026-06-03T09:15", {.hour = 9}), 1.75);
  EXPECT_EQ(Count("Australia/Lord_Howe", "2026-04-05", "2026-04-06", {.hour = 1}), 1.5);
}

TEST(OccurrencesTest, HourAndWeekdayCountHoursOfThatWeekday) {
  const std::string zone = "America/New_York";
  EXPECT_EQ(Count(zone, "2026-03-01", "2026-04-01", {.hour = 2, .weekday = 7}), 4);  // five Sundays, one skipped
  EXPECT_EQ(Count(zone, "2026-03-01", "2026-04-01", {.hour = 2, .weekday = 1}), 5);
  EXPECT_EQ(Count(zone, "2026-06-01", "2026-06-02", {.hour = 2, .weekday = 2}), 0);
}

TEST(OccurrencesTest, WeekdayAloneCountsDaysWhateverTheirLength) {
  const std::string zone = "America/New_York";
  EXPECT_EQ(Count(zone, "2026-03-01", "2026-04-01", {.weekday = 7}), 5);
  EXPECT_EQ(Count(zone, "2026-03-08", "2026-03-09", {.weekday = 7}), 1);
  EXPECT_EQ(Count(zone, "2026-03-08", "2026-03-08T03:00", {.weekday = 7}), 2.0 / 23);
  EXPECT_EQ(Count(zone, "2026-06-01T06:00", "2026-06-09", {.weekday = 1}), 1.75);
  EXPECT_EQ(Count(zone, "2026-06-01T06:00", "2026-06-01T18:00", {.weekday = 1}), 0.5);
  EXPECT_EQ(Count("Pacific/Apia", "2011-12-26", "2012-01-02", {.weekday = 5}), 0);  // the Friday that was not
}

TEST(OccurrencesTest, NeitherCountsHours) {
  EXPECT_EQ(Count("America/New_York", "2026-03-08", "2026-03-09", {}), 23);
  EXPECT_EQ(Count("UTC", "2026-03-08", "2026-03-08T00:30", {}), 0.5);
  EXPECT_EQ(Count("UTC", "2026-03-08", "2026-03-08", {}), 0);
}

TEST(OccurrencesTest, MonthRestrictsThem) {
  EXPECT_EQ(Count("UTC", "2024-01-01", "2026-01-01", {.month = 2}), (29 + 28) * 24);
  EXPECT_EQ(Count("UTC", "2024-01-01", "2026-01-01", {.hour = 5, .month = 2}), 29 + 28);
  EXPECT_EQ(Count("UTC", "2026-01-01", "2027-01-01", {.weekday = 1, .month = 6}), 5);
}

TEST(OccurrencesTest, FractionIsExact) {
  const Occurrences third =
      CountOccurrences(At("2026-06-01T00:00:00Z"), At("2026-06-08T08:00:00Z"), UtcZone(), {.weekday = 1});
  EXPECT_EQ(third.numerator, 4);
  EXPECT_EQ(third.denominator, 3);
}

TEST(OccurrencesTest, HoursOfAllWeekdaysAddUpToTheRange) {
  std::mt19937_64 random(3);
  for (const char* name : kStrangeZones) {
    const Zone& zone = ZoneOf(name);
    const int64_t start = At("2000-01-01T00:00:00Z") + static_cast<int64_t>(random() % (20 * 365 * kDayMs));
    const int64_t end = start + static_cast<int64_t>(random() % (900 * kDayMs));
    int64_t covered_ms = 0;
    int64_t covered_by_month_ms = 0;
    for (int hour = 0; hour < 24; ++hour) {
      for (int weekday = 1; weekday <= 7; ++weekday) {
        covered_ms += CountOccurrences(start, end, zone, {.hour = hour, .weekday = weekday}).numerator;
      }
      for (int month = 1; month <= 12; ++month) {
        covered_by_month_ms += CountOccurrences(start, end, zone, {.hour = hour, .month = month}).numerator;
      }
    }
    EXPECT_EQ(covered_ms, end - start) << name;
    EXPECT_EQ(covered_by_month_ms, end - start) << name;
  }
}

TEST(OccurrencesTest, HoursAgreeWithReadingEveryMinute) {
  for (const char* name : {"America/New_York", "Australia/Lord_Howe", "Africa/Cairo"}) {
    const Zone& zone = ZoneOf(name);
    const int64_t start = At("2026-03-20T17:17:00Z");
    const int64_t end = At("2026-05-02T03:41:00Z");
    const CalendarParts parts(zone);
    int64_t minutes = 0;
    for (int64_t at_ms = start; at_ms < end; at_ms += kMinuteMs) {
      minutes += parts.HourOfDay(at_ms) == 1 && parts.Weekday(at_ms) == 5 ? 1 : 0;
    }
    EXPECT_EQ(CountOccurrences(start, end, zone, {.hour = 1, .weekday = 5}).numerator, minutes * kMinuteMs) << name;
  }
}

TEST(IsoWeekTest, BelongsToTheYearOfItsThursday) {
  struct Case {
    const char* date;
    int64_t year;
    int week;
  };
  for (const Case& c : {Case{"2027-01-01", 2026, 53}, Case{"2024-12-30", 2025, 1}, Case{"2026-01-01", 2026, 1},
                        Case{"2026-03-08", 2026, 10}, Case{"2020-12-31", 2020, 53}, Case{"2021-01-03", 2020, 53},
                        Case{"2021-01-04", 2021, 1}, Case{"2026-12-31", 2026, 53}}) {
    EXPECT_EQ(IsoWeekOf(Date(c.date)).year, c.year) << c.date;
    EXPECT_EQ(IsoWeekOf(Date(c.date)).week, c.week) << c.date;
  }
}

TEST(TextTest, DatesAreStrict) {
  EXPECT_THAT(ParseDate("2024-02-29"), IsOkAndHolds(absl::CivilDay(2024, 2, 29)));
  for (const char* text : {"", "2026-02-29", "2026-2-9", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01",
                           "2026-01-01 ", "2026/01/01", "-026-01-01", "2026-01-0x"}) {
    EXPECT_THAT(ParseDate(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("YYYY-MM-DD"))) << text;
  }
  EXPECT_EQ(FormatDate(absl::CivilDay(2026, 3, 8)), "2026-03-08");
}

TEST(TextTest, LocalTimesAreStrict) {
  EXPECT_THAT(ParseLocalTime("2026-01-02"), IsOkAndHolds(absl::CivilSecond(2026, 1, 2)));
  EXPECT_THAT(ParseLocalTime("2026-01-02T17:00"), IsOkAndHolds(absl::CivilSecond(2026, 1, 2, 17)));
  EXPECT_THAT(ParseLocalTime("2026-01-02T17:00:09"), IsOkAndHolds(absl::CivilSecond(2026, 1, 2, 17, 0, 9)));
  for (const char* text : {"", "2026-01-02T", "2026-01-02T24:00", "2026-01-02T17:60", "2026-01-02T17", "2026-01-02T17:00:",
                           "2026-01-02T17:00Z", "2026-01-02 17:00", "2026-01-02T17:00:00Z", "2026-01-02T17:00:0"}) {
    EXPECT_THAT(ParseLocalTime(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("local time"))) << text;
  }
}

TEST(TextTest, InstantsAreCutToMilliseconds) {
  EXPECT_THAT(ParseRfc3339("1970-01-01T00:00:00.0019Z"), IsOkAndHolds(1));
  EXPECT_THAT(ParseRfc3339("1969-12-31T23:59:59.9999Z"), IsOkAndHolds(-1));
  EXPECT_THAT(ParseRfc3339("2026-03-08T01:30:00-05:00"), IsOkAndHolds(At("2026-03-08T06:30:00Z")));
  for (const char* text : {"", "2026-03-08", "2026-03-08T01:30:00", "infinite-future", "2026-02-30T00:00:00Z"}) {
    EXPECT_THAT(ParseRfc3339(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("RFC 3339"))) << text;
  }
  EXPECT_EQ(FormatRfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatRfc3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatRfc3339(At("2026-03-08T06:30:00.25Z"), ZoneOf("America/New_York")), "2026-03-08T01:30:00.250-05:00");
}

}  // namespace
}  // namespace supportkpi::time
