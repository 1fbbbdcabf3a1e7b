#include "exec/executor.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace supportkpi::exec {
namespace {

bool LooksAtCurrency(const plan::BoundFilter& filter) {
  return filter.field.domain == record::Domain::kCurrency ||
         std::any_of(filter.args.begin(), filter.args.end(), LooksAtCurrency);
}

}  // namespace

std::vector<std::string> LeftOutNames(const kpi::Part& part) {
  std::vector<std::string> names;
  for (const kpi::LeftOut& rule : part.left_out) names.push_back(rule.rule);
  for (const char* name : {"deleted", "spam", "test", "merged", "invalid_duration", "no_schedule", "no_value"})
    names.push_back(name);
  return names;
}

std::vector<std::string> NoteNames(const kpi::Part& part) {
  std::vector<std::string> names;
  for (const kpi::LeftOut& note : part.notes) names.push_back(note.rule);
  if (part.mode == kpi::Mode::kContained) names.push_back("partly_covered");
  if (part.mode == kpi::Mode::kContained && part.set == fact::FactSet::kCustomerPeriod) names.push_back("period_breaks");
  return names;
}

bool AsksByCurrency(const plan::PartPlan& part) {
  return LooksAtCurrency(part.filter) || std::any_of(part.groups.begin(), part.groups.end(), [](const auto& group) {
           return group.domain == record::Domain::kCurrency;
         });
}

absl::Status SeveralCurrenciesError(const std::vector<std::string>& currencies) {
  return absl::FailedPreconditionError(absl::StrCat("kpis: money in several currencies would be added: ",
                                                    absl::StrJoin(currencies, ", "),
                                                    "; group by currency or filter on it"));
}

absl::Status TooManyGroupsError(int64_t max_groups) {
  return absl::ResourceExhaustedError(
      absl::StrCat("group_by: more than ", max_groups, " groups; add a filter or use fewer dimensions"));
}

}  // namespace supportkpi::exec
