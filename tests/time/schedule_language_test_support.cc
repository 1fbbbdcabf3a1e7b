// The small language of schedules, and the oracle.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "tests/time/instants.h"
#include "tests/time/schedule_language.h"

namespace supportkpi::time {

namespace {

constexpr absl::string_view kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

[[noreturn]] void Die(absl::string_view text) {
  std::fprintf(stderr, "not a rule of a schedule: %s\n", std::string(text).c_str());
  std::abort();
}

int Minute(absl::string_view text) {
  int hour = 0;
  int minute = 0;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &hour) || !absl::SimpleAtoi(parts[1], &minute)) Die(text);
  return hour * 60 + minute;
}

int Day(absl::string_view text) {
  for (int day = 0; day < 7; ++day) {
    if (kDays[day] == text) return day;
  }
  Die(text);
}

WallIntervals Intervals(const std::vector<absl::string_view>& words, size_t first) {
  WallIntervals intervals;
  for (size_t i = first; i < words.size(); ++i) intervals.push_back(Interval(words[i]));
  return intervals;
}

void AddWeekly(absl::string_view days, const WallIntervals& intervals, WeeklyIntervals& weekly) {
  const std::vector<absl::string_view> ends = absl::StrSplit(days, '-');
  for (int day = Day(ends.front()); day <= Day(ends.back()); ++day) {
    weekly[day].insert(weekly[day].end(), intervals.begin(), intervals.end());
  }
}

void AddRule(const std::vector<absl::string_view>& words, Schedule& schedule) {
  if (words[0] == "from") {
    const bool is_first = schedule.versions.size() == 1 && !schedule.versions[0].first_date &&
                          schedule.name.empty();
    if (!is_first) schedule.versions.emplace_back();
    schedule.versions.back().first_date = Date(words[1]);
  } else if (words[0] == "break") {
    AddWeekly(words[1], Intervals(words, 2), schedule.versions.back().weekly_breaks);
  } else if (words[0] == "special") {
    schedule.versions.back().special_hours[Date(words[1])] = Intervals(words, 2);
  } else if (words[0] == "closed") {
    schedule.versions.back().special_hours[Date(words[1])] = {};
  } else if (words[0] == "datebreak") {
    schedule.versions.back().date_breaks[Date(words[1])] = Intervals(words, 2);
  } else if (words[0] == "holiday") {
    schedule.versions.back().holidays.insert(Date(words[1]));
  } else {
    AddWeekly(words[0], Intervals(words, 1), schedule.versions.back().weekly_hours);
  }
  schedule.name = "support";
}

// Does a reading of `minute` stand in an interval that began `days_ago` (0 or 1) days before?
bool Holds(const WallIntervals& intervals, int days_ago, int minute) {
  for (const WallInterval& interval : intervals) {
    const int end = interval.end_minute > interval.start_minute ? interval.end_minute : interval.end_minute + 1440;
    const int reading = minute + 1440 * days_ago;
    if (interval.start_minute <= reading && reading < end) return true;
  }
  return false;
}

const ScheduleVersion* VersionOf(const Schedule& schedule, absl::CivilDay date) {
  const ScheduleVersion* in_force = nullptr;
  for (const ScheduleVersion& version : schedule.versions) {
    if (!version.first_date || *version.first_date <= date) in_force = &version;
  }
  return in_force;
}

}  // namespace

WallInterval Interval(absl::string_view text) {
  const std::vector<absl::string_view> ends = absl::StrSplit(text, '-');
  if (ends.size() != 2) Die(text);
  return {Minute(ends[0]), Minute(ends[1])};
}

Schedule ScheduleOf(absl::string_view zone, absl::string_view rules) {
  Schedule schedule{.name = "", .zone = &ZoneOf(zone), .versions = {ScheduleVersion{}}};
  for (absl::string_view line : absl::StrSplit(rules, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (!words.empty()) AddRule(words, schedule);
  }
  schedule.name = "support";
  return schedule;
}

bool OracleIsOpen(const Schedule& schedule, int64_t at_ms) {
  const absl::CivilMinute reading(absl::ToCivilSecond(absl::FromUnixMillis(at_ms), schedule.zone->absl_zone()));
  const absl::CivilDay today(reading);
  const ScheduleVersion* now = VersionOf(schedule, today);
  if (now == nullptr || now->holidays.count(today) != 0) return false;
  bool open = false;
  bool pause = false;
  for (int days_ago = 0; days_ago <= 1; ++days_ago) {
    const absl::CivilDay begun = today - days_ago;
    const WallIntervals* hours = &now->weekly_hours[WeekdayNumber(begun) - 1];
    const int minute = reading.hour() * 60 + reading.minute();
    pause |= Holds(now->weekly_breaks[WeekdayNumber(begun) - 1], days_ago, minute);
    if (auto special = now->special_hours.find(begun); special != now->special_hours.end()) hours = &special->second;
    if (auto dated = now->date_breaks.find(begun); dated != now->date_breaks.end()) {
      pause |= Holds(dated->second, days_ago, minute);
    }
    open |= Holds(*hours, days_ago, minute);
  }
  return open && !pause;
}

int64_t OracleWorkedMs(const Schedule& schedule, int64_t from_ms, int64_t to_ms) {
  int64_t worked_ms = 0;
  for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms += kMinuteMs) worked_ms += OracleIsOpen(schedule, at_ms) ? kMinuteMs : 0;
  return worked_ms;
}

}  // namespace supportkpi::time
