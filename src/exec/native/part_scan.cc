#include "exec/native/part_scan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exec/native/value_rules.h"
#include "status/macros.h"

namespace supportkpi::exec::native {
namespace {

using kpi::Aggregate;
using kpi::Mode;

Keep KeepOf(const plan::PartPlan& plan) {
  using Kind = plan::Statistic::Kind;
  const Kind statistic = plan.statistic.kind;
  switch (plan.part.aggregate) {
    case Aggregate::kCount: return Keep::kCount;
    case Aggregate::kSum: return Keep::kSums;
    case Aggregate::kStatistic:
      if (statistic == Kind::kPercentile) return Keep::kValues;
      return statistic == Kind::kMean || statistic == Kind::kSum ? Keep::kSums : Keep::kNumbers;
    case Aggregate::kMax: return Keep::kGreatest;
    case Aggregate::kDistinct: return Keep::kEntities;
    case Aggregate::kEntityStatistic: return Keep::kEntityValues;
    case Aggregate::kChainFirst:
    case Aggregate::kChainLast:
    case Aggregate::kChainAnnual: return Keep::kPeriods;
  }
  return Keep::kCount;
}

// Those of `ids` that are not among `others`.
std::vector<NodeId> Beyond(const std::vector<NodeId>& ids, const std::vector<NodeId>& others) {
  std::vector<NodeId> beyond;
  for (const NodeId id : ids)
    if (std::find(others.begin(), others.end(), id) == others.end()) beyond.push_back(id);
  return beyond;
}

class PartCompiler {
 public:
  PartCompiler(const plan::PartPlan& plan, QueryResources& resources, Program& program)
      : plan_(plan), part_(plan.part), resources_(resources), program_(program), compiler_(resources, program) {
    compiler_.SetPart(&plan);
    scan_.plan = &plan;
    scan_.keep = KeepOf(plan);
  }

  absl::StatusOr<PartScan> Compile(const std::vector<plan::GroupingSet>& sets, const plan::Fold* fold) {
    scan_.fold = fold;
    for (const time::Bucket& bucket : plan_.buckets) {
      scan_.starts.push_back(bucket.start_ms);
      scan_.ends.push_back(bucket.end_ms);
    }
    scan_.bucket_count = static_cast<int32_t>(plan_.buckets.size());
    scan_.by_end = BucketsByEnd(scan_.ends);
    scan_.starts.push_back(plan_.start_ms);
    scan_.ends.push_back(plan_.end_ms);
    scan_.earliest = *std::min_element(scan_.starts.begin(), scan_.starts.end());
    scan_.latest = *std::max_element(scan_.ends.begin(), scan_.ends.end());
    RETURN_IF_ERROR(CompileAnchor());
    RETURN_IF_ERROR(CompileConditions());
    RETURN_IF_ERROR(CompileValues());
    for (size_t d = 0; d < plan_.groups.size(); ++d)
      if (plan_.groups[d].applies) RETURN_IF_ERROR(AddDimension(d));
    for (const plan::GroupingSet& set : sets) AddStream(set);
    scan_.judged_by_row = JudgedByRow();
    scan_.told_by_row = ToldByRow();
    scan_.counts_changes = CountsChanges();
    scan_.counts_whole_changes = scan_.counts_changes && scan_.weight == kNoNode && AllAreCheap();
    scan_.takes_whole_batches = TakesWholeBatches();
    return std::move(scan_);
  }

 private:
  bool moved_out() const { return part_.mode == Mode::kMovedOut; }
  bool moves() const { return part_.mode == Mode::kMovedIn || moved_out(); }

  absl::Status CompileAnchor() {
    ASSIGN_OR_RETURN(scan_.at, compiler_.Compile(part_.at));
    if (scan_.per_bucket()) {
      ASSIGN_OR_RETURN(scan_.to, compiler_.Compile(part_.to));
    }
    const bool by_item = program_.node(scan_.at).level == Level::kItem ||
                         (scan_.to != kNoNode && program_.node(scan_.to).level == Level::kItem);
    if (by_item) return absl::InternalError(absl::StrCat("plan: part ", part_.name, ": its anchor depends on the bucket"));
    return absl::OkStatus();
  }

  // Splits a conjunction, so that each condition is tried only on what the ones before have left.
  void AddCondition(NodeId id) {
    const Node& node = program_.node(id);
    if (node.op == NodeOp::kAnd) {
      const auto args = node.args;
      AddCondition(args[0]);
      AddCondition(args[1]);
    } else if (node.op != NodeOp::kConstant || !IsTrue(node.constant)) {
      (node.level == Level::kItem ? scan_.item_conditions : scan_.row_conditions).push_back(id);
    }
  }

