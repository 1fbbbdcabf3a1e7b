// Calendar parts of instants in a zone (hour of day, weekday, month), how often such a part occurs in a range, ISO weeks,
// and dates and instants as text.
#ifndef SUPPORTKPI_TIME_CALENDAR_H_
#define SUPPORTKPI_TIME_CALENDAR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "time/zone.h"

namespace supportkpi::time {

// Instants [from_ms, until_ms) in which hour and date of a zone's clock stay the same.
struct HourAround {
  int64_t from_ms = 0;
  int64_t until_ms = 0;
  bool Holds(int64_t at_ms) const { return at_ms >= from_ms && at_ms < until_ms; }
};

// Integer arithmetic on the zone's table, fit for a loop over rows. Instants outside kFirstInstantMs..kLastInstantMs
// (absent and "not yet" values among them) give the parts of the nearest end, never undefined behaviour.
class CalendarParts {
 public:
  explicit CalendarParts(const Zone& zone) : zone_(zone) {}

  int HourOfDay(int64_t at_ms) const { return static_cast<int>(Shifted(at_ms) % kDayMs / kHourMs); }  // 0..23
  int MinuteOfDay(int64_t at_ms) const { return static_cast<int>(Shifted(at_ms) % kDayMs / kMinuteMs); }
  int Weekday(int64_t at_ms) const { return static_cast<int>(Shifted(at_ms) / kDayMs % 7) + 1; }  // Monday 1..Sunday 7
  int Month(int64_t at_ms) const;                                                                  // 1..12
  int DayOfMonth(int64_t at_ms) const;                                                             // 1..31
  int Year(int64_t at_ms) const;
  // Holds the instant, or nothing, outside kFirstInstantMs..kLastInstantMs.
  HourAround HourOf(int64_t at_ms) const;

 private:
  // Local milliseconds since a Monday 00:00 before all instants, so that unsigned division floors.
  uint64_t Shifted(int64_t at_ms) const { return static_cast<uint64_t>(zone_.LocalMsAt(at_ms) + kShiftMs); }
  static constexpr int64_t kShiftMs = (719'162 + 7 * 100'000) * kDayMs;  // 0001-01-01 was a Monday

  const Zone& zone_;
};

// Which occurrences to count: of an hour of day (0..23), of a weekday (1..7), of both, of neither (hours); within one
// month of the year (1..12) if it is given.
struct OccurrenceOf {
  std::optional<int> hour;
  std::optional<int> weekday;
  std::optional<int> month;
};

// How often, as an exact fraction: numerator / denominator; denominator > 0.
struct Occurrences {
  int64_t numerator = 0;
  int64_t denominator = 1;
  double value() const { return static_cast<double>(numerator) / static_cast<double>(denominator); }
};

// Hours: covered time / one hour, so a repeated hour counts twice and a skipped one not. A weekday without an hour counts
// days, a day of 23 or 25 hours as one; of a day that the range cuts, the part covered.
Occurrences CountOccurrences(int64_t start_ms, int64_t end_ms, const Zone& zone, const OccurrenceOf& of);

struct IsoWeek {
  int64_t year;  // the year of the week's Thursday
  int week;      // 1..53
};
IsoWeek IsoWeekOf(absl::CivilDay day);

// Weekday as 1 (Monday) to 7 (Sunday).
int WeekdayNumber(absl::CivilDay day);

// `YYYY-MM-DD`, a date that exists; else INVALID_ARGUMENT.
absl::StatusOr<absl::CivilDay> ParseDate(absl::string_view text);
std::string FormatDate(absl::CivilDay day);

// A reading of the local clock: a date, or `YYYY-MM-DDThh:mm` with or without `:ss`; else INVALID_ARGUMENT.
absl::StatusOr<absl::CivilSecond> ParseLocalTime(absl::string_view text);

// RFC 3339 with any offset; finer than a millisecond is cut (towards the past).
absl::StatusOr<int64_t> ParseRfc3339(absl::string_view text);
// `2026-03-08T06:30:00Z`, `...00.250Z` where there are milliseconds.
std::string FormatRfc3339(int64_t at_ms);
// The same instant by the zone's clock: `2026-03-08T01:30:00-05:00`.
std::string FormatRfc3339(int64_t at_ms, const Zone& zone);

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_CALENDAR_H_
