// Marks the open minutes of a date and reads them back as intervals.
#include "time/day_pattern.h"

#include <algorithm>
#include <bitset>
#include <limits>

#include "time/calendar.h"
#include "time/grid.h"

namespace supportkpi::time {

namespace {

constexpr int kDayMinutes = 24 * 60;
using Minutes = std::bitset<kDayMinutes>;

bool CrossesMidnight(const WallInterval& interval) { return interval.end_minute <= interval.start_minute; }

// The part of the intervals on the date on which they begin.
void SetBeginnings(const WallIntervals& intervals, bool value, Minutes& minutes) {
  for (const WallInterval& interval : intervals) {
    const int end = CrossesMidnight(interval) ? kDayMinutes : interval.end_minute;
    for (int minute = interval.start_minute; minute < end; ++minute) minutes[minute] = value;
  }
}

// Their part on the following date.
void SetRemainders(const WallIntervals& intervals, bool value, Minutes& minutes) {
  for (const WallInterval& interval : intervals) {
    if (!CrossesMidnight(interval)) continue;
    for (int minute = 0; minute < interval.end_minute; ++minute) minutes[minute] = value;
  }
}

DayPattern ToPattern(const Minutes& open) {
  DayPattern pattern;
  for (int minute = 0; minute < kDayMinutes; ++minute) {
    if (!open[minute]) continue;
    const bool continues = !pattern.empty() && pattern.back().end_ms == minute * kMinuteMs;
    if (!continues) pattern.push_back({minute * kMinuteMs, minute * kMinuteMs});
    pattern.back().end_ms = (minute + 1) * kMinuteMs;
  }
  return pattern;
}

int WeekdayOf(int64_t day) { return WeekdayNumber(DayOfNumber(day)) - 1; }

const WallIntervals& BreaksOnDate(const ScheduleVersion& version, int64_t day) {
  static const WallIntervals& none = *new WallIntervals;
  const auto found = version.date_breaks.find(DayOfNumber(day));
  return found == version.date_breaks.end() ? none : found->second;
}

// Weekly or special hours of the version that begin on the day.
const WallIntervals& HoursBeginningOn(const ScheduleVersion& version, int64_t day) {
  const auto special = version.special_hours.find(DayOfNumber(day));
  return special != version.special_hours.end() ? special->second : version.weekly_hours[WeekdayOf(day)];
}

}  // namespace

ScheduleRules::ScheduleRules(const Schedule& schedule) : versions_(schedule.versions) {
  for (const ScheduleVersion& version : versions_) {
    first_days_.push_back(version.first_date ? DayNumber(*version.first_date) : std::numeric_limits<int64_t>::min());
  }
}

int ScheduleRules::VersionOn(int64_t day) const {
  const auto after = std::upper_bound(first_days_.begin(), first_days_.end(), day);
  return static_cast<int>(after - first_days_.begin()) - 1;
}

DayPattern ScheduleRules::RegularPattern(size_t version, int weekday) const {
  const ScheduleVersion& rules = versions_[version];
  const int eve = (weekday + 6) % 7;
  Minutes open;
  SetBeginnings(rules.weekly_hours[weekday], true, open);
  SetRemainders(rules.weekly_hours[eve], true, open);
  SetBeginnings(rules.weekly_breaks[weekday], false, open);
  SetRemainders(rules.weekly_breaks[eve], false, open);
  return ToPattern(open);
}

DayPattern ScheduleRules::PatternOn(int64_t day) const {
  const int version_index = VersionOn(day);
  if (version_index < 0) return {};
  const ScheduleVersion& version = versions_[version_index];
  if (version.holidays.count(DayOfNumber(day)) != 0) return {};
  const int64_t eve = day - 1;
  Minutes open;
  SetBeginnings(HoursBeginningOn(version, day), true, open);
  SetRemainders(HoursBeginningOn(version, eve), true, open);
  SetBeginnings(version.weekly_breaks[WeekdayOf(day)], false, open);
  SetRemainders(version.weekly_breaks[WeekdayOf(eve)], false, open);
  SetBeginnings(BreaksOnDate(version, day), false, open);
  SetRemainders(BreaksOnDate(version, eve), false, open);
  return ToPattern(open);
}

std::set<int64_t> ScheduleRules::ExceptionalDays() const {
  std::set<int64_t> days;
  for (int index = 0; index < static_cast<int>(versions_.size()); ++index) {
    const auto insert = [&](int64_t day) {
      if (VersionOn(day) == index) days.insert(day);
    };
    for (const absl::CivilDay date : versions_[index].holidays) insert(DayNumber(date));
    for (const auto* dated : {&versions_[index].special_hours, &versions_[index].date_breaks}) {
      for (const auto& [date, intervals] : *dated) {
        insert(DayNumber(date));
        insert(DayNumber(date) + 1);
      }
    }
  }
  return days;
}

}  // namespace supportkpi::time
