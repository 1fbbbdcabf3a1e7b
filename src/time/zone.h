// A time zone: an immortal, interned table of UTC offsets. The one place where instants and local wall clock readings are
// turned into each other, so also the one place that decides what a skipped or repeated reading means:
//
//   InstantOf   skipped: as far after the gap as the reading stands after its begin ("one hour later on the clock":
//               02:30 -> 03:30); repeated: the first pass. For a single moment that a person names.
//   BoundaryOf  the first instant at which the clock reads this or later; skipped: the first instant after the gap;
//               repeated: the first pass. It never runs backwards, so buckets are cut with it.
#ifndef SUPPORTKPI_TIME_ZONE_H_
#define SUPPORTKPI_TIME_ZONE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "time/step_table.h"

namespace supportkpi::time {

inline constexpr int64_t kSecondMs = 1000;
inline constexpr int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr int64_t kHourMs = 60 * kMinuteMs;
inline constexpr int64_t kDayMs = 24 * kHourMs;
inline constexpr int64_t kWeekMs = 7 * kDayMs;

// Instants that a zone answers for: the years 1 to 9999 and a margin. Others are read as the nearest of them.
inline constexpr int64_t kFirstInstantMs = -62'167'219'200'000;  // 0000-01-01T00:00:00Z
inline constexpr int64_t kLastInstantMs = 253'433'923'199'999;   // 10000-12-31T23:59:59.999Z

class Zone {
 public:
  // Made by FindZone alone; `name` is the name that was asked for, aliases included.
  Zone(std::string name, absl::TimeZone zone);
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

  const std::string& name() const { return name_; }
  absl::TimeZone absl_zone() const { return zone_; }

  // Local wall clock minus UTC. A few nanoseconds up to the year 2200.
  int64_t OffsetMsAt(int64_t at_ms) const {
    if (at_ms >= kTableEndMs) return OffsetMsBeyondTable(at_ms);
    return offsets_ms_[stretches_.Find(at_ms)];
  }

  // The reading of the local clock as milliseconds since local 1970-01-01T00:00: a day of it always has 24 hours.
  int64_t LocalMsAt(int64_t at_ms) const {
    if (at_ms < kFirstInstantMs) at_ms = kFirstInstantMs;
    if (at_ms > kLastInstantMs) at_ms = kLastInstantMs;
    return at_ms + OffsetMsAt(at_ms);
  }
  absl::CivilSecond CivilAt(int64_t at_ms) const;
  absl::CivilDay DateAt(int64_t at_ms) const;

  int64_t InstantOf(absl::CivilSecond local) const;
  int64_t BoundaryOf(absl::CivilSecond local) const { return BoundaryOfLocalMs(LocalMs(local)); }
  int64_t BoundaryOfLocalMs(int64_t local_ms) const;

  // A stretch is a longest piece of time with one UTC offset: [StretchStart(at), StretchEnd(at)) holds `at`.
  // kFirstInstantMs and kLastInstantMs stand for "no change before / after".
  int64_t StretchStartMs(int64_t at_ms) const;
  int64_t StretchEndMs(int64_t at_ms) const;

  // The table itself: stretches up to the year 2200 (the last one is open-ended there) and their offsets.
  const StepTable& stretches() const { return stretches_; }
  int64_t StretchOffsetMs(size_t stretch) const { return offsets_ms_[stretch]; }

  // Reading <-> milliseconds since local 1970-01-01T00:00.
  static int64_t LocalMs(absl::CivilSecond local) { return (local - absl::CivilSecond()) * kSecondMs; }
  static absl::CivilSecond CivilOfLocalMs(int64_t local_ms);

 private:
  static constexpr int64_t kTableEndMs = 7'258'118'400'000;  // 2200-01-01T00:00:00Z
  int64_t OffsetMsBeyondTable(int64_t at_ms) const;

  const std::string name_;
  const absl::TimeZone zone_;
  StepTable stretches_;
  std::vector<int64_t> offsets_ms_;  // by stretch
};

// The zone of that IANA name (aliases such as US/Eastern and UTC too). The name is looked up in the list of names and
// never used as a path; unknown: INVALID_ARGUMENT `unknown IANA zone "X"; ...` with the nearest names. Thread-safe.
absl::StatusOr<const Zone*> FindZone(absl::string_view iana_name);

// UTC; always there.
const Zone& UtcZone();

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_ZONE_H_
