#include "exec/native/work_clock.h"

#include <algorithm>
#include <utility>

#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {
namespace {

// Walks the stretches of one team from an instant on.
class Stretches {
 public:
  Stretches(const TeamHistory& teams, int64_t from_ms)
      : teams_(teams),
        next_(std::upper_bound(teams.at.begin(), teams.at.end(), from_ms) - teams.at.begin()) {}

  int64_t team() const { return next_ == 0 ? teams_.initial : teams_.team[next_ - 1]; }
  // Where the next stretch begins; kForever: never.
  int64_t end_ms() const { return next_ < teams_.at.size() ? teams_.at[next_] : kForever; }
  void Next() { ++next_; }

 private:
  const TeamHistory& teams_;
  size_t next_;
};

int64_t InForceFrom(const time::BusinessClock* clock) { return clock == nullptr ? kForever : clock->in_force_from_ms(); }

}  // namespace

WorkClock::WorkClock(std::shared_ptr<const time::BusinessClock> named,
                     std::vector<std::shared_ptr<const time::BusinessClock>> by_team,
                     std::shared_ptr<const time::BusinessClock> fallback)
    : fallback_clock_(named ? named.get() : fallback.get()), fallback_from_ms_(InForceFrom(fallback_clock_)), by_team_(false) {
  distinct_.push_back(fallback_clock_);
  if (named) {
    owned_.push_back(std::move(named));
    return;
  }
  for (const auto& clock : by_team) {
    const time::BusinessClock* of_team = clock ? clock.get() : fallback.get();
    by_team_ = by_team_ || of_team != fallback.get();
    by_team_clock_.push_back(of_team);
  }
  if (!by_team_) by_team_clock_.clear();
  for (const time::BusinessClock* clock : by_team_clock_) {
    by_team_from_ms_.push_back(InForceFrom(clock));
    by_team_place_.push_back(PlaceOf(clock));
  }
  owned_ = std::move(by_team);
  owned_.push_back(std::move(fallback));
}

uint32_t WorkClock::PlaceOf(const time::BusinessClock* clock) {
  const auto found = std::find(distinct_.begin(), distinct_.end(), clock);
  const auto place = static_cast<uint32_t>(found - distinct_.begin());
  if (found == distinct_.end()) distinct_.push_back(clock);
  return place;
}

int64_t WorkClock::Rows::ElapsedElsewhere(int64_t from_ms, int64_t to_ms, int64_t team) {
  const uint32_t place = PlaceOf(team);
  const time::BusinessClock* clock = clock_.distinct_[place];
  const bool is_usual = !IsNull(from_ms) && from_ms <= to_ms && to_ms != kForever && clock != nullptr;
  if (is_usual && !pages_[place].hours.Holds(from_ms)) pages_[place] = {clock->PageAt(from_ms), clock->in_force_from_ms()};
  return clock_.Elapsed(from_ms, to_ms, {.initial = team});
}

int64_t WorkClock::Elapsed(int64_t from_ms, int64_t to_ms, const TeamHistory& teams) const {
  if (IsNull(from_ms) || IsNull(to_ms)) return NullOf(from_ms, to_ms);
  if (from_ms == kForever || to_ms == kForever) return kForever;
  if (to_ms < from_ms) return to_ms - from_ms;
  if (teams.at.empty())
    return InForceFromMs(teams.initial) > from_ms ? kNoSchedule : Of(teams.initial)->WorkedMs(from_ms, to_ms);
  Stretches stretches(teams, from_ms);
  int64_t worked_ms = 0;
  int64_t at_ms = from_ms;
  do {
    const time::BusinessClock* clock = Of(stretches.team());
    int64_t end_ms = std::min(to_ms, stretches.end_ms());
    for (stretches.Next(); end_ms < to_ms && Of(stretches.team()) == clock; stretches.Next())
      end_ms = std::min(to_ms, stretches.end_ms());
    if (InForceFrom(clock) > at_ms) return kNoSchedule;
    worked_ms += clock->WorkedMs(at_ms, end_ms);
    at_ms = end_ms;
  } while (at_ms < to_ms);
  return worked_ms;
}

