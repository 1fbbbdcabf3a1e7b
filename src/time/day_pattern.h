// What a schedule opens on one local date, by the readings of its wall clock. Here stand the rules of a date: weekly and
// special hours, what an evening leaves for the next morning, breaks, holidays. Time zones do not matter yet.
#ifndef SUPPORTKPI_TIME_DAY_PATTERN_H_
#define SUPPORTKPI_TIME_DAY_PATTERN_H_

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "time/schedule.h"

namespace supportkpi::time {

// Open readings [start_ms, end_ms) of a day, ascending, apart from each other.
struct OpenInterval {
  int64_t start_ms;
  int64_t end_ms;
  auto operator<=>(const OpenInterval&) const = default;
};
using DayPattern = std::vector<OpenInterval>;

// Dates as numbers since 1970-01-01; day 0 of a week is Monday. A date is read by the version in force on it alone, as if
// that had always been in force: also what the evening before leaves for it.
class ScheduleRules {
 public:
  explicit ScheduleRules(const Schedule& schedule);

  size_t version_count() const { return versions_.size(); }
  // First day of a version; INT64_MIN if it holds from ever.
  int64_t FirstDayOf(size_t version) const { return first_days_[version]; }
  // The version in force on the day; -1 before the first.
  int VersionOn(int64_t day) const;

  // A day on which no dated entry has a say.
  DayPattern RegularPattern(size_t version, int weekday) const;
  DayPattern PatternOn(int64_t day) const;
  // Days whose pattern may differ from the regular one, ascending.
  std::set<int64_t> ExceptionalDays() const;

 private:
  std::vector<ScheduleVersion> versions_;
  std::vector<int64_t> first_days_;
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_DAY_PATTERN_H_
