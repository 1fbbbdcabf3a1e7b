// Business schedules and the clock that runs by them: working time between two instants, and due times.
//
// An instant is working time when the local wall clock, read at that instant, stands in an open interval. So a reading
// that DST skips is never worked and a repeated one is worked in each pass. What is open on a date is in README.md.
#ifndef SUPPORTKPI_TIME_SCHEDULE_H_
#define SUPPORTKPI_TIME_SCHEDULE_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "time/worked_hours.h"
#include "time/zone.h"

namespace supportkpi::time {

// [start, end) by the wall clock, in minutes of the day: start 0..1439, end 0..1440 (24:00). end <= start crosses
// midnight and ends on the next date, so 00:00-00:00 is a whole day.
struct WallInterval {
  int32_t start_minute = 0;
  int32_t end_minute = 0;
  bool operator==(const WallInterval&) const = default;
};

using WallIntervals = std::vector<WallInterval>;
// By weekday: [0] Monday ... [6] Sunday.
using WeeklyIntervals = std::array<WallIntervals, 7>;

// The rules from 00:00 local of first_date until the next version's. Only the first version may have none: it then holds
// from ever.
struct ScheduleVersion {
  std::optional<absl::CivilDay> first_date;
  WeeklyIntervals weekly_hours;
  WeeklyIntervals weekly_breaks;
  std::map<absl::CivilDay, WallIntervals> special_hours;  // replace the weekly hours that begin on the date; empty: none
  std::map<absl::CivilDay, WallIntervals> date_breaks;    // besides the weekly breaks
  std::set<absl::CivilDay> holidays;                      // closed from 00:00 to 24:00
};

struct Schedule {
  std::string name;
  const Zone* zone = nullptr;
  std::vector<ScheduleVersion> versions;  // by first_date, ascending
};

// OK or INVALID_ARGUMENT with the path within the schedule: `versions[1].weekly_hours.monday[0]: ...`.
absl::Status ValidateSchedule(const Schedule& schedule);

// Immutable, so any number of threads may ask it. Any two instants, however far apart; each question costs a few look-ups.
class BusinessClock {
 public:
  // Requires a valid schedule, which it does not need afterwards.
  explicit BusinessClock(const Schedule& schedule);
  ~BusinessClock();
  BusinessClock(BusinessClock&&) noexcept;
  BusinessClock& operator=(BusinessClock&&) noexcept;

  // Working time in [from_ms, to_ms); 0 if from_ms >= to_ms.
  int64_t WorkedMs(int64_t from_ms, int64_t to_ms) const;
  // Of which WorkedMs is read without a call, of many instants near this one; none for instants of which no table is made.
  WorkedPage PageAt(int64_t at_ms) const;

  // The first instant at which the clock has run work_ms since from_ms (from_ms itself if work_ms <= 0);
  // INT64_MAX if it never will.
  int64_t DueAt(int64_t from_ms, int64_t work_ms) const;

  bool IsOpenAt(int64_t at_ms) const { return WorkedMs(at_ms, at_ms + 1) != 0; }

  // The instant at which the first version takes over; INT64_MIN if it holds from ever. Before it there is no schedule:
  // such a stretch has no working time and its duration is absent (NO_SCHEDULE).
  int64_t in_force_from_ms() const;

 private:
  struct Table;
  std::unique_ptr<const Table> table_;
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_SCHEDULE_H_
