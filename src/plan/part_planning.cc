// Makes the parts of one KPI.
#include "plan/part_planning.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plan/field_binding.h"
#include "plan/filter_binding.h"
#include "status/macros.h"

namespace supportkpi::plan {
namespace {

using fact::Column;
using kpi::Col;
using kpi::Expr;
using kpi::Op;

// Time in states from creation to the resolution by the calendar is stored with the resolution.
Expr UseStoredTimes(Expr expr) {
  for (Expr& arg : expr.args) arg = UseStoredTimes(std::move(arg));
  if (expr.op != Op::kTimeInStatus || expr.args[0] != Col(Column::kCreatedAt) || expr.args[1] != Col(Column::kStartAt)) return expr;
  const std::pair<int, Column> kStored[] = {
      {1, Column::kNewMs}, {2, Column::kOpenMs}, {3, Column::kPendingMs}, {4, Column::kOnHoldMs}};
  std::optional<Expr> sum;
  for (const auto& [status, column] : kStored) {
    if ((expr.constant >> status & 1) == 0) continue;
    sum = sum.has_value() ? Sum(*std::move(sum), Col(column)) : Col(column);
  }
  return sum.value_or(kpi::Const(0));
}

template <typename Visit>
void ForEachExpr(kpi::Part& part, Visit visit) {
  for (Expr* expr : {&part.at, &part.to, &part.where, &part.value, &part.weight, &part.entity, &part.record, &part.record_at, &part.currency,
                     &part.status}) {
    visit(*expr);
  }
  for (kpi::LeftOut& rule : part.left_out) visit(rule.when);
  for (kpi::LeftOut& note : part.notes) visit(note.when);
}

bool Uses(const kpi::Part& part, const std::vector<Op>& ops) {
  bool uses = false;
  kpi::Part copy = part;
  ForEachExpr(copy, [&](const Expr& expr) {
    Walk(expr, [&](const Expr& inner) { uses = uses || std::find(ops.begin(), ops.end(), inner.op) != ops.end(); });
  });
  return uses;
}

bool HasStatistic(const kpi::Part& part) {
  return part.aggregate == kpi::Aggregate::kStatistic || part.aggregate == kpi::Aggregate::kEntityStatistic;
}

// The question's target goes before the tenant's by channel, these before the tenant's for all others, and only a channel
// with none of them has the KPI's own default.
void SetTargets(const Selection& selection, const settings::Settings& settings, PartPlan& plan) {
  if (selection.parameters.target_ms.has_value()) {
    plan.target_ms = selection.parameters.target_ms;
    return;
  }
  for (const kpi::DefaultTarget& target : selection.definition->default_targets) {
    plan.target_by_channel[target.channel] = target.target_ms;
  }
  for (const settings::Target& target : settings.targets) {
    if (target.kpi == selection.definition->id && target.channel.empty()) {
      plan.target_by_channel.clear();
      plan.target_ms = target.target_ms;
    }
  }
  for (const settings::Target& target : settings.targets) {
    if (target.kpi == selection.definition->id && !target.channel.empty()) {
      plan.target_by_channel[target.channel] = target.target_ms;
    }
  }
}

absl::StatusOr<BoundFilter> AllFilters(absl::string_view path, const KpiSelection& asked, const Question& question,
                                       const FieldScope& scope, const kpi::Part& part) {
  BoundFilter all;
  all.op = BoundFilter::Op::kAll;
  const std::pair<std::string, const Filter*> filters[] = {
      {"filter", &question.filter},
      {"filter_text", &question.filter_text},
      {absl::StrCat(path, ".filter"), &asked.filter},
      {absl::StrCat(path, ".filter_text"), &asked.filter_text}};
  for (const auto& [filter_path, filter] : filters) {
    ASSIGN_OR_RETURN(std::optional<BoundFilter> bound, BindFilter(filter_path, *filter, scope, part));
    if (bound.has_value() && bound->op != BoundFilter::Op::kTrue) all.args.push_back(*std::move(bound));
  }
  if (all.args.empty()) return BoundFilter();
  if (all.args.size() == 1) {
    BoundFilter only = std::move(all.args.front());
    return only;
  }
  return all;
}

int IndexOf(const kpi::Form& form, const std::string& name) {
  if (name.empty()) return -1;
  for (size_t i = 0; i < form.parts.size(); ++i) {
    if (form.parts[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

absl::StatusOr<std::vector<PartPlan>> PlanParts(absl::string_view path, const Selection& selection, const KpiSelection& asked,
                                                const Question& question, const settings::Settings& settings) {
  kpi::Form form = *selection.form;
  for (kpi::Part& part : form.parts) {
    ForEachExpr(part, [&](Expr& expr) {
      expr = Substitute(expr, selection.parameters.numbers);
      if (selection.clock == kpi::Clock::kCalendar && part.set == fact::FactSet::kResolution) expr = UseStoredTimes(std::move(expr));
    });
  }
  const FieldScope scope{*selection.definition, form, selection.attribution};
  std::vector<PartPlan> plans;
  for (const kpi::Part& part : form.parts) {
    PartPlan plan;
    plan.part = part;
    plan.joins = IndexOf(form, part.joins);
    plan.over = IndexOf(form, part.over);
    if (HasStatistic(part)) plan.statistic = selection.statistic;
    if (Uses(part, {Op::kElapsed, Op::kDueAt, Op::kTimeInStatus})) {
      plan.clock = selection.clock;
      plan.schedule = selection.parameters.schedule;
    }
    if (Uses(part, {Op::kTarget})) SetTargets(selection, settings, plan);
    if (part.honours_exclusion) plan.included_exclusions = selection.included_exclusions;
    for (size_t i = 0; i < question.group_by.size(); ++i) {
      ASSIGN_OR_RETURN(BoundField field, BindFieldOf(absl::StrCat("group_by[", i, "]"), scope, part, question.group_by[i]));
      plan.groups.push_back(std::move(field));
    }
    ASSIGN_OR_RETURN(plan.filter, AllFilters(path, asked, question, scope, part));
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace supportkpi::plan
