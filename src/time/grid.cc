// Where the boundaries of a grain lie.
#include "time/grid.h"

#include <algorithm>

namespace supportkpi::time {

namespace {

constexpr int64_t kMonthsPerQuarter = 3;
constexpr int64_t kMonthsPerYear = 12;

int64_t MonthNumber(absl::CivilMonth month) { return month - absl::CivilMonth(); }

int64_t FirstDayOfMonth(int64_t month_number) {
  return DayNumber(absl::CivilDay(absl::CivilMonth() + month_number));
}

int64_t TimeOfDayMs(absl::CivilSecond local) { return (local - absl::CivilSecond(absl::CivilDay(local))) * kSecondMs; }

// Monday 2000-01-03, or the wanted weekday on or before it.
absl::CivilDay CountingDay(absl::Weekday first_weekday) {
  return absl::PrevWeekday(absl::CivilDay(2000, 1, 4), first_weekday);
}

int64_t MonthsPerUnit(GrainUnit unit) {
  switch (unit) {
    case GrainUnit::kQuarter:
    case GrainUnit::kFiscalQuarter:
      return kMonthsPerQuarter;
    case GrainUnit::kYear:
    case GrainUnit::kFiscalYear:
      return kMonthsPerYear;
    default:
      return 1;
  }
}

bool IsFiscal(GrainUnit unit) { return unit == GrainUnit::kFiscalQuarter || unit == GrainUnit::kFiscalYear; }

}  // namespace

CivilGrid::CivilGrid(const Grain& grain, const Zone& zone) : zone_(zone) {
  if (grain.origin) time_of_day_ms_ = TimeOfDayMs(*grain.origin);
  if (grain.unit == GrainUnit::kDay || grain.unit == GrainUnit::kWeek) {
    step_ = grain.count * (grain.unit == GrainUnit::kWeek ? 7 : 1);
    anchor_ = DayNumber(grain.origin ? absl::CivilDay(*grain.origin) : CountingDay(grain.first_weekday));
    return;
  }
  by_months_ = true;
  step_ = grain.count * MonthsPerUnit(grain.unit);
  anchor_ = MonthNumber(absl::CivilMonth(2000, IsFiscal(grain.unit) ? grain.fiscal_first_month : 1));
  if (grain.origin) days_into_month_ = grain.origin->day() - 1;
}

int64_t CivilGrid::LocalMsOf(int64_t index) const {
  const int64_t counted = anchor_ + index * step_;
  const int64_t day = by_months_ ? FirstDayOfMonth(counted) + days_into_month_ : counted;
  return day * kDayMs + time_of_day_ms_;
}

int64_t CivilGrid::IndexAt(int64_t at_ms) const {
  const int64_t day = FloorDivide(zone_.LocalMsAt(at_ms) - time_of_day_ms_, kDayMs) - days_into_month_;
  const int64_t counted = by_months_ ? MonthNumber(absl::CivilMonth(DayOfNumber(day))) : day;
  int64_t index = FloorDivide(counted - anchor_, step_);
  // The reading lags behind the boundaries where the clock was set back across one, and where it skipped whole buckets.
  while (InstantOf(index + 1) <= at_ms) ++index;
  while (InstantOf(index) > at_ms) --index;
  return index;
}

ClockGrid::ClockGrid(const Grain& grain, const Zone& zone) : zone_(zone) {
  step_ms_ = grain.count * (grain.unit == GrainUnit::kMinute ? kMinuteMs : kHourMs);
  if (grain.origin) phase_ms_ = TimeOfDayMs(*grain.origin) % step_ms_;
}

ClockGrid::Cell ClockGrid::CellAt(int64_t at_ms) const {
  const int64_t offset_ms = zone_.OffsetMsAt(at_ms);
  const int64_t cell_at = CellLocalMs(at_ms + offset_ms) - offset_ms;
  return {std::max(cell_at, zone_.StretchStartMs(at_ms)), std::min(cell_at + step_ms_, zone_.StretchEndMs(at_ms))};
}

int64_t ClockGrid::CountCells(int64_t start_ms, int64_t end_ms) const {
  int64_t count = 0;
  while (start_ms < end_ms) {
    const int64_t offset_ms = zone_.OffsetMsAt(start_ms);
    const int64_t stretch_end = std::min(end_ms, zone_.StretchEndMs(start_ms));
    const int64_t first = CellLocalMs(start_ms + offset_ms);
    const int64_t last = CellLocalMs(stretch_end - 1 + offset_ms);
    count += (last - first) / step_ms_ + 1;
    start_ms = stretch_end;
  }
  return count;
}

}  // namespace supportkpi::time
