#include "exec/executor.h"

namespace supportkpi::exec {

std::vector<std::string> LeftOutNames(const kpi::Part& part) {
  std::vector<std::string> names;
  for (const kpi::LeftOut& rule : part.left_out) names.push_back(rule.rule);
  for (const char* name : {"deleted", "spam", "test", "merged", "invalid_duration", "no_schedule"}) names.push_back(name);
  return names;
}

std::vector<std::string> NoteNames(const kpi::Part& part) {
  std::vector<std::string> names;
  for (const kpi::LeftOut& note : part.notes) names.push_back(note.rule);
  if (part.mode == kpi::Mode::kContained) names.push_back("partly_covered");
  if (part.mode == kpi::Mode::kContained && part.set == fact::FactSet::kCustomerPeriod) names.push_back("period_breaks");
  return names;
}

}  // namespace supportkpi::exec
