// Settings between their message, which callers send and the store keeps, and the plain values that the engine reads.
#ifndef SUPPORTKPI_SETTINGS_ENCODE_H_
#define SUPPORTKPI_SETTINGS_ENCODE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "settings/settings.h"
#include "supportkpi/v1/settings.pb.h"

namespace supportkpi::settings {

// INVALID_ARGUMENT with the first thing that is wrong: `settings.schedules[0].versions[1].weekly[2].start: "25:00" is not
// HH:MM; ...`.
absl::StatusOr<Settings> FromMessage(const v1::Settings& message, int64_t version);

}  // namespace supportkpi::settings

#endif  // SUPPORTKPI_SETTINGS_ENCODE_H_
