// One KPI of a question with every name and parameter resolved against its definition.
#ifndef SUPPORTKPI_PLAN_SELECTION_H_
#define SUPPORTKPI_PLAN_SELECTION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kpi/definition.h"
#include "plan/plan.h"
#include "plan/planner.h"
#include "plan/question.h"
#include "settings/settings.h"

namespace supportkpi::plan {

struct Parameters {
  std::map<std::string, int64_t> numbers;       // what Param(name) is
  std::map<std::string, std::string> as_used;   // with defaults
  std::string schedule;                         // empty: none named
  std::optional<int64_t> target_ms;
};

struct Selection {
  std::string alias;
  const kpi::Definition* definition = nullptr;
  const kpi::Form* form = nullptr;
  std::string statistic_name;  // empty: it has none
  Statistic statistic;
  kpi::Clock clock = kpi::Clock::kCalendar;
  std::string attribution;  // empty: it has none
  int64_t included_exclusions = 0;
  std::vector<std::string> excluded;  // rules in force
  Parameters parameters;
};

absl::StatusOr<Selection> ResolveSelection(absl::string_view path, const KpiSelection& asked, const Question& question,
                                           const settings::Settings& settings, const Limits& limits);

// "90s", "15m", "12h", "7d" or several of them ("1d12h"), in ms; nullopt: it is none, or longer than ten years.
std::optional<int64_t> ParseDuration(absl::string_view text);
// "mean", ..., "median", "p90", "p99.9"; nullopt: it is none. A percentile may be any number.
std::optional<Statistic> ParseStatistic(absl::string_view text);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_SELECTION_H_
