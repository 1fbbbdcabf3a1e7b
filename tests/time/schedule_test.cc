// The business clock rule by rule, and its worked examples.
#include "time/schedule.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/time/instants.h"
#include "tests/time/schedule_language.h"

namespace supportkpi::time {
namespace {

using ::supportkpi::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kNewYork[] = "America/New_York";
constexpr char kOfficeHours[] = "mon-fri 09:00-17:00";

// Worked seconds between two local times of the zone.
double Seconds(absl::string_view zone, absl::string_view rules, absl::string_view from, absl::string_view to) {
  const Schedule schedule = ScheduleOf(zone, rules);
  EXPECT_OK(ValidateSchedule(schedule));
  return static_cast<double>(BusinessClock(schedule).WorkedMs(LocalAt(zone, from), LocalAt(zone, to))) / kSecondMs;
}

double Hours(absl::string_view zone, absl::string_view rules, absl::string_view from, absl::string_view to) {
  return Seconds(zone, rules, from, to) / 3600;
}

std::string Due(absl::string_view zone, absl::string_view rules, absl::string_view from, int64_t work_ms) {
  const Schedule schedule = ScheduleOf(zone, rules);
  const int64_t due_at = BusinessClock(schedule).DueAt(LocalAt(zone, from), work_ms);
  return due_at == INT64_MAX ? "never" : absl::FormatCivilTime(ZoneOf(zone).CivilAt(due_at));
}

TEST(BusinessClockTest, AskedOnFridayAnsweredOnMondayOverTheBeginOfDst) {
  EXPECT_EQ(Seconds(kNewYork, kOfficeHours, "2026-03-06T16:30", "2026-03-09T09:45"), 4'500);
}

TEST(BusinessClockTest, NightShiftIsShorterAndLongerWhenTheClockChanges) {
  constexpr char kNights[] = "mon-sun 22:00-06:00";
  EXPECT_EQ(Hours(kNewYork, kNights, "2026-03-07T12:00", "2026-03-08T12:00"), 7);
  EXPECT_EQ(Hours(kNewYork, kNights, "2026-10-31T12:00", "2026-11-01T12:00"), 9);
  EXPECT_EQ(Hours(kNewYork, kNights, "2026-06-01T12:00", "2026-06-02T12:00"), 8);
}

TEST(BusinessClockTest, SkippedReadingIsNeverWorkedAndRepeatedOneInEachPass) {
  constexpr char kSundays[] = "sun 01:00-03:00";
  EXPECT_EQ(Hours(kNewYork, "sun 02:00-03:00", "2026-03-08", "2026-03-09"), 0);
  EXPECT_EQ(Hours(kNewYork, "sun 02:30-03:15", "2026-03-08", "2026-03-09"), 0.25);
  EXPECT_EQ(Hours(kNewYork, "sun 01:00-02:00", "2026-11-01", "2026-11-02"), 2);
  EXPECT_EQ(Hours(kNewYork, kSundays, "2026-03-08", "2026-03-09"), 1);
  EXPECT_EQ(Hours(kNewYork, kSundays, "2026-11-01", "2026-11-02"), 3);
  EXPECT_EQ(Hours("Pacific/Apia", "fri 09:00-17:00", "2011-12-26", "2012-01-02"), 0);
  EXPECT_EQ(Hours("Australia/Lord_Howe", "sun 01:00-02:00", "2026-04-05", "2026-04-06"), 1.5);
}

TEST(BusinessClockTest, OutsideOfHoursIsZeroWhichIsAValue) {
  EXPECT_EQ(Seconds(kNewYork, kOfficeHours, "2026-03-06T18:00", "2026-03-09T08:00"), 0);
  EXPECT_EQ(Seconds(kNewYork, "", "2026-03-06T18:00", "2036-03-09T08:00"), 0);
}

TEST(BusinessClockTest, ReversedAndEmptySpansAreZero) {
  EXPECT_EQ(Seconds("UTC", kOfficeHours, "2026-03-06T15:00", "2026-03-06T10:00"), 0);
  EXPECT_EQ(Seconds("UTC", kOfficeHours, "2026-03-06T15:00", "2026-03-06T15:00"), 0);
}

TEST(BusinessClockTest, OverlappingIntervalsCountOnce) {
  EXPECT_EQ(Hours("UTC", "mon 09:00-13:00 11:00-17:00 11:30-12:00", "2026-03-02", "2026-03-03"), 8);
  EXPECT_EQ(Hours("UTC", "mon 20:00-08:00\ntue 06:00-10:00", "2026-03-02", "2026-03-04"), 14);
}

TEST(BusinessClockTest, MidnightIsNoBorder) {
  EXPECT_EQ(Hours("UTC", "mon 09:00-24:00", "2026-03-02", "2026-03-04"), 15);
  EXPECT_EQ(Hours("UTC", "mon 09:00-00:00", "2026-03-02", "2026-03-04"), 15);
  EXPECT_EQ(Hours("UTC", "mon 00:00-00:00", "2026-03-02", "2026-03-04"), 24);
  EXPECT_EQ(Hours("UTC", "mon 09:00-09:00", "2026-03-02", "2026-03-04"), 24);
  EXPECT_EQ(Hours("UTC", "mon-sun 00:00-24:00", "2026-01-01", "2027-01-01"), 365 * 24);
  EXPECT_EQ(Hours("UTC", "sun 22:00-06:00", "2026-03-02", "2026-03-02T05:00"), 5);  // begun on Sunday
}

TEST(BusinessClockTest, HolidayClosesItsDateAndLeavesItsNeighbours) {
  constexpr char kNights[] = "mon-sun 22:00-06:00\nholiday 2026-12-25";
  EXPECT_EQ(Hours("UTC", kNights, "2026-12-24T12:00", "2026-12-25T12:00"), 2);  // until midnight
  EXPECT_EQ(Hours("UTC", kNights, "2026-12-25T12:00", "2026-12-26T12:00"), 6);  // from midnight
  EXPECT_EQ(Hours("UTC", "mon-fri 09:00-17:00\nholiday 2026-12-25", "2026-12-24", "2026-12-29"), 16);
}

TEST(BusinessClockTest, SpecialHoursReplaceTheWeeklyOnesThatBeginOnTheDate) {
  constexpr char kSpecial[] = "mon-sun 22:00-06:00\nspecial 2026-12-24 10:00-12:00";
  EXPECT_EQ(Hours("UTC", kSpecial, "2026-12-24", "2026-12-25"), 6 + 2);  // the night before stays
  EXPECT_EQ(Hours("UTC", kSpecial, "2026-12-25", "2026-12-26"), 2);      // no night from the 24th on
  EXPECT_EQ(Hours("UTC", "mon-fri 09:00-17:00\nclosed 2026-12-24", "2026-12-24", "2026-12-26"), 8);
  EXPECT_EQ(Hours("UTC", "special 2026-12-24 20:00-04:00", "2026-12-24", "2026-12-26"), 8);
}

TEST(BusinessClockTest, BreaksAreTakenOff) {
  EXPECT_EQ(Hours("UTC", "mon-fri 09:00-17:00\nbreak mon-fri 12:00-13:00", "2026-03-02", "2026-03-07"), 35);
  EXPECT_EQ(Hours("UTC", "mon 09:00-17:00\nbreak mon 08:00-18:00", "2026-03-02", "2026-03-07"), 0);
  EXPECT_EQ(Hours("UTC", "mon 20:00-06:00\nbreak mon 23:30-00:30", "2026-03-02", "2026-03-07"), 9);
  EXPECT_EQ(Hours("UTC", "mon 09:00-17:00\ndatebreak 2026-03-02 16:00-18:00", "2026-03-01", "2026-03-10"), 15);
  EXPECT_EQ(Hours("UTC", "break mon 10:00-11:00\nspecial 2026-03-02 09:00-12:00", "2026-03-01", "2026-03-07"), 2);
}

TEST(BusinessClockTest, VersionsTakeOverAtLocalMidnight) {
  constexpr char kVersions[] = "mon-fri 09:00-17:00\nfrom 2026-03-04\nmon-fri 10:00-12:00";
  EXPECT_EQ(Hours(kNewYork, kVersions, "2026-03-02", "2026-03-07"), 8 + 8 + 2 + 2 + 2);
  constexpr char kStart[] = "from 2026-03-04\nmon-fri 10:00-12:00";
  EXPECT_EQ(Hours(kNewYork, kStart, "2026-03-02", "2026-03-07"), 6);
  EXPECT_EQ(BusinessClock(ScheduleOf(kNewYork, kStart)).in_force_from_ms(), At("2026-03-04T05:00:00Z"));
  EXPECT_EQ(BusinessClock(ScheduleOf(kNewYork, kOfficeHours)).in_force_from_ms(), INT64_MIN);
}

TEST(BusinessClockTest, NightShiftOverATakeOverFollowsTheVersionOfEachDate) {
  EXPECT_EQ(Hours("UTC", "mon-sun 22:00-06:00\nfrom 2026-03-04\nmon-sun 22:00-05:00", "2026-03-03T12:00",
                  "2026-03-04T12:00"), 2 + 5);
  EXPECT_EQ(Hours("UTC", "mon-sun 22:00-06:00\nfrom 2026-03-04\nmon-fri 09:00-10:00", "2026-03-03T12:00",
                  "2026-03-04T12:00"), 2 + 1);
  EXPECT_EQ(Hours("UTC", "mon-sun 22:00-06:00\nspecial 2026-03-03 20:00-04:00\nfrom 2026-03-04\nmon-sun 22:00-05:00",
                  "2026-03-03T12:00", "2026-03-04T12:00"), 4 + 5);
}

TEST(BusinessClockTest, SpecialNightOverATakeOverFollowsTheVersionOfEachDate) {
  const auto friday_to_saturday = [](absl::string_view rules) {
    return Hours("UTC", rules, "2026-03-06T12:00", "2026-03-07T12:00");
  };
  EXPECT_EQ(friday_to_saturday("special 2026-03-06 22:00-06:00"), 8);
  EXPECT_EQ(friday_to_saturday("special 2026-03-06 22:00-06:00\nfrom 2026-03-07"), 2);
  EXPECT_EQ(friday_to_saturday("sun 09:00-10:00\nfrom 2026-03-07\nspecial 2026-03-06 22:00-06:00"), 6);
  EXPECT_EQ(friday_to_saturday("special 2026-03-06 22:00-06:00\nfrom 2026-03-07\nspecial 2026-03-06 20:00-03:00"), 2 + 3);
  EXPECT_EQ(friday_to_saturday("from 2026-03-07\nspecial 2026-03-06 22:00-06:00"), 6);
}

TEST(BusinessClockTest, BreakOfADateOverATakeOverFollowsTheVersionOfEachDate) {
  const auto friday_to_saturday = [](absl::string_view rules) {
    return Hours("UTC", rules, "2026-03-06T12:00", "2026-03-07T12:00");
  };
  EXPECT_EQ(friday_to_saturday("fri 22:00-06:00\ndatebreak 2026-03-06 23:00-01:00\nfrom 2026-03-07\nfri 22:00-06:00"), 1 + 6);
  EXPECT_EQ(friday_to_saturday("fri 22:00-06:00\nfrom 2026-03-07\nfri 22:00-06:00\ndatebreak 2026-03-06 23:00-01:00"), 2 + 5);
}

TEST(BusinessClockTest, DatedEntriesCountInTheVersionOfTheirDateOnly) {
  constexpr char kLate[] = "mon-fri 09:00-17:00\nholiday 2026-03-05\nfrom 2026-03-04\nmon-fri 10:00-12:00\nholiday 2026-03-03";
  EXPECT_EQ(Hours("UTC", kLate, "2026-03-02", "2026-03-07"), 8 + 8 + 2 + 2 + 2);
}

TEST(BusinessClockTest, SpanMayLastForCenturies) {
  EXPECT_EQ(Hours("UTC", "mon-sun 09:00-10:00", "1900-01-01", "2200-01-01"), 109'573);
  EXPECT_EQ(Hours("Europe/Paris", "mon-sun 00:00-24:00", "1976-01-01", "2150-01-01"), 24 * 63'553);
  const BusinessClock clock(ScheduleOf("UTC", "mon-sun 00:00-12:00"));
  EXPECT_EQ(clock.WorkedMs(INT64_MIN, INT64_MAX), clock.WorkedMs(kFirstInstantMs, kLastInstantMs));
}

TEST(BusinessClockTest, MillisecondsAreNotRounded) {
  const BusinessClock clock(ScheduleOf("UTC", kOfficeHours));
  EXPECT_EQ(clock.WorkedMs(At("2026-03-02T08:59:59.990Z"), At("2026-03-02T09:00:00.250Z")), 250);
}

TEST(DueAtTest, IsTheFirstInstantAtWhichTheWorkIsDone) {
  EXPECT_EQ(Due("UTC", kOfficeHours, "2026-03-06T16:00", kHourMs), "2026-03-06T17:00:00");  // not Monday 09:00
  EXPECT_EQ(Due("UTC", kOfficeHours, "2026-03-06T16:00", kHourMs + kSecondMs), "2026-03-09T09:00:01");
  EXPECT_EQ(Due("UTC", kOfficeHours, "2026-03-07T16:00", 0), "2026-03-07T16:00:00");
  EXPECT_EQ(Due("UTC", kOfficeHours, "2026-03-07T16:00", 1 * kHourMs), "2026-03-09T10:00:00");
  EXPECT_EQ(Due("UTC", kOfficeHours, "2026-03-02T09:00", 40 * kHourMs), "2026-03-06T17:00:00");
  EXPECT_EQ(Due("UTC", kOfficeHours, "2026-03-02T09:00", 4'000 * kHourMs), "2028-01-28T17:00:00");
  EXPECT_EQ(Due(kNewYork, "mon-sun 22:00-06:00", "2026-03-07T22:00", 7 * kHourMs), "2026-03-08T06:00:00");
  EXPECT_EQ(Due(kNewYork, "mon-sun 22:00-06:00", "2026-10-31T22:00", 9 * kHourMs), "2026-11-01T06:00:00");
  EXPECT_EQ(Due("UTC", "mon-fri 09:00-17:00\nholiday 2026-03-09", "2026-03-06T16:30", kHourMs), "2026-03-10T09:30:00");
}

TEST(DueAtTest, IsNeverWhereNoWorkFollows) {
  EXPECT_EQ(Due("UTC", "", "2026-03-06T16:00", 1), "never");
  EXPECT_EQ(Due("UTC", "mon-fri 09:00-17:00\nfrom 2026-03-07\nholiday 2026-04-01", "2026-03-06T16:00", 2 * kHourMs), "never");
  EXPECT_EQ(Due("UTC", "special 2026-03-02 09:00-10:00", "2026-01-01", kHourMs), "2026-03-02T10:00:00");
  EXPECT_EQ(Due("UTC", "special 2026-03-02 09:00-10:00", "2026-01-01", kHourMs + 1), "never");
  EXPECT_EQ(Due("UTC", kOfficeHours, "2026-01-01", INT64_MAX), "never");
  EXPECT_EQ(BusinessClock(ScheduleOf("UTC", kOfficeHours)).DueAt(INT64_MAX, 5), INT64_MAX);
}

TEST(ValidateScheduleTest, RefusesWithThePathOfTheFault) {
  struct Case {
    void (*spoil)(Schedule&);
    const char* message;
  };
  const Case cases[] = {
      {[](Schedule& s) { s.name.clear(); }, "name: empty; "},
      {[](Schedule& s) { s.zone = nullptr; }, "time_zone: missing; "},
      {[](Schedule& s) { s.versions.clear(); }, "versions: empty; "},
      {[](Schedule& s) { s.versions[0].weekly_hours[0][0].start_minute = 1440; },
       "versions[0].weekly_hours.monday[0]: start at minute 1440 of the day; "},
      {[](Schedule& s) { s.versions[0].weekly_hours[6] = {{0, 1441}}; }, "versions[0].weekly_hours.sunday[0]: end at minute 1441"},
      {[](Schedule& s) { s.versions[0].weekly_breaks[1] = {{-1, 5}}; }, "versions[0].weekly_breaks.tuesday[0]: start at"},
      {[](Schedule& s) { s.versions[0].weekly_hours[2].resize(49); }, "versions[0].weekly_hours.wednesday: 49 intervals; at most 48"},
      {[](Schedule& s) { s.versions[0].special_hours[Date("2026-03-02")] = {{0, 60}, {9999, 5}}; },
       "versions[0].special_hours[2026-03-02][1]: start at"},
      {[](Schedule& s) { s.versions[0].holidays.insert(absl::CivilDay(1066, 1, 1)); }, "versions[0].holidays: date 1066-01-01"},
      {[](Schedule& s) {
         s.versions[0].holidays.insert(Date("2026-03-02"));
         s.versions[0].special_hours[Date("2026-03-02")] = {};
       },
       "versions[0].holidays: 2026-03-02 has special hours too; "},
      {[](Schedule& s) { s.versions.resize(2); }, "versions[1].first_date: missing; "},
      {[](Schedule& s) {
         s.versions.resize(2);
         s.versions[0].first_date = s.versions[1].first_date = Date("2026-03-02");
       },
       "versions[1].first_date: 2026-03-02 is not after 2026-03-02; "},
  };
  for (const Case& c : cases) {
    Schedule schedule = ScheduleOf("UTC", kOfficeHours);
    ASSERT_OK(ValidateSchedule(schedule));
    c.spoil(schedule);
    EXPECT_THAT(ValidateSchedule(schedule), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.message)));
  }
}

}  // namespace
}  // namespace supportkpi::time
