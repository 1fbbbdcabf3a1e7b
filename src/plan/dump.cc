// Plans as text: for tests, and to tell parts apart.
#include "plan/dump.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "time/calendar.h"

namespace supportkpi::plan {
namespace {

absl::string_view NameOf(kpi::Mode mode) {
  switch (mode) {
    case kpi::Mode::kInstant: return "instant";
    case kpi::Mode::kAtBucketEnd: return "at_bucket_end";
    case kpi::Mode::kClipped: return "clipped";
    case kpi::Mode::kContained: return "contained";
    case kpi::Mode::kMovedIn: return "moved_in";
    case kpi::Mode::kMovedOut: return "moved_out";
  }
  return "?";
}

absl::string_view NameOf(kpi::Aggregate aggregate) {
  switch (aggregate) {
    case kpi::Aggregate::kCount: return "count";
    case kpi::Aggregate::kSum: return "sum";
    case kpi::Aggregate::kStatistic: return "statistic";
    case kpi::Aggregate::kMax: return "max";
    case kpi::Aggregate::kDistinct: return "distinct";
    case kpi::Aggregate::kEntityStatistic: return "entity_statistic";
    case kpi::Aggregate::kChainFirst: return "chain_first";
    case kpi::Aggregate::kChainLast: return "chain_last";
    case kpi::Aggregate::kChainAnnual: return "chain_annual";
  }
  return "?";
}

absl::string_view NameOf(BoundFilter::Op op) {
  switch (op) {
    case BoundFilter::Op::kTrue: return "true";
    case BoundFilter::Op::kAll: return "all";
    case BoundFilter::Op::kAny: return "any";
    case BoundFilter::Op::kNot: return "not";
    case BoundFilter::Op::kIn: return "in";
    case BoundFilter::Op::kLessThan: return "less_than";
    case BoundFilter::Op::kAtMost: return "at_most";
    case BoundFilter::Op::kGreaterThan: return "greater_than";
    case BoundFilter::Op::kAtLeast: return "at_least";
    case BoundFilter::Op::kPrefix: return "prefix";
    case BoundFilter::Op::kPresent: return "present";
    case BoundFilter::Op::kAbsent: return "absent";
  }
  return "?";
}

absl::string_view NameOf(Statistic::Kind kind) {
  switch (kind) {
    case Statistic::Kind::kMean: return "mean";
    case Statistic::Kind::kSum: return "sum";
    case Statistic::Kind::kMin: return "min";
    case Statistic::Kind::kMax: return "max";
    case Statistic::Kind::kStddev: return "stddev";
    case Statistic::Kind::kPercentile: return "p";
  }
  return "?";
}

std::string DumpField(const BoundField& field) {
  if (!field.applies) return absl::StrCat(field.name, "=(does not apply)");
  std::string text = absl::StrCat(field.name, "=");
  if (!field.attribute.empty()) {
    absl::StrAppend(&text, "attribute ", static_cast<int>(field.attribute_owner), " of ", kpi::Dump(field.attribute_of));
  } else if (field.list.has_value()) {
    absl::StrAppend(&text, "each ", fact::InfoOf(*field.list).name);
    if (field.list_at.has_value()) {
      absl::StrAppend(&text, " where ", fact::InfoOf(*field.list_at).name, " < ", kpi::Dump(field.list_until));
    }
  } else {
    absl::StrAppend(&text, kpi::Dump(field.expr));
  }
  if (field.before != field.expr) absl::StrAppend(&text, " before ", kpi::Dump(field.before));
  return text;
}

std::string DumpFilter(const BoundFilter& filter) {
  if (filter.op == BoundFilter::Op::kTrue) return "true";
  std::vector<std::string> inside;
  if (filter.args.empty()) inside.push_back(DumpField(filter.field));
  for (const std::string& value : filter.values) inside.push_back(absl::StrCat(value.size(), ":", value));
  for (const BoundFilter& arg : filter.args) inside.push_back(DumpFilter(arg));
  return absl::StrCat(NameOf(filter.op), "(", absl::StrJoin(inside, ", "), ")");
}

std::string DumpBuckets(const std::vector<time::Bucket>& buckets) {
  if (buckets.empty()) return "none";
  return absl::StrCat(buckets.size(), " from ", time::FormatRfc3339(buckets.front().start_ms), " to ",
                      time::FormatRfc3339(buckets.back().end_ms));
}

class PartText {
 public:
  explicit PartText(const PartPlan& plan) : plan_(plan) {}

