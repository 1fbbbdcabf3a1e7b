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

const WallIntervals& OnDate(const std::map<int64_t, WallIntervals>& by_day, int64_t day) {
  static const WallIntervals& none = *new WallIntervals;
  const auto found = by_day.find(day);
  return found == by_day.end() ? none : found->second;
}

}  // namespace

ScheduleRules::ScheduleRules(const Schedule& schedule) : versions_(schedule.versions) {
  for (const ScheduleVersion& version : versions_) {
    first_days_.push_back(version.first_date ? DayNumber(*version.first_date) : std::numeric_limits<int64_t>::min());
  }
  for (int index = 0; index < static_cast<int>(versions_.size()); ++index) {
    const auto in_force = [&](absl::CivilDay date) { return VersionOn(DayNumber(date)) == index; };
    for (const auto& [date, hours] : versions_[index].special_hours) {
      if (in_force(date)) special_hours_[DayNumber(date)] = hours;
    }
    for (const auto& [date, breaks] : versions_[index].date_breaks) {
      if (in_force(date)) date_breaks_[DayNumber(date)] = breaks;
    }
    for (const absl::CivilDay date : versions_[index].holidays) {
      if (in_force(date)) holidays_.insert(DayNumber(date));
    }
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

const WallIntervals& ScheduleRules::HoursBeginningOn(int64_t day, const ScheduleVersion& version) const {
  const auto special = special_hours_.find(day);
  return special != special_hours_.end() ? special->second : version.weekly_hours[WeekdayOf(day)];
}

DayPattern ScheduleRules::PatternOn(int64_t day) const {
  const int version_index = VersionOn(day);
  if (version_index < 0 || holidays_.count(day) != 0) return {};
  const ScheduleVersion& version = versions_[version_index];
  const int64_t eve = day - 1;
  Minutes open;
  SetBeginnings(HoursBeginningOn(day, version), true, open);
  SetRemainders(HoursBeginningOn(eve, version), true, open);
  SetBeginnings(version.weekly_breaks[WeekdayOf(day)], false, open);
  SetRemainders(version.weekly_breaks[WeekdayOf(eve)], false, open);
  SetBeginnings(OnDate(date_breaks_, day), false, open);
  SetRemainders(OnDate(date_breaks_, eve), false, open);
  return ToPattern(open);
}

std::set<int64_t> ScheduleRules::ExceptionalDays() const {
  std::set<int64_t> days(holidays_.begin(), holidays_.end());
  for (const auto* dated : {&special_hours_, &date_breaks_}) {
    for (const auto& [day, intervals] : *dated) {
      days.insert(day);
      days.insert(day + 1);
    }
  }
  return days;
}

}  // namespace supportkpi::time
