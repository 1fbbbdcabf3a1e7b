#include "exec/native/compiler.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exec/native/value_rules.h"
#include "status/macros.h"

namespace supportkpi::exec::native {

using column::ColumnKey;
using kpi::LookupField;
using kpi::Op;

namespace {

ColumnKey KeyOf(fact::Column column) { return static_cast<ColumnKey>(column); }

// What rows of a chunk without the column read as.
int64_t MissingOf(ColumnKey key) {
  if (key >= column::kAttributeBase) return 0;
  if (key == column::kBorn) return kNull;
  return fact::InfoOf(static_cast<fact::Column>(key)).type == fact::ColumnType::kCode ? 0 : kNull;
}

const std::vector<int64_t>* FieldOfCustomers(const projection::CustomerTable& table, LookupField field) {
  switch (field) {
    case LookupField::kCustomerOrganization: return &table.organization;
    case LookupField::kCustomerSegment: return &table.segment;
    case LookupField::kCustomerPersona: return &table.persona;
    case LookupField::kCustomerPlan: return &table.plan;
    case LookupField::kCustomerRegion: return &table.region;
    case LookupField::kCustomerLanguage: return &table.language;
    case LookupField::kCustomerSince: return &table.since_at;
    default: return nullptr;
  }
}

}  // namespace

QueryResources::QueryResources(std::shared_ptr<const projection::Snapshot> snapshot)
    : snapshot_(std::move(snapshot)),
      agents_(snapshot_->Agents()),
      settings_(snapshot_->TenantSettings()) {}

const std::vector<int64_t>* QueryResources::Table(const std::string& description,
                                                  const std::function<std::vector<int64_t>()>& make) {
  auto& table = tables_[description];
  if (table == nullptr) table = std::make_unique<std::vector<int64_t>>(make());
  return table.get();
}

bool QueryResources::IsMadeForQuery(const std::vector<int64_t>* table) const {
  return std::any_of(tables_.begin(), tables_.end(), [&](const auto& made) { return made.second.get() == table; });
}

const std::vector<int64_t>* QueryResources::AgentNames() {
  return Table("agent names", [this] {
    std::map<absl::string_view, int64_t> first;
    std::vector<int64_t> codes(agents_->name.size(), 0);
    for (size_t agent = 1; agent < codes.size(); ++agent) {
      if (!agents_->name[agent].empty()) codes[agent] = first.try_emplace(agents_->name[agent], agent).first->second;
    }
    return codes;
  });
}

NodeId Compiler::ColumnOf(ColumnKey key) {
  return program_.Add({.op = NodeOp::kColumn, .key = key, .constant = MissingOf(key)});
}
NodeId Compiler::Column(fact::Column column) { return ColumnOf(KeyOf(column)); }

NodeId Compiler::Fold(NodeOp op, const std::vector<NodeId>& args) {
  NodeId folded = args[0];
  for (size_t i = 1; i < args.size(); ++i) folded = program_.Binary(op, folded, args[i]);
  return folded;
}

NodeId Compiler::IsOneOf(NodeId field, std::vector<int64_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (values.empty()) return program_.Constant(0);
  return program_.Add({.op = NodeOp::kIsOneOf, .args = {field, kNoNode, kNoNode, kNoNode}, .constants = std::move(values)});
}

absl::StatusOr<std::vector<NodeId>> Compiler::CompileArgs(const kpi::Expr& expr) {
  std::vector<NodeId> args;
  for (const kpi::Expr& arg : expr.args) {
    ASSIGN_OR_RETURN(const NodeId node, Compile(arg));
    args.push_back(node);
  }
  return args;
}

absl::StatusOr<NodeId> Compiler::Compile(const kpi::Expr& expr) {
  if (expr.op == Op::kElapsed || expr.op == Op::kDueAt || expr.op == Op::kTimeInStatus) return CompileClock(expr);
  if (expr.op == Op::kLookup) return CompileLookup(expr);
  ASSIGN_OR_RETURN(const std::vector<NodeId> args, CompileArgs(expr));
  switch (expr.op) {
    case Op::kColumn: return ColumnOf(expr.key);
    case Op::kConstant: return program_.Constant(expr.constant);
    case Op::kRangeStart: return program_.Constant(part_->start_ms);
    case Op::kRangeEnd: return program_.Constant(part_->end_ms);
    case Op::kBucketStart: return program_.Add({.op = NodeOp::kBucketStart});
    case Op::kBucketEnd: return program_.Add({.op = NodeOp::kBucketEnd});
    case Op::kDataUntil: return program_.DataUntil(resources_.snapshot().data_until_ms().value_or(kNull));
    case Op::kAdd: return Fold(NodeOp::kAdd, args);
    case Op::kSubtract: return program_.Binary(NodeOp::kSubtract, args[0], args[1]);
    case Op::kMultiply: return Fold(NodeOp::kMultiply, args);
    case Op::kMin: return Fold(NodeOp::kMin, args);
    case Op::kMax: return Fold(NodeOp::kMax, args);
    case Op::kLess: return program_.Binary(NodeOp::kLess, args[0], args[1]);
    case Op::kAtMost: return program_.Binary(NodeOp::kAtMost, args[0], args[1]);
    case Op::kEqual: return program_.Binary(NodeOp::kEqual, args[0], args[1]);
    case Op::kNotEqual: return program_.Binary(NodeOp::kNotEqual, args[0], args[1]);
    case Op::kAtLeast: return program_.Binary(NodeOp::kAtMost, args[1], args[0]);
    case Op::kGreater: return program_.Binary(NodeOp::kLess, args[1], args[0]);
    case Op::kAnd: return args.empty() ? program_.Constant(1) : Fold(NodeOp::kAnd, args);
    case Op::kOr: return args.empty() ? program_.Constant(0) : Fold(NodeOp::kOr, args);
    case Op::kNot: return program_.Unary(NodeOp::kNot, args[0]);
    case Op::kIf: return program_.If(args[0], args[1], args[2]);
    case Op::kIsNull: return program_.Unary(NodeOp::kIsNull, args[0]);
    case Op::kCoalesce: return Fold(NodeOp::kCoalesce, args);
    case Op::kFirstNamed: return Fold(NodeOp::kFirstNamed, args);
    case Op::kIsOneOf: return IsOneOf(args[0], expr.constants);
    case Op::kHasBit:
      return program_.Add({.op = NodeOp::kHasBit, .args = {args[0], kNoNode, kNoNode, kNoNode}, .constant = expr.constant});
    case Op::kStepAt:
      return program_.Add({.op = NodeOp::kStepAt, .args = {args[0], args[1], kNoNode, kNoNode}, .key = expr.key, .key2 = expr.key2});
    case Op::kCoveringFrom:
      return program_.Add({.op = NodeOp::kCoveringFrom, .args = {args[0], kNoNode, kNoNode, kNoNode}, .key = expr.key, .key2 = expr.key2});
    case Op::kTarget: return CompileTarget(args[0]);
    case Op::kThreshold: return CompileThreshold(args);
    case Op::kToFivePoints: return program_.Add({.op = NodeOp::kFivePoints, .args = {args[0], args[1], args[2], kNoNode}});
    case Op::kRepeatGap: return program_.Unary(NodeOp::kRepeatGap, args[0]);
    case Op::kNextSameIssueAt: return program_.Add({.op = NodeOp::kNextSameIssueAt, .args = {args[0], args[1], args[2], kNoNode}});
    case Op::kHourOfDay: return program_.Unary(NodeOp::kHourOfDay, args[0]);
    case Op::kWeekday: return program_.Unary(NodeOp::kWeekday, args[0]);
    case Op::kMonthOfYear: return program_.Unary(NodeOp::kMonthOfYear, args[0]);
    default: return absl::InternalError(absl::StrCat("plan: cannot be run: ", kpi::Dump(expr)));
  }
}

absl::StatusOr<NodeId> Compiler::CompileClock(const kpi::Expr& expr) {
  ASSIGN_OR_RETURN(const std::vector<NodeId> args, CompileArgs(expr));
  const WorkClock* clock = nullptr;
  if (part_->clock == kpi::Clock::kBusiness) clock = resources_.clocks.at(part_->schedule).get();
  if (expr.op == Op::kTimeInStatus) return CompileTimeInStatus(expr, args, clock);
  if (clock == nullptr) {
    return expr.op == Op::kElapsed ? program_.Binary(NodeOp::kSubtract, args[1], args[0])
                                   : program_.Binary(NodeOp::kAdd, args[0], args[1]);
  }
  Node node{.op = expr.op == Op::kElapsed ? NodeOp::kElapsed : NodeOp::kDueAt,
            .args = {args[0], args[1], kNoNode, kNoNode},
            .clock = clock};
  if (clock->by_team() && args.size() > 2) {
    node.args[2] = args[2];
    if (expr.key != kpi::kNoKey) node.key = expr.key, node.key2 = expr.key2;
  }
  return program_.Add(std::move(node));
}

absl::StatusOr<NodeId> Compiler::CompileTimeInStatus(const kpi::Expr& expr, const std::vector<NodeId>& args,
                                                     const WorkClock* clock) {
  Node node{.op = NodeOp::kTimeInStatus,
            .args = {args[0], args[1], kNoNode, kNoNode},
            .key3 = KeyOf(fact::Column::kStatusStepAt),
            .key4 = KeyOf(fact::Column::kStatusStep),
            .constant = expr.constant,
            .clock = clock};
  if (clock != nullptr && clock->by_team()) {
    node.args[2] = Column(fact::Column::kTeamInitial);
    node.key = KeyOf(fact::Column::kTeamStepAt);
    node.key2 = KeyOf(fact::Column::kTeamStep);
  }
  return program_.Add(std::move(node));
}

absl::StatusOr<NodeId> Compiler::CompileLookup(const kpi::Expr& expr) {
  ASSIGN_OR_RETURN(const std::vector<NodeId> args, CompileArgs(expr));
  const auto attribute_of = [&](const auto& attributes, int64_t name) -> NodeId {
    for (const auto& [code, values] : attributes)
      if (code == name) return program_.TableOf(args[0], &values, 0);
    return program_.Constant(0);
  };
  const auto base_of = [](LookupField field) { return static_cast<uint32_t>(field); };
  if (expr.key >= base_of(LookupField::kAgentAttribute))
    return attribute_of(resources_.agents().attributes, expr.key - base_of(LookupField::kAgentAttribute));
  if (expr.key >= base_of(LookupField::kCustomerAttribute))
    return attribute_of(resources_.customers().attributes, expr.key - base_of(LookupField::kCustomerAttribute));
  const auto field = static_cast<LookupField>(expr.key);
  if (const auto* table = FieldOfCustomers(resources_.customers(), field); table != nullptr)
    return program_.TableOf(args[0], table, field == LookupField::kCustomerSince ? kNull : 0);
  switch (field) {
    case LookupField::kAgentName: return program_.TableOf(args[0], resources_.AgentNames(), 0);
    case LookupField::kAgentKind: return program_.TableOf(args[0], &resources_.agents().kind, 0);
    case LookupField::kAgentTeam: return program_.Binary(NodeOp::kAgentTeamAt, args[0], args[1]);
    default: return absl::InternalError(absl::StrCat("plan: unknown look-up: ", kpi::Dump(expr)));
  }
}

NodeId Compiler::CompileTarget(NodeId channel) {
  const int64_t other = part_->target_ms.value_or(kNull);
  std::string description = absl::StrCat("targets ", other);
  for (const auto& [name, target_ms] : part_->target_by_channel) absl::StrAppend(&description, "|", name, "=", target_ms);
  const projection::Names& channels = resources_.snapshot().NamesOf(record::Domain::kChannel);
  const auto* table = resources_.Table(description, [&] {
    std::vector<int64_t> targets(channels.code_count() + 1, other);
    for (const auto& [name, target_ms] : part_->target_by_channel) {
      const auto code = name.empty() ? std::optional<int64_t>(0) : channels.CodeOf(name);
      if (code.has_value()) targets[*code] = target_ms;
    }
    return targets;
  });
  return program_.TableOf(channel, table, other);
}

// Arguments: own threshold, question, scale min, scale max, reversed.
NodeId Compiler::CompileThreshold(const std::vector<NodeId>& args) {
  const projection::Names& questions = resources_.snapshot().NamesOf(record::Domain::kQuestion);
  const auto* table = resources_.Table("thresholds", [&] {
    std::vector<int64_t> thresholds(questions.code_count() + 1, kNull);
    for (const auto& [name, question] : resources_.settings().questions) {
      const auto code = questions.CodeOf(name);
      if (code.has_value() && question.threshold.has_value())
        thresholds[*code] = static_cast<int64_t>(std::nearbyint(*question.threshold * 1e9));
    }
    return thresholds;
  });
  const NodeId of_question = program_.TableOf(args[1], table, kNull);
  const NodeId ends = program_.Binary(NodeOp::kAdd, args[2], args[3]);
  const NodeId turned = program_.If(args[4], program_.Binary(NodeOp::kSubtract, ends, of_question), of_question);
  const NodeId default_one = program_.Binary(NodeOp::kDefaultThreshold, args[2], args[3]);
  return Fold(NodeOp::kCoalesce, {args[0], turned, default_one});
}

}  // namespace supportkpi::exec::native
