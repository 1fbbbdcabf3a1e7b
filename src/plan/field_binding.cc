// Binds dimensions, and explains why one cannot be had.
#include "plan/field_binding.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "kpi/dimensions.h"
#include "plan/refusal.h"

namespace supportkpi::plan {
namespace {

bool IsAttribute(absl::string_view name) {
  for (absl::string_view prefix : {"attributes.", "ticket.attributes.", "customer.attributes.", "agent.attributes."}) {
    absl::string_view rest = name;
    if (absl::ConsumePrefix(&rest, prefix)) return !rest.empty();
  }
  return false;
}

bool IsKnown(absl::string_view name) {
  if (IsAttribute(name)) return true;
  const std::vector<std::string>& all = kpi::AllFields();
  const auto has = [&](absl::string_view text) { return std::find(all.begin(), all.end(), text) != all.end(); };
  for (absl::string_view stem : {"attributes", "ticket.attributes", "customer.attributes", "agent.attributes"}) {
    if (name == stem) return false;
  }
  if (has(name)) return true;
  absl::string_view plain = name;
  return absl::ConsumePrefix(&plain, "ticket.") && has(plain);
}

bool Applies(const kpi::Part& part, absl::string_view name) { return part.over.empty() || !kpi::IsOfMoneyAlone(name); }

bool AllHave(const FieldScope& scope, absl::string_view attribution, absl::string_view name) {
  return std::all_of(scope.form.parts.begin(), scope.form.parts.end(), [&](const kpi::Part& part) {
    return !Applies(part, name) || kpi::BindField(scope.form, part, attribution, name).has_value();
  });
}

// What can be asked with the attribution in use; `attributes` stands for any of them.
std::vector<std::string> FieldsOf(const FieldScope& scope) {
  std::vector<std::string> fields = kpi::FieldsOf(scope.form);
  const auto is_missing = [&](const std::string& name) {
    return !AllHave(scope, scope.attribution, absl::EndsWith(name, "attributes") ? absl::StrCat(name, ".any") : name);
  };
  fields.erase(std::remove_if(fields.begin(), fields.end(), is_missing), fields.end());
  return fields;
}

absl::Status RefuseField(absl::string_view path, const FieldScope& scope, absl::string_view name) {
  std::set<std::string> with, without;
  for (const kpi::Part& part : scope.form.parts) {
    const bool has = !Applies(part, name) || kpi::BindField(scope.form, part, scope.attribution, name).has_value();
    (has ? with : without).insert(std::string(fact::InfoOf(part.set).name));
  }
  // The same facts may be asked in two ways, of which one has the field: they do not say which is missing.
  for (const std::string& kind : with) without.erase(kind);
  const std::string kpi = Quoted(scope.definition.id);
  const std::string common = Listed(FieldsOf(scope));
  const absl::string_view default_attribution = "";
  if (AllHave(scope, default_attribution, name)) {
    return Refuse(path,
                  absl::StrCat("kpi ", kpi, " has no dimension ", Quoted(name), " with attribution ", Quoted(scope.attribution)),
                  absl::StrCat("with it there are ", common));
  }
  if (with.empty() || without.empty()) {
    return Refuse(path, absl::StrCat("kpi ", kpi, " has no dimension ", Quoted(name)), absl::StrCat("it has ", common));
  }
  return Refuse(path,
                absl::StrCat("kpi ", kpi, " is made of several kinds of facts, and only ", absl::StrJoin(with, ", "),
                             " has the dimension ", Quoted(name), ", not ", absl::StrJoin(without, ", ")),
                absl::StrCat("all of them have ", common));
}

}  // namespace

absl::Status CheckFieldName(absl::string_view path, absl::string_view name) {
  if (name.empty()) return Refuse(path, "empty", absl::StrCat("known are ", Listed(kpi::AllFields())));
  if (IsKnown(name)) return absl::OkStatus();
  return Refuse(path, absl::StrCat("unknown dimension ", Quoted(name)), MeantOrKnown(name, kpi::AllFields(), "known are"));
}

absl::StatusOr<BoundField> BindFieldOf(absl::string_view path, const FieldScope& scope, const kpi::Part& part,
                                       absl::string_view name) {
  if (!Applies(part, name)) {
    BoundField field;
    field.name = std::string(name);
    field.applies = false;
    return field;
  }
  std::optional<BoundField> field = kpi::BindField(scope.form, part, scope.attribution, name);
  if (!field.has_value()) return RefuseField(path, scope, name);
  return *std::move(field);
}

}  // namespace supportkpi::plan