  absl::Status CompileConditions() {
    ASSIGN_OR_RETURN(const NodeId where, compiler_.Compile(part_.where));
    AddCondition(where);
    scan_.own_conditions = scan_.row_conditions;
    ASSIGN_OR_RETURN(const NodeId filter, compiler_.CompileFilter(plan_.filter, moved_out()));
    AddCondition(filter);
    if (moves()) {
      ASSIGN_OR_RETURN(scan_.moved_filter, compiler_.CompileFilter(plan_.filter, !moved_out()));
    }
    const auto dear = [&](NodeId id) { return program_.node(id).dear; };
    std::stable_sort(scan_.row_conditions.begin(), scan_.row_conditions.end(),
                     [&](NodeId a, NodeId b) { return !dear(a) && dear(b); });
    scan_.cheap_conditions = std::count_if(scan_.row_conditions.begin(), scan_.row_conditions.end(),
                                           [&](NodeId id) { return !dear(id); });
    return absl::OkStatus();
  }

  absl::Status CompileValues() {
    if (part_.honours_exclusion && fact::PositionOf(part_.set, fact::Column::kExclusion).has_value())
      scan_.exclusion = compiler_.Column(fact::Column::kExclusion);
    for (const kpi::LeftOut& rule : part_.left_out) {
      ASSIGN_OR_RETURN(const NodeId node, compiler_.Compile(rule.when));
      scan_.rules.push_back(node);
    }
    for (const kpi::LeftOut& note : part_.notes) {
      ASSIGN_OR_RETURN(const NodeId node, compiler_.Compile(note.when));
      scan_.notes.push_back(node);
    }
    if (part_.set == fact::FactSet::kAgentTime && part_.mode == Mode::kClipped)
      scan_.stretch_record = compiler_.Column(fact::Column::kAgentTime);
    if (scan_.keep == Keep::kCount) {
      ASSIGN_OR_RETURN(scan_.weight, compiler_.Compile(part_.weight));
      // Pieces of one stretch are one fact, and each counts for itself.
      if (program_.IsConstant(scan_.weight, 1) && scan_.stretch_record == kNoNode) scan_.weight = kNoNode;
    } else if (scan_.keep != Keep::kEntities) {
      ASSIGN_OR_RETURN(scan_.value, compiler_.Compile(part_.value));
    }
    if (scan_.keep == Keep::kEntities || scan_.keep == Keep::kEntityValues) {
      ASSIGN_OR_RETURN(scan_.entity, compiler_.Compile(part_.entity));
    }
    if (scan_.keep == Keep::kGreatest) {
      ASSIGN_OR_RETURN(scan_.record, compiler_.Compile(part_.record));
      ASSIGN_OR_RETURN(scan_.record_at, compiler_.Compile(part_.record_at));
      if (program_.IsConstant(scan_.record_at, 0)) scan_.record_at = scan_.at;
    }
    ASSIGN_OR_RETURN(scan_.currency, compiler_.Compile(part_.currency));
    if (program_.IsConstant(scan_.currency, 0)) scan_.currency = kNoNode;
    if (scan_.is_customer_period()) {
      using fact::Column;
      scan_.period = {compiler_.Column(Column::kSegment), compiler_.Column(Column::kPersona),
                      compiler_.Column(Column::kRegion), compiler_.Column(Column::kPlan),
                      compiler_.Column(Column::kCustomersAtStart), compiler_.Column(Column::kCustomersAtEnd),
                      compiler_.Column(Column::kPeriod)};
    }
    return absl::OkStatus();
  }

  absl::Status AddDimension(size_t place) {
    const plan::BoundField& field = plan_.groups[place];
    Dimension dimension{.place = place, .field = &field};
    if (field.kind == plan::ValueKind::kCode)
      dimension.size = resources_.snapshot().NamesOf(field.domain).code_count() + 1;
    if (field.kind == plan::ValueKind::kAgentName) dimension.size = resources_.agents().name.size() + 1;
    if (field.kind == plan::ValueKind::kEnum) {
      for (const auto& [value, name] : field.enum_names) dimension.size = std::max(dimension.size, value + 1);
    }
    if (field.list.has_value()) {
      dimension.list = static_cast<column::ColumnKey>(*field.list);
      RETURN_IF_ERROR(JoinListGroup(field, &dimension));
    } else {
      ASSIGN_OR_RETURN(dimension.node, compiler_.CompileField(field, moved_out()));
      if (moves()) {
        ASSIGN_OR_RETURN(dimension.before, compiler_.CompileField(field, !moved_out()));
      }
      const NodeOp op = program_.node(dimension.node).op;
      if (op == NodeOp::kHourOfDay || op == NodeOp::kWeekday || op == NodeOp::kMonthOfYear) dimension.size = 24;
    }
    if (dimension.size > 0) dimension.other = dimension.size++;
    scan_.dimensions.push_back(dimension);
    return absl::OkStatus();
  }

