// Buckets as tables: each case cuts a range and prints `label start end`, a trailing * marks a partial bucket.
#include "time/bucket.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/time/instants.h"

namespace supportkpi::time {
namespace {

using ::supportkpi::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Grain Of(GrainUnit unit, int count = 1) { return Grain{.unit = unit, .count = count}; }

Grain From(GrainUnit unit, absl::string_view origin, int count = 1) {
  return Grain{.unit = unit, .count = count, .origin = Reading(origin)};
}

std::vector<Bucket> Cut(absl::string_view zone, absl::string_view start, absl::string_view end, const Grain& grain) {
  return OrDie(MakeBuckets(LocalAt(zone, start), LocalAt(zone, end), grain, ZoneOf(zone), 100'000));
}

std::vector<std::string> Labels(const std::vector<Bucket>& buckets) {
  std::vector<std::string> labels;
  for (const Bucket& bucket : buckets) labels.push_back(absl::StrCat(bucket.label, bucket.partial ? "*" : ""));
  return labels;
}

// Length in hours of each bucket.
std::vector<double> Hours(const std::vector<Bucket>& buckets) {
  std::vector<double> hours;
  for (const Bucket& bucket : buckets) {
    hours.push_back(static_cast<double>(bucket.end_ms - bucket.start_ms) / static_cast<double>(kHourMs));
  }
  return hours;
}

TEST(BucketTest, WholeRangeIsOneBucketWithoutGrain) {
  const auto buckets = Cut("UTC", "2026-03-08", "2026-03-09T12:00", Grain{});
  ASSERT_EQ(buckets.size(), 1u);
  EXPECT_EQ(Labels(buckets), std::vector<std::string>{""});
  EXPECT_EQ(Cut("UTC", "2026-03-08", "2026-03-08", Grain{}).size(), 1u);
}

TEST(BucketTest, EmptyRangeHasNoBucket) {
  EXPECT_TRUE(Cut("UTC", "2026-03-08T05:00", "2026-03-08T05:00", Of(GrainUnit::kDay)).empty());
}

TEST(BucketTest, UnitsHaveTheirNames) {
  struct Case {
    Grain grain;
    const char* start;
    const char* end;
    std::vector<std::string> labels;
  };
  const Case cases[] = {
      {Of(GrainUnit::kDay), "2026-02-28", "2026-03-02", {"2026-02-28", "2026-03-01"}},
      {Of(GrainUnit::kWeek), "2024-12-23", "2025-01-06", {"2024-W52", "2025-W01"}},
      {Of(GrainUnit::kWeek), "2026-12-28", "2027-01-11", {"2026-W53", "2027-W01"}},
      {Of(GrainUnit::kMonth), "2026-01-01", "2026-03-01", {"2026-01", "2026-02"}},
      {Of(GrainUnit::kQuarter), "2026-01-01", "2027-01-01", {"2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"}},
      {Of(GrainUnit::kYear), "2025-01-01", "2027-01-01", {"2025", "2026"}},
      {Of(GrainUnit::kDay), "2026-02-28T10:00", "2026-03-01T10:00", {"2026-02-28*", "2026-03-01*"}},
      {Of(GrainUnit::kMonth), "2026-01-15", "2026-01-20", {"2026-01*"}},
      {Of(GrainUnit::kMonth), "2026-01-15", "2026-03-01", {"2026-01*", "2026-02"}},
      {Of(GrainUnit::kDay, 2), "2026-03-02", "2026-03-06", {"2026-03-01/P2D*", "2026-03-03/P2D", "2026-03-05/P2D*"}},
      {Of(GrainUnit::kWeek, 2), "2000-01-03", "2000-01-31", {"2000-01-03/P2W", "2000-01-17/P2W"}},
      {Of(GrainUnit::kMonth, 2), "1999-12-01", "2000-03-01", {"1999-11-01/P2M*", "2000-01-01/P2M"}},
      {Of(GrainUnit::kQuarter, 2), "2026-01-01", "2027-01-01", {"2026-01-01/P6M", "2026-07-01/P6M"}},
      {Of(GrainUnit::kYear, 5), "1999-01-01", "2005-01-01", {"1995-01-01/P5Y*", "2000-01-01/P5Y"}},
  };
  for (const Case& c : cases) EXPECT_EQ(Labels(Cut("Europe/Paris", c.start, c.end, c.grain)), c.labels) << c.start;
}

TEST(BucketTest, WeeksBeginOnTheDayAskedFor) {
  Grain grain = Of(GrainUnit::kWeek);
  grain.first_weekday = absl::Weekday::sunday;
  EXPECT_THAT(Labels(Cut("UTC", "2026-03-08", "2026-03-22", grain)), ElementsAre("2026-03-08/P1W", "2026-03-15/P1W"));
  grain.count = 2;  // counted from Sunday 2000-01-02
  EXPECT_THAT(Labels(Cut("UTC", "2000-01-02", "2000-01-30", grain)), ElementsAre("2000-01-02/P2W", "2000-01-16/P2W"));
  grain.first_weekday = absl::Weekday::tuesday;  // on or before 2000-01-03: 1999-12-28
  EXPECT_THAT(Labels(Cut("UTC", "1999-12-28", "2000-01-11", grain)), ElementsAre("1999-12-28/P2W"));
}

TEST(BucketTest, FiscalPeriodsAreNamedAfterTheYearInWhichTheyEnd) {
  struct Case {
    GrainUnit unit;
    int first_month;
    int count;
    const char* start;
    const char* end;
    std::vector<std::string> labels;
  };
  const Case cases[] = {
      {GrainUnit::kFiscalYear, 4, 1, "2025-04-01", "2027-04-01", {"FY2026", "FY2027"}},
      {GrainUnit::kFiscalYear, 1, 1, "2026-01-01", "2027-01-01", {"FY2026"}},
      {GrainUnit::kFiscalYear, 12, 1, "2025-12-01", "2026-12-01", {"FY2026"}},
      {GrainUnit::kFiscalYear, 4, 1, "2026-01-01", "2026-05-01", {"FY2026*", "FY2027*"}},
      {GrainUnit::kFiscalQuarter, 2, 1, "2026-02-01", "2027-02-01", {"FY2027-Q1", "FY2027-Q2", "FY2027-Q3", "FY2027-Q4"}},
      {GrainUnit::kFiscalQuarter, 10, 1, "2026-10-01", "2027-04-01", {"FY2027-Q1", "FY2027-Q2"}},
      {GrainUnit::kFiscalQuarter, 1, 1, "2026-04-01", "2026-07-01", {"FY2026-Q2"}},
      {GrainUnit::kFiscalYear, 7, 2, "2000-07-01", "2004-07-01", {"2000-07-01/P2Y", "2002-07-01/P2Y"}},
  };
  for (const Case& c : cases) {
    Grain grain = Of(c.unit, c.count);
    grain.fiscal_first_month = c.first_month;
    EXPECT_EQ(Labels(Cut("UTC", c.start, c.end, grain)), c.labels) << c.start << " from month " << c.first_month;
  }
}

TEST(BucketTest, OriginIsABoundary) {
  const std::string zone = "Europe/Paris";
  EXPECT_THAT(Labels(Cut(zone, "2026-03-06T17:00", "2026-03-20T17:00", From(GrainUnit::kWeek, "2026-01-02T17:00"))),
              ElementsAre("2026-03-06T17:00/P1W", "2026-03-13T17:00/P1W"));
  EXPECT_THAT(Labels(Cut(zone, "2026-06-01T02:30", "2026-06-03", From(GrainUnit::kDay, "2026-01-01T02:30"))),
              ElementsAre("2026-06-01T02:30/P1D", "2026-06-02T02:30/P1D*"));
  EXPECT_THAT(Labels(Cut(zone, "2026-01-03", "2026-01-09", From(GrainUnit::kDay, "2026-01-06", 3))),
              ElementsAre("2026-01-03/P3D", "2026-01-06/P3D"));
  EXPECT_THAT(Labels(Cut(zone, "2026-01-15", "2026-03-15", From(GrainUnit::kMonth, "2020-05-15"))),
              ElementsAre("2026-01-15/P1M", "2026-02-15/P1M"));
  EXPECT_THAT(Labels(Cut(zone, "2026-01-15", "2026-07-15", From(GrainUnit::kQuarter, "2026-02-15"))),
              ElementsAre("2026-01-15/P3M", "2026-04-15/P3M"));
  EXPECT_THAT(Labels(Cut(zone, "2026-01-01", "2026-02-01", From(GrainUnit::kMonth, "2020-05-01"))),
              ElementsAre("2026-01"));
  EXPECT_THAT(Labels(Cut(zone, "2026-01-01T00:30", "2026-01-01T02:30", From(GrainUnit::kHour, "2020-01-01T09:30"))),
              ElementsAre("2026-01-01T00:30+01:00", "2026-01-01T01:30+01:00"));
  EXPECT_THAT(Labels(Cut(zone, "2026-01-01T01:00", "2026-01-01T13:00", From(GrainUnit::kHour, "2020-01-01T19:00", 6))),
              ElementsAre("2026-01-01T01:00+01:00/PT6H", "2026-01-01T07:00+01:00/PT6H"));
  EXPECT_THAT(Labels(Cut(zone, "2026-01-01", "2026-01-01T00:25", From(GrainUnit::kMinute, "2020-01-01T09:05", 20))),
              ElementsAre("2025-12-31T23:45+01:00/PT20M*", "2026-01-01T00:05+01:00/PT20M"));
}

TEST(BucketTest, DstDaysHave23And25Hours) {
  const auto spring = Cut("America/New_York", "2026-03-07", "2026-03-10", Of(GrainUnit::kDay));
  EXPECT_THAT(Hours(spring), ElementsAre(24, 23, 24));
  const auto autumn = Cut("America/New_York", "2026-10-31", "2026-11-03", Of(GrainUnit::kDay));
  EXPECT_THAT(Hours(autumn), ElementsAre(24, 25, 24));
  const auto week = Cut("America/New_York", "2026-03-02", "2026-03-09", Of(GrainUnit::kWeek));
  EXPECT_THAT(Hours(week), ElementsAre(167));
  EXPECT_THAT(Hours(Cut("Australia/Lord_Howe", "2026-04-05", "2026-04-06", Of(GrainUnit::kDay))), ElementsAre(24.5));
}

TEST(BucketTest, RepeatedHourAppearsTwiceAndSkippedHourNot) {
  EXPECT_THAT(Labels(Cut("America/New_York", "2026-11-01T00:00", "2026-11-01T03:00", Of(GrainUnit::kHour))),
              ElementsAre("2026-11-01T00:00-04:00", "2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00",
                          "2026-11-01T02:00-05:00"));
  EXPECT_THAT(Labels(Cut("America/New_York", "2026-03-08T01:00", "2026-03-08T04:00", Of(GrainUnit::kHour))),
              ElementsAre("2026-03-08T01:00-05:00", "2026-03-08T03:00-04:00"));
}

TEST(BucketTest, EveryStretchOfOneOffsetStartsItsOwnBucket) {
  const auto lord_howe = Cut("Australia/Lord_Howe", "2026-04-05T01:00", "2026-04-05T03:00", Of(GrainUnit::kHour));
  EXPECT_THAT(Labels(lord_howe), ElementsAre("2026-04-05T01:00+11:00", "2026-04-05T01:30+10:30", "2026-04-05T02:00+10:30"));
  EXPECT_THAT(Hours(lord_howe), ElementsAre(1, 0.5, 1));
  const auto six_hours = Cut("America/New_York", "2026-11-01", "2026-11-01T12:00", Of(GrainUnit::kHour, 6));
  EXPECT_THAT(Labels(six_hours), ElementsAre("2026-11-01T00:00-04:00/PT6H", "2026-11-01T01:00-05:00/PT6H",
                                             "2026-11-01T06:00-05:00/PT6H"));
  EXPECT_THAT(Hours(six_hours), ElementsAre(2, 5, 6));
  EXPECT_THAT(Labels(Cut("Asia/Kathmandu", "2026-01-01", "2026-01-01T00:30", Of(GrainUnit::kMinute, 15))),
              ElementsAre("2026-01-01T00:00+05:45/PT15M", "2026-01-01T00:15+05:45/PT15M"));
}

TEST(BucketTest, DayWhoseMidnightIsSkippedStartsAtItsFirstInstant) {
  const auto days = Cut("America/Sao_Paulo", "2015-10-17", "2015-10-19", Of(GrainUnit::kDay));
  EXPECT_THAT(Labels(days), ElementsAre("2015-10-17", "2015-10-18"));
  EXPECT_EQ(FormatRfc3339(days[1].start_ms), "2015-10-18T03:00:00Z");
  EXPECT_THAT(Hours(days), ElementsAre(24, 23));
}

TEST(BucketTest, DayThatDoesNotExistHasNoBucket) {
  const auto days = Cut("Pacific/Apia", "2011-12-28", "2012-01-01", Of(GrainUnit::kDay));
  EXPECT_THAT(Labels(days), ElementsAre("2011-12-28", "2011-12-29", "2011-12-31"));
  EXPECT_THAT(Hours(days), ElementsAre(24, 24, 24));
  const auto week = Cut("Pacific/Apia", "2011-12-26", "2012-01-02", Of(GrainUnit::kWeek));
  EXPECT_THAT(Hours(week), ElementsAre(6 * 24));
  const Zone& zone = ZoneOf("Pacific/Apia");
  EXPECT_OK(MakeBuckets(LocalAt("Pacific/Apia", "2011-12-28"), LocalAt("Pacific/Apia", "2012-01-01"),
                        Of(GrainUnit::kDay), zone, 3));
}

TEST(BucketTest, RepeatedMidnightBelongsToTheNewDayFromItsFirstPass) {
  EXPECT_THAT(Hours(Cut("America/Havana", "2020-10-31", "2020-11-02", Of(GrainUnit::kDay))), ElementsAre(24, 25));
  const auto st_johns = Cut("America/St_Johns", "2010-11-06", "2010-11-08", Of(GrainUnit::kDay));
  EXPECT_THAT(Labels(st_johns), ElementsAre("2010-11-06", "2010-11-07"));
  EXPECT_THAT(Hours(st_johns), ElementsAre(24, 25));
}

TEST(BucketTest, MonthIsTheMonthOfTheZone) {
  const int64_t at_ms = At("2026-08-31T23:30:00Z");
  EXPECT_EQ(WholeBucketAt(at_ms, Of(GrainUnit::kMonth), ZoneOf("Asia/Shanghai")).label, "2026-09");
  EXPECT_EQ(WholeBucketAt(at_ms, Of(GrainUnit::kMonth), UtcZone()).label, "2026-08");
}

TEST(BucketTest, RefusesWhatItCannotCut) {
  const int64_t start = At("2026-01-01T00:00:00Z");
  const int64_t end = At("2027-01-01T00:00:00Z");
  struct Case {
    Grain grain;
    int64_t max_buckets;
    const char* message;
  };
  const Case cases[] = {
      {Of(GrainUnit::kDay), 364, "grain: 365 buckets; at most 364; "},
      {Of(GrainUnit::kHour), 8759, "grain: at least 8760 buckets; at most 8759; "},
      {Of(GrainUnit::kMinute, 7), 1'000'000, "grain.count: 7 minutes do not divide an hour; "},
      {Of(GrainUnit::kMinute, 90), 1'000'000, "grain.count: 90 minutes"},
      {Of(GrainUnit::kHour, 5), 1'000'000, "grain.count: 5 hours do not divide a day; "},
      {Of(GrainUnit::kDay, 0), 1'000'000, "grain.count: 0 is out of range; "},
      {Of(GrainUnit::kDay, -1), 1'000'000, "grain.count: -1 is out of range; "},
      {From(GrainUnit::kMonth, "2026-01-29"), 1'000'000, "grain.origin: day 29 "},
      {From(GrainUnit::kFiscalYear, "2026-01-31"), 1'000'000, "grain.origin: day 31 "},
      {From(GrainUnit::kNone, "2026-01-28"), 1'000'000, "grain.origin: set without a unit; "},
      {Grain{.unit = GrainUnit::kFiscalYear, .fiscal_first_month = 13}, 10, "grain.fiscal_first_month: 13 "},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(MakeBuckets(start, end, c.grain, UtcZone(), c.max_buckets),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.message)));
  }
  EXPECT_THAT(MakeBuckets(end, start, Of(GrainUnit::kDay), UtcZone(), 10),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("range: start 2027-01-01T00:00:00Z is after end ")));
  EXPECT_THAT(MakeBuckets(INT64_MIN, INT64_MAX, Of(GrainUnit::kYear), UtcZone(), 10),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("range: ")));
  EXPECT_THAT(MakeBuckets(kFirstInstantMs, kLastInstantMs, Of(GrainUnit::kMinute), UtcZone(), 10),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("grain: at least ")));
  EXPECT_OK(MakeBuckets(kFirstInstantMs, kLastInstantMs, Of(GrainUnit::kYear), ZoneOf("Europe/Paris"), 20'000));
}

TEST(BucketTest, ExactlyTheLimitIsAllowed) {
  const Zone& zone = ZoneOf("America/New_York");
  const int64_t start = LocalAt("America/New_York", "2026-11-01");
  const int64_t end = LocalAt("America/New_York", "2026-11-02");
  EXPECT_OK(MakeBuckets(start, end, Of(GrainUnit::kHour), zone, 25));
  EXPECT_THAT(MakeBuckets(start, end + 1, Of(GrainUnit::kHour), zone, 25),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("grain: 26 buckets; at most 25; ")));
}

