// Reads filters from text: recursive descent over the bytes, no separate list of tokens, since what a word may hold
// depends on whether a field or a value is expected.
#include "plan/filter_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plan/filter_words.h"
#include "record/violation.h"
#include "status/macros.h"

namespace supportkpi::plan {

namespace {

using Op = Filter::Op;

constexpr absl::string_view kOperators = "=, !=, <, <=, >, >=, :* or IN";
constexpr size_t kReadingBytesMax = 400;  // of each of the two readings in a message
constexpr size_t kOperandBytesMax = 60;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsOperatorCharacter(char c) { return c == '=' || c == '!' || c == '<' || c == '>' || c == ':' || c == '~'; }

// A bare value ends before these; ':' may stand inside, as in instants.
bool EndsBareValue(char c) {
  return IsSpace(c) || absl::StrContains("\"'()[]{},\\=!<>~", absl::string_view(&c, 1)) ||
         absl::ascii_iscntrl(static_cast<unsigned char>(c));
}

bool IsContinuationByte(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

void AppendUtf8(uint32_t code_point, std::string& out) {
  const auto byte = [&out](uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (code_point < 0x80) return byte(code_point);
  if (code_point < 0x800) {
    byte(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    byte(0xE0 | code_point >> 12);
    byte(0x80 | (code_point >> 6 & 0x3F));
  } else {
    byte(0xF0 | code_point >> 18);
    byte(0x80 | (code_point >> 12 & 0x3F));
    byte(0x80 | (code_point >> 6 & 0x3F));
  }
  byte(0x80 | (code_point & 0x3F));
}

class FilterTextReader {
 public:
  explicit FilterTextReader(absl::string_view text) : text_(text) {}

  absl::StatusOr<Filter> Whole() {
    SkipSpace();
    if (AtEnd()) return Filter{};
    ASSIGN_OR_RETURN(Tree tree, Chain(0));
    if (!AtEnd()) return Unexpected("AND, OR or the end");
    return std::move(tree.filter);
  }

 private:
  struct Tree {
    Filter filter;
    int depth = 1;
  };
  // One side of AND or OR, with the text it was read from.
  struct Operand {
    Tree tree;
    absl::string_view text;
  };
  struct Value {
    std::string text;
    std::optional<size_t> star;  // where an unescaped star ends the value
  };

  // --- conditions

  absl::StatusOr<Tree> Chain(int nesting) {
    const size_t start = position_;
    std::vector<Operand> operands;
    std::vector<bool> is_or;
    size_t mixed_at = text_.size();
    for (;;) {
      SkipSpace();
      const size_t from = position_;
      ASSIGN_OR_RETURN(Tree tree, Term(nesting));
      operands.push_back({std::move(tree), text_.substr(from, position_ - from)});
      SkipSpace();
      const bool next_is_or = AtKeyword("OR");
      if (!next_is_or && !AtKeyword("AND")) break;
      if (!is_or.empty() && is_or.back() != next_is_or) mixed_at = std::min(mixed_at, position_);
      is_or.push_back(next_is_or);
      position_ += next_is_or ? 2 : 3;
    }
    if (is_or.empty()) return std::move(operands.front().tree);
    if (mixed_at < text_.size()) return Mixed(mixed_at, operands, is_or);
    Tree tree;
    tree.filter.op = is_or.front() ? Op::kAny : Op::kAll;
    for (Operand& operand : operands) {
      tree.depth = std::max(tree.depth, operand.tree.depth + 1);
      tree.filter.args.push_back(std::move(operand.tree.filter));
    }
    RETURN_IF_ERROR(CheckDepth(start, tree.depth));
    return tree;
  }

  absl::StatusOr<Tree> Term(int nesting) {
    SkipSpace();
    const size_t start = position_;
    const bool minus = At('-');
    if (!minus && !AtKeyword("NOT") && !At('(')) return Comparison();
    RETURN_IF_ERROR(CheckDepth(start, nesting + 1));
    if (At('(')) {
      ++position_;
      ASSIGN_OR_RETURN(Tree tree, Chain(nesting + 1));
      if (!At(')')) return Unexpected("AND, OR or \")\"");
      ++position_;
      return tree;
    }
    position_ += minus ? 1 : 3;
    ASSIGN_OR_RETURN(Tree inner, Term(nesting + 1));
    if (inner.filter.op == Op::kPresent) {
      inner.filter.op = Op::kAbsent;
      return inner;
    }
    Tree tree = Negated(std::move(inner));
    RETURN_IF_ERROR(CheckDepth(start, tree.depth));
    return tree;
  }

  static Tree Negated(Tree inner) {
    Tree tree;
    tree.filter.op = Op::kNot;
    tree.depth = inner.depth + 1;
    tree.filter.args.push_back(std::move(inner.filter));
    return tree;
  }

  absl::Status CheckDepth(size_t position, int depth) const {
    if (depth <= kFilterTextDepthMax) return absl::OkStatus();
    return Fail(position, absl::StrCat("found more than ", kFilterTextDepthMax, " brackets, NOTs, ANDs and ORs within each other; "
                                       "expected at most ", kFilterTextDepthMax));
  }

  absl::StatusOr<Tree> Comparison() {
    const size_t start = position_;
    Tree tree;
    ASSIGN_OR_RETURN(tree.filter.field, Field());
    if (++leaves_ > kFilterTextLeavesMax) {
      return Fail(start, absl::StrCat("found more than ", kFilterTextLeavesMax, " comparisons; expected at most ",
                                      kFilterTextLeavesMax));
    }
    SkipSpace();
    const size_t operator_at = position_;
    if (AtKeyword("IN")) {
      position_ += 2;
      RETURN_IF_ERROR(List(tree.filter));
      return tree;
    }
    while (position_ < text_.size() && IsOperatorCharacter(text_[position_])) ++position_;
    const absl::string_view symbol = text_.substr(operator_at, position_ - operator_at);
    if (symbol == ":") {
      SkipSpace();
      if (!At('*')) return Unexpected("\"*\" (has a value); to compare write field = value");
      ++position_;
      tree.filter.op = Op::kPresent;
      return tree;
    }
    const std::optional<Op> op = OpOfSymbol(symbol);
    if (!op) {
      position_ = operator_at;
      return Unexpected(symbol.empty() ? absl::StrCat(kOperators, " after the field")
                                       : absl::StrCat(kOperators, ", and a value that begins with one in quotes"));
    }
    ASSIGN_OR_RETURN(Value value, ReadValue());
    tree.filter.op = *op;
    if (value.star) {
      if (*op != Op::kEquals) return StarOutOfPlace(*value.star);
      tree.filter.op = Op::kPrefix;
    }
    tree.filter.values.push_back(std::move(value.text));
    if (symbol != "!=") return tree;
    return Negated(std::move(tree));
  }

  static std::optional<Op> OpOfSymbol(absl::string_view symbol) {
    if (symbol == "=" || symbol == "!=") return Op::kEquals;
    if (symbol == "<") return Op::kLessThan;
    if (symbol == "<=") return Op::kAtMost;
    if (symbol == ">") return Op::kGreaterThan;
    if (symbol == ">=") return Op::kAtLeast;
    return std::nullopt;
  }

  absl::Status List(Filter& filter) {
    filter.op = Op::kIn;
    SkipSpace();
    if (!At('(')) return Unexpected("\"(\" after IN");
    do {
      ++position_;
      ASSIGN_OR_RETURN(Value value, ReadValue());
      if (value.star) return StarOutOfPlace(*value.star);
      filter.values.push_back(std::move(value.text));
      SkipSpace();
    } while (At(','));
    if (!At(')')) return Unexpected("\",\" or \")\" in the list");
    ++position_;
    return absl::OkStatus();
  }

  // --- fields and values

  absl::StatusOr<std::string> Field() {
    if (AtKeyword("AND") || AtKeyword("OR") || AtKeyword("IN")) return Unexpected("a field, NOT, - or \"(\"");
    std::string field;
    for (bool first = true;; first = false) {
      const size_t start = position_;
      if (At('"') || At('\'')) {
        ASSIGN_OR_RETURN(Value name, Quoted(/*star_may_end=*/false));
        field += name.text;
      } else {
        while (position_ < text_.size() && IsNameCharacter(text_[position_], position_ == start)) ++position_;
        if (position_ == start) return Unexpected(first ? "a field, NOT, - or \"(\"" : "a name after the dot");
        absl::StrAppend(&field, text_.substr(start, position_ - start));
      }
      if (!At('.')) return field;
      field.push_back('.');
      ++position_;
    }
  }

  absl::StatusOr<Value> ReadValue() {
    SkipSpace();
    if (At('"') || At('\'')) return Quoted(/*star_may_end=*/true);
    const size_t start = position_;
    while (position_ < text_.size() && !EndsBareValue(text_[position_])) ++position_;
    absl::string_view word = text_.substr(start, position_ - start);
    if (At('\\')) return Unexpected("a value in quotes, if it has a backslash");
    if (word.empty() || word == "*" || IsKeyword(word)) {
      position_ = start;
      return Unexpected(word == "*" ? "a value; whether there is any asks field:*" : "a value, in quotes if it is no plain word");
    }
    Value value;
    if (const size_t star = word.find('*'); star != absl::string_view::npos) {
      if (star + 1 != word.size()) return StarOutOfPlace(start + star);
      value.star = start + star;
      word.remove_suffix(1);
    }
    value.text = std::string(word);
    return value;
  }

  // From the opening quote to behind the closing one.
  absl::StatusOr<Value> Quoted(bool star_may_end) {
    const size_t start = position_;
    const char quote = text_[position_++];
    Value value;
    for (;;) {
      if (AtEnd()) return Fail(start, absl::StrCat("found a quoted text that does not end; expected a closing ",
                                              absl::string_view(&quote, 1)));
      const char c = text_[position_];
      if (c == quote) break;
      if (value.star) return StarOutOfPlace(*value.star);
      if (c == '\\') {
        RETURN_IF_ERROR(Escape(value.text));
        continue;
      }
      if (c == '*' && star_may_end) {
        value.star = position_;
      } else {
        value.text.push_back(c);
      }
      ++position_;
    }
    ++position_;
    return value;
  }

  absl::Status Escape(std::string& out) {
    const size_t start = position_++;
    const char c = AtEnd() ? '\0' : text_[position_];
    if (c == 'u') {
      ASSIGN_OR_RETURN(uint32_t unit, Utf16Unit(start));
      if (unit >= 0xD800 && unit < 0xDC00 && absl::StartsWith(text_.substr(position_), "\\u")) {
        ++position_;
        ASSIGN_OR_RETURN(const uint32_t low, Utf16Unit(start));
        if (low < 0xDC00 || low > 0xDFFF) return BadEscape(start);
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      } else if (unit >= 0xD800 && unit <= 0xDFFF) {
        return BadEscape(start);
      }
      AppendUtf8(unit, out);
      return absl::OkStatus();
    }
    constexpr absl::string_view kLetters = "\"'\\*nrt";
    constexpr absl::string_view kMeanings = "\"'\\*\n\r\t";
    const size_t which = c == '\0' ? absl::string_view::npos : kLetters.find(c);
    if (which == absl::string_view::npos) return BadEscape(start);
    out.push_back(kMeanings[which]);
    ++position_;
    return absl::OkStatus();
  }

  // At the u of \uXXXX.
  absl::StatusOr<uint32_t> Utf16Unit(size_t escape_start) {
    const absl::string_view digits = text_.substr(position_ + 1, 4);
    uint32_t unit = 0;
    for (const char digit : digits) {
      if (!absl::ascii_isxdigit(static_cast<unsigned char>(digit))) return BadEscape(escape_start);
      unit = unit * 16 + static_cast<uint32_t>(absl::ascii_isdigit(static_cast<unsigned char>(digit))
                                                   ? digit - '0'
                                                   : absl::ascii_tolower(static_cast<unsigned char>(digit)) - 'a' + 10);
    }
    if (digits.size() < 4) return BadEscape(escape_start);
    position_ += 5;
    return unit;
  }

  // --- where we are

  bool AtEnd() const { return position_ >= text_.size(); }
  bool At(char c) const { return position_ < text_.size() && text_[position_] == c; }
  void SkipSpace() {
    while (position_ < text_.size() && IsSpace(text_[position_])) ++position_;
  }
  bool AtKeyword(absl::string_view word) const {
    const absl::string_view rest = text_.substr(position_);
    return absl::StartsWith(rest, word) && (rest.size() == word.size() || !IsNameCharacter(rest[word.size()], false));
  }

  // --- what is wrong

  absl::Status Fail(size_t position, absl::string_view what) const {
    const absl::string_view before = text_.substr(0, position);
    const size_t line_start = before.rfind('\n') == absl::string_view::npos ? 0 : before.rfind('\n') + 1;
    const absl::string_view in_line = before.substr(line_start);
    const auto continued = std::count_if(in_line.begin(), in_line.end(), IsContinuationByte);
    std::string place;
    if (absl::StrContains(text_, "\n")) place = absl::StrCat("line ", std::count(before.begin(), before.end(), '\n') + 1, ", ");
    return absl::InvalidArgumentError(
        absl::StrCat(place, "column ", in_line.size() - static_cast<size_t>(continued) + 1, ": ", what));
  }

  absl::Status Unexpected(absl::string_view expected) const {
    const absl::string_view found = Found();
    const std::string shown = found.empty() ? "the end" : record::Quoted(found);
    const bool wants_capitals = IsKeyword(absl::AsciiStrToUpper(found)) && !IsKeyword(found);
    return Fail(position_, absl::StrCat("found ", shown, "; expected ", expected,
                                        wants_capitals ? " (AND, OR, NOT and IN are written in capitals)" : ""));
  }

  // The word or sign that stands here.
  absl::string_view Found() const {
    if (AtEnd()) return "";
    size_t end = position_;
    if (IsOperatorCharacter(text_[end])) {
      while (end < text_.size() && IsOperatorCharacter(text_[end])) ++end;
      return text_.substr(position_, end - position_);
    }
    if (At('"') || At('\'')) {
      const size_t closing = text_.find(text_[position_], position_ + 1);
      return text_.substr(position_, closing == absl::string_view::npos ? closing : closing + 1 - position_);
    }
    while (end < text_.size() && !EndsBareValue(text_[end])) ++end;
    return text_.substr(position_, std::max<size_t>(end - position_, 1));
  }

  absl::Status StarOutOfPlace(size_t position) const {
    return Fail(position, "found \"*\"; expected it only at the end of a value of = or !=, where it stands for any ending "
                          "(a star itself is written \"\\*\", in quotes)");
  }

  absl::Status BadEscape(size_t position) const {
    return Fail(position, absl::StrCat("found ", record::Quoted(text_.substr(position, 6)),
                                       "; expected one of \\\" \\' \\\\ \\n \\r \\t \\* or \\uXXXX (pairs for surrogates)"));
  }

  // Both readings of `a AND b OR c`. A chain too long to show is cut to the three operands around the first change.
  absl::Status Mixed(size_t position, const std::vector<Operand>& operands, const std::vector<bool>& is_or) const {
    std::string and_first = Reading(operands, is_or, 0, operands.size(), /*or_binds=*/false);
    std::string or_first = Reading(operands, is_or, 0, operands.size(), /*or_binds=*/true);
    if (std::max(and_first.size(), or_first.size()) > kReadingBytesMax) {
      size_t change = 1;
      while (is_or[change] == is_or[change - 1]) ++change;
      and_first = Reading(operands, is_or, change - 1, change + 2, false);
      or_first = Reading(operands, is_or, change - 1, change + 2, true);
    }
    return Fail(position, absl::StrCat("found AND and OR side by side; expected brackets: ", and_first, " or ", or_first));
  }

  // Operands [first, last) with brackets around each longest run of the operator that binds.
  static std::string Reading(const std::vector<Operand>& operands, const std::vector<bool>& is_or, size_t first, size_t last,
                             bool or_binds) {
    std::string reading;
    for (size_t i = first; i < last; ++i) {
      const bool joined_before = i > first && is_or[i - 1] == or_binds;
      const bool joined_after = i + 1 < last && is_or[i] == or_binds;
      if (joined_after && !joined_before) reading.push_back('(');
      AppendShort(operands[i].text, reading);
      if (joined_before && !joined_after) reading.push_back(')');
      if (i + 1 < last) absl::StrAppend(&reading, is_or[i] ? " OR " : " AND ");
    }
    return reading;
  }

  // On one line and cut, never inside a character.
  static void AppendShort(absl::string_view text, std::string& out) {
    size_t cut = std::min(text.size(), kOperandBytesMax);
    while (cut > 0 && cut < text.size() && IsContinuationByte(text[cut])) --cut;
    for (const char c : text.substr(0, cut)) out.push_back(absl::ascii_iscntrl(static_cast<unsigned char>(c)) ? ' ' : c);
    if (cut < text.size()) out += "...";
  }

  const absl::string_view text_;
  size_t position_ = 0;
  int leaves_ = 0;
};

}  // namespace

absl::StatusOr<Filter> ParseFilterText(absl::string_view text) {
  if (text.size() > kFilterTextBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("column 1: found ", text.size(), " bytes; expected at most ", kFilterTextBytesMax));
  }
  return FilterTextReader(text).Whole();
}

}  // namespace supportkpi::plan
