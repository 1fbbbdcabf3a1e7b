// Walks filters: once for their shape, then for each part to bind the leaves and check their values.
#include "plan/filter_binding.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plan/refusal.h"
#include "status/macros.h"
#include "time/calendar.h"

namespace supportkpi::plan {
namespace {

using Op = Filter::Op;

absl::string_view NameOf(Op op) {
  switch (op) {
    case Op::kTrue: return "";
    case Op::kAll: return "all";
    case Op::kAny: return "any";
    case Op::kNot: return "not";
    case Op::kEquals: return "equals";
    case Op::kIn: return "in";
    case Op::kLessThan: return "less_than";
    case Op::kAtMost: return "at_most";
    case Op::kGreaterThan: return "greater_than";
    case Op::kAtLeast: return "at_least";
    case Op::kPrefix: return "prefix";
    case Op::kPresent:
    case Op::kAbsent: return "present";
  }
  return "";
}

BoundFilter::Op BoundOpOf(Op op) {
  switch (op) {
    case Op::kTrue: return BoundFilter::Op::kTrue;
    case Op::kAll: return BoundFilter::Op::kAll;
    case Op::kAny: return BoundFilter::Op::kAny;
    case Op::kNot: return BoundFilter::Op::kNot;
    case Op::kEquals:
    case Op::kIn: return BoundFilter::Op::kIn;
    case Op::kLessThan: return BoundFilter::Op::kLessThan;
    case Op::kAtMost: return BoundFilter::Op::kAtMost;
    case Op::kGreaterThan: return BoundFilter::Op::kGreaterThan;
    case Op::kAtLeast: return BoundFilter::Op::kAtLeast;
    case Op::kPrefix: return BoundFilter::Op::kPrefix;
    case Op::kPresent: return BoundFilter::Op::kPresent;
    case Op::kAbsent: return BoundFilter::Op::kAbsent;
  }
  return BoundFilter::Op::kTrue;
}

bool IsBranch(Op op) { return op == Op::kAll || op == Op::kAny || op == Op::kNot; }
bool IsComparison(Op op) {
  return op == Op::kLessThan || op == Op::kAtMost || op == Op::kGreaterThan || op == Op::kAtLeast;
}

std::string PathOf(absl::string_view path, const Filter& filter) { return absl::StrCat(path, ".", NameOf(filter.op)); }
std::string ChildPath(absl::string_view path, const Filter& filter, size_t i) {
  if (filter.op == Op::kNot) return PathOf(path, filter);
  return absl::StrCat(PathOf(path, filter), "[", i, "]");
}

class ShapeCheck {
 public:
  // `fields`: the names of leaves must be those of fields.
  ShapeCheck(const Limits& limits, bool fields) : limits_(limits), fields_(fields) {}

  absl::Status Check(const std::string& path, const Filter& filter, int64_t depth) {
    if (filter.op == Op::kTrue) {
      if (depth == 1) return absl::OkStatus();  // no filter at all
      return Refuse(path, "no condition", "set one of all, any, not, equals, in, less_than, at_most, greater_than, at_least, "
                                          "prefix, present");
    }
    if (depth > limits_.filter_depth) {
      return Refuse(path, absl::StrCat("nested deeper than ", limits_.filter_depth),
                    absl::StrCat("at most ", limits_.filter_depth, " levels"));
    }
    return IsBranch(filter.op) ? CheckBranch(path, filter, depth) : CheckLeaf(path, filter);
  }

 private:
  absl::Status CheckBranch(const std::string& path, const Filter& filter, int64_t depth) {
    if (filter.args.empty()) return Refuse(PathOf(path, filter), "empty list", "at least one filter");
    if (!filter.field.empty()) {
      return Refuse(absl::StrCat(path, ".field"), absl::StrCat(Quoted(filter.field), " beside ", NameOf(filter.op)),
                    "only leaves name a field");
    }
    for (size_t i = 0; i < filter.args.size(); ++i) {
      RETURN_IF_ERROR(Check(ChildPath(path, filter, i), filter.args[i], depth + 1));
    }
    return absl::OkStatus();
  }

  absl::Status CheckLeaf(const std::string& path, const Filter& filter) {
    if (++leaves_ > limits_.filter_leaves) {
      return Refuse(path, absl::StrCat("more than ", limits_.filter_leaves, " conditions"),
                    absl::StrCat("at most ", limits_.filter_leaves));
    }
    if (fields_) RETURN_IF_ERROR(CheckFieldName(absl::StrCat(path, ".field"), filter.field));
    if (filter.op == Op::kPresent || filter.op == Op::kAbsent) return absl::OkStatus();
    const std::string values_path = PathOf(path, filter);
    const int64_t count = static_cast<int64_t>(filter.values.size());
    if (count == 0) return Refuse(values_path, "empty list", absl::StrCat("1 to ", limits_.filter_values, " values"));
    if (count > limits_.filter_values) {
      return Refuse(values_path, absl::StrCat(count, " values"), absl::StrCat("at most ", limits_.filter_values));
    }
    for (const std::string& value : filter.values) {
      if (value.empty()) return Refuse(values_path, "empty value", "ask with `present` for facts without a value");
      if (static_cast<int64_t>(value.size()) > limits_.text_bytes) {
        return Refuse(values_path, absl::StrCat("value of ", value.size(), " bytes"),
                      absl::StrCat("at most ", limits_.text_bytes, " bytes"));
      }
    }
    return absl::OkStatus();
  }

