// The clock of a part: which schedule holds for which team, elapsed working time and due times over a ticket's changes of
// team. Immutable; any number of threads may ask it.
#ifndef SUPPORTKPI_EXEC_NATIVE_WORK_CLOCK_H_
#define SUPPORTKPI_EXEC_NATIVE_WORK_CLOCK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "projection/snapshot.h"
#include "settings/settings.h"
#include "time/schedule.h"

namespace supportkpi::exec::native {

// Which team held a ticket: the first one, and the changes (instants ascending).
struct TeamHistory {
  int64_t initial = 0;
  absl::Span<const int64_t> at;
  absl::Span<const int64_t> team;
};

// A ticket's states: each from its instant to the next one's, the last for ever.
struct StatusHistory {
  absl::Span<const int64_t> at;
  absl::Span<const int64_t> status;
};

class WorkClock {
 public:
  // `named` holds throughout if it is not nullptr; else by team (index: code), else `fallback` (may be nullptr).
  WorkClock(std::shared_ptr<const time::BusinessClock> named,
            std::vector<std::shared_ptr<const time::BusinessClock>> by_team,
            std::shared_ptr<const time::BusinessClock> fallback);

  // True where teams make a difference; else histories need not be read.
  bool by_team() const { return by_team_; }

  // The schedules behind it, by which two clocks are told apart: that of each team, and that of all others.
  const std::vector<const time::BusinessClock*>& schedule_by_team() const { return by_team_clock_; }
  const time::BusinessClock* schedule_of_others() const { return fallback_clock_; }
  const std::vector<std::shared_ptr<const time::BusinessClock>>& schedules() const { return owned_; }

  // Working time from `from_ms` to `to_ms`; kNoSchedule where a stretch has no schedule. A negative elapsed time is the
  // calendar's. A length of 0 asks for the schedule of its instant.
  int64_t Elapsed(int64_t from_ms, int64_t to_ms, const TeamHistory& teams) const;
  class Rows;  // asks of one row after another
  // The first instant at which the clock has run work_ms since from_ms; kForever if never.
  int64_t DueAt(int64_t from_ms, int64_t work_ms, const TeamHistory& teams) const;

 private:
  const time::BusinessClock* Of(int64_t team) const {
    if (static_cast<uint64_t>(team) < by_team_clock_.size()) return by_team_clock_[team];
    return fallback_clock_;
  }
  // From when on the team's clock tells; kForever: it has none.
  int64_t InForceFromMs(int64_t team) const {
    if (static_cast<uint64_t>(team) < by_team_from_ms_.size()) return by_team_from_ms_[team];
    return fallback_from_ms_;
  }

  uint32_t PlaceOf(const time::BusinessClock* clock);

  std::vector<std::shared_ptr<const time::BusinessClock>> owned_;
  std::vector<const time::BusinessClock*> distinct_;  // the one of others first
  std::vector<uint32_t> by_team_place_;               // in distinct_
  std::vector<const time::BusinessClock*> by_team_clock_;
  const time::BusinessClock* fallback_clock_;
  std::vector<int64_t> by_team_from_ms_;
  int64_t fallback_from_ms_;
  bool by_team_;
};

// Elapsed for rows that lie near each other in time: of each schedule the page of hours that was needed last is kept, and a
// ticket that never changed its team is read off it without a call. For one thread; the clock must outlive it.
class WorkClock::Rows {
 public:
  explicit Rows(const WorkClock& clock) : clock_(clock), pages_(clock.distinct_.size()) {}

  int64_t Elapsed(int64_t from_ms, int64_t to_ms, int64_t team) {
    const Page& page = pages_[PlaceOf(team)];
    int64_t worked_ms;
    if (from_ms >= page.in_force_from_ms && page.hours.WorkedMs(from_ms, to_ms, &worked_ms)) [[likely]] return worked_ms;
    return ElapsedElsewhere(from_ms, to_ms, team);
  }

 private:
  struct Page {
    time::WorkedPage hours;
    int64_t in_force_from_ms = 0;
  };
  uint32_t PlaceOf(int64_t team) const {
    return static_cast<uint64_t>(team) < clock_.by_team_place_.size() ? clock_.by_team_place_[team] : 0;
  }
  int64_t ElapsedElsewhere(int64_t from_ms, int64_t to_ms, int64_t team);

  const WorkClock& clock_;
  absl::InlinedVector<Page, 8> pages_;  // by place in distinct_
};

// Time from `from_ms` to `to_ms` in the states of `mask` (1 << status), by `clock` or (nullptr) the calendar.
int64_t TimeInStatus(int64_t mask, int64_t from_ms, int64_t to_ms, const StatusHistory& states, const TeamHistory& teams,
                     const WorkClock* clock);

// Built clocks of schedules, kept over questions: a schedule's tables are made once per version of the settings.
class WorkClockCache {
 public:
  // The clock for a question that names `schedule` (empty: by team, else the tenant's). An unknown name has no schedule
  // anywhere.
  std::shared_ptr<const WorkClock> ClockFor(absl::string_view tenant, const settings::Settings& settings,
                                            const projection::Names& teams, absl::string_view schedule);

 private:
  std::shared_ptr<const time::BusinessClock> BusinessClockOf(absl::string_view tenant, const settings::Settings& settings,
                                                             const std::string& schedule);

  static constexpr size_t kClocksMax = 256;  // a clock is some 100 KB, and 128 KiB for each year asked about, 8 MB at most

  absl::Mutex mutex_;
  std::map<std::tuple<std::string, int64_t, std::string>, std::shared_ptr<const time::BusinessClock>> clocks_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_WORK_CLOCK_H_
