// Working time by two sums. L(r) is the open time before the local reading r: a plain function of readings, in which DST
// does not occur and which repeats every week between exceptional dates. W(t) is the working time before the instant t.
// Along a stretch of one UTC offset the reading moves with time, so W(t) = L(t + offset) + shift, one shift per stretch.
// What is asked often is read off a table of hours (WorkedHours), which is made from W a year at a time.
#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "time/day_pattern.h"
#include "time/grid.h"
#include "time/schedule.h"

namespace supportkpi::time {

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kEver = std::numeric_limits<int64_t>::min();
// From a Monday 00:00 before all readings to local 1970-01-01, so that readings divide as unsigned numbers.
constexpr int64_t kFirstMondayMs = (719'162 + 7 * 100'000) * kDayMs;
constexpr int64_t kMostWeeks = 1'000'000;  // more than lie between the first and last instant

// A week of seven patterns that repeats.
struct WeekPattern {
  // An hour of the week that is open during one piece [start, start + length) of it, so that the open time before a
  // reading needs no branch. kSeveralPieces: breaks cut it into more; then `open` tells.
  struct Hour {
    int32_t worked_before_ms;  // since Monday 00:00
    int32_t start_ms = 0;
    int32_t length_ms = 0;
  };
  static constexpr int32_t kSeveralPieces = -1;
  static constexpr size_t kHours = 7 * 24;

  std::array<Hour, kHours> hours;
  std::vector<OpenInterval> open;  // of all days, Monday first, since Monday 00:00
  int64_t per_week_ms = 0;

  // Open time from kFirstMondayMs to the reading, had this week held always.
  int64_t WorkedBefore(int64_t local_ms) const {
    const uint64_t since = static_cast<uint64_t>(local_ms + kFirstMondayMs);
    const uint64_t total_hours = since / kHourMs;
    const auto reading_ms = static_cast<int32_t>(since - total_hours * kHourMs);
    const uint64_t weeks = total_hours / kHours;
    const Hour& hour = hours[total_hours - weeks * kHours];
    const int64_t earlier_ms = static_cast<int64_t>(weeks) * per_week_ms;
    if (hour.start_ms == kSeveralPieces) [[unlikely]] {
      return earlier_ms + OpenBefore(static_cast<int64_t>(since - weeks * kWeekMs));
    }
    return earlier_ms + hour.worked_before_ms + std::max(0, std::min(reading_ms - hour.start_ms, hour.length_ms));
  }

  // The first reading before which worked_ms > 0 are open; kNever if none.
  int64_t ReadingAfter(int64_t worked_ms) const {
    if (per_week_ms == 0) return kNever;
    const int64_t weeks = (worked_ms - 1) / per_week_ms;
    if (weeks > kMostWeeks) return kNever;
    int64_t rest_ms = worked_ms - weeks * per_week_ms;
    auto piece = open.begin();
    for (; rest_ms > piece->end_ms - piece->start_ms; ++piece) rest_ms -= piece->end_ms - piece->start_ms;
    return weeks * kWeekMs + piece->start_ms + rest_ms - kFirstMondayMs;
  }

  int64_t OpenBefore(int64_t in_week_ms) const {
    int64_t worked_ms = 0;
    for (const OpenInterval& piece : open) {
      worked_ms += std::clamp<int64_t>(in_week_ms - piece.start_ms, 0, piece.end_ms - piece.start_ms);
    }
    return worked_ms;
  }
};

WeekPattern MakeWeek(const std::array<DayPattern, 7>& days) {
  WeekPattern week;
  for (int day = 0; day < 7; ++day) {
    for (const OpenInterval& open : days[day]) {
      week.open.push_back({day * kDayMs + open.start_ms, day * kDayMs + open.end_ms});
    }
  }
  week.per_week_ms = week.OpenBefore(kWeekMs);
  for (size_t index = 0; index < WeekPattern::kHours; ++index) {
    const auto hour_at = static_cast<int64_t>(index) * kHourMs;
    WeekPattern::Hour hour{.worked_before_ms = static_cast<int32_t>(week.OpenBefore(hour_at))};
    for (const OpenInterval& piece : week.open) {
      const int64_t from = std::max(piece.start_ms - hour_at, int64_t{0});
      const int64_t to = std::min(piece.end_ms - hour_at, kHourMs);
      if (from >= to) continue;
      hour.start_ms = hour.length_ms == 0 ? static_cast<int32_t>(from) : WeekPattern::kSeveralPieces;
      hour.length_ms = static_cast<int32_t>(to - from);
    }
    week.hours[index] = hour;
  }
  return week;
}

// A piece of the local calendar in which one week repeats: L(r) = base_ms + its WorkedBefore(r).
struct Region {
  int64_t base_ms;
  uint32_t week;
  int64_t worked_at_start_ms;  // L at its first reading
};

}  // namespace

