// Dates by integer arithmetic, occurrences by closed formulas per stretch of one offset, dates and instants as text.
#include "time/calendar.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "time/bucket_label.h"
#include "time/grid.h"

namespace supportkpi::time {

namespace {

constexpr size_t kQuotedBytes = 64;  // of a caller's text in a message

struct YearMonthDay {
  int year;
  int month;
  int day;
};

// From a count of days since 0001-01-01 (>= 0). Years are taken from March on, so that the leap day ends one: then the
// months before a day follow from (153 m + 2) / 5, the lengths 31 30 31 30 31 repeating.
YearMonthDay FromDaysSinceYearOne(uint64_t days) {
  days += 306;  // days since 0000-03-01
  const uint64_t era = days / 146'097;
  const uint64_t day_of_era = days % 146'097;
  const uint64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint64_t month = (5 * day_of_year + 2) / 153;
  const uint64_t day = day_of_year - (153 * month + 2) / 5 + 1;
  const bool next_year = month >= 10;
  return {static_cast<int>(era * 400 + year_of_era + (next_year ? 1 : 0)),
          static_cast<int>(next_year ? month - 9 : month + 3), static_cast<int>(day)};
}

// 700,000 days are no whole number of 400-year eras; this many are, and a whole number of weeks too.
constexpr uint64_t kEraDays = 146'097;
constexpr uint64_t kErasAdded = 5;
constexpr uint64_t kShiftDaysToEras = kErasAdded * kEraDays - 7 * 100'000;

YearMonthDay DateOfShifted(uint64_t shifted_ms) {
  YearMonthDay date = FromDaysSinceYearOne(shifted_ms / kDayMs + kShiftDaysToEras);
  date.year -= static_cast<int>(kErasAdded * 400);
  return date;
}

// Time in [0, x) of a pattern that repeats every period_ms and is on during its [on_ms, on_ms + length_ms).
int64_t OnBefore(int64_t x, int64_t period_ms, int64_t on_ms, int64_t length_ms) {
  const int64_t periods = FloorDivide(x, period_ms);
  return periods * length_ms + std::clamp<int64_t>(x - periods * period_ms - on_ms, 0, length_ms);
}

// Of the readings [from, to), those in the wanted hour and weekday. Local 1970-01-01 was a Thursday.
int64_t CoveredMs(int64_t from, int64_t to, const OccurrenceOf& of) {
  if (!of.hour) return to - from;
  if (!of.weekday) {
    return OnBefore(to, kDayMs, *of.hour * kHourMs, kHourMs) - OnBefore(from, kDayMs, *of.hour * kHourMs, kHourMs);
  }
  constexpr int64_t kMondayToThursdayMs = 3 * kDayMs;
  const int64_t on_ms = (*of.weekday - 1) * kDayMs + *of.hour * kHourMs;
  return OnBefore(to + kMondayToThursdayMs, kWeekMs, on_ms, kHourMs) -
         OnBefore(from + kMondayToThursdayMs, kWeekMs, on_ms, kHourMs);
}

// The same within one month of every year.
int64_t CoveredInMonthMs(int64_t from, int64_t to, const OccurrenceOf& of) {
  int64_t covered_ms = 0;
  const int64_t last_year = Zone::CivilOfLocalMs(to).year();
  for (int64_t year = Zone::CivilOfLocalMs(from).year(); year <= last_year; ++year) {
    const absl::CivilMonth month(year, *of.month);
    const int64_t month_from = std::max(from, DayNumber(absl::CivilDay(month)) * kDayMs);
    const int64_t month_to = std::min(to, DayNumber(absl::CivilDay(month + 1)) * kDayMs);
    if (month_from < month_to) covered_ms += CoveredMs(month_from, month_to, of);
  }
  return covered_ms;
}

Occurrences CountHours(int64_t start_ms, int64_t end_ms, const Zone& zone, const OccurrenceOf& of) {
  int64_t covered_ms = 0;
  while (start_ms < end_ms) {
    const int64_t stretch_end = std::min(end_ms, zone.StretchEndMs(start_ms));
    const int64_t offset_ms = zone.OffsetMsAt(start_ms);
    const int64_t from = start_ms + offset_ms;
    const int64_t to = stretch_end + offset_ms;
    covered_ms += of.month ? CoveredInMonthMs(from, to, of) : CoveredMs(from, to, of);
    start_ms = stretch_end;
  }
  return {covered_ms, kHourMs};
}

// left + part / whole, in lowest terms. Days are multiples of minutes but for local mean time, so the bits dropped at the
// end (where a century of those would overflow) are never dropped for a day of the last hundred years.
Occurrences Plus(Occurrences left, int64_t part, int64_t whole) {
  __int128 numerator = static_cast<__int128>(left.numerator) * whole + static_cast<__int128>(part) * left.denominator;
  __int128 denominator = static_cast<__int128>(left.denominator) * whole;
  for (__int128 a = numerator, b = denominator; a != 0 || b != 0;) {
    if (a == 0) {
      numerator /= b;
      denominator /= b;
      break;
    }
    const __int128 rest = b % a;
    b = a;
    a = rest;
  }
  while (numerator > INT64_MAX || denominator > INT64_MAX) {
    numerator >>= 1;
    denominator >>= 1;
  }
  return {static_cast<int64_t>(numerator), static_cast<int64_t>(denominator)};
}

Occurrences CountDays(int64_t start_ms, int64_t end_ms, const Zone& zone, const OccurrenceOf& of) {
  Occurrences count;
  int64_t whole_days = 0;
  // One week back: where the clock went back over midnight, the reading is of a date whose bucket has ended.
  absl::CivilDay day = zone.DateAt(start_ms) - 7;
  while (WeekdayNumber(day) != *of.weekday) ++day;
  for (;; day += 7) {
    const int64_t day_start = zone.BoundaryOfLocalMs(DayNumber(day) * kDayMs);
    if (day_start >= end_ms) break;
    if (of.month && day.month() != *of.month) continue;
    const int64_t day_end = zone.BoundaryOfLocalMs((DayNumber(day) + 1) * kDayMs);
    const int64_t covered_ms = std::min(day_end, end_ms) - std::max(day_start, start_ms);
    if (covered_ms <= 0) continue;
    if (covered_ms == day_end - day_start) {
      ++whole_days;
    } else {
      count = Plus(count, covered_ms, day_end - day_start);
    }
  }
  return Plus(count, whole_days, 1);
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CEscape(text.substr(0, kQuotedBytes)), text.size() > kQuotedBytes ? "..." : "", "\"");
}

// `count` digits at `position`, or -1.
int Digits(absl::string_view text, size_t position, size_t count) {
  if (position + count > text.size()) return -1;
  int value = 0;
  for (size_t i = position; i < position + count; ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool HasCharacter(absl::string_view text, size_t position, char wanted) {
  return position < text.size() && text[position] == wanted;
}

}  // namespace

int CalendarParts::Month(int64_t at_ms) const { return DateOfShifted(Shifted(at_ms)).month; }
int CalendarParts::DayOfMonth(int64_t at_ms) const { return DateOfShifted(Shifted(at_ms)).day; }
int CalendarParts::Year(int64_t at_ms) const { return DateOfShifted(Shifted(at_ms)).year; }

HourAround CalendarParts::HourOf(int64_t at_ms) const {
  if (at_ms < kFirstInstantMs || at_ms > kLastInstantMs) return {};
  const int64_t from_ms = at_ms - static_cast<int64_t>(Shifted(at_ms) % kHourMs);
  return {std::max(from_ms, zone_.StretchStartMs(at_ms)), std::min(from_ms + kHourMs, zone_.StretchEndMs(at_ms))};
}

Occurrences CountOccurrences(int64_t start_ms, int64_t end_ms, const Zone& zone, const OccurrenceOf& of) {
  start_ms = std::clamp(start_ms, kFirstInstantMs, kLastInstantMs);
  end_ms = std::clamp(end_ms, kFirstInstantMs, kLastInstantMs);
  if (start_ms >= end_ms) return {};
  return of.weekday && !of.hour ? CountDays(start_ms, end_ms, zone, of) : CountHours(start_ms, end_ms, zone, of);
}

int WeekdayNumber(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)) + 1; }

