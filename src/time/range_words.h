// Ranges in words, read in a zone at a given now. UNIT is minute, hour, day, week, month, quarter, year, fiscal_quarter or
// fiscal_year.
//
//   today, yesterday     the whole local day
//   this_UNIT            the whole unit that holds now, its future part too
//   last_UNIT            the whole unit before it
//   last_N_UNITs         the N whole units before the one that holds now, N from 1 to 10000: last_30_days are the 30 local
//                        days before today, without today
//   UNIT_to_date         from the unit's begin up to now
//   2026, 2026-03, 2026-03-08, 2026-Q1, 2026-W12 (ISO 8601, so from Monday), FY2026, FY2026-Q2 (named after the calendar
//                        year in which the fiscal year ends)
//   A..B                 from A's start to B's end; A and B are any of the above
//
// Boundaries are those of time/bucket.h: days of 23 and 25 hours, days whose midnight is skipped, hours that are cut where
// the UTC offset changes. A day that the zone left out is not among the last N and is an empty range by its date. Capital
// letters or not is the same.
#ifndef SUPPORTKPI_TIME_RANGE_WORDS_H_
#define SUPPORTKPI_TIME_RANGE_WORDS_H_

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "time/zone.h"

namespace supportkpi::time {

// [first, second) in milliseconds UTC. INVALID_ARGUMENT `"last_30_dayz": unknown; did you mean "last_30_days"? ...`; also
// for dates that do not exist, a B that lies before A, and what begins or ends outside the years 1 to 9999 (UTC).
// Requires fiscal_first_month in 1..12.
absl::StatusOr<std::pair<int64_t, int64_t>> RangeOfWords(absl::string_view words, const Zone& zone, int64_t now_ms,
                                                         int32_t fiscal_first_month, absl::Weekday first_weekday);

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_RANGE_WORDS_H_
