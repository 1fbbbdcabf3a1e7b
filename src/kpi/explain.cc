// Examples and lists, made from the rows.
#include "kpi/explain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "kpi/dimensions.h"

namespace supportkpi::kpi {
namespace {

bool Has(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What a first look groups by: what the KPI is about, else what most facts have.
std::vector<std::string> ExampleGroups(const Definition& definition) {
  if (!definition.share_field.empty()) return {definition.share_field};
  if (!definition.example_group.empty()) return {definition.example_group};
  const std::vector<std::string> dimensions = DimensionsOf(definition);
  for (const char* name : {"team", "segment", "channel", "kind"}) {
    if (Has(dimensions, name)) return {name};
  }
  return {};
}

void AppendNew(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && !Has(names, name)) names.push_back(name);
}

}  // namespace

std::string ExampleRequest(const Definition& definition) {
  std::vector<std::string> quoted_groups;
  for (const std::string& group : ExampleGroups(definition)) quoted_groups.push_back(absl::StrCat("\"", group, "\""));
  std::string selection = absl::StrCat("{\"kpi\": \"", definition.id, "\"");
  if (Has(definition.statistics, "median")) absl::StrAppend(&selection, ", \"statistic\": \"median\"");
  for (const Parameter& parameter : definition.parameters) {
    if (parameter.type != Parameter::Type::kTarget || !definition.default_targets.empty()) continue;
    absl::StrAppend(&selection, ", \"parameters\": {\"", parameter.name, "\": \"2d\"}");
  }
  absl::StrAppend(&selection, "}");
  return absl::StrCat("{\"kpis\": [", selection,
                      "], \"range\": {\"start\": \"2026-01-01T00:00:00Z\", \"end\": \"2026-04-01T00:00:00Z\"}, "
                      "\"grain\": {\"unit\": \"GRAIN_UNIT_MONTH\"}",
                      quoted_groups.empty() ? "" : absl::StrCat(", \"group_by\": [", absl::StrJoin(quoted_groups, ", "), "]"), "}");
}

std::vector<std::string> AnchorsOf(const Definition& definition) {
  std::vector<std::string> anchors;
  for (const Form& form : definition.forms) AppendNew(anchors, form.anchor);
  return anchors;
}

std::vector<std::string> VariantsOf(const Definition& definition) {
  std::vector<std::string> variants;
  for (const Form& form : definition.forms) AppendNew(variants, form.variant);
  return variants;
}

}  // namespace supportkpi::kpi
