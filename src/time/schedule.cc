// The limits of a schedule, checked one by one.
#include "time/schedule.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "status/macros.h"
#include "time/calendar.h"

namespace supportkpi::time {

namespace {

constexpr int kDayMinutes = 24 * 60;
constexpr size_t kMostIntervals = 48;    // of one day: half an hour each
constexpr size_t kMostVersions = 1'000;  // one a week for twenty years
constexpr size_t kMostDates = 10'000;    // dated entries of all versions, which bounds the clock's table
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2200;
constexpr const char* kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

absl::Status Refuse(absl::string_view path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

absl::Status CheckIntervals(const WallIntervals& intervals, const std::string& path) {
  if (intervals.size() > kMostIntervals) {
    return Refuse(path, absl::StrCat(intervals.size(), " intervals; at most ", kMostIntervals));
  }
  for (size_t i = 0; i < intervals.size(); ++i) {
    const WallInterval& interval = intervals[i];
    if (interval.start_minute < 0 || interval.start_minute >= kDayMinutes) {
      return Refuse(absl::StrCat(path, "[", i, "]"), absl::StrCat("start at minute ", interval.start_minute,
                                                                  " of the day; allowed are 0 (00:00) to 1439 (23:59)"));
    }
    if (interval.end_minute < 0 || interval.end_minute > kDayMinutes) {
      return Refuse(absl::StrCat(path, "[", i, "]"), absl::StrCat("end at minute ", interval.end_minute,
                                                                  " of the day; allowed are 0 (00:00) to 1440 (24:00)"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckWeekly(const WeeklyIntervals& weekly, const std::string& path) {
  for (int weekday = 0; weekday < 7; ++weekday) {
    RETURN_IF_ERROR(CheckIntervals(weekly[weekday], absl::StrCat(path, ".", kWeekdays[weekday])));
  }
  return absl::OkStatus();
}

absl::Status CheckDate(absl::CivilDay date, const std::string& path) {
  if (date.year() >= kFirstYear && date.year() < kLastYear) return absl::OkStatus();
  return Refuse(path, absl::StrCat("date ", FormatDate(date), " is out of range; allowed are the years ", kFirstYear,
                                   " to ", kLastYear - 1));
}

absl::Status CheckDated(const std::map<absl::CivilDay, WallIntervals>& dated, const std::string& path) {
  for (const auto& [date, intervals] : dated) {
    RETURN_IF_ERROR(CheckDate(date, path));
    RETURN_IF_ERROR(CheckIntervals(intervals, absl::StrCat(path, "[", FormatDate(date), "]")));
  }
  return absl::OkStatus();
}

absl::Status CheckVersion(const ScheduleVersion& version, const std::string& path) {
  if (version.first_date) RETURN_IF_ERROR(CheckDate(*version.first_date, path + ".first_date"));
  RETURN_IF_ERROR(CheckWeekly(version.weekly_hours, path + ".weekly_hours"));
  RETURN_IF_ERROR(CheckWeekly(version.weekly_breaks, path + ".weekly_breaks"));
  RETURN_IF_ERROR(CheckDated(version.special_hours, path + ".special_hours"));
  RETURN_IF_ERROR(CheckDated(version.date_breaks, path + ".date_breaks"));
  for (const absl::CivilDay date : version.holidays) {
    RETURN_IF_ERROR(CheckDate(date, path + ".holidays"));
    if (version.special_hours.count(date) != 0) {
      return Refuse(path + ".holidays",
                    absl::StrCat(FormatDate(date), " has special hours too; allowed is one of the two"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateSchedule(const Schedule& schedule) {
  if (schedule.name.empty()) return Refuse("name", "empty; a schedule needs a name");
  if (schedule.zone == nullptr) return Refuse("time_zone", "missing; allowed is an IANA zone");
  if (schedule.versions.empty()) return Refuse("versions", "empty; a schedule needs at least one version");
  if (schedule.versions.size() > kMostVersions) {
    return Refuse("versions", absl::StrCat(schedule.versions.size(), " versions; at most ", kMostVersions));
  }
  size_t dates = 0;
  for (const ScheduleVersion& version : schedule.versions) {
    dates += version.special_hours.size() + version.date_breaks.size() + version.holidays.size();
  }
  if (dates > kMostDates) {
    return Refuse("versions", absl::StrCat(dates, " holidays, special hours and breaks of dates; at most ", kMostDates));
  }
  for (size_t i = 0; i < schedule.versions.size(); ++i) {
    const std::string path = absl::StrCat("versions[", i, "]");
    const ScheduleVersion& version = schedule.versions[i];
    RETURN_IF_ERROR(CheckVersion(version, path));
    if (i == 0) continue;
    if (!version.first_date) return Refuse(path + ".first_date", "missing; only the first version may have none");
    const ScheduleVersion& before = schedule.versions[i - 1];
    if (before.first_date && *version.first_date <= *before.first_date) {
      return Refuse(path + ".first_date", absl::StrCat(FormatDate(*version.first_date), " is not after ",
                                                       FormatDate(*before.first_date), "; versions stand in order of date"));
    }
  }
  return absl::OkStatus();
}

}  // namespace supportkpi::time