struct BusinessClock::Table {
  const Zone* zone = nullptr;
  int64_t in_force_from_ms = kEver;
  std::vector<WeekPattern> weeks;
  std::vector<Region> regions;
  // Regions begin with days, so the one of a day is looked up directly: [0] stands for all days before the first later
  // region, the last entry for all days from the last region on.
  std::vector<uint32_t> region_of_day = {0};
  int64_t day_of_entry_0 = 0;
  std::vector<int64_t> shift_ms;               // by stretch of the zone
  std::vector<int64_t> worked_at_stretch_end;  // W there; of all stretches but the last
  WorkedHours worked_hours;

  explicit Table(const Schedule& schedule);

  const Region& RegionAt(int64_t local_ms) const {
    const auto day = static_cast<int64_t>(static_cast<uint64_t>(local_ms + kFirstMondayMs) / kDayMs);
    const auto last = static_cast<int64_t>(region_of_day.size()) - 1;
    return regions[region_of_day[std::clamp<int64_t>(day - day_of_entry_0, 0, last)]];
  }

  int64_t OpenBefore(int64_t local_ms) const {  // L
    const Region& region = RegionAt(local_ms);
    return region.base_ms + weeks[region.week].WorkedBefore(local_ms);
  }

  int64_t WorkedBefore(int64_t at_ms) const {  // W
    return worked_hours.Before(at_ms, [this](int64_t ms) { return DerivedWorkedBefore(ms); });
  }
  int64_t DerivedWorkedBefore(int64_t at_ms) const {
    const size_t stretch = zone->stretches().Find(at_ms);
    return OpenBefore(at_ms + zone->StretchOffsetMs(stretch)) + shift_ms[stretch];
  }

  // The first reading with L >= open_ms; kNever if there is none. `from` is a region where L is less.
  int64_t ReadingWithOpen(int64_t open_ms, const Region& from) const {
    const auto after = std::lower_bound(
        regions.begin() + (&from - regions.data()) + 1, regions.end(), open_ms,
        [](const Region& region, int64_t wanted_ms) { return region.worked_at_start_ms < wanted_ms; });
    const Region& region = *(after - 1);
    return weeks[region.week].ReadingAfter(open_ms - region.base_ms);
  }

 private:
  using WeekByDay = std::map<int64_t, uint32_t>;  // first day of a region -> its week
  WeekByDay PlanRegions(const ScheduleRules& rules);
  void BuildRegions(const WeekByDay& week_by_day);
  void BuildStretches();
};

// Which week repeats from which day on. Week 0 is the closed one, in force before the first version.
BusinessClock::Table::WeekByDay BusinessClock::Table::PlanRegions(const ScheduleRules& rules) {
  weeks.push_back(MakeWeek({}));
  WeekByDay week_by_day = {{kEver, 0}};
  std::vector<uint32_t> regular_weeks;
  for (size_t version = 0; version < rules.version_count(); ++version) {
    std::array<DayPattern, 7> days;
    for (int day = 0; day < 7; ++day) days[day] = rules.RegularPattern(version, day);
    regular_weeks.push_back(static_cast<uint32_t>(weeks.size()));
    weeks.push_back(MakeWeek(days));
    week_by_day[rules.FirstDayOf(version)] = regular_weeks.back();
  }
  const std::set<int64_t> exceptional = rules.ExceptionalDays();
  std::map<DayPattern, uint32_t> week_of_pattern;
  for (const int64_t day : exceptional) {
    const DayPattern pattern = rules.PatternOn(day);
    const auto [known, is_new] = week_of_pattern.try_emplace(pattern, static_cast<uint32_t>(weeks.size()));
    if (is_new) {
      std::array<DayPattern, 7> days;
      days.fill(pattern);
      weeks.push_back(MakeWeek(days));
    }
    week_by_day[day] = known->second;
    if (exceptional.count(day + 1) != 0) continue;
    const int version = rules.VersionOn(day + 1);
    week_by_day[day + 1] = version < 0 ? 0 : regular_weeks[version];
  }
  return week_by_day;
}