IsoWeek IsoWeekOf(absl::CivilDay day) {
  const absl::CivilDay thursday = day + (4 - WeekdayNumber(day));
  return {thursday.year(), (absl::GetYearDay(thursday) - 1) / 7 + 1};
}

absl::StatusOr<absl::CivilDay> ParseDate(absl::string_view text) {
  const int year = Digits(text, 0, 4);
  const int month = Digits(text, 5, 2);
  const int day = Digits(text, 8, 2);
  if (text.size() == 10 && text[4] == '-' && text[7] == '-' && year >= 1 && month >= 1 && day >= 1) {
    const absl::CivilDay date(year, month, day);
    if (date.month() == month && date.day() == day) return date;
  }
  return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " is no date; allowed is YYYY-MM-DD"));
}

std::string FormatDate(absl::CivilDay day) {
  return absl::StrCat(absl::Dec(day.year(), absl::kZeroPad4), "-", absl::Dec(day.month(), absl::kZeroPad2), "-",
                      absl::Dec(day.day(), absl::kZeroPad2));
}

absl::StatusOr<absl::CivilSecond> ParseLocalTime(absl::string_view text) {
  const absl::StatusOr<absl::CivilDay> date = ParseDate(text.substr(0, 10));
  const int hour = Digits(text, 11, 2);
  const int minute = Digits(text, 14, 2);
  const int second = text.size() > 16 ? Digits(text, 17, 2) : 0;
  const bool has_shape = text.size() == 10 || ((text.size() == 16 || (text.size() == 19 && HasCharacter(text, 16, ':'))) &&
                                               HasCharacter(text, 10, 'T') && HasCharacter(text, 13, ':'));
  if (date.ok() && has_shape) {
    if (text.size() == 10) return absl::CivilSecond(*date);
    const bool in_day = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
    if (in_day) return absl::CivilSecond(date->year(), date->month(), date->day(), hour, minute, second);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is no local time; allowed are YYYY-MM-DD, YYYY-MM-DDThh:mm and YYYY-MM-DDThh:mm:ss"));
}

absl::StatusOr<int64_t> ParseRfc3339(absl::string_view text) {
  absl::Time at;
  std::string reason;
  if (Digits(text, 0, 4) >= 1 && absl::ParseTime(absl::RFC3339_full, text, &at, &reason)) return absl::ToUnixMillis(at);
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is no instant; allowed is RFC 3339 with an offset, as 2026-03-08T06:30:00Z"));
}

namespace {

std::string FormatReading(int64_t local_ms, absl::string_view offset) {
  const absl::CivilSecond local = Zone::CivilOfLocalMs(local_ms);
  const int64_t part_of_second_ms = local_ms - Zone::LocalMs(local);
  std::string text = absl::StrFormat("%sT%02d:%02d:%02d", FormatDate(absl::CivilDay(local)), local.hour(),
                                     local.minute(), local.second());
  if (part_of_second_ms != 0) absl::StrAppendFormat(&text, ".%03d", part_of_second_ms);
  return absl::StrCat(text, offset);
}

}  // namespace

std::string FormatRfc3339(int64_t at_ms) { return FormatReading(at_ms, "Z"); }

std::string FormatRfc3339(int64_t at_ms, const Zone& zone) {
  return FormatReading(zone.LocalMsAt(at_ms), OffsetText(zone.OffsetMsAt(at_ms)));
}

}  // namespace supportkpi::time