  absl::Status JoinListGroup(const plan::BoundField& field, Dimension* dimension) {
    const int index = static_cast<int>(scan_.dimensions.size());
    ListGroup group{.dimensions = {index}};
    if (field.list_at.has_value()) {
      group.at = static_cast<column::ColumnKey>(*field.list_at);
      const bool all = field.list_until.op == kpi::Op::kConstant && field.list_until.constant == 0;
      if (!all) {
        ASSIGN_OR_RETURN(group.until, compiler_.Compile(field.list_until));
      }
      for (size_t g = 0; g < scan_.list_groups.size(); ++g) {
        if (scan_.list_groups[g].at != group.at || scan_.list_groups[g].until != group.until) continue;
        dimension->list_group = static_cast<int>(g);
        scan_.list_groups[g].dimensions.push_back(index);
        return absl::OkStatus();
      }
    }
    dimension->list_group = static_cast<int>(scan_.list_groups.size());
    scan_.list_groups.push_back(std::move(group));
    return absl::OkStatus();
  }

  bool ByRow(NodeId id) const { return id == kNoNode || program_.node(id).level != Level::kItem; }
  bool ByRow(const std::vector<NodeId>& ids) const {
    return std::all_of(ids.begin(), ids.end(), [&](NodeId id) { return ByRow(id); });
  }
  bool JudgedByRow() const { return !scan_.collects_periods() && ByRow(scan_.rules) && ByRow(scan_.value); }
  bool ToldByRow() const {
    return scan_.judged_by_row && scan_.item_conditions.empty() && ByRow(scan_.notes) && ByRow(scan_.moved_filter) &&
           ByRow(scan_.weight) && ByRow(scan_.entity) && ByRow(scan_.record) && ByRow(scan_.record_at) && ByRow(scan_.currency) &&
           std::all_of(scan_.dimensions.begin(), scan_.dimensions.end(),
                       [&](const Dimension& d) { return ByRow(d.node) && ByRow(d.before); });
  }
  bool IsCheap(NodeId id) const { return id == kNoNode || !program_.node(id).dear; }
  bool AllAreCheap() const {
    const auto all_cheap = [&](const std::vector<NodeId>& ids) {
      return std::all_of(ids.begin(), ids.end(), [&](NodeId id) { return IsCheap(id); });
    };
    return scan_.cheap_conditions == scan_.row_conditions.size() && all_cheap(scan_.rules) && all_cheap(scan_.notes) &&
           all_cheap({scan_.at, scan_.to, scan_.value, scan_.weight, scan_.entity, scan_.record, scan_.record_at, scan_.currency}) &&
           std::all_of(scan_.dimensions.begin(), scan_.dimensions.end(), [&](const Dimension& d) { return IsCheap(d.node); });
  }
  bool TakesWholeBatches() const {
    return scan_.told_by_row && !scan_.per_bucket() && !scan_.has_lists() && scan_.moved_filter == kNoNode && AllAreCheap();
  }
  bool CountsChanges() const {
    return part_.mode == Mode::kAtBucketEnd && scan_.keep == Keep::kCount && scan_.told_by_row && !scan_.has_lists() &&
           scan_.currency == kNoNode;
  }

  void AddStream(const plan::GroupingSet& set) {
    if (scan_.StreamOf(set) >= 0) return;
    scan_.streams.push_back(scan_.StreamFor(set));
  }

