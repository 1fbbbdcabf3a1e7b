// Schedules as the tests write them, one rule a line:
//
//   mon-fri 09:00-12:00 13:00-17:00     weekly hours         break mon-fri 10:30-10:45     weekly breaks
//   special 2026-12-24 09:00-12:00      hours of a date      closed 2026-12-31             special hours: none
//   datebreak 2026-06-01 10:00-12:00    break of a date      holiday 2026-12-25
//   from 2026-07-01                     a new version; what follows belongs to it
#ifndef SUPPORTKPI_TESTS_TIME_SCHEDULE_LANGUAGE_H_
#define SUPPORTKPI_TESTS_TIME_SCHEDULE_LANGUAGE_H_

#include "absl/strings/string_view.h"
#include "time/schedule.h"

namespace supportkpi::time {

// Wrong text ends the test run. A text that begins with `from` has no version before that date.
Schedule ScheduleOf(absl::string_view zone, absl::string_view rules);

// "09:00-17:00" or "22:00-06:00".
WallInterval Interval(absl::string_view text);

// The rules of the contract once more, slowly and in other words: walks through the time minute by minute and asks of each
// what Abseil's clock reads. Instants on whole minutes, zones with offsets of whole minutes.
bool OracleIsOpen(const Schedule& schedule, int64_t at_ms);
int64_t OracleWorkedMs(const Schedule& schedule, int64_t from_ms, int64_t to_ms);

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TESTS_TIME_SCHEDULE_LANGUAGE_H_
