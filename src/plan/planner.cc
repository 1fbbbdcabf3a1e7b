// Checks the question as a whole, plans its KPIs one by one and lets equal parts stand once.
#include "plan/planner.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plan/dump.h"
#include "plan/field_binding.h"
#include "plan/filter_binding.h"
#include "plan/part_planning.h"
#include "plan/refusal.h"
#include "plan/selection.h"
#include "plan/shaping.h"
#include "plan/spike.h"
#include "status/macros.h"
#include "time/calendar.h"

namespace supportkpi::plan {
namespace {

class Planner {
 public:
  Planner(const Question& question, const settings::Settings& settings, const Limits& limits)
      : question_(question), settings_(settings), limits_(limits) {}

  absl::StatusOr<Plan> Make() {
    RETURN_IF_ERROR(CheckCounts());
    RETURN_IF_ERROR(SetRange());
    RETURN_IF_ERROR(SetGroups());
    RETURN_IF_ERROR(CheckFilter("filter", question_.filter, limits_));
    RETURN_IF_ERROR(CheckFilter("filter_text", question_.filter_text, limits_));
    for (size_t i = 0; i < question_.kpis.size(); ++i) RETURN_IF_ERROR(AddKpi(i));
    ASSIGN_OR_RETURN(plan_.shape, MakeShape(question_, plan_, limits_));
    return std::move(plan_);
  }

 private:
  absl::Status CheckCounts() const {
    const int64_t count = static_cast<int64_t>(question_.kpis.size());
    if (count == 0) return Refuse("kpis", "empty", absl::StrCat("1 to ", limits_.kpis, " entries"));
    if (count > limits_.kpis) return Refuse("kpis", absl::StrCat(count, " entries"), absl::StrCat("at most ", limits_.kpis));
    if (question_.limit < 0) return Refuse("limit", absl::StrCat(question_.limit, " below 0"), "0 for all rows, or more");
    return absl::OkStatus();
  }

  absl::Status SetRange() {
    if (question_.start_ms > question_.end_ms) {
      return Refuse("range", absl::StrCat("start ", time::FormatRfc3339(question_.start_ms), " is after end ",
                                          time::FormatRfc3339(question_.end_ms)),
                    "start must not be after end");
    }
    plan_.start_ms = question_.start_ms;
    plan_.end_ms = question_.end_ms;
    const std::string& name = question_.time_zone.empty() ? settings_.time_zone : question_.time_zone;
    if (name.empty()) {
      plan_.zone = &time::UtcZone();
    } else {
      absl::StatusOr<const time::Zone*> zone = time::FindZone(name);
      if (!zone.ok()) return absl::InvalidArgumentError(absl::StrCat("time_zone: ", zone.status().message()));
      plan_.zone = *zone;
    }
    plan_.grain = question_.grain;
    if (plan_.grain.fiscal_first_month == 0) plan_.grain.fiscal_first_month = settings_.fiscal_first_month;
    RETURN_IF_ERROR(time::ValidateGrain(plan_.grain));
    ASSIGN_OR_RETURN(plan_.buckets,
                     time::MakeBuckets(plan_.start_ms, plan_.end_ms, plan_.grain, *plan_.zone, limits_.buckets));
    return absl::OkStatus();
  }

  absl::Status SetGroups() {
    const int64_t count = static_cast<int64_t>(question_.group_by.size());
    if (count > limits_.dimensions) {
      return Refuse("group_by", absl::StrCat(count, " dimensions"), absl::StrCat("at most ", limits_.dimensions));
    }
    for (size_t i = 0; i < question_.group_by.size(); ++i) {
      const std::string path = absl::StrCat("group_by[", i, "]");
      const std::string& name = question_.group_by[i];
      if (static_cast<int64_t>(name.size()) > limits_.text_bytes) {
        return Refuse(path, absl::StrCat("name of ", name.size(), " bytes"), absl::StrCat("at most ", limits_.text_bytes, " bytes"));
      }
      RETURN_IF_ERROR(CheckFieldName(path, name));
      for (size_t j = 0; j < i; ++j) {
        if (question_.group_by[j] == name) {
          return Refuse(path, absl::StrCat(Quoted(name), " repeats group_by[", j, "]"), "name each dimension once");
        }
      }
    }
    plan_.group_names = question_.group_by;
    plan_.sets = {{true, kAllDimensions}};
    // Without groups the rows are the buckets' totals already: only the whole is left.
    if (question_.totals && question_.group_by.empty()) plan_.sets.push_back({false, 0});
    if (question_.totals && !question_.group_by.empty()) {
      for (const GroupingSet& set : {GroupingSet{true, 0}, GroupingSet{false, kAllDimensions}, GroupingSet{false, 0}})
        plan_.sets.push_back(set);
    }
    plan_.total_sets = plan_.sets.size() - 1;
    return SetSubtotals();
  }

  absl::Status SetSubtotals() {
    const int64_t count = static_cast<int64_t>(question_.subtotals.size());
    if (count > limits_.subtotals) {
      return Refuse("subtotals", absl::StrCat(count, " of them"), absl::StrCat("at most ", limits_.subtotals));
    }
    for (size_t i = 0; i < question_.subtotals.size(); ++i) {
      const Subtotal& subtotal = question_.subtotals[i];
      GroupingSet set{!subtotal.over_buckets, 0};
      for (size_t j = 0; j < subtotal.group_by.size(); ++j) {
        const std::string path = absl::StrCat("subtotals[", i, "].group_by[", j, "]");
        ASSIGN_OR_RETURN(const size_t d, DimensionNamed(path, subtotal.group_by[j], plan_));
        if (Has(set.dimensions, d)) {
          return Refuse(path, absl::StrCat(Quoted(subtotal.group_by[j]), " stands there twice"), "name each dimension once");
        }
        set.dimensions |= MaskOf(d);
      }
      if (subtotal.group_by.size() == plan_.group_names.size()) set.dimensions = kAllDimensions;
      plan_.sets.push_back(set);
    }
    return absl::OkStatus();
  }

