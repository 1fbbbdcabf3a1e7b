// The part of the compiler that binds fields and filters. A leaf is 0 where the value is missing, but for kAbsent.
#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "exec/native/compiler.h"
#include "exec/native/value_rules.h"
#include "status/macros.h"
#include "time/calendar.h"

namespace supportkpi::exec::native {

using plan::BoundField;
using plan::BoundFilter;
using plan::ValueKind;
using FilterOp = BoundFilter::Op;

namespace {

constexpr size_t kValuesComparedOneByOne = 8;

bool TextMatches(const BoundFilter& filter, absl::string_view text) {
  const auto value = [&]() -> absl::string_view { return filter.values[0]; };
  switch (filter.op) {
    case FilterOp::kIn: return std::find(filter.values.begin(), filter.values.end(), text) != filter.values.end();
    case FilterOp::kLessThan: return text < value();
    case FilterOp::kAtMost: return text <= value();
    case FilterOp::kGreaterThan: return text > value();
    case FilterOp::kAtLeast: return text >= value();
    case FilterOp::kPrefix: return absl::StartsWith(text, value());
    default: return true;  // present
  }
}

absl::StatusOr<int64_t> NumberOf(const BoundField& field, const std::string& text) {
  const double scale = field.kind == ValueKind::kDuration ? 1e3 : field.kind == ValueKind::kBillionths ? 1e9 : 1;
  int64_t integer = 0;
  double real = 0;
  if (field.kind == ValueKind::kInstant) return time::ParseRfc3339(text);
  if (text == "true" || text == "false") return text == "true";
  if (scale == 1 && absl::SimpleAtoi(text, &integer)) return integer;
  if (absl::SimpleAtod(text, &real) && std::abs(real * scale) < 9e18) return std::llround(real * scale);
  return absl::InvalidArgumentError(absl::StrCat("filter.", field.name, ": \"", text, "\" is no number"));
}

}  // namespace

absl::StatusOr<NodeId> Compiler::CompileAttribute(const BoundField& field, bool before) {
  const auto name = resources_.snapshot().NamesOf(record::Domain::kAttributeName).CodeOf(field.attribute);
  if (!name.has_value()) return program_.Constant(0);
  const auto lookup = [&](kpi::LookupField base) {
    const bool other_agent = before && field.attribute_owner == BoundField::Owner::kAgent;
    kpi::Expr expr{.op = kpi::Op::kLookup, .args = {other_agent ? field.before : field.attribute_of}};
    expr.key = static_cast<uint32_t>(base) + static_cast<uint32_t>(*name);
    return CompileLookup(expr);
  };
  switch (field.attribute_owner) {
    case BoundField::Owner::kOwn: return ColumnOf(column::kAttributeBase + static_cast<uint32_t>(*name));
    case BoundField::Owner::kTicket: return ColumnOf(column::kTicketAttributeBase + static_cast<uint32_t>(*name));
    case BoundField::Owner::kCustomer: return lookup(kpi::LookupField::kCustomerAttribute);
    case BoundField::Owner::kAgent: return lookup(kpi::LookupField::kAgentAttribute);
  }
  return absl::InternalError("plan: attribute without owner");
}

absl::StatusOr<NodeId> Compiler::CompileField(const BoundField& field, bool before) {
  if (!field.attribute.empty()) return CompileAttribute(field, before);
  return Compile(before ? field.before : field.expr);
}

absl::StatusOr<NodeId> Compiler::CompileFilter(const BoundFilter& filter, bool before) {
  std::vector<NodeId> args;
  for (const BoundFilter& arg : filter.args) {
    ASSIGN_OR_RETURN(const NodeId node, CompileFilter(arg, before));
    args.push_back(node);
  }
  switch (filter.op) {
    case FilterOp::kTrue: return program_.Constant(1);
    case FilterOp::kAll: return args.empty() ? program_.Constant(1) : Fold(NodeOp::kAnd, args);
    case FilterOp::kAny: return args.empty() ? program_.Constant(0) : Fold(NodeOp::kOr, args);
    case FilterOp::kNot: return program_.Unary(NodeOp::kNot, args[0]);
    default: return CompileLeaf(filter, before);
  }
}

absl::StatusOr<NodeId> Compiler::CompileLeaf(const BoundFilter& filter, bool before) {
  const BoundField& field = filter.field;
  if (!field.applies) return program_.Constant(1);
  if (filter.op == FilterOp::kAbsent) {
    BoundFilter present = filter;
    present.op = FilterOp::kPresent;
    ASSIGN_OR_RETURN(const NodeId node, CompileLeaf(present, before));
    return program_.Unary(NodeOp::kNot, node);
  }
  if (field.kind == ValueKind::kCode || field.kind == ValueKind::kAgentName) return CompileTextLeaf(filter, before);
  ASSIGN_OR_RETURN(const NodeId node, CompileField(field, before));
  if (field.kind == ValueKind::kEnum) return CompileEnumLeaf(filter, node);
  return CompileNumberLeaf(filter, node);
}

// The codes of the field's names that match, as a table of 0 and 1 by code.
const std::vector<int64_t>* Compiler::CodesThatMatch(const BoundFilter& filter) {
  const bool agent_names = filter.field.kind == ValueKind::kAgentName;
  const std::string description =
      absl::StrCat("codes ", agent_names ? -1 : static_cast<int>(filter.field.domain), " ", static_cast<int>(filter.op), " ",
                   absl::StrJoin(filter.values, std::string(1, '\0')));
  return resources_.Table(description, [&]() -> std::vector<int64_t> {
    const projection::Names& names = resources_.snapshot().NamesOf(filter.field.domain);
    const auto& agents = resources_.agents().name;
    const int64_t codes = agent_names ? static_cast<int64_t>(agents.size()) - 1 : names.code_count();
    std::vector<int64_t> matches(std::max<int64_t>(codes, 0) + 1, 0);
    if (filter.op == FilterOp::kIn && !agent_names) {
      for (const std::string& value : filter.values)
        if (auto code = names.CodeOf(value); code.has_value() && *code > 0 && *code <= codes) matches[*code] = 1;
      return matches;
    }
    for (int64_t code = 1; code <= codes; ++code) {
      const std::string text = agent_names ? agents[code] : names.TextOf(code);
      matches[code] = !text.empty() && TextMatches(filter, text);
    }
    return matches;
  });
}

absl::StatusOr<NodeId> Compiler::CompileTextLeaf(const BoundFilter& filter, bool before) {
  const BoundField& field = filter.field;
  const bool present = filter.op == FilterOp::kPresent;
  if (field.list.has_value()) {
    Node node{.op = NodeOp::kListAny, .key = static_cast<column::ColumnKey>(*field.list)};
    if (!present) node.table = CodesThatMatch(filter);
    const bool all = field.list_until.op == kpi::Op::kConstant && field.list_until.constant == 0;
    if (field.list_at.has_value() && !all) {
      ASSIGN_OR_RETURN(node.args[0], Compile(field.list_until));
      node.key2 = static_cast<column::ColumnKey>(*field.list_at);
    }
    return program_.Add(std::move(node));
  }
  ASSIGN_OR_RETURN(const NodeId node, CompileField(field, before));
  if (present) return program_.Unary(NodeOp::kNot, program_.Unary(NodeOp::kNot, node));
  if (filter.op == FilterOp::kIn && field.kind == ValueKind::kCode &&
      (filter.values.size() <= kValuesComparedOneByOne || record::IsRecordDomain(field.domain))) {
    std::vector<int64_t> codes;
    for (const std::string& value : filter.values) {
      const auto code = resources_.snapshot().NamesOf(field.domain).CodeOf(value);
      if (code.has_value() && *code > 0) codes.push_back(*code);
    }
    return IsOneOf(node, std::move(codes));
  }
  return program_.TableOf(node, CodesThatMatch(filter), 0);
}

absl::StatusOr<NodeId> Compiler::CompileEnumLeaf(const BoundFilter& filter, NodeId field) {
  std::vector<int64_t> values;
  for (const auto& [value, name] : filter.field.enum_names)
    if (TextMatches(filter, name)) values.push_back(value);
  return IsOneOf(field, std::move(values));
}

absl::StatusOr<NodeId> Compiler::CompileNumberLeaf(const BoundFilter& filter, NodeId field) {
  if (filter.field.kind == ValueKind::kInstant) {  // an instant that has not come is missing
    field = program_.If(program_.Binary(NodeOp::kEqual, field, program_.Constant(kForever)), program_.Constant(kNull), field);
  }
  if (filter.op == FilterOp::kPresent) return program_.Unary(NodeOp::kNot, program_.Unary(NodeOp::kIsNull, field));
  std::vector<int64_t> numbers;
  for (const std::string& value : filter.values) {
    ASSIGN_OR_RETURN(const int64_t number, NumberOf(filter.field, value));
    numbers.push_back(number);
  }
  if (filter.op == FilterOp::kIn) return IsOneOf(field, std::move(numbers));
  if (numbers.size() != 1) return absl::InternalError(absl::StrCat("plan: filter.", filter.field.name, ": one value expected"));
  const NodeId value = program_.Constant(numbers[0]);
  switch (filter.op) {
    case FilterOp::kLessThan: return program_.Binary(NodeOp::kLess, field, value);
    case FilterOp::kAtMost: return program_.Binary(NodeOp::kAtMost, field, value);
    case FilterOp::kGreaterThan: return program_.Binary(NodeOp::kLess, value, field);
    case FilterOp::kAtLeast: return program_.Binary(NodeOp::kAtMost, value, field);
    default: return absl::InvalidArgumentError(absl::StrCat("filter.", filter.field.name, ": a prefix needs a text field"));
  }
}

}  // namespace supportkpi::exec::native