int64_t WorkClock::DueAt(int64_t from_ms, int64_t work_ms, const TeamHistory& teams) const {
  if (IsNull(from_ms) || IsNull(work_ms)) return NullOf(from_ms, work_ms);
  if (from_ms == kForever || work_ms == kForever) return kForever;
  Stretches stretches(teams, from_ms);
  int64_t left_ms = work_ms;
  for (int64_t at_ms = from_ms;; stretches.Next()) {
    const time::BusinessClock* clock = Of(stretches.team());
    if (InForceFrom(clock) > at_ms) return kNoSchedule;
    const int64_t end_ms = stretches.end_ms();
    if (end_ms == kForever) return clock->DueAt(at_ms, left_ms);
    const int64_t worked_ms = clock->WorkedMs(at_ms, end_ms);
    if (worked_ms >= left_ms) return clock->DueAt(at_ms, left_ms);
    left_ms -= worked_ms;
    at_ms = end_ms;
  }
}

int64_t TimeInStatus(int64_t mask, int64_t from_ms, int64_t to_ms, const StatusHistory& states, const TeamHistory& teams,
                     const WorkClock* clock) {
  if (IsNull(from_ms) || IsNull(to_ms)) return NullOf(from_ms, to_ms);
  int64_t total_ms = 0;
  for (size_t i = 0; i < states.at.size(); ++i) {
    const int64_t begin_ms = std::max(from_ms, states.at[i]);
    const int64_t end_ms = std::min(to_ms, i + 1 < states.at.size() ? states.at[i + 1] : kForever);
    if (begin_ms >= end_ms || ((mask >> states.status[i]) & 1) == 0) continue;
    if (end_ms == kForever) return kForever;
    const int64_t elapsed_ms = clock == nullptr ? end_ms - begin_ms : clock->Elapsed(begin_ms, end_ms, teams);
    if (IsNull(elapsed_ms)) return elapsed_ms;
    total_ms += elapsed_ms;
  }
  return total_ms;
}

std::shared_ptr<const time::BusinessClock> WorkClockCache::BusinessClockOf(absl::string_view tenant,
                                                                           const settings::Settings& settings,
                                                                           const std::string& schedule) {
  auto found = settings.schedules.find(schedule);
  if (found == settings.schedules.end()) return nullptr;
  auto key = std::make_tuple(std::string(tenant), settings.version, schedule);
  {
    absl::MutexLock lock(&mutex_);
    auto it = clocks_.find(key);
    if (it != clocks_.end()) return it->second;
  }
  auto clock = std::make_shared<const time::BusinessClock>(found->second);
  absl::MutexLock lock(&mutex_);
  if (clocks_.size() >= kClocksMax) clocks_.clear();
  return clocks_.emplace(std::move(key), std::move(clock)).first->second;
}

std::shared_ptr<const WorkClock> WorkClockCache::ClockFor(absl::string_view tenant, const settings::Settings& settings,
                                                          const projection::Names& teams, absl::string_view schedule) {
  if (!schedule.empty()) {
    return std::make_shared<WorkClock>(BusinessClockOf(tenant, settings, std::string(schedule)),
                                       std::vector<std::shared_ptr<const time::BusinessClock>>{}, nullptr);
  }
  std::vector<std::shared_ptr<const time::BusinessClock>> by_team;
  for (const auto& [team, name] : settings.team_schedules) {
    const auto code = teams.CodeOf(team);
    if (!code.has_value()) continue;
    if (static_cast<int64_t>(by_team.size()) <= *code) by_team.resize(*code + 1);
    by_team[*code] = BusinessClockOf(tenant, settings, name);
  }
  std::shared_ptr<const time::BusinessClock> fallback;
  if (!settings.default_schedule.empty()) fallback = BusinessClockOf(tenant, settings, settings.default_schedule);
  return std::make_shared<WorkClock>(nullptr, std::move(by_team), std::move(fallback));
}

}  // namespace supportkpi::exec::native
