#include "exec/native/bounds.h"

#include <algorithm>

#include "column/encoding.h"

namespace supportkpi::exec::native {
namespace {

constexpr Bounds kNever{0, 0, false};
constexpr Bounds kAlways{1, 1, false};
constexpr Bounds kEither{0, 1, false};

Bounds Union(const Bounds& a, const Bounds& b) {
  Bounds both = a.empty() ? b : a;
  if (!a.empty() && !b.empty()) both.min = std::min(a.min, b.min), both.max = std::max(a.max, b.max);
  both.may_be_null = a.may_be_null || b.may_be_null;
  return both;
}

bool Overflows(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum);
}

Bounds AddBounds(const Bounds& a, const Bounds& b) {
  if (a.empty() || b.empty()) return {1, 0, true};
  Bounds sum{.may_be_null = a.may_be_null || b.may_be_null};
  if (Overflows(a.min, b.min) || (a.max != kForever && b.max != kForever && Overflows(a.max, b.max))) return sum;
  sum.min = AddValues(a.min, b.min);
  sum.max = AddValues(a.max, b.max);
  return sum;
}

// x < y (strict) or x <= y.
Bounds Compare(const Bounds& x, const Bounds& y, bool strict) {
  if (x.empty() || y.empty()) return kNever;
  if (strict ? x.min >= y.max : x.min > y.max) return kNever;
  if (!x.may_be_null && !y.may_be_null && (strict ? x.max < y.min : x.max <= y.min)) return kAlways;
  return kEither;
}

bool Apart(const Bounds& x, const Bounds& y) { return x.empty() || y.empty() || x.max < y.min || y.max < x.min; }

bool AreOneValue(const Bounds& x, const Bounds& y) { return x.IsOneValue() && y.IsOneValue() && x.min == y.min; }

}  // namespace

const Bounds& ChunkBounds::Of(NodeId id) {
  Known& known = known_[id];
  if (known.look != looks_ && !known.is_settled) {
    known.bounds = Compute(id);
    known.look = looks_;
    known.is_settled = count_ == 0 && known.bounds.IsOneValue();
  }
  return known.bounds;
}

Bounds ChunkBounds::OfReached(NodeId id) {
  if (program_.node(id).op != NodeOp::kColumn || !SourceOf(id).has_column) return Of(id);
  const column::ColumnRange range = RangeOf(id);
  return {range.min, range.max, range.has_null};
}

const ChunkBounds::Source& ChunkBounds::SourceOf(NodeId id) {
  Source& source = sources_[id];
  if (!source.is_known) {
    const column::ColumnKey key = program_.node(id).key;
    source.is_known = true;
    source.has_column = chunk_.Has(key);
    if (source.has_column) source.whole = chunk_.Range(key);
  }
  return source;
}

// The column itself is fetched for some of its rows alone: of chunks that nobody scans the ranges are enough.
column::ColumnRange ChunkBounds::RangeOf(NodeId id) {
  Source& source = sources_[id];
  if (count_ == 0) return source.whole;
  const column::ColumnKey key = program_.node(id).key;
  if (!source.asked_for_stored) source.stored = chunk_.Stored(key);
  source.asked_for_stored = true;
  if (source.stored == nullptr) return chunk_.RangeWithin(key, first_, count_);
  return column::Within(source.whole, source.stored->RangeWithin(first_, count_));
}

Bounds ChunkBounds::OfColumn(NodeId id) {
  const Node& node = program_.node(id);
  if (!SourceOf(id).has_column) return {node.constant, IsNull(node.constant) ? kNull : node.constant, IsNull(node.constant)};
  const column::ColumnRange range = RangeOf(id);
  Bounds bounds{range.min, range.max, range.has_null};
  if (range.has_forever) bounds = Union(bounds, {kForever, kForever, false});
  return bounds;
}

Bounds ChunkBounds::Compute(NodeId id) {
  const Node& node = program_.node(id);
  const auto arg = [&](int i) -> const Bounds& { return Of(node.args[i]); };
  switch (node.op) {
    case NodeOp::kColumn: return OfColumn(id);
    case NodeOp::kConstant:
      if (IsNull(node.constant)) return {1, 0, true};
      return {node.constant, node.constant, false};
    case NodeOp::kAdd: return AddBounds(arg(0), arg(1));
    case NodeOp::kMin:
    case NodeOp::kMax: {
      const Bounds &a = arg(0), &b = arg(1);
      if (a.empty() || b.empty()) return Union(a, b);
      const bool min = node.op == NodeOp::kMin;
      Bounds out{min ? std::min(a.min, b.min) : std::max(a.min, b.min), min ? std::min(a.max, b.max) : std::max(a.max, b.max),
                 a.may_be_null && b.may_be_null};
      if (a.may_be_null) out.min = std::min(out.min, b.min), out.max = std::max(out.max, b.max);
      if (b.may_be_null) out.min = std::min(out.min, a.min), out.max = std::max(out.max, a.max);
      return out;
    }
    case NodeOp::kCoalesce: {
      if (!arg(0).may_be_null) return arg(0);
      Bounds out = Union(arg(0), arg(1));
      out.may_be_null = arg(1).may_be_null;
      return out;
    }
    case NodeOp::kFirstNamed: return Union(arg(0), arg(1));
    case NodeOp::kIf:
      if (arg(0).always_true()) return arg(1);
      if (arg(0).never_true()) return arg(2);
      return Union(arg(1), arg(2));
    case NodeOp::kLess: return Compare(arg(0), arg(1), true);
    case NodeOp::kAtMost: return Compare(arg(0), arg(1), false);
    case NodeOp::kEqual: return Apart(arg(0), arg(1)) ? kNever : AreOneValue(arg(0), arg(1)) ? kAlways : kEither;
    case NodeOp::kNotEqual: {
      const Bounds &a = arg(0), &b = arg(1);
      if (a.empty() || b.empty() || AreOneValue(a, b)) return kNever;
      return Apart(a, b) && !a.may_be_null && !b.may_be_null ? kAlways : kEither;
    }
    case NodeOp::kAnd:
      if (arg(0).never_true() || arg(1).never_true()) return kNever;
      return arg(0).always_true() && arg(1).always_true() ? kAlways : kEither;
    case NodeOp::kOr:
      if (arg(0).always_true() || arg(1).always_true()) return kAlways;
      return arg(0).never_true() && arg(1).never_true() ? kNever : kEither;
    case NodeOp::kNot: return arg(0).always_true() ? kNever : arg(0).never_true() ? kAlways : kEither;
    case NodeOp::kIsNull: return arg(0).empty() ? kAlways : arg(0).may_be_null ? kEither : kNever;
    case NodeOp::kIsOneOf: {
      const Bounds& a = arg(0);
      const auto first = std::lower_bound(node.constants.begin(), node.constants.end(), a.min);
      if (a.empty() || first == node.constants.end() || *first > a.max) return kNever;
      return a.IsOneValue() ? kAlways : kEither;
    }
    case NodeOp::kHasBit: return arg(0).never_true() ? kNever : kEither;
    case NodeOp::kDueAt: return {arg(0).min, kForever, true};
    case NodeOp::kListAny: return chunk_.Has(node.key) ? kEither : kNever;
    default: return {};
  }
}

}  // namespace supportkpi::exec::native
