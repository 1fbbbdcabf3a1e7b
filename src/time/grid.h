// The boundaries that a grain sets in a zone. Two kinds: days and longer are counted along the civil calendar; minutes and
// hours are cells of the wall clock, cut anew where the UTC offset changes.
#ifndef SUPPORTKPI_TIME_GRID_H_
#define SUPPORTKPI_TIME_GRID_H_

#include <cstdint>

#include "time/bucket.h"
#include "time/zone.h"

namespace supportkpi::time {

// Floor of value / divisor, for divisor > 0.
constexpr int64_t FloorDivide(int64_t value, int64_t divisor) {
  return value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor);
}

// Day number (since 1970-01-01) and back.
inline int64_t DayNumber(absl::CivilDay day) { return day - absl::CivilDay(); }
inline absl::CivilDay DayOfNumber(int64_t day_number) { return absl::CivilDay() + day_number; }

// Minutes and hours cannot be counted by the calendar, all the rest can.
inline bool IsWithinDay(GrainUnit unit) { return unit == GrainUnit::kMinute || unit == GrainUnit::kHour; }

// Boundary k of a grain of days or longer; 0 is the one at or just after the anchor's first day. All boundaries that fall
// into a gap of the clock coincide at its end, so a day that does not exist is an empty bucket.
class CivilGrid {
 public:
  CivilGrid(const Grain& grain, const Zone& zone);

  // What the wall clock reads at boundary k if it does not skip it.
  int64_t LocalMsOf(int64_t index) const;
  int64_t InstantOf(int64_t index) const { return zone_.BoundaryOfLocalMs(LocalMsOf(index)); }
  // The k with InstantOf(k) <= at_ms < InstantOf(k + 1).
  int64_t IndexAt(int64_t at_ms) const;
  // Time of day of the boundaries, and (months and longer) days after the first of the month.
  int64_t time_of_day_ms() const { return time_of_day_ms_; }
  int64_t days_into_month() const { return days_into_month_; }

 private:
  const Zone& zone_;
  bool by_months_ = false;
  int64_t step_ = 1;    // days or months
  int64_t anchor_ = 0;  // number of a day, or of a month since January 1970
  int64_t time_of_day_ms_ = 0;
  int64_t days_into_month_ = 0;
};

// Cells of the wall clock for minutes and hours.
class ClockGrid {
 public:
  ClockGrid(const Grain& grain, const Zone& zone);

  struct Cell {
    int64_t start_ms;
    int64_t end_ms;
  };
  // The cell around an instant, cut where the UTC offset changes.
  Cell CellAt(int64_t at_ms) const;
  // Begin of the uncut cell around a reading.
  int64_t CellLocalMs(int64_t local_ms) const { return FloorDivide(local_ms - phase_ms_, step_ms_) * step_ms_ + phase_ms_; }
  // How many cells meet [start_ms, end_ms).
  int64_t CountCells(int64_t start_ms, int64_t end_ms) const;
  int64_t step_ms() const { return step_ms_; }

 private:
  const Zone& zone_;
  int64_t step_ms_ = kHourMs;
  int64_t phase_ms_ = 0;
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_GRID_H_
