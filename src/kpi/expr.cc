// Makers of expressions and their text.
#include "kpi/expr.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace supportkpi::kpi {
namespace {

using column::kForever;
using column::kNull;

column::ColumnKey KeyOf(fact::Column column) { return static_cast<column::ColumnKey>(column); }

absl::string_view NameOf(Op op) {
  switch (op) {
    case Op::kColumn: return "Column";
    case Op::kConstant: return "Constant";
    case Op::kRangeStart: return "range_start";
    case Op::kRangeEnd: return "range_end";
    case Op::kBucketStart: return "bucket_start";
    case Op::kBucketEnd: return "bucket_end";
    case Op::kParameter: return "Parameter";
    case Op::kDataUntil: return "data_until";
    case Op::kAdd: return "Add";
    case Op::kSubtract: return "Subtract";
    case Op::kMultiply: return "Multiply";
    case Op::kMin: return "Min";
    case Op::kMax: return "Max";
    case Op::kLess: return "Less";
    case Op::kAtMost: return "AtMost";
    case Op::kEqual: return "Equal";
    case Op::kNotEqual: return "NotEqual";
    case Op::kAtLeast: return "AtLeast";
    case Op::kGreater: return "Greater";
    case Op::kAnd: return "And";
    case Op::kOr: return "Or";
    case Op::kNot: return "Not";
    case Op::kIf: return "If";
    case Op::kIsNull: return "IsNull";
    case Op::kCoalesce: return "Coalesce";
    case Op::kFirstNamed: return "FirstNamed";
    case Op::kIsOneOf: return "IsOneOf";
    case Op::kHasBit: return "HasBit";
    case Op::kStepAt: return "StepAt";
    case Op::kCoveringFrom: return "CoveringFrom";
    case Op::kElapsed: return "Elapsed";
    case Op::kDueAt: return "DueAt";
    case Op::kTarget: return "Target";
    case Op::kTimeInStatus: return "TimeInStatus";
    case Op::kThreshold: return "Threshold";
    case Op::kRepeatGap: return "RepeatGap";
    case Op::kNextSameIssueAt: return "NextSameIssueAt";
    case Op::kToFivePoints: return "ToFivePoints";
    case Op::kLookup: return "Lookup";
    case Op::kHourOfDay: return "HourOfDay";
    case Op::kWeekday: return "Weekday";
    case Op::kMonthOfYear: return "MonthOfYear";
  }
  return "?";
}

std::string TextOf(int64_t value) {
  if (value == kNull) return "null";
  if (value == kForever) return "forever";
  return absl::StrCat(value);
}

std::string KeyText(column::ColumnKey key) {
  if (key >= column::kTicketAttributeBase) return absl::StrCat("ticket_attribute_", key - column::kTicketAttributeBase);
  if (key >= column::kAttributeBase) return absl::StrCat("attribute_", key - column::kAttributeBase);
  return std::string(fact::InfoOf(static_cast<fact::Column>(key)).name);
}

std::string LookupText(column::ColumnKey key) {
  static constexpr absl::string_view kNames[] = {"customer.organization", "customer.segment", "customer.persona",
                                                 "customer.plan",         "customer.region",  "customer.language",
                                                 "customer.since",        "agent.name",       "agent.team",
                                                 "agent.kind"};
  if (key < std::size(kNames)) return std::string(kNames[key]);
  return absl::StrCat("attribute_", key);
}

Expr WithTeamHistory(Op op, Expr first, Expr second) {
  Expr expr = Make(op, {std::move(first), std::move(second), Col(fact::Column::kTeamInitial)});
  expr.key = KeyOf(fact::Column::kTeamStepAt);
  expr.key2 = KeyOf(fact::Column::kTeamStep);
  return expr;
}

}  // namespace

std::string Dump(const Expr& expr) {
  switch (expr.op) {
    case Op::kColumn: return KeyText(expr.key);
    case Op::kConstant: return TextOf(expr.constant);
    case Op::kParameter: return absl::StrCat("$", expr.name);
    case Op::kRangeStart:
    case Op::kRangeEnd:
    case Op::kBucketStart:
    case Op::kBucketEnd:
    case Op::kDataUntil: return std::string(NameOf(expr.op));
    default: break;
  }
  std::vector<std::string> inside;
  if (expr.op == Op::kLookup) inside.push_back(LookupText(expr.key));
  for (const Expr& arg : expr.args) inside.push_back(Dump(arg));
  if (expr.op != Op::kLookup && expr.key != kNoKey) {
    inside.push_back(absl::StrCat(KeyText(expr.key), "/", KeyText(expr.key2)));
  }
  if (expr.op == Op::kIsOneOf) inside.push_back(absl::StrCat("{", absl::StrJoin(expr.constants, ","), "}"));
  if (expr.op == Op::kHasBit || expr.op == Op::kTimeInStatus) inside.push_back(absl::StrCat("bits=", expr.constant));
  return absl::StrCat(NameOf(expr.op), "(", absl::StrJoin(inside, ", "), ")");
}

Expr Make(Op op, std::vector<Expr> args) {
  Expr expr;
  expr.op = op;
  expr.args = std::move(args);
  return expr;
}

