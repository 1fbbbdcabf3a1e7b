#include "plan/shaping.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "plan/filter_binding.h"
#include "plan/refusal.h"
#include "status/macros.h"

namespace supportkpi::plan {
namespace {

std::optional<size_t> PlaceOf(absl::string_view name, const Plan& plan) {
  const auto found = std::find(plan.group_names.begin(), plan.group_names.end(), name);
  if (found == plan.group_names.end()) return std::nullopt;
  return static_cast<size_t>(found - plan.group_names.begin());
}

class Shaper {
 public:
  Shaper(const Question& question, const Plan& plan, const Limits& limits)
      : question_(question), plan_(plan), limits_(limits) {}

  absl::StatusOr<Shape> Make() {
    Shape shape{.limit = question_.limit, .sparse = question_.sparse};
    for (size_t i = 0; i < question_.order_by.size(); ++i) {
      ASSIGN_OR_RETURN(const OrderColumn column, ColumnOf(i));
      shape.order.push_back(column);
    }
    RETURN_IF_ERROR(CheckFilterShape("having", question_.having, limits_));
    RETURN_IF_ERROR(CheckFilterShape("having_text", question_.having_text, limits_));
    ASSIGN_OR_RETURN(Having tree, Bind("having", question_.having));
    ASSIGN_OR_RETURN(Having text, Bind("having_text", question_.having_text));
    shape.having = {.op = Having::Op::kAll};
    for (Having* condition : {&tree, &text})
      if (condition->op != Having::Op::kTrue) shape.having.args.push_back(std::move(*condition));
    if (shape.having.args.empty()) shape.having.op = Having::Op::kTrue;
    if (question_.top.has_value()) {
      ASSIGN_OR_RETURN(shape.top, TopOf(*question_.top));
    }
    return shape;
  }

 private:
  std::vector<std::string> Aliases() const {
    std::vector<std::string> aliases;
    for (const KpiPlan& kpi : plan_.kpis) aliases.push_back(kpi.alias);
    return aliases;
  }

  std::optional<size_t> KpiNamed(absl::string_view alias) const {
    const auto found = std::find_if(plan_.kpis.begin(), plan_.kpis.end(), [&](const KpiPlan& kpi) { return kpi.alias == alias; });
    if (found == plan_.kpis.end()) return std::nullopt;
    return static_cast<size_t>(found - plan_.kpis.begin());
  }

  absl::StatusOr<OrderColumn> ColumnOf(size_t i) const {
    const OrderBy& order = question_.order_by[i];
    if (const auto kpi = KpiNamed(order.column)) return OrderColumn{OrderColumn::Kind::kKpi, *kpi, order.descending};
    if (const auto group = PlaceOf(order.column, plan_)) return OrderColumn{OrderColumn::Kind::kGroup, *group, order.descending};
    if (order.column == "bucket") return OrderColumn{OrderColumn::Kind::kBucket, 0, order.descending};
    std::vector<std::string> known = {"bucket"};
    known.insert(known.end(), plan_.group_names.begin(), plan_.group_names.end());
    for (std::string& alias : Aliases()) known.push_back(std::move(alias));
    return Refuse(absl::StrCat("order_by[", i, "].column"), absl::StrCat("unknown column ", Quoted(order.column)),
                  MeantOrKnown(order.column, known, "known are"));
  }

  absl::StatusOr<Having> Bind(const std::string& path, const Filter& filter) const {
    using Op = Filter::Op;
    Having having;
    switch (filter.op) {
      case Op::kTrue: return having;
      case Op::kAll: having.op = Having::Op::kAll; break;
      case Op::kAny: having.op = Having::Op::kAny; break;
      case Op::kNot: having.op = Having::Op::kNot; break;
      case Op::kEquals:
      case Op::kIn: having.op = Having::Op::kIn; break;
      case Op::kLessThan: having.op = Having::Op::kLessThan; break;
      case Op::kAtMost: having.op = Having::Op::kAtMost; break;
      case Op::kGreaterThan: having.op = Having::Op::kGreaterThan; break;
      case Op::kAtLeast: having.op = Having::Op::kAtLeast; break;
      case Op::kPresent: having.op = Having::Op::kPresent; break;
      case Op::kAbsent: having.op = Having::Op::kAbsent; break;
      case Op::kPrefix: return Refuse(path, "prefix of a number", "equals, in, less_than, at_most, greater_than, at_least, present");
    }
    if (filter.op == Op::kAll || filter.op == Op::kAny || filter.op == Op::kNot) {
      const absl::string_view name = filter.op == Op::kAll ? ".all" : filter.op == Op::kAny ? ".any" : ".not";
      for (size_t i = 0; i < filter.args.size(); ++i) {
        const std::string inner = filter.op == Op::kNot ? absl::StrCat(path, name) : absl::StrCat(path, name, "[", i, "]");
        ASSIGN_OR_RETURN(Having arg, Bind(inner, filter.args[i]));
        having.args.push_back(std::move(arg));
      }
      return having;
    }
    RETURN_IF_ERROR(BindColumn(path, filter.field, &having));
    for (const std::string& value : filter.values) {
      double number = 0;
      if (!absl::SimpleAtod(value, &number) || !std::isfinite(number)) {
        return Refuse(path, absl::StrCat(Quoted(value), " is no number"),
                      absl::StrCat(Quoted(filter.field), " is compared with a number such as 12.5"));
      }
      having.numbers.push_back(number);
    }
    return having;
  }

