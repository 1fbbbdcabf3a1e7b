// Random schedules in zones with strange clocks, compared with an oracle that reads the clock minute by minute.
#include <algorithm>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/time/instants.h"
#include "tests/time/schedule_language.h"
#include "time/schedule.h"

namespace supportkpi::time {
namespace {

class ScheduleMaker {
 public:
  explicit ScheduleMaker(uint64_t seed) : random_(seed) {}

  int64_t Below(int64_t limit) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit)); }

  // Rules crowded around a date, so that they meet each other and the change of the clock.
  Schedule Make(const Zone& zone, absl::CivilDay around) {
    Schedule schedule{.name = "random", .zone = &zone, .versions = {}};
    const int64_t versions = 1 + Below(3);
    absl::CivilDay first_date = around - 4 + Below(3);
    for (int64_t i = 0; i < versions; ++i) {
      schedule.versions.push_back(MakeVersion(around));
      if (i > 0 || Below(3) == 0) schedule.versions.back().first_date = first_date;
      first_date += 1 + Below(3);
    }
    return schedule;
  }

 private:
  WallIntervals SomeIntervals(int64_t most) {
    WallIntervals intervals(static_cast<size_t>(Below(most + 1)));
    for (WallInterval& interval : intervals) {
      const int64_t step = Below(2) == 0 ? 30 : 1;
      interval.start_minute = static_cast<int32_t>(Below(1440 / step) * step);
      interval.end_minute = static_cast<int32_t>(Below(1440 / step + 1) * step);
    }
    return intervals;
  }

  ScheduleVersion MakeVersion(absl::CivilDay around) {
    ScheduleVersion version;
    for (WallIntervals& hours : version.weekly_hours) hours = SomeIntervals(2);
    for (WallIntervals& breaks : version.weekly_breaks) {
      if (Below(3) == 0) breaks = SomeIntervals(1);
    }
    const auto near = [&] { return around - 5 + Below(11); };
    for (int64_t i = Below(3); i > 0; --i) version.holidays.insert(near());
    for (int64_t i = Below(3); i > 0; --i) version.date_breaks[near()] = SomeIntervals(2);
    for (int64_t i = Below(3); i > 0; --i) version.special_hours[near()] = SomeIntervals(2);
    for (const absl::CivilDay holiday : version.holidays) version.special_hours.erase(holiday);
    return version;
  }

  std::mt19937_64 random_;
};

// A change of the zone's clock after 1980, else some day.
int64_t InterestingInstant(const Zone& zone, ScheduleMaker& maker) {
  const int64_t at_ms = At("1981-01-01T00:00:00Z") + maker.Below(48 * 365) * kDayMs;
  return std::max(zone.StretchStartMs(at_ms), At("1980-01-01T00:00:00Z"));
}

class SchedulePropertyTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SchedulePropertyTest, WorkedTimeAndDueTimeAgreeWithTheOracle) {
  const Zone& zone = ZoneOf(GetParam());
  ScheduleMaker maker(42);
  for (int round = 0; round < 15; ++round) {
    const int64_t change_at = InterestingInstant(zone, maker);
    const Schedule schedule = maker.Make(zone, zone.DateAt(change_at));
    ASSERT_OK(ValidateSchedule(schedule));
    const BusinessClock clock(schedule);
    const int64_t from_ms = change_at - (1 + maker.Below(4 * 1440)) * kMinuteMs;
    const int64_t to_ms = change_at + (1 + maker.Below(4 * 1440)) * kMinuteMs;
    int64_t worked_ms = 0;
    for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms += kMinuteMs) {
      ASSERT_EQ(clock.WorkedMs(from_ms, at_ms), worked_ms) << round << " at " << FormatRfc3339(at_ms, zone);
      if (!OracleIsOpen(schedule, at_ms)) continue;
      // The work that this minute begins and ends: due within it, never later.
      ASSERT_EQ(clock.DueAt(from_ms, worked_ms + 1), at_ms + 1) << round << " at " << FormatRfc3339(at_ms, zone);
      worked_ms += kMinuteMs;
      ASSERT_EQ(clock.DueAt(from_ms, worked_ms), at_ms + kMinuteMs) << round << " at " << FormatRfc3339(at_ms, zone);
    }
    ASSERT_EQ(clock.WorkedMs(from_ms, to_ms), worked_ms) << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, SchedulePropertyTest, ::testing::ValuesIn(kStrangeZones));

TEST(SchedulePropertyTest, PartsAddUpAndDueTimeIsTheInverse) {
  ScheduleMaker maker(7);
  for (const char* name : kStrangeZones) {
    const Zone& zone = ZoneOf(name);
    for (int round = 0; round < 100; ++round) {
      const BusinessClock clock(maker.Make(zone, absl::CivilDay(1990 + maker.Below(60), 1 + maker.Below(12), 15)));
      const int64_t first = At("1900-01-01T00:00:00Z");
      int64_t at_ms[3];
      for (int64_t& instant : at_ms) instant = first + maker.Below(299 * 365 * kDayMs);
      std::sort(std::begin(at_ms), std::end(at_ms));
      ASSERT_EQ(clock.WorkedMs(at_ms[0], at_ms[2]),
                clock.WorkedMs(at_ms[0], at_ms[1]) + clock.WorkedMs(at_ms[1], at_ms[2]));
      const int64_t work_ms = 1 + maker.Below(10'000 * kHourMs);
      const int64_t due_at = clock.DueAt(at_ms[0], work_ms);
      if (due_at == INT64_MAX) continue;
      ASSERT_EQ(clock.WorkedMs(at_ms[0], due_at), work_ms) << name;
      ASSERT_EQ(clock.WorkedMs(at_ms[0], due_at - 1), work_ms - 1) << name;
    }
  }
}

}  // namespace
}  // namespace supportkpi::time