  const Limits& limits_;
  const bool fields_;
  int64_t leaves_ = 0;
};

absl::Status CheckEnum(const std::string& path, const Filter& filter, const BoundField& field) {
  std::vector<std::string> names;
  for (const auto& [value, name] : field.enum_names) names.push_back(name);
  if (IsComparison(filter.op) || filter.op == Op::kPrefix) {
    return Refuse(path, absl::StrCat(field.name, " is one of a few names and has no order"),
                  absl::StrCat("compare it by equals or in with ", Listed(names)));
  }
  for (const std::string& value : filter.values) {
    bool known = false;
    for (const std::string& name : names) known = known || name == value;
    if (!known) {
      return Refuse(path, absl::StrCat(field.name, " is one of a few names, got ", Quoted(value)),
                    MeantOrKnown(value, names, "allowed are"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckValues(const std::string& path, const Filter& filter, const BoundField& field) {
  if (field.kind == ValueKind::kCode || field.kind == ValueKind::kAgentName) return absl::OkStatus();
  if (filter.op == Op::kPresent || filter.op == Op::kAbsent) return absl::OkStatus();
  if (field.kind == ValueKind::kEnum) return CheckEnum(path, filter, field);
  if (filter.op == Op::kPrefix) {
    return Refuse(path, absl::StrCat(field.name, " is no text"), "compare it by equals, in, less_than, at_most, greater_than, at_least");
  }
  for (const std::string& value : filter.values) {
    if (field.kind == ValueKind::kInstant) {
      if (!time::ParseRfc3339(value).ok()) {
        return Refuse(path, absl::StrCat(field.name, " is an instant, got ", Quoted(value)),
                      "write it as RFC 3339, such as 2026-03-08T06:30:00Z");
      }
      continue;
    }
    const bool whole = field.kind == ValueKind::kInteger || field.kind == ValueKind::kMoney;
    int64_t integer = 0;
    double number = 0;
    if (whole ? !absl::SimpleAtoi(value, &integer) : !absl::SimpleAtod(value, &number) || !std::isfinite(number)) {
      return Refuse(path, absl::StrCat(field.name, " is a number, got ", Quoted(value)),
                    field.kind == ValueKind::kMoney      ? "write it in minor units, such as 1250"
                    : field.kind == ValueKind::kInteger  ? "write it as a whole number"
                    : field.kind == ValueKind::kDuration ? "write it in seconds"
                                                         : "write it as a decimal number");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckFilter(absl::string_view path, const Filter& filter, const Limits& limits) {
  return ShapeCheck(limits, true).Check(std::string(path), filter, 1);
}

absl::Status CheckFilterShape(absl::string_view path, const Filter& filter, const Limits& limits) {
  return ShapeCheck(limits, false).Check(std::string(path), filter, 1);
}

absl::StatusOr<std::optional<BoundFilter>> BindFilter(absl::string_view path, const Filter& filter, const FieldScope& scope,
                                                      const kpi::Part& part) {
  BoundFilter bound;
  bound.op = BoundOpOf(filter.op);
  if (filter.op == Op::kTrue) return bound;
  if (!IsBranch(filter.op)) {
    ASSIGN_OR_RETURN(bound.field, BindFieldOf(absl::StrCat(path, ".field"), scope, part, filter.field));
    if (!bound.field.applies) return std::nullopt;
    RETURN_IF_ERROR(CheckValues(PathOf(path, filter), filter, bound.field));
    bound.values = filter.values;
    return bound;
  }
  for (size_t i = 0; i < filter.args.size(); ++i) {
    ASSIGN_OR_RETURN(std::optional<BoundFilter> arg, BindFilter(ChildPath(path, filter, i), filter.args[i], scope, part));
    if (arg.has_value()) bound.args.push_back(*std::move(arg));
  }
  if (bound.args.empty()) return std::nullopt;
  if (filter.op == Op::kAny && bound.args.size() != filter.args.size()) {
    return Refuse(PathOf(path, filter),
                  absl::StrCat("a field of money alone stands beside others, and kpi ", Quoted(scope.definition.id),
                               " also counts facts without money"),
                  "put the condition on currency into `all`");
  }
  return bound;
}

}  // namespace supportkpi::plan