  absl::Status AddKpi(size_t i) {
    const KpiSelection& asked = question_.kpis[i];
    const std::string path = absl::StrCat("kpis[", i, "]");
    RETURN_IF_ERROR(CheckFilter(absl::StrCat(path, ".filter"), asked.filter, limits_));
    RETURN_IF_ERROR(CheckFilter(absl::StrCat(path, ".filter_text"), asked.filter_text, limits_));
    ASSIGN_OR_RETURN(Selection selection, ResolveSelection(path, asked, question_, settings_, limits_));
    RETURN_IF_ERROR(CheckAlias(path, selection.alias, i));
    KpiPlan kpi;
    kpi.alias = selection.alias;
    kpi.definition = selection.definition;
    kpi.form = selection.form;
    kpi.statistic = selection.statistic_name;
    kpi.attribution = selection.attribution;
    kpi.clock = selection.clock;
    kpi.parameters = selection.parameters.as_used;
    kpi.excluded = selection.excluded;
    RETURN_IF_ERROR(SetShareGroup(path, kpi));
    ASSIGN_OR_RETURN(std::vector<PartPlan> parts, PlanParts(path, selection, asked, question_, settings_));
    for (PartPlan& part : parts) {
      part.buckets = plan_.buckets;
      part.start_ms = plan_.start_ms;
      part.end_ms = plan_.end_ms;
    }
    if (kpi.definition->finish == kpi::Finish::kSpike) {
      ASSIGN_OR_RETURN(Spike spike, PlanSpike(plan_, kpi, parts.front()));
      kpi.parts = AddParts(std::move(parts));
      spike.plan.earlier_part = AddParts({std::move(spike.earlier)}).front();
      spike.plan.first_ticket_part = AddParts({std::move(spike.first_ticket)}).front();
      kpi.spike = std::move(spike.plan);
    } else {
      kpi.parts = AddParts(std::move(parts));
    }
    plan_.kpis.push_back(std::move(kpi));
    return absl::OkStatus();
  }

  absl::Status CheckAlias(const std::string& path, const std::string& alias, size_t i) const {
    const std::string alias_path = absl::StrCat(path, question_.kpis[i].alias.empty() ? ".kpi" : ".alias");
    if (static_cast<int64_t>(alias.size()) > limits_.text_bytes) {
      return Refuse(alias_path, absl::StrCat("name of ", alias.size(), " bytes"), absl::StrCat("at most ", limits_.text_bytes, " bytes"));
    }
    for (size_t j = 0; j < plan_.kpis.size(); ++j) {
      if (plan_.kpis[j].alias == alias) {
        return Refuse(alias_path, absl::StrCat(Quoted(alias), " is a duplicate of kpis[", j, "]"), "give each kpi an alias of its own");
      }
    }
    const auto& groups = question_.group_by;
    if (alias == "bucket" || std::find(groups.begin(), groups.end(), alias) != groups.end()) {
      return Refuse(alias_path, absl::StrCat(Quoted(alias), " is the name of another column"), "give the kpi an alias of its own");
    }
    return absl::OkStatus();
  }

  absl::Status SetShareGroup(const std::string& path, KpiPlan& kpi) const {
    if (kpi.definition->finish != kpi::Finish::kShareOfGroups) return absl::OkStatus();
    const std::string& field = kpi.definition->share_field;
    for (size_t i = 0; i < question_.group_by.size(); ++i) {
      if (question_.group_by[i] == field || question_.group_by[i] == absl::StrCat("ticket.", field)) {
        kpi.share_group = static_cast<int>(i);
        return absl::OkStatus();
      }
    }
    return Refuse(absl::StrCat(path, ".kpi"), absl::StrCat(Quoted(kpi.definition->id), " is the share of each ", field),
                  absl::StrCat("put ", Quoted(field), " into group_by"));
  }

  // Adds the parts of one KPI, or finds them where an equal one stands already. A part that others join is theirs too, so
  // its text is followed by theirs.
  std::vector<int> AddParts(std::vector<PartPlan> parts) {
    std::vector<std::string> keys(parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
      absl::StrAppend(&keys[i], Dump(parts[i]));
      if (parts[i].joins >= 0) absl::StrAppend(&keys[parts[i].joins], "joined by\n", Dump(parts[i]));
    }
    std::vector<int> indexes;
    for (size_t i = 0; i < parts.size(); ++i) {
      // What it joins or is counted over stands before it, and tells it from others that look alike.
      for (int* other : {&parts[i].joins, &parts[i].over}) {
        if (*other >= 0) *other = indexes[*other];
      }
      absl::StrAppend(&keys[i], "joins ", parts[i].joins, " over ", parts[i].over);
      auto [found, is_new] = index_by_key_.emplace(keys[i], static_cast<int>(plan_.parts.size()));
      if (is_new) plan_.parts.push_back(std::move(parts[i]));
      indexes.push_back(found->second);
    }
    return indexes;
  }

  const Question& question_;
  const settings::Settings& settings_;
  const Limits& limits_;
  Plan plan_;
  std::map<std::string, int> index_by_key_;
};

}  // namespace

absl::StatusOr<Plan> MakePlan(const Question& question, const settings::Settings& settings, const Limits& limits) {
  return Planner(question, settings, limits).Make();
}

}  // namespace supportkpi::plan
