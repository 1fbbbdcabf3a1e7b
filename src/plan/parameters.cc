// Checks parameters and turns them into numbers.
#include "plan/parameters.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plan/refusal.h"
#include "status/macros.h"

namespace supportkpi::plan {
namespace {

constexpr const char* kDurationForm = "write it as \"90s\", \"15m\", \"12h\" or \"7d\", at most ten years";

class Reader {
 public:
  Reader(absl::string_view path, const KpiSelection& asked, const kpi::Definition& definition, const Question& question,
         const settings::Settings& settings)
      : path_(path), asked_(asked), definition_(definition), question_(question), settings_(settings) {}

  absl::StatusOr<Parameters> Read() {
    std::vector<std::string> names;
    for (const kpi::Parameter& parameter : definition_.parameters) names.push_back(parameter.name);
    for (const auto& [name, value] : asked_.parameters) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      return Refuse(absl::StrCat(path_, ".parameters"),
                    absl::StrCat("kpi ", Quoted(definition_.id), " has no parameter ", Quoted(name)),
                    names.empty() ? "it has none" : MeantOrKnown(name, names, "it has"));
    }
    for (const kpi::Parameter& parameter : definition_.parameters) RETURN_IF_ERROR(ReadOne(parameter));
    return std::move(result_);
  }

 private:
  using Type = kpi::Parameter::Type;

  absl::Status ReadOne(const kpi::Parameter& parameter) {
    const std::string path = absl::StrCat(path_, ".parameters.", parameter.name);
    auto found = asked_.parameters.find(parameter.name);
    const bool given = found != asked_.parameters.end();
    if (!given && !parameter.default_value.has_value()) return ReadAbsent(path, parameter);
    const std::string& text = given ? found->second : *parameter.default_value;
    result_.as_used[parameter.name] = text;
    switch (parameter.type) {
      case Type::kDuration:
      case Type::kTarget: return ReadDuration(path, parameter, text);
      case Type::kText:
      case Type::kStatus: return ReadChoice(path, parameter, text);
      case Type::kSchedule: return ReadSchedule(path, text);
    }
    return absl::OkStatus();
  }

  absl::Status ReadAbsent(const std::string& path, const kpi::Parameter& parameter) {
    if (parameter.type == Type::kStatus || parameter.type == Type::kDuration) result_.numbers[parameter.name] = 0;
    if (!parameter.or_group) return absl::OkStatus();
    const auto& groups = question_.group_by;
    if (std::find(groups.begin(), groups.end(), parameter.name) != groups.end()) return absl::OkStatus();
    return Refuse(path, absl::StrCat("required unless the question groups by ", parameter.name),
                  absl::StrCat("allowed are ", Listed(parameter.allowed)));
  }

  absl::Status ReadDuration(const std::string& path, const kpi::Parameter& parameter, const std::string& text) {
    const std::optional<int64_t> duration_ms = ParseDuration(text);
    if (!duration_ms.has_value()) return Refuse(path, absl::StrCat(Quoted(text), " is no duration"), kDurationForm);
    if (parameter.type == Type::kTarget) {
      result_.target_ms = duration_ms;
    } else {
      result_.numbers[parameter.name] = *duration_ms;
    }
    return absl::OkStatus();
  }

  absl::Status ReadChoice(const std::string& path, const kpi::Parameter& parameter, const std::string& text) {
    auto found = std::find(parameter.allowed.begin(), parameter.allowed.end(), text);
    if (found == parameter.allowed.end()) {
      return Refuse(path, absl::StrCat("unknown value ", Quoted(text)), MeantOrKnown(text, parameter.allowed, "allowed are"));
    }
    const int64_t index = found - parameter.allowed.begin();
    // The unresolved states are numbered from 1 in their order.
    result_.numbers[parameter.name] = parameter.type == Type::kStatus ? index + 1 : index;
    return absl::OkStatus();
  }

  absl::Status ReadSchedule(const std::string& path, const std::string& text) {
    if (asked_.clock != kpi::Clock::kBusiness) {
      return Refuse(path, "given with the calendar clock", "ask with the business clock");
    }
    if (settings_.schedules.count(text) == 0) {
      std::vector<std::string> names;
      for (const auto& [name, schedule] : settings_.schedules) names.push_back(name);
      return Refuse(path, absl::StrCat("unknown schedule ", Quoted(text)),
                    names.empty() ? "the tenant's settings have none" : MeantOrKnown(text, names, "known are"));
    }
    result_.schedule = text;
    return absl::OkStatus();
  }

  const absl::string_view path_;
  const KpiSelection& asked_;
  const kpi::Definition& definition_;
  const Question& question_;
  const settings::Settings& settings_;
  Parameters result_;
};

}  // namespace

std::optional<int64_t> ParseDuration(absl::string_view text) {
  constexpr int64_t kLongestMs = int64_t{3660} * 24 * 3'600'000;
  if (text.empty()) return std::nullopt;
  int64_t total_ms = 0;
  while (!text.empty()) {
    int64_t number = 0;
    size_t digits = 0;
    while (digits < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[digits]))) {
      number = std::min(number * 10 + (text[digits] - '0'), kLongestMs);
      ++digits;
    }
    if (digits == 0 || digits == text.size()) return std::nullopt;
    int64_t unit_ms = 0;
    switch (text[digits]) {
      case 's': unit_ms = 1000; break;
      case 'm': unit_ms = 60'000; break;
      case 'h': unit_ms = 3'600'000; break;
      case 'd': unit_ms = 86'400'000; break;
      default: return std::nullopt;
    }
    if (number > kLongestMs / unit_ms) return std::nullopt;
    total_ms += number * unit_ms;
    if (total_ms > kLongestMs) return std::nullopt;
    text.remove_prefix(digits + 1);
  }
  return total_ms;
}

absl::StatusOr<Parameters> ReadParameters(absl::string_view path, const KpiSelection& asked, const kpi::Definition& definition,
                                          const Question& question, const settings::Settings& settings, const Limits& limits) {
  for (const auto& [name, value] : asked.parameters) {
    if (static_cast<int64_t>(value.size()) <= limits.text_bytes) continue;
    return Refuse(absl::StrCat(path, ".parameters"), absl::StrCat("value of ", value.size(), " bytes"),
                  absl::StrCat("at most ", limits.text_bytes, " bytes"));
  }
  return Reader(path, asked, definition, question, settings).Read();
}

}  // namespace supportkpi::plan
