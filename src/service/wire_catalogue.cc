// A catalogue row as a KpiDefinition.
#include "kpi/dimensions.h"
#include "kpi/explain.h"
#include "service/wire.h"

namespace supportkpi::service {

v1::KpiDefinition DefinitionToWire(const kpi::Definition& definition) {
  v1::KpiDefinition message;
  message.set_id(definition.id);
  message.set_title(definition.title);
  message.set_formula(definition.formula_text);
  message.set_unit(ToWire(definition.unit));
  message.set_direction(ToWire(definition.direction));
  for (const std::string& statistic : definition.statistics) message.add_statistics(statistic);
  for (const kpi::Clock clock : definition.clocks) message.add_clocks(ToWire(clock));
  for (const std::string& anchor : kpi::AnchorsOf(definition)) message.add_anchors(anchor);
  for (const std::string& variant : kpi::VariantsOf(definition)) message.add_variants(variant);
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
  message.set_example_request(kpi::ExampleRequest(definition));
  message.set_version(definition.version);
  return message;
}

}  // namespace supportkpi::service