Expr Col(fact::Column column) {
  Expr expr;
  expr.op = Op::kColumn;
  expr.key = KeyOf(column);
  return expr;
}

Expr Const(int64_t value) {
  Expr expr;
  expr.constant = value;
  return expr;
}

Expr RangeStart() { return Make(Op::kRangeStart, {}); }
Expr RangeEnd() { return Make(Op::kRangeEnd, {}); }
Expr BucketStart() { return Make(Op::kBucketStart, {}); }
Expr BucketEnd() { return Make(Op::kBucketEnd, {}); }

Expr Param(absl::string_view name) {
  Expr expr;
  expr.op = Op::kParameter;
  expr.name = std::string(name);
  return expr;
}

Expr Subtract(Expr left, Expr right) { return Make(Op::kSubtract, {std::move(left), std::move(right)}); }
Expr Less(Expr left, Expr right) { return Make(Op::kLess, {std::move(left), std::move(right)}); }
Expr AtMost(Expr left, Expr right) { return Make(Op::kAtMost, {std::move(left), std::move(right)}); }
Expr Greater(Expr left, Expr right) { return Make(Op::kGreater, {std::move(left), std::move(right)}); }
Expr AtLeast(Expr left, Expr right) { return Make(Op::kAtLeast, {std::move(left), std::move(right)}); }
Expr Equal(Expr left, Expr right) { return Make(Op::kEqual, {std::move(left), std::move(right)}); }
Expr NotEqual(Expr left, Expr right) { return Make(Op::kNotEqual, {std::move(left), std::move(right)}); }
Expr And(std::vector<Expr> args) { return args.empty() ? Const(1) : Make(Op::kAnd, std::move(args)); }
Expr Or(std::vector<Expr> args) { return args.empty() ? Const(0) : Make(Op::kOr, std::move(args)); }
Expr Not(Expr arg) { return Make(Op::kNot, {std::move(arg)}); }
Expr Min(Expr left, Expr right) { return Make(Op::kMin, {std::move(left), std::move(right)}); }
Expr Max(Expr left, Expr right) { return Make(Op::kMax, {std::move(left), std::move(right)}); }
Expr Sum(Expr left, Expr right) { return Make(Op::kAdd, {std::move(left), std::move(right)}); }
Expr Multiply(Expr left, Expr right) { return Make(Op::kMultiply, {std::move(left), std::move(right)}); }
Expr Coalesce(std::vector<Expr> args) { return Make(Op::kCoalesce, std::move(args)); }
Expr FirstNamed(std::vector<Expr> args) { return Make(Op::kFirstNamed, std::move(args)); }

Expr Lookup(LookupField field, std::vector<Expr> args) {
  Expr expr = Make(Op::kLookup, std::move(args));
  expr.key = static_cast<column::ColumnKey>(field);
  return expr;
}

Expr If(Expr condition, Expr then, Expr otherwise) {
  return Make(Op::kIf, {std::move(condition), std::move(then), std::move(otherwise)});
}
Expr IsNull(Expr arg) { return Make(Op::kIsNull, {std::move(arg)}); }

Expr IsOneOf(Expr arg, std::vector<int64_t> values) {
  Expr expr = Make(Op::kIsOneOf, {std::move(arg)});
  expr.constants = std::move(values);
  return expr;
}

Expr HasBit(Expr arg, int64_t bits) {
  Expr expr = Make(Op::kHasBit, {std::move(arg)});
  expr.constant = bits;
  return expr;
}

Expr StepAt(Expr initial, fact::Column at_list, fact::Column value_list, Expr instant) {
  Expr expr = Make(Op::kStepAt, {std::move(initial), std::move(instant)});
  expr.key = KeyOf(at_list);
  expr.key2 = KeyOf(value_list);
  return expr;
}

Expr CoveringFrom(fact::Column from_list, fact::Column to_list, Expr instant) {
  Expr expr = Make(Op::kCoveringFrom, {std::move(instant)});
  expr.key = KeyOf(from_list);
  expr.key2 = KeyOf(to_list);
  return expr;
}

Expr Elapsed(Expr from, Expr to) { return Make(Op::kElapsed, {std::move(from), std::move(to)}); }
Expr ElapsedByTicket(Expr from, Expr to) { return WithTeamHistory(Op::kElapsed, std::move(from), std::move(to)); }
Expr ElapsedByTeam(Expr from, Expr to, Expr team) {
  return Make(Op::kElapsed, {std::move(from), std::move(to), std::move(team)});
}
Expr DueByTicket(Expr from, Expr target_ms) { return WithTeamHistory(Op::kDueAt, std::move(from), std::move(target_ms)); }

Expr TimeInStatus(int64_t status_mask, Expr from, Expr to) {
  Expr expr = Make(Op::kTimeInStatus, {std::move(from), std::move(to)});
  expr.constant = status_mask;
  return expr;
}

void Walk(const Expr& expr, const std::function<void(const Expr&)>& visit) {
  visit(expr);
  for (const Expr& arg : expr.args) Walk(arg, visit);
}

}  // namespace supportkpi::kpi