std::vector<std::string> Earlier(absl::string_view zone, absl::string_view at, const Grain& grain, int n) {
  const Bucket bucket = WholeBucketAt(LocalAt(zone, at), grain, ZoneOf(zone));
  return Labels(EarlierLikeBuckets(bucket, grain, ZoneOf(zone), n));
}

TEST(EarlierLikeBucketsTest, DaysAreOfTheSameWeekday) {
  EXPECT_THAT(Earlier("America/New_York", "2026-03-15T12:00", Of(GrainUnit::kDay), 3),
              ElementsAre("2026-03-08", "2026-03-01", "2026-02-22"));
  EXPECT_THAT(Earlier("Pacific/Apia", "2012-01-06T12:00", Of(GrainUnit::kDay), 2),
              ElementsAre("2011-12-23", "2011-12-16"));
}

TEST(EarlierLikeBucketsTest, HoursAreOfTheSameWeekdayAndHour) {
  EXPECT_THAT(Earlier("Europe/Paris", "2026-06-10T14:20", Of(GrainUnit::kHour), 2),
              ElementsAre("2026-06-03T14:00+02:00", "2026-05-27T14:00+02:00"));
  // 02:00 of 2026-03-08 was skipped.
  EXPECT_THAT(Earlier("America/New_York", "2026-03-15T02:00", Of(GrainUnit::kHour), 2),
              ElementsAre("2026-03-01T02:00-05:00", "2026-02-22T02:00-05:00"));
  // 01:00 of 2026-11-01 came twice.
  EXPECT_THAT(Earlier("America/New_York", "2026-11-08T01:00", Of(GrainUnit::kHour), 3),
              ElementsAre("2026-11-01T01:00-05:00", "2026-11-01T01:00-04:00", "2026-10-25T01:00-04:00"));
}

