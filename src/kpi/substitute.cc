// Substitute: parameters put in, and what is constant then folded, so that an executor meets neither.
#include <algorithm>
#include <optional>
#include <utility>

#include "kpi/expr.h"

namespace supportkpi::kpi {
namespace {

using column::kForever;
using column::kNull;

bool IsConstant(const Expr& expr) { return expr.op == Op::kConstant; }
bool IsConstant(const Expr& expr, int64_t value) { return IsConstant(expr) && expr.constant == value; }
bool IsTrue(const Expr& expr) { return IsConstant(expr) && expr.constant != 0 && expr.constant != kNull; }
bool IsFalse(const Expr& expr) { return IsConstant(expr, 0) || IsConstant(expr, kNull); }

std::optional<int64_t> Arithmetic(Op op, int64_t left, int64_t right) {
  if (left == kNull || right == kNull) return kNull;
  if (left == kForever || right == kForever) return kForever;
  int64_t result = 0;
  const bool overflows = op == Op::kAdd        ? __builtin_add_overflow(left, right, &result)
                         : op == Op::kSubtract ? __builtin_sub_overflow(left, right, &result)
                                               : __builtin_mul_overflow(left, right, &result);
  if (overflows) return std::nullopt;
  return result;
}

std::optional<int64_t> FoldPair(Op op, int64_t left, int64_t right) {
  const bool null = left == kNull || right == kNull;
  switch (op) {
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply: return Arithmetic(op, left, right);
    case Op::kMin: return left == kNull ? right : right == kNull ? left : std::min(left, right);
    case Op::kMax: return left == kNull ? right : right == kNull ? left : std::max(left, right);
    case Op::kLess: return !null && left < right;
    case Op::kAtMost: return !null && left <= right;
    case Op::kEqual: return !null && left == right;
    case Op::kNotEqual: return !null && left != right;
    case Op::kAtLeast: return !null && left >= right;
    case Op::kGreater: return !null && left > right;
    default: return std::nullopt;
  }
}

// And, Or: parts that decide, parts that tell nothing.
Expr FoldJunction(Expr expr) {
  const bool is_and = expr.op == Op::kAnd;
  std::vector<Expr> rest;
  for (Expr& arg : expr.args) {
    if (is_and ? IsFalse(arg) : IsTrue(arg)) return Const(is_and ? 0 : 1);
    if (!IsConstant(arg)) rest.push_back(std::move(arg));
  }
  if (rest.empty()) return Const(is_and ? 1 : 0);
  expr.args = std::move(rest);
  return expr;
}

Expr Fold(Expr expr) {
  if (expr.op == Op::kAnd || expr.op == Op::kOr) return FoldJunction(std::move(expr));
  if (expr.op == Op::kIf && IsConstant(expr.args[0])) {
    const size_t chosen = IsTrue(expr.args[0]) ? 1 : 2;
    return std::move(expr.args[chosen]);
  }
  if (expr.args.empty() || !std::all_of(expr.args.begin(), expr.args.end(), [](const Expr& arg) { return IsConstant(arg); })) {
    if (expr.op == Op::kSubtract && IsConstant(expr.args[1], 0)) return std::move(expr.args[0]);
    return expr;
  }
  const int64_t first = expr.args[0].constant;
  switch (expr.op) {
    case Op::kNot: return Const(IsTrue(expr.args[0]) ? 0 : 1);
    case Op::kIsNull: return Const(first == kNull);
    case Op::kIsOneOf:
      return Const(std::find(expr.constants.begin(), expr.constants.end(), first) != expr.constants.end());
    case Op::kHasBit: return Const(first != kNull && (first & expr.constant) != 0);
    default: break;
  }
  if (expr.args.size() == 2) {
    if (std::optional<int64_t> value = FoldPair(expr.op, first, expr.args[1].constant)) return Const(*value);
  }
  return expr;
}

}  // namespace

Expr Substitute(const Expr& expr, const std::map<std::string, int64_t>& values) {
  if (expr.op == Op::kParameter) {
    auto found = values.find(expr.name);
    return found == values.end() ? expr : Const(found->second);
  }
  Expr result = expr;
  for (Expr& arg : result.args) arg = Substitute(arg, values);
  return Fold(std::move(result));
}

}  // namespace supportkpi::kpi
