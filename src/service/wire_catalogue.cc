// A catalogue row as a KpiDefinition.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "kpi/dimensions.h"
#include "service/wire.h"

namespace supportkpi::service {

namespace {

void AddOnce(const std::string& name, google::protobuf::RepeatedPtrField<std::string>* names) {
  if (name.empty() || std::find(names->begin(), names->end(), name) != names->end()) return;
  *names->Add() = name;
}

// A request to paste after grpcurl's -d. Parameters without a default are given: the question may not do without them.
std::string ExampleRequest(const kpi::Definition& definition) {
  std::string parameters;
  for (const kpi::Parameter& parameter : definition.parameters) {
    if (parameter.default_value.has_value()) continue;
    std::string value;
    if (parameter.type == kpi::Parameter::Type::kDuration || parameter.type == kpi::Parameter::Type::kTarget) value = "24h";
    if (parameter.type == kpi::Parameter::Type::kStatus) value = "open";
    if (parameter.type == kpi::Parameter::Type::kText && !parameter.allowed.empty()) value = parameter.allowed.front();
    if (value.empty()) continue;
    absl::StrAppend(&parameters, parameters.empty() ? "" : ",", "\"", parameter.name, "\":\"", value, "\"");
  }
  if (!parameters.empty()) parameters = absl::StrCat(",\"parameters\":{", parameters, "}");
  return absl::StrCat("{\"kpis\":[{\"kpi\":\"", definition.id, "\"", parameters,
                      "}],\"range\":{\"start\":\"2026-01-01T00:00:00Z\",\"end\":\"2026-04-01T00:00:00Z\"},"
                      "\"grain\":{\"unit\":\"GRAIN_UNIT_MONTH\"}}");
}

}  // namespace

v1::KpiDefinition DefinitionToWire(const kpi::Definition& definition) {
  v1::KpiDefinition message;
  message.set_id(definition.id);
  message.set_title(definition.title);
  message.set_formula(definition.formula_text);
  message.set_unit(ToWire(definition.unit));
  message.set_direction(ToWire(definition.direction));
  for (const std::string& statistic : definition.statistics) message.add_statistics(statistic);
  for (const kpi::Clock clock : definition.clocks) message.add_clocks(ToWire(clock));
  for (const kpi::Form& form : definition.forms) {
    AddOnce(form.anchor, message.mutable_anchors());
    AddOnce(form.variant, message.mutable_variants());
  }
  for (const std::string& attribution : definition.attributions) message.add_attributions(attribution);
  for (const std::string& dimension : kpi::DimensionsOf(definition)) message.add_dimensions(dimension);
  for (const kpi::Parameter& parameter : definition.parameters) {
    v1::KpiParameter& its_message = *message.add_parameters();
    its_message.set_name(parameter.name);
    its_message.set_description(parameter.description);
    its_message.set_default_value(parameter.default_value.value_or(""));
  }
  message.set_left_out(definition.left_out_text);
  for (const std::string& family : definition.asked_by) message.add_asked_by(family);
  message.set_example_request(ExampleRequest(definition));
  message.set_version(definition.version);
  return message;
}

}  // namespace supportkpi::service