TEST(EarlierLikeBucketsTest, OthersAreThoseJustBefore) {
  EXPECT_THAT(Earlier("UTC", "2026-03-10", Of(GrainUnit::kMonth), 3), ElementsAre("2026-02", "2026-01", "2025-12"));
  EXPECT_THAT(Earlier("UTC", "2026-03-10", Of(GrainUnit::kDay, 2), 2), ElementsAre("2026-03-07/P2D", "2026-03-05/P2D"));
  EXPECT_THAT(Earlier("America/New_York", "2026-11-01T00:30", Of(GrainUnit::kMinute, 30), 1),
              ElementsAre("2026-11-01T00:00-04:00/PT30M"));
  EXPECT_TRUE(Earlier("UTC", "2026-03-10", Of(GrainUnit::kMonth), 0).empty());
}

// Any range, any grain: the buckets tile the range, only its ends are partial, labels differ, and each bucket is the
// whole bucket of its own first instant.
TEST(BucketPropertyTest, BucketsTileTheRange) {
  std::mt19937_64 random(11);
  const Grain grains[] = {
      Of(GrainUnit::kMinute, 15), Of(GrainUnit::kHour), Of(GrainUnit::kHour, 6), Of(GrainUnit::kDay), Of(GrainUnit::kDay, 5),
      Of(GrainUnit::kWeek), Of(GrainUnit::kMonth), Of(GrainUnit::kFiscalQuarter), From(GrainUnit::kDay, "2026-01-01T02:30"),
      From(GrainUnit::kWeek, "2026-01-02T17:00"), From(GrainUnit::kMonth, "2026-01-28T23:59:59"),
      From(GrainUnit::kHour, "2026-01-01T00:20")};
  for (const char* name : kStrangeZones) {
    const Zone& zone = ZoneOf(name);
    for (const Grain& grain : grains) {
      for (int round = 0; round < 12; ++round) {
        const int64_t at_ms = At("1975-01-01T00:00:00Z") + static_cast<int64_t>(random() % (52 * 365)) * kDayMs;
        const int64_t start = std::max(zone.StretchStartMs(at_ms), at_ms - 400 * kDayMs) -
                              static_cast<int64_t>(random() % (4 * kDayMs));
        const int64_t end = start + 1 + static_cast<int64_t>(random() % (9 * kDayMs));
        const auto buckets = OrDie(MakeBuckets(start, end, grain, zone, 100'000));
        std::set<std::string> labels;
        ASSERT_EQ(buckets.front().start_ms, start);
        ASSERT_EQ(buckets.back().end_ms, end);
        for (size_t i = 0; i < buckets.size(); ++i) {
          const Bucket& bucket = buckets[i];
          ASSERT_LT(bucket.start_ms, bucket.end_ms);
          if (i > 0) {
            ASSERT_EQ(bucket.start_ms, buckets[i - 1].end_ms);
          }
          const Bucket whole = WholeBucketAt(bucket.start_ms, grain, zone);
          ASSERT_EQ(whole.label, bucket.label) << name << " " << bucket.start_ms;
          ASSERT_EQ(bucket.partial, whole.start_ms < start || whole.end_ms > end);
          ASSERT_EQ(bucket.start_ms, std::max(start, whole.start_ms));
          ASSERT_EQ(bucket.end_ms, std::min(end, whole.end_ms));
          ASSERT_TRUE(labels.insert(bucket.label).second) << name << " " << bucket.label;
        }
      }
    }
  }
}

}  // namespace
}  // namespace supportkpi::time
