// The table of settings: name, field, range, meaning, and whether a running server takes a new value.
#ifndef SUPPORTKPI_SERVER_SETTINGS_H_
#define SUPPORTKPI_SERVER_SETTINGS_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/config.h"

namespace supportkpi::server {

// When a new value takes effect.
enum class Reload {
  kRestart,  // at the next start
  kSighup,   // at SIGHUP
};

struct Setting {
  absl::string_view name;  // of the flag and in the file; the variable is SUPPORTKPI_ and the name in capitals
  std::variant<std::string Config::*, int64_t Config::*, bool Config::*, absl::Duration Config::*> field;
  absl::string_view meaning;
  Reload reload = Reload::kRestart;
  // Whole numbers as they are; durations in milliseconds.
  int64_t least = 0;
  int64_t most = INT64_MAX;
  std::vector<absl::string_view> choices = {};  // of a text; empty: any
};

const std::vector<Setting>& Settings();
// nullptr: there is none of that name.
const Setting* FindSetting(absl::string_view name);

// Sets the field from its text: a number, true or false, 1h30m, any text. INVALID_ARGUMENT as CheckRange().
absl::Status SetFromText(const Setting& setting, absl::string_view text, Config* config);
// The text that SetFromText() takes.
std::string TextOf(const Setting& setting, const Config& config);
// INVALID_ARGUMENT `name: "5" is not allowed; whole number 1..4`.
absl::Status CheckRange(const Setting& setting, const Config& config);
// "whole number 1..1024", "true or false", ...
std::string TypeOf(const Setting& setting);

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_SETTINGS_H_
