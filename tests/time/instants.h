// The words in which the tests of this folder speak of time: ZoneOf("Asia/Shanghai"), At("2026-03-08T06:30:00Z"),
// LocalAt("America/New_York", "2026-03-06T16:30"), Date("2026-03-08"). Wrong text ends the test run.
#ifndef SUPPORTKPI_TESTS_TIME_INSTANTS_H_
#define SUPPORTKPI_TESTS_TIME_INSTANTS_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "time/calendar.h"
#include "time/zone.h"

namespace supportkpi::time {

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "%s\n", value.status().ToString().c_str());
    std::abort();
  }
  return *std::move(value);
}

inline const Zone& ZoneOf(absl::string_view name) { return *OrDie(FindZone(name)); }
inline int64_t At(absl::string_view instant) { return OrDie(ParseRfc3339(instant)); }
inline absl::CivilSecond Reading(absl::string_view local) { return OrDie(ParseLocalTime(local)); }
inline int64_t LocalAt(absl::string_view zone, absl::string_view local) {
  return ZoneOf(zone).InstantOf(Reading(local));
}
inline absl::CivilDay Date(absl::string_view date) { return OrDie(ParseDate(date)); }

// Zones whose clocks have done what clocks rarely do.
inline constexpr const char* kStrangeZones[] = {
    "UTC",
    "America/New_York",
    "Europe/Paris",
    "Australia/Lord_Howe",   // half an hour of DST
    "Pacific/Apia",          // no 2011-12-30
    "America/Sao_Paulo",     // DST began at midnight
    "America/Havana",        // midnight repeated
    "America/St_Johns",      // changes at 00:01, back into the day before
    "Africa/Casablanca",     // four changes a year
    "Africa/Cairo",          // DST ends at midnight
    "Asia/Kathmandu",        // +05:45
    "Antarctica/Troll",      // two hours of DST
    "Asia/Tehran",
    "Europe/Dublin",         // winter is the exception
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TESTS_TIME_INSTANTS_H_
