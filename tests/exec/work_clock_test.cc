// A clock that asks of one row after another tells what it tells of each alone: over schedules, pages of hours and values that
// are none.
#include "exec/native/work_clock.h"

#include <memory>
#include <vector>

#include "absl/time/civil_time.h"
#include "exec/native/value_rules.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t k2026Ms = 1'767'225'600'000;

std::shared_ptr<const time::BusinessClock> Clock(int start_hour, int end_hour, bool from_march_on) {
  time::ScheduleVersion version;
  for (int day = 0; day < 5; ++day) version.weekly_hours[day] = {{start_hour * 60, end_hour * 60}};
  if (from_march_on) version.first_date = absl::CivilDay(2026, 3, 1);
  return std::make_shared<const time::BusinessClock>(
      time::Schedule{.name = "", .zone = &time::UtcZone(), .versions = {version}});
}

TEST(WorkClockRows, TellWhatTheClockTells) {
  const auto day = Clock(9, 17, false), night = Clock(0, 6, true);
  const std::vector<WorkClock> clocks = [&] {
    std::vector<WorkClock> all;
    all.emplace_back(day, std::vector<std::shared_ptr<const time::BusinessClock>>{}, nullptr);
    all.emplace_back(nullptr, std::vector<std::shared_ptr<const time::BusinessClock>>{}, nullptr);
    all.emplace_back(nullptr, std::vector<std::shared_ptr<const time::BusinessClock>>{nullptr, day, night, day}, nullptr);
    all.emplace_back(nullptr, std::vector<std::shared_ptr<const time::BusinessClock>>{nullptr, day, night}, night);
    return all;
  }();
  std::vector<int64_t> instants = {kNull, kNoSchedule, kForever, -62'167'219'200'000, 0};
  for (int64_t at = k2026Ms; at < k2026Ms + 10'000 * kHourMs; at += 397 * kHourMs + 12'345'678) instants.push_back(at);
  for (const WorkClock& clock : clocks) {
    WorkClock::Rows rows(clock);
    for (const int64_t from : instants)
      for (const int64_t to : instants)
        for (const int64_t team : {kNull, int64_t{0}, int64_t{1}, int64_t{2}, int64_t{3}, int64_t{7}})
          ASSERT_EQ(rows.Elapsed(from, to, team), clock.Elapsed(from, to, {.initial = team})) << from << " " << to << " " << team;
  }
}

}  // namespace
}  // namespace supportkpi::exec::native
