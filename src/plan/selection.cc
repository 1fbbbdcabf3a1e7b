// Resolves what a question says of one KPI: form, statistic, clock, attribution, exclusions.
#include "plan/selection.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "kpi/catalogue.h"
#include "plan/parameters.h"
#include "plan/refusal.h"
#include "status/macros.h"

namespace supportkpi::plan {
namespace {

using kpi::Clock;
using kpi::Definition;
using kpi::Form;

constexpr const char* kAnyPercentile = "p0..p100";

bool Contains(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void AppendNew(std::vector<std::string>& names, const std::string& name) {
  if (!Contains(names, name)) names.push_back(name);
}

absl::StatusOr<const Definition*> FindDefinition(const std::string& path, const std::string& id) {
  if (id.empty()) return Refuse(path, "required", "the id of a KPI, such as \"tickets_created\"");
  if (const Definition* definition = kpi::FindKpi(id)) return definition;
  const std::vector<std::string> nearest = kpi::NearestKpis(id);
  std::string meant = "ListKpis lists the known ones";
  if (!nearest.empty()) {
    meant = "did you mean";
    for (size_t i = 0; i < nearest.size(); ++i) absl::StrAppend(&meant, i == 0 ? " \"" : " or \"", nearest[i], "\"");
    absl::StrAppend(&meant, "?");
  }
  return Refuse(path, absl::StrCat("unknown kpi ", Quoted(id)), meant);
}

absl::StatusOr<const Form*> FindForm(absl::string_view path, const KpiSelection& asked, const Definition& definition) {
  std::vector<std::string> variants, anchors;
  for (const Form& form : definition.forms) {
    if (!form.variant.empty()) AppendNew(variants, form.variant);
  }
  if (!asked.variant.empty() && !Contains(variants, asked.variant)) {
    return Refuse(absl::StrCat(path, ".variant"),
                  absl::StrCat("kpi ", Quoted(definition.id), " has no variant ", Quoted(asked.variant)),
                  variants.empty() ? "it has none" : MeantOrKnown(asked.variant, variants, "it has"));
  }
  const std::string& variant = asked.variant.empty() ? definition.forms.front().variant : asked.variant;
  for (const Form& form : definition.forms) {
    if (form.variant != variant) continue;
    if (asked.anchor.empty() || asked.anchor == form.anchor) return &form;
    anchors.push_back(form.anchor);
  }
  return Refuse(absl::StrCat(path, ".anchor"),
                absl::StrCat("kpi ", Quoted(definition.id), variant.empty() ? "" : absl::StrCat(" as ", variant),
                             " cannot be dated by ", Quoted(asked.anchor)),
                MeantOrKnown(asked.anchor, anchors, "it has"));
}

absl::Status ResolveStatistic(const std::string& path, const KpiSelection& asked, Selection& selection) {
  const Definition& definition = *selection.definition;
  const std::vector<std::string>& known = definition.statistics;
  if (known.empty()) {
    if (asked.statistic.empty()) return absl::OkStatus();
    return Refuse(path, absl::StrCat("kpi ", Quoted(definition.id), " has no statistics, got ", Quoted(asked.statistic)),
                  "leave it empty; durations have mean, sum, min, max, stddev, median and percentiles");
  }
  selection.statistic_name = asked.statistic.empty() ? known.front() : asked.statistic;
  const std::optional<Statistic> statistic = ParseStatistic(selection.statistic_name);
  if (!statistic.has_value()) {
    return Refuse(path, absl::StrCat("unknown statistic ", Quoted(asked.statistic)), MeantOrKnown(asked.statistic, known, "it has"));
  }
  const bool is_percentile = statistic->kind == Statistic::Kind::kPercentile && selection.statistic_name != "median";
  if (!(statistic->percentile >= 0 && statistic->percentile <= 100)) {
    return Refuse(path, absl::StrCat("percentile ", asked.statistic.substr(1, 32), " outside 0..100"), "p0 to p100");
  }
  if (!Contains(known, is_percentile ? kAnyPercentile : selection.statistic_name)) {
    return Refuse(path, absl::StrCat("kpi ", Quoted(definition.id), " has no ", Quoted(asked.statistic)),
                  absl::StrCat("it has ", Listed(known)));
  }
  selection.statistic = *statistic;
  return absl::OkStatus();
}

absl::Status ResolveClock(const std::string& path, const KpiSelection& asked, Selection& selection) {
  const std::vector<Clock>& clocks = selection.definition->clocks;
  if (std::find(clocks.begin(), clocks.end(), asked.clock) == clocks.end()) {
    return Refuse(path, absl::StrCat("kpi ", Quoted(selection.definition->id), " is not measured with the business clock"),
                  "it has the calendar clock");
  }
  selection.clock = asked.clock;
  return absl::OkStatus();
}

absl::Status ResolveAttribution(const std::string& path, const KpiSelection& asked, Selection& selection) {
  const std::vector<std::string>& known = selection.definition->attributions;
  if (asked.attribution.empty()) {
    if (!known.empty()) selection.attribution = known.front();
    return absl::OkStatus();
  }
  // At an event, who it is assigned to and the value at the event are the same.
  const bool same = asked.attribution == "assignee" && Contains(known, "event");
  if (!same && !Contains(known, asked.attribution)) {
    return Refuse(path,
                  absl::StrCat("kpi ", Quoted(selection.definition->id), " has no attribution ", Quoted(asked.attribution)),
                  known.empty() ? "it has only one way to credit; leave it empty"
                                : MeantOrKnown(asked.attribution, known, "it has"));
  }
  selection.attribution = asked.attribution;
  return absl::OkStatus();
}

absl::Status ResolveExclusions(absl::string_view path, const KpiSelection& asked, Selection& selection) {
  static const auto& kRules = *new std::vector<std::string>{"deleted", "spam", "test", "merged"};  // bits 1, 2, 4, 8
  for (size_t i = 0; i < asked.include.size(); ++i) {
    auto found = std::find(kRules.begin(), kRules.end(), asked.include[i]);
    if (found == kRules.end()) {
      return Refuse(absl::StrCat(path, ".include[", i, "]"), absl::StrCat("unknown rule ", Quoted(asked.include[i])),
                    MeantOrKnown(asked.include[i], kRules, "allowed are"));
    }
    selection.included_exclusions |= int64_t{1} << (found - kRules.begin());
  }
  const std::vector<kpi::Part>& parts = selection.form->parts;
  if (std::none_of(parts.begin(), parts.end(), [](const kpi::Part& part) { return part.honours_exclusion; })) {
    return absl::OkStatus();
  }
  for (size_t i = 0; i < kRules.size(); ++i) {
    if ((selection.included_exclusions >> i & 1) == 0) selection.excluded.push_back(kRules[i]);
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<Statistic> ParseStatistic(absl::string_view text) {
  using Kind = Statistic::Kind;
  constexpr std::pair<const char*, Kind> kNames[] = {{"mean", Kind::kMean}, {"sum", Kind::kSum},       {"min", Kind::kMin},
                                                     {"max", Kind::kMax},   {"stddev", Kind::kStddev}, {"median", Kind::kPercentile}};
  for (const auto& [name, kind] : kNames) {
    if (text == name) return Statistic{kind, 50};
  }
  if (text.size() < 2 || text.size() > 32 || text[0] != 'p') return std::nullopt;
  text.remove_prefix(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const bool sign = i == 0 && text[i] == '-';
    if (!sign && text[i] != '.' && !absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
  }
  double percentile = 0;
  if (!absl::SimpleAtod(text, &percentile) || !std::isfinite(percentile)) return std::nullopt;
  return Statistic{Kind::kPercentile, percentile};
}

absl::StatusOr<Selection> ResolveSelection(absl::string_view path, const KpiSelection& asked, const Question& question,
                                           const settings::Settings& settings, const Limits& limits) {
  Selection selection;
  ASSIGN_OR_RETURN(selection.definition, FindDefinition(absl::StrCat(path, ".kpi"), asked.kpi));
  selection.alias = asked.alias.empty() ? asked.kpi : asked.alias;
  ASSIGN_OR_RETURN(selection.form, FindForm(path, asked, *selection.definition));
  RETURN_IF_ERROR(ResolveStatistic(absl::StrCat(path, ".statistic"), asked, selection));
  RETURN_IF_ERROR(ResolveClock(absl::StrCat(path, ".clock"), asked, selection));
  RETURN_IF_ERROR(ResolveAttribution(absl::StrCat(path, ".attribution"), asked, selection));
  RETURN_IF_ERROR(ResolveExclusions(path, asked, selection));
  ASSIGN_OR_RETURN(selection.parameters, ReadParameters(path, asked, *selection.definition, question, settings, limits));
  return selection;
}

}  // namespace supportkpi::plan