void BusinessClock::Table::BuildRegions(const WeekByDay& week_by_day) {
  for (const auto& [day, week] : week_by_day) {
    if (day == kEver) {
      regions.push_back({0, week, kEver});
      continue;
    }
    const int64_t start_ms = day * kDayMs;
    const Region& before = regions.back();
    const int64_t worked_ms = before.base_ms + weeks[before.week].WorkedBefore(start_ms);
    const int64_t entry_day = day + kFirstMondayMs / kDayMs;
    if (regions.size() == 1) day_of_entry_0 = entry_day - 1;
    region_of_day.resize(static_cast<size_t>(entry_day - day_of_entry_0), static_cast<uint32_t>(regions.size() - 1));
    region_of_day.push_back(static_cast<uint32_t>(regions.size()));
    regions.push_back({worked_ms - weeks[week].WorkedBefore(start_ms), week, worked_ms});
  }
}

void BusinessClock::Table::BuildStretches() {
  const StepTable& stretches = zone->stretches();
  shift_ms.push_back(0);
  for (size_t stretch = 0; stretch + 1 < stretches.size(); ++stretch) {
    const int64_t end_ms = stretches.EndOf(stretch);
    const int64_t worked_ms = OpenBefore(end_ms + zone->StretchOffsetMs(stretch)) + shift_ms[stretch];
    worked_at_stretch_end.push_back(worked_ms);
    shift_ms.push_back(worked_ms - OpenBefore(end_ms + zone->StretchOffsetMs(stretch + 1)));
  }
}

BusinessClock::Table::Table(const Schedule& schedule) : zone(schedule.zone) {
  if (const auto& first = schedule.versions.front().first_date) {
    in_force_from_ms = zone->BoundaryOf(absl::CivilSecond(*first));
  }
  BuildRegions(PlanRegions(ScheduleRules(schedule)));
  BuildStretches();
}

BusinessClock::BusinessClock(const Schedule& schedule) : table_(std::make_unique<const Table>(schedule)) {}
BusinessClock::~BusinessClock() = default;
BusinessClock::BusinessClock(BusinessClock&&) noexcept = default;
BusinessClock& BusinessClock::operator=(BusinessClock&&) noexcept = default;

int64_t BusinessClock::WorkedMs(int64_t from_ms, int64_t to_ms) const {
  from_ms = std::max(from_ms, kFirstInstantMs);
  to_ms = std::min(to_ms, kLastInstantMs);
  if (from_ms >= to_ms) return 0;
  return table_->WorkedBefore(to_ms) - table_->WorkedBefore(from_ms);
}

WorkedPage BusinessClock::PageAt(int64_t at_ms) const {
  return table_->worked_hours.PageAt(at_ms, [this](int64_t ms) { return table_->DerivedWorkedBefore(ms); });
}

int64_t BusinessClock::DueAt(int64_t from_ms, int64_t work_ms) const {
  if (work_ms <= 0) return from_ms;
  if (from_ms >= kLastInstantMs || work_ms > kLastInstantMs - kFirstInstantMs) return kNever;
  from_ms = std::max(from_ms, kFirstInstantMs);
  const int64_t worked_ms = table_->WorkedBefore(from_ms) + work_ms;
  const std::vector<int64_t>& ends = table_->worked_at_stretch_end;
  size_t stretch = table_->zone->stretches().Find(from_ms);
  // Offsets differ by less than two days, so no later reading stands in an earlier region.
  const Region& from = table_->RegionAt(from_ms + table_->zone->StretchOffsetMs(stretch) - 2 * kDayMs);
  while (stretch < ends.size() && ends[stretch] < worked_ms) ++stretch;
  const int64_t reading_ms = table_->ReadingWithOpen(worked_ms - table_->shift_ms[stretch], from);
  if (reading_ms == kNever) return kNever;
  const int64_t due_at = reading_ms - table_->zone->StretchOffsetMs(stretch);
  return due_at > kLastInstantMs ? kNever : due_at;
}

int64_t BusinessClock::in_force_from_ms() const { return table_->in_force_from_ms; }

}  // namespace supportkpi::time