  const plan::PartPlan& plan_;
  const kpi::Part& part_;
  QueryResources& resources_;
  Program& program_;
  Compiler compiler_;
  PartScan scan_;
};

}  // namespace

bool PartScan::per_bucket() const {
  const Mode mode = plan->part.mode;
  return mode == Mode::kAtBucketEnd || mode == Mode::kClipped || mode == Mode::kContained;
}

size_t PartScan::note_count() const { return notes.size() + (collects_periods() ? 1 : 0) + (is_customer_period() ? 1 : 0); }

Stream PartScan::StreamFor(const plan::GroupingSet& set) const {
  plan::DimensionMask kept = 0;
  for (const Dimension& dimension : dimensions)
    if (!has_lists() || set.Keeps(dimension.place)) kept |= plan::MaskOf(dimension.place);
  return {.whole_range = !set.by_bucket && per_bucket(), .dimensions = kept};
}

int PartScan::StreamOf(const plan::GroupingSet& set) const {
  const auto found = std::find(streams.begin(), streams.end(), StreamFor(set));
  return found == streams.end() ? -1 : static_cast<int>(found - streams.begin());
}

bool PartScan::Narrows(const PartScan& other) const {
  const auto same_dimension = [](const Dimension& a, const Dimension& b) {
    return a.place == b.place && a.node == b.node && a.size == b.size && a.other == b.other;
  };
  return !has_lists() && !collects_periods() && plan->part.mode == other.plan->part.mode && at == other.at &&
         to == other.to && starts == other.starts && ends == other.ends && bucket_count == other.bucket_count &&
         moved_filter == kNoNode && other.moved_filter == kNoNode && streams == other.streams &&
         counts_changes == other.counts_changes &&
         exclusion == other.exclusion && plan->included_exclusions == other.plan->included_exclusions &&
         rules == other.rules && (other.value == kNoNode || other.value == value) &&
         plan->part.value_is_duration == other.plan->part.value_is_duration &&
         std::equal(dimensions.begin(), dimensions.end(), other.dimensions.begin(), other.dimensions.end(), same_dimension) &&
         Beyond(row_conditions, other.row_conditions).size() + other.row_conditions.size() == row_conditions.size() &&
         Beyond(item_conditions, other.item_conditions).size() + other.item_conditions.size() == item_conditions.size();
}

bool PartScan::GathersFor(const PartScan& other) const {
  const bool tells_sums = keep == Keep::kValues || keep == Keep::kNumbers;
  return (keep == other.keep || (tells_sums && other.keep == Keep::kSums)) && value == other.value && weight == other.weight &&
         entity == other.entity && record == other.record && record_at == other.record_at && currency == other.currency && notes == other.notes &&
         stretch_record == other.stretch_record && row_conditions.size() == other.row_conditions.size() &&
         item_conditions.size() == other.item_conditions.size() && other.Narrows(*this);
}

void LinkParts(std::vector<PartScan>* scans) {
  std::vector<bool> gathers(scans->size(), false);  // for another: so it does for itself
  for (size_t part = 0; part < scans->size(); ++part) {
    PartScan& scan = (*scans)[part];
    for (size_t other = 0; other < scans->size() && !gathers[part] && scan.gathered_by < 0; ++other) {
      if (part == other || (*scans)[other].gathered_by >= 0 || !(*scans)[other].GathersFor(scan)) continue;
      scan.gathered_by = static_cast<int>(other);
      gathers[other] = true;
    }
  }
  for (size_t narrow = 0; narrow < scans->size(); ++narrow) {
    PartScan& scan = (*scans)[narrow];
    if (scan.gathered_by >= 0) continue;
    size_t fewest = scan.row_conditions.size() + scan.item_conditions.size();
    for (size_t wide = 0; wide < scans->size(); ++wide) {
      const PartScan& other = (*scans)[wide];
      const size_t conditions = other.row_conditions.size() + other.item_conditions.size();
      if (conditions >= fewest || other.gathered_by >= 0 || !scan.Narrows(other)) continue;
      scan.wider = static_cast<int>(wide);
      fewest = conditions;
    }
    if (scan.wider < 0) continue;
    const PartScan& other = (*scans)[scan.wider];
    scan.extra_conditions = Beyond(scan.row_conditions, other.row_conditions);
    for (const NodeId id : Beyond(scan.item_conditions, other.item_conditions)) scan.extra_conditions.push_back(id);
  }
}

bool PartScan::ReachesRange(ChunkBounds& bounds) const {
  const Bounds from = to == kNoNode ? bounds.OfReached(at) : bounds.Of(at);
  if (from.empty() || from.min >= latest) return false;
  if (to == kNoNode) return from.max >= earliest;
  return !bounds.Of(to).empty() && bounds.Of(to).max > earliest;
}

bool PartScan::MayHold(ChunkBounds& bounds) const {
  return ReachesRange(bounds) && std::none_of(row_conditions.begin(), row_conditions.end(),
                                                [&](NodeId condition) { return bounds.Of(condition).never_true(); });
}

absl::StatusOr<PartScan> CompilePart(const plan::PartPlan& plan, const std::vector<plan::GroupingSet>& sets,
                                     const plan::Fold* fold, QueryResources& resources, Program& program) {
  return PartCompiler(plan, resources, program).Compile(sets, fold);
}

}  // namespace supportkpi::exec::native
