// A tenant's settings as plain values: schedules, survey questions, targets, calendar, zone. One version of them holds
// for a whole question; each change makes a new version.
#ifndef SUPPORTKPI_SETTINGS_SETTINGS_H_
#define SUPPORTKPI_SETTINGS_SETTINGS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "time/schedule.h"

namespace supportkpi::settings {

struct SurveyQuestion {
  std::string question;
  std::optional<double> scale_min;
  std::optional<double> scale_max;
  bool low_is_good = false;
  std::optional<double> threshold;  // on the scale as sent, positive from it on towards the good end
};

struct Target {
  std::string kpi;      // first_response_within_target or resolution_within_target
  std::string channel;  // empty: every channel without a target of its own
  int64_t target_ms = 0;
};

struct Settings {
  int64_t version = 0;
  std::string time_zone;         // empty: UTC
  int32_t fiscal_first_month = 1;
  std::map<std::string, time::Schedule> schedules;      // by name
  std::string default_schedule;                          // empty: none
  std::map<std::string, std::string> team_schedules;     // team -> schedule name
  std::map<std::string, SurveyQuestion> questions;
  std::vector<Target> targets;
};

}  // namespace supportkpi::settings

#endif  // SUPPORTKPI_SETTINGS_SETTINGS_H_