  absl::Status BindColumn(const std::string& path, const std::string& field, Having* having) const {
    if (const auto kpi = KpiNamed(field)) {
      having->kpi = *kpi;
      return absl::OkStatus();
    }
    for (const auto& [suffix, of] : {std::pair{".facts", Having::Of::kFacts}, std::pair{".numerator", Having::Of::kNumerator},
                                     std::pair{".denominator", Having::Of::kDenominator}}) {
      absl::string_view alias = field;
      if (!absl::ConsumeSuffix(&alias, suffix)) continue;
      if (const auto kpi = KpiNamed(alias)) {
        having->kpi = *kpi;
        having->of = of;
        return absl::OkStatus();
      }
    }
    return Refuse(absl::StrCat(path, ".field"), absl::StrCat("unknown column ", Quoted(field)),
                  absl::StrCat(MeantOrKnown(field, Aliases(), "known are"), ", each also with .facts, .numerator, .denominator"));
  }

  absl::StatusOr<TopGroups> TopOf(const Top& top) const {
    if (plan_.group_names.empty()) return Refuse("top", "without group_by", "group_by names what is ranked");
    if (top.count < 1 || top.count > limits_.top_groups) {
      return Refuse("top.count", absl::StrCat(top.count), absl::StrCat("1 to ", limits_.top_groups));
    }
    if (top.minimum_facts < 0) return Refuse("top.minimum_facts", absl::StrCat(top.minimum_facts, " below 0"), "0 or more");
    TopGroups groups{.count = top.count, .minimum_facts = top.minimum_facts, .without_other = top.without_other};
    if (!top.by.empty()) {
      const auto kpi = KpiNamed(top.by);
      if (!kpi) {
        return Refuse("top.by", absl::StrCat("unknown KPI ", Quoted(top.by)), MeantOrKnown(top.by, Aliases(), "asked are"));
      }
      groups.kpi = *kpi;
    }
    const KpiPlan& kpi = plan_.kpis[groups.kpi];
    if (kpi.definition->finish == kpi::Finish::kSpike) {
      return Refuse("top.by", absl::StrCat(Quoted(kpi.alias), " has no value over the whole range"), "rank by another KPI");
    }
    groups.descending = top.descending.value_or(kpi.definition->direction != kpi::Direction::kLower);
    if (!top.dimension.empty()) {
      ASSIGN_OR_RETURN(const size_t dimension, DimensionNamed("top.dimension", top.dimension, plan_));
      groups.dimensions = MaskOf(dimension);
    }
    if (kpi.share_group && !Has(groups.dimensions, static_cast<size_t>(*kpi.share_group))) {
      return Refuse("top.dimension", absl::StrCat(Quoted(kpi.alias), " tells only ", Quoted(plan_.group_names[*kpi.share_group]), " apart"),
                    "rank that dimension, all of them together, or by another KPI");
    }
    RETURN_IF_ERROR(CheckOtherIsDefined(groups));
    return groups;
  }

  // What is counted over the periods of all other groups together is not told apart by dimensions that it lacks.
  absl::Status CheckOtherIsDefined(const TopGroups& top) const {
    if (top.without_other) return absl::OkStatus();
    for (const PartPlan& part : plan_.parts) {
      for (size_t d = 0; part.over >= 0 && d < part.groups.size(); ++d) {
        if (!Has(top.dimensions, d) || part.groups[d].applies) continue;
        return Refuse("top", absl::StrCat("the row of all other groups is not defined where ", Quoted(plan_.group_names[d]),
                                          " tells apart only one side of a ratio"),
                      "set top.without_other");
      }
    }
    return absl::OkStatus();
  }

  const Question& question_;
  const Plan& plan_;
  const Limits& limits_;
};

}  // namespace

absl::StatusOr<size_t> DimensionNamed(const std::string& path, const std::string& name, const Plan& plan) {
  if (const auto place = PlaceOf(name, plan)) return *place;
  return Refuse(path, absl::StrCat(Quoted(name), " is not in group_by"),
                plan.group_names.empty() ? "group_by names nothing" : absl::StrCat("one of ", absl::StrJoin(plan.group_names, ", ")));
}

absl::StatusOr<Shape> MakeShape(const Question& question, const Plan& plan, const Limits& limits) {
  return Shaper(question, plan, limits).Make();
}

}  // namespace supportkpi::plan