  std::string Text() {
    const kpi::Part& part = plan_.part;
    Line("set", absl::StrCat(fact::InfoOf(part.set).name, " ", NameOf(part.mode), " ", NameOf(part.aggregate)));
    Line("at", kpi::Dump(part.at));
    LineUnlessConst("to", part.to, 0);
    LineUnlessConst("where", part.where, 1);
    for (const kpi::LeftOut& rule : part.left_out) Line("left_out", absl::StrCat(rule.rule, " ", kpi::Dump(rule.when)));
    for (const kpi::LeftOut& note : part.notes) Line("note", absl::StrCat(note.rule, " ", kpi::Dump(note.when)));
    LineUnlessConst("value", part.value, 0);
    LineUnlessConst("weight", part.weight, 1);
    LineUnlessConst("entity", part.entity, 0);
    LineUnlessConst("record", part.record, 0);
    LineUnlessConst("record_at", part.record_at, 0);
    LineUnlessConst("currency", part.currency, 0);
    if (part.value_is_duration) Line("duration", "yes");
    if (!part.honours_exclusion) Line("flagged", "stay");
    Terms();
    for (const BoundField& field : plan_.groups) Line("group", DumpField(field));
    if (plan_.filter.op != BoundFilter::Op::kTrue) Line("filter", DumpFilter(plan_.filter));
    Line("buckets", DumpBuckets(plan_.buckets));
    return std::move(text_);
  }

 private:
  void Terms() {
    if (plan_.part.aggregate == kpi::Aggregate::kStatistic || plan_.part.aggregate == kpi::Aggregate::kEntityStatistic) {
      const Statistic& statistic = plan_.statistic;
      Line("statistic", statistic.kind == Statistic::Kind::kPercentile ? absl::StrCat("p", statistic.percentile)
                                                                       : std::string(NameOf(statistic.kind)));
    }
    if (plan_.clock == kpi::Clock::kBusiness) {
      Line("clock", absl::StrCat("business", plan_.schedule.empty() ? "" : " by ", plan_.schedule));
    }
    for (const auto& [channel, target_ms] : plan_.target_by_channel) Line("target", absl::StrCat(channel, " ", target_ms, " ms"));
    if (plan_.target_ms.has_value()) Line("target", absl::StrCat("every other channel ", *plan_.target_ms, " ms"));
    if (plan_.included_exclusions != 0) Line("included", absl::StrCat("bits=", plan_.included_exclusions));
    if (plan_.joins >= 0) Line("joins", absl::StrCat("part ", plan_.joins));
    if (plan_.over >= 0) Line("over", absl::StrCat("part ", plan_.over));
  }

  void Line(absl::string_view name, absl::string_view value) { absl::StrAppend(&text_, "    ", name, ": ", value, "\n"); }
  void LineUnlessConst(absl::string_view name, const kpi::Expr& expr, int64_t value) {
    if (expr != kpi::Const(value)) Line(name, kpi::Dump(expr));
  }

  const PartPlan& plan_;
  std::string text_;
};

}  // namespace

std::string Dump(const PartPlan& plan) { return PartText(plan).Text(); }

std::string Dump(const Plan& plan) {
  std::string text = absl::StrCat("range: ", time::FormatRfc3339(plan.start_ms), " to ", time::FormatRfc3339(plan.end_ms), " in ",
                                  plan.zone == nullptr ? "no zone" : plan.zone->name(), "\n",
                                  "buckets: ", DumpBuckets(plan.buckets), "\n");
  if (!plan.group_names.empty()) absl::StrAppend(&text, "groups: ", absl::StrJoin(plan.group_names, ", "), "\n");
  for (size_t i = 1; i < plan.sets.size(); ++i) {
    absl::StrAppend(&text, i <= plan.total_sets ? "total" : "subtotal", plan.sets[i].by_bucket ? " by bucket" : "");
    for (size_t d = 0; d < plan.group_names.size(); ++d)
      if (plan.sets[i].Keeps(d)) absl::StrAppend(&text, " by ", plan.group_names[d]);
    absl::StrAppend(&text, "\n");
  }
  if (plan.shape.top.has_value()) {
    absl::StrAppend(&text, "first ", plan.shape.top->count, " by ", plan.kpis[plan.shape.top->kpi].alias,
                    plan.shape.top->descending ? " descending" : " ascending", "\n");
  }
  for (const KpiPlan& kpi : plan.kpis) {
    absl::StrAppend(&text, "kpi ", kpi.alias, ": ", kpi.definition->id, " ", kpi.form->variant, kpi.form->variant.empty() ? "" : " ",
                    "by ", kpi.form->anchor);
    if (!kpi.statistic.empty()) absl::StrAppend(&text, ", ", kpi.statistic);
    if (kpi.clock == kpi::Clock::kBusiness) absl::StrAppend(&text, ", business");
    if (!kpi.attribution.empty()) absl::StrAppend(&text, ", ", kpi.attribution);
    for (const auto& [name, value] : kpi.parameters) absl::StrAppend(&text, ", ", name, "=", value);
    absl::StrAppend(&text, ", parts ", absl::StrJoin(kpi.parts, " "));
    if (kpi.spike.has_value()) {
      absl::StrAppend(&text, ", earlier in part ", kpi.spike->earlier_part, ", first ticket in part ", kpi.spike->first_ticket_part);
    }
    absl::StrAppend(&text, "\n");
  }
  for (size_t i = 0; i < plan.parts.size(); ++i) absl::StrAppend(&text, "  part ", i, "\n", Dump(plan.parts[i]));
  return text;
}

}  // namespace supportkpi::plan
