// How buckets are called.
#include "time/bucket_label.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "time/calendar.h"
#include "time/zone.h"

namespace supportkpi::time {

namespace {

std::string DateAndTime(absl::CivilSecond local) {
  std::string text = absl::StrCat(FormatDate(absl::CivilDay(local)), "T", absl::Dec(local.hour(), absl::kZeroPad2), ":",
                                  absl::Dec(local.minute(), absl::kZeroPad2));
  if (local.second() != 0) absl::StrAppendFormat(&text, ":%02d", local.second());
  return text;
}

bool IsMidnight(absl::CivilSecond local) { return local == absl::CivilSecond(absl::CivilDay(local)); }

// Length as an ISO 8601 duration; a quarter has no letter of its own.
std::string Length(const Grain& grain) {
  switch (grain.unit) {
    case GrainUnit::kMinute:
      return absl::StrCat("PT", grain.count, "M");
    case GrainUnit::kHour:
      return absl::StrCat("PT", grain.count, "H");
    case GrainUnit::kDay:
      return absl::StrCat("P", grain.count, "D");
    case GrainUnit::kWeek:
      return absl::StrCat("P", grain.count, "W");
    case GrainUnit::kMonth:
      return absl::StrCat("P", grain.count, "M");
    case GrainUnit::kQuarter:
    case GrainUnit::kFiscalQuarter:
      return absl::StrCat("P", 3 * grain.count, "M");
    case GrainUnit::kYear:
    case GrainUnit::kFiscalYear:
      return absl::StrCat("P", grain.count, "Y");
    case GrainUnit::kNone:
      break;
  }
  return "";
}

// The fiscal year that holds a month, named after the calendar year in which it ends.
int64_t FiscalYear(absl::CivilSecond local, int first_month) {
  return local.year() + (first_month > 1 && local.month() >= first_month ? 1 : 0);
}

std::string PlainLabel(const Grain& grain, absl::CivilSecond local) {
  const int64_t year = local.year();
  switch (grain.unit) {
    case GrainUnit::kDay:
      return FormatDate(absl::CivilDay(local));
    case GrainUnit::kWeek: {
      const IsoWeek week = IsoWeekOf(absl::CivilDay(local));
      return absl::StrFormat("%04d-W%02d", week.year, week.week);
    }
    case GrainUnit::kMonth:
      return absl::StrFormat("%04d-%02d", year, local.month());
    case GrainUnit::kQuarter:
      return absl::StrFormat("%04d-Q%d", year, (local.month() - 1) / 3 + 1);
    case GrainUnit::kYear:
      return absl::StrFormat("%04d", year);
    case GrainUnit::kFiscalQuarter: {
      const int months_in = (local.month() - grain.fiscal_first_month + 12) % 12;
      return absl::StrFormat("FY%04d-Q%d", FiscalYear(local, grain.fiscal_first_month), months_in / 3 + 1);
    }
    case GrainUnit::kFiscalYear:
      return absl::StrFormat("FY%04d", FiscalYear(local, grain.fiscal_first_month));
    default:
      return "";
  }
}

// Whether the bucket is one of the periods that have a name of their own.
bool IsPlain(const Grain& grain, absl::CivilSecond local) {
  if (grain.count != 1 || !IsMidnight(local)) return false;
  if (grain.unit == GrainUnit::kDay) return true;
  if (grain.unit == GrainUnit::kWeek) return absl::GetWeekday(local) == absl::Weekday::monday;
  return local.day() == 1;
}

}  // namespace

std::string CivilLabel(const Grain& grain, int64_t local_ms) {
  const absl::CivilSecond local = Zone::CivilOfLocalMs(local_ms);
  if (IsPlain(grain, local)) return PlainLabel(grain, local);
  return absl::StrCat(IsMidnight(local) ? FormatDate(absl::CivilDay(local)) : DateAndTime(local), "/", Length(grain));
}

std::string ClockLabel(const Grain& grain, int64_t local_ms, int64_t offset_ms) {
  std::string label = absl::StrCat(DateAndTime(Zone::CivilOfLocalMs(local_ms)), OffsetText(offset_ms));
  if (grain.count != 1) absl::StrAppend(&label, "/", Length(grain));
  return label;
}

std::string OffsetText(int64_t offset_ms) {
  const int64_t seconds = std::abs(offset_ms) / kSecondMs;
  std::string text = absl::StrFormat("%c%02d:%02d", offset_ms < 0 ? '-' : '+', seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0) absl::StrAppendFormat(&text, ":%02d", seconds % 60);
  return text;
}

}  // namespace supportkpi::time
