// Writes filters as text. Values are always quoted, fields only where they must be, and brackets stand wherever a list
// stands inside a list or under NOT.
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "plan/filter_text.h"
#include "plan/filter_words.h"

namespace supportkpi::plan {

namespace {

using Op = Filter::Op;

constexpr absl::string_view kAttributes = "attributes.";

void AppendQuoted(absl::string_view text, bool prefix, std::string& out) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '*') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  out += prefix ? "*\"" : "\"";
}

// Length of the longest beginning of names and dots that needs no quotes; the whole length if the rest does not either.
size_t PlainBytes(absl::string_view field) {
  size_t name_start = 0;
  for (size_t i = 0;; ++i) {
    if (i == field.size() || field[i] == '.') {
      if (i == name_start || (name_start == 0 && IsKeyword(field.substr(0, i)))) return name_start;
      if (i == field.size()) return i;
      name_start = i + 1;
    } else if (!IsNameCharacter(field[i], i == name_start)) {
      return name_start;
    }
  }
}

void AppendField(absl::string_view field, std::string& out) {
  size_t plain = PlainBytes(field);
  if (plain == field.size() && !field.empty() && field.back() != '.') {
    absl::StrAppend(&out, field);
    return;
  }
  // The key of an attribute is one name for whoever reads it, even if its beginning needs no quotes.
  const size_t attributes = field.substr(0, plain).find(kAttributes);
  if (attributes == 0 || (attributes != absl::string_view::npos && field[attributes - 1] == '.')) {
    plain = attributes + kAttributes.size();
  }
  absl::StrAppend(&out, field.substr(0, plain));
  AppendQuoted(field.substr(plain), false, out);
}

void Append(const Filter& filter, std::string& out);

void AppendInBrackets(const Filter& filter, std::string& out) {
  const bool is_list = filter.op == Op::kAll || filter.op == Op::kAny;
  if (is_list && filter.args.size() == 1) return AppendInBrackets(filter.args.front(), out);
  if (is_list) out.push_back('(');
  Append(filter, out);
  if (is_list) out.push_back(')');
}

void AppendComparison(const Filter& filter, absl::string_view symbol, std::string& out) {
  AppendField(filter.field, out);
  absl::StrAppend(&out, " ", symbol, " ");
  AppendQuoted(filter.values.front(), filter.op == Op::kPrefix, out);
}

void AppendNot(const Filter& inner, std::string& out) {
  const bool is_list = inner.op == Op::kAll || inner.op == Op::kAny;
  if (is_list && inner.args.size() == 1) return AppendNot(inner.args.front(), out);
  if (inner.op == Op::kEquals || inner.op == Op::kPrefix) return AppendComparison(inner, "!=", out);
  out += "NOT ";
  AppendInBrackets(inner, out);
}

void AppendList(const Filter& filter, absl::string_view joiner, std::string& out) {
  if (filter.args.size() == 1) return Append(filter.args.front(), out);
  for (size_t i = 0; i < filter.args.size(); ++i) {
    if (i > 0) absl::StrAppend(&out, joiner);
    AppendInBrackets(filter.args[i], out);
  }
}

void Append(const Filter& filter, std::string& out) {
  switch (filter.op) {
    case Op::kTrue:
      return;
    case Op::kAll:
      return AppendList(filter, " AND ", out);
    case Op::kAny:
      return AppendList(filter, " OR ", out);
    case Op::kNot:
      return AppendNot(filter.args.front(), out);
    case Op::kEquals:
    case Op::kPrefix:
      return AppendComparison(filter, "=", out);
    case Op::kLessThan:
      return AppendComparison(filter, "<", out);
    case Op::kAtMost:
      return AppendComparison(filter, "<=", out);
    case Op::kGreaterThan:
      return AppendComparison(filter, ">", out);
    case Op::kAtLeast:
      return AppendComparison(filter, ">=", out);
    case Op::kIn:
      AppendField(filter.field, out);
      for (size_t i = 0; i < filter.values.size(); ++i) {
        out += i == 0 ? " IN (" : ", ";
        AppendQuoted(filter.values[i], false, out);
      }
      out.push_back(')');
      return;
    case Op::kAbsent:
      out += "NOT ";
      [[fallthrough]];
    case Op::kPresent:
      AppendField(filter.field, out);
      out += ":*";
      return;
  }
}

}  // namespace

std::string FilterText(const Filter& filter) {
  std::string text;
  Append(filter, text);
  return text;
}

}  // namespace supportkpi::plan
