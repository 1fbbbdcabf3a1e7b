// Filter text: what it means as a tree (shown in a prefix notation), what is refused and how, and round trips.
#include "plan/filter_text.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::plan {
namespace {

using ::supportkpi::testing::IsOk;
using ::supportkpi::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Op = Filter::Op;

// all(equals channel [email], not(present team)) and the like.
std::string Shape(const Filter& filter) {
  static constexpr const char* kNames[] = {"true",   "all",     "any",          "not",      "equals", "in",    "less_than",
                                           "at_most", "greater_than", "at_least", "prefix", "present", "absent"};
  const char* name = kNames[static_cast<int>(filter.op)];
  if (!filter.args.empty()) {
    return absl::StrCat(name, "(", absl::StrJoin(filter.args, ", ", [](std::string* out, const Filter& arg) {
                          *out += Shape(arg);
                        }), ")");
  }
  if (filter.field.empty() && filter.values.empty()) return name;
  std::string shape = absl::StrCat(name, " ", filter.field);
  if (!filter.values.empty()) absl::StrAppend(&shape, " [", absl::StrJoin(filter.values, "|"), "]");
  return shape;
}

std::string ShapeOf(absl::string_view text) {
  const auto filter = ParseFilterText(text);
  return filter.ok() ? Shape(*filter) : filter.status().ToString();
}

std::string ErrorOf(absl::string_view text) {
  const auto filter = ParseFilterText(text);
  if (filter.ok()) return absl::StrCat("parsed as ", Shape(*filter));
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(filter.status().message());
}

TEST(FilterTextTest, TextsMeanTrees) {
  struct Case {
    const char* text;
    const char* shape;
  };
  const Case cases[] = {
      {"", "true"},
      {" \n\t ", "true"},
      {R"(channel = "email")", "equals channel [email]"},
      {"channel=email", "equals channel [email]"},
      {R"(channel = 'e"mail')", "equals channel [e\"mail]"},
      {R"(channel != "email")", "not(equals channel [email])"},
      {"replies < 3", "less_than replies [3]"},
      {"replies<=3", "at_most replies [3]"},
      {"replies > -3", "greater_than replies [-3]"},
      {"created_at >= 2026-01-01T00:00:00Z", "at_least created_at [2026-01-01T00:00:00Z]"},
      {"team:*", "present team"},
      {"team : *", "present team"},
      {"NOT team:*", "absent team"},
      {"-team:*", "absent team"},
      {"NOT NOT team:*", "not(absent team)"},
      {R"(subject = "Re:*")", "prefix subject [Re:]"},
      {"subject = Re:*", "prefix subject [Re:]"},
      {R"(subject = "Re:\*")", "equals subject [Re:*]"},
      {R"(subject = "\**")", "prefix subject [*]"},
      {R"(subject != "Re:*")", "not(prefix subject [Re:])"},
      {R"(subject = "*")", "prefix subject []"},
      {R"(subject = "")", "equals subject []"},
      {R"(priority IN ("high", urgent,'low'))", "in priority [high|urgent|low]"},
      {"priority IN(high)", "in priority [high]"},
      {"ticket.channel = chat", "equals ticket.channel [chat]"},
      {R"(attributes."my key" = x)", "equals attributes.my key [x]"},
      {R"(attributes."a.b\"c*" = x)", "equals attributes.a.b\"c* [x]"},
      {"attributes.plan-tier = x", "equals attributes.plan-tier [x]"},
      {"attributes.größe = sehr-groß", "equals attributes.größe [sehr-groß]"},
      {R"("NOT" = x)", "equals NOT [x]"},
      {"ticket.NOT = x", "equals ticket.NOT [x]"},
      {"ORDER = x AND INDEX = y", "all(equals ORDER [x], equals INDEX [y])"},
      {"a=1 AND b=2 AND c=3", "all(equals a [1], equals b [2], equals c [3])"},
      {"a=1 OR b=2", "any(equals a [1], equals b [2])"},
      {"a=1 AND (b=2 OR c=3)", "all(equals a [1], any(equals b [2], equals c [3]))"},
      {"(a=1 AND b=2) AND c=3", "all(all(equals a [1], equals b [2]), equals c [3])"},
      {"((a=1))", "equals a [1]"},
      {"NOT a=1 AND b=2", "all(not(equals a [1]), equals b [2])"},
      {"-(a=1 OR b=2)", "not(any(equals a [1], equals b [2]))"},
      {"NOT(a=1)", "not(equals a [1])"},
      {"a=\"1\"AND\nb=2", "all(equals a [1], equals b [2])"},
      {R"(a = "\"\'\\\n\r\t")", "equals a [\"'\\\n\r\t]"},
      {R"(a = "\u00e9\u4E2D\ud83d\ude00")", "equals a [\u00e9\u4e2d\U0001F600]"},
      {"a = \"line\nbreak\"", "equals a [line\nbreak]"},
  };
  for (const Case& c : cases) EXPECT_EQ(ShapeOf(c.text), c.shape) << c.text;
}

TEST(FilterTextTest, ErrorsNameColumnFoundAndExpected) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"channel", "column 8: found the end; expected =, !=, <, <=, >, >=, :* or IN after the field"},
      {"channel email", R"(column 9: found "email"; expected =, !=, <, <=, >, >=, :* or IN after the field)"},
      {"channel == email", R"(column 9: found "=="; expected =, !=,)"},
      {"channel =", "column 10: found the end; expected a value, in quotes if it is no plain word"},
      {"channel = AND", R"(column 11: found "AND"; expected a value)"},
      {"channel = *", R"(column 11: found "*"; expected a value; whether there is any asks field:*)"},
      {"channel:email", R"(column 9: found "email"; expected "*" (has a value); to compare write field = value)"},
      {"a=1 b=2", R"(column 5: found "b"; expected AND, OR or the end)"},
      {R"(a=1 "b"=2)", R"(column 5: found "\"b\""; expected AND, OR or the end)"},
      {"(a=1 b=2)", R"x(column 6: found "b"; expected AND, OR or ")")x"},
      {"a=1 and b=2", R"(column 5: found "and"; expected AND, OR or the end (AND, OR, NOT and IN are written in capitals))"},
      {"a in (1)", R"(column 3: found "in"; expected =, !=, <, <=, >, >=, :* or IN after the field (AND,)"},
      {"a NOT IN (1)", R"(column 3: found "NOT"; expected =,)"},
      {"a=1 AND", "column 8: found the end; expected a field, NOT, - or \"(\""},
      {"AND a=1", R"(column 1: found "AND"; expected a field, NOT, - or "(")"},
      {"(a=1", "column 5: found the end; expected AND, OR or \")\""},
      {"a=1)", R"x(column 4: found ")"; expected AND, OR or the end)x"},
      {"()", R"x(column 2: found ")"; expected a field)x"},
      {"a IN 1", R"(column 6: found "1"; expected "(" after IN)"},
      {"a IN ()", R"x(column 7: found ")"; expected a value)x"},
      {"a IN (1,)", R"x(column 9: found ")"; expected a value)x"},
      {"a IN (1 2)", R"x(column 9: found "2"; expected "," or ")" in the list)x"},
      {"a IN (1", "column 8: found the end; expected \",\" or \")\" in the list"},
      {"a IN (b*)", R"(column 8: found "*"; expected it only at the end of a value of = or !=)"},
      {"a < b*", R"(column 6: found "*"; expected it only)"},
      {R"(a = "b*c")", R"(column 7: found "*"; expected it only at the end)"},
      {R"(a = "*c")", R"(column 6: found "*"; expected it only)"},
      {"a = b**", R"(column 6: found "*"; expected it only)"},
      {R"(a = "b)", "column 5: found a quoted text that does not end; expected a closing \""},
      {R"(a = "\q")", R"(column 6: found "\\q\""; expected one of)"},
      {R"(a = "\u12g4")", "column 6: found "},
      {R"(a = "\ud83d")", "column 6: found "},
      {R"(a = "\ude00\ud83d")", "column 6: found "},
      {R"(a = b\c)", R"(column 6: found "\\"; expected a value in quotes, if it has a backslash)"},
      {"a. = 1", R"(column 3: found " "; expected a name after the dot)"},
      {".a = 1", R"(column 1: found ".a"; expected a field)"},
      {"über = ä ß = 1", "column 10: found "},
      {"a=1\nAND\n  b", "line 3, column 4: found the end; expected =,"},
      {"NOT", "column 4: found the end; expected a field, NOT, - or \"(\""},
      {"a=1 && b=2", R"(column 5: found "&&"; expected AND, OR or the end)"},
  };
  for (const Case& c : cases) {
    const std::string message = ErrorOf(c.text);
    EXPECT_TRUE(absl::StartsWith(message, c.message)) << c.text << "\n  " << message;
  }
}

TEST(FilterTextTest, AndWithOrShowsBothReadings) {
  EXPECT_EQ(ErrorOf("a=1 AND b=2 OR c=3"),
            "column 13: found AND and OR side by side; expected brackets: (a=1 AND b=2) OR c=3 or a=1 AND (b=2 OR c=3)");
  EXPECT_EQ(ErrorOf("a=1 OR b=2 AND NOT c=3 AND d=4 OR (e=5\nAND f=6)"),
            "line 1, column 12: found AND and OR side by side; expected brackets: a=1 OR (b=2 AND NOT c=3 AND d=4) OR (e=5 "
            "AND f=6) or (a=1 OR b=2) AND NOT c=3 AND (d=4 OR (e=5 AND f=6))");
  EXPECT_THAT(ErrorOf("x=1 AND (a=1 OR b=2 AND c=3)"), HasSubstr("column 21: found AND and OR side by side"));

  std::string chain = "first = 1";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&chain, " AND n", i, " = 1");
  const std::string long_value = absl::StrCat(chain, " OR text = \"", std::string(200, 'x'), "\"");
  const std::string message = ErrorOf(long_value);
  EXPECT_LT(message.size(), 400u);
  EXPECT_THAT(message, HasSubstr("(n98 = 1 AND n99 = 1) OR text = \"xxx"));
}

TEST(FilterTextTest, BothReadingsOfAMixParse) {
  const std::string message = ErrorOf("a=1 AND b=2 OR c=3 AND d=4");
  const size_t from = message.find("brackets: ") + 10;
  const size_t middle = message.find(" or ", from);
  EXPECT_EQ(ShapeOf(message.substr(from, middle - from)),
            "any(all(equals a [1], equals b [2]), all(equals c [3], equals d [4]))");
  EXPECT_EQ(ShapeOf(message.substr(middle + 4)), "all(equals a [1], any(equals b [2], equals c [3]), equals d [4])");
}

std::string Repeated(absl::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, piece);
  return text;
}

TEST(FilterTextTest, LimitsHold) {
  EXPECT_OK(ParseFilterText(absl::StrCat(Repeated("(", 16), "a=1", Repeated(")", 16))));
  EXPECT_THAT(ErrorOf(absl::StrCat(Repeated("(", 17), "a=1", Repeated(")", 17))), HasSubstr("column 17: found more than 16"));
  EXPECT_OK(ParseFilterText(absl::StrCat(Repeated("NOT ", 15), "a=1")));
  EXPECT_THAT(ErrorOf(absl::StrCat(Repeated("NOT ", 16), "a=1")), HasSubstr("column 1: found more than 16"));
  EXPECT_THAT(ErrorOf(Repeated("-", 4000)), HasSubstr("expected at most 16"));
  EXPECT_THAT(ErrorOf(Repeated("(", 4096)), HasSubstr("expected at most 16"));

  EXPECT_OK(ParseFilterText(absl::StrCat("a=1", Repeated(" AND a=1", 255))));
  EXPECT_THAT(ErrorOf(absl::StrCat("a=1", Repeated(" AND a=1", 256))),
              HasSubstr("column 2049: found more than 256 comparisons; expected at most 256"));

  EXPECT_OK(ParseFilterText(absl::StrCat("a=", std::string(4094, 'x'))));
  EXPECT_THAT(ErrorOf(absl::StrCat("a=", std::string(4095, 'x'))), HasSubstr("found 4097 bytes; expected at most 4096"));
}

TEST(FilterTextTest, TreesAreWrittenShortly) {
  const char* texts[] = {
      "",
      R"(channel = "email")",
      R"(channel != "email" AND replies >= "3")",
      R"(NOT (a = "1" OR b IN ("x", "y")))",
      R"(a < "1" OR (b <= "2" AND (c > "3" OR NOT d:*)))",
      R"(subject = "Re:*" OR subject != "a\*b*")",
      R"(attributes."my key" = "\"\\\n\r\t\u0001")",
      R"(attributes."a.b c" = "1")",
      R"("NOT" = "1" AND "" = "" AND a."." = "2")",
      R"(NOT NOT a < "1")",
      R"(größe = "sehr groß")",
  };
  for (const char* text : texts) {
    const auto filter = ParseFilterText(text);
    ASSERT_OK(filter) << text;
    EXPECT_EQ(FilterText(*filter), text);
  }
}

// --- any tree

class RandomTrees {
 public:
  explicit RandomTrees(uint32_t seed) : random_(seed) {}

  Filter Tree(int depth) {
    Filter filter;
    const int kind = depth == 0 ? 3 + Below(10) : Below(13);
    if (kind < 3) {
      filter.op = kind == 0 ? Op::kAll : kind == 1 ? Op::kAny : Op::kNot;
      const int count = kind == 2 ? 1 : 1 + Below(3);
      for (int i = 0; i < count; ++i) filter.args.push_back(Tree(depth - 1));
      return filter;
    }
    static constexpr Op kLeaves[] = {Op::kEquals, Op::kIn,     Op::kLessThan, Op::kAtMost, Op::kGreaterThan,
                                     Op::kAtLeast, Op::kPrefix, Op::kPresent,  Op::kAbsent, Op::kEquals};
    filter.op = kLeaves[kind - 3];
    filter.field = Field();
    if (filter.op == Op::kPresent || filter.op == Op::kAbsent) return filter;
    const int count = filter.op == Op::kIn ? 1 + Below(4) : 1;
    for (int i = 0; i < count; ++i) filter.values.push_back(Text());
    return filter;
  }

  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }

  std::string Text() {
    static const std::vector<std::string> kPieces = {
        "a", "Z", "9", " ", "\"", "'", "\\", "*", "\n", "\r", "\t", ".", ",", "(", ")", "=", "!", "<", ">", ":", "-", "_", "AND",
        "OR", "NOT", "IN", "u0041", "\\n", "\u00e9", "\u4e2d", "\U0001F600", std::string(1, '\0'), "\x01", "\x7f", "\xff", "\xc3"};
    std::string text;
    for (int i = Below(6); i > 0; --i) text += kPieces[static_cast<size_t>(Below(static_cast<int>(kPieces.size())))];
    return text;
  }

 private:
  std::string Field() {
    switch (Below(4)) {
      case 0:
        return absl::StrCat("attributes.", Text());
      case 1:
        return Text();
      case 2:
        return "ticket.channel";
      default:
        return "priority";
    }
  }

  std::mt19937 random_;
};

// The tree that has a text of its own: see FilterText.
Filter Plain(Filter filter) {
  for (Filter& arg : filter.args) arg = Plain(std::move(arg));
  if ((filter.op == Op::kAll || filter.op == Op::kAny) && filter.args.size() == 1) {
    Filter only = std::move(filter.args.front());
    return only;
  }
  if (filter.op == Op::kNot && filter.args.front().op == Op::kPresent) {
    Filter absent = std::move(filter.args.front());
    absent.op = Op::kAbsent;
    return absent;
  }
  return filter;
}

bool Same(const Filter& left, const Filter& right) {
  if (left.op != right.op || left.field != right.field || left.values != right.values) return false;
  if (left.args.size() != right.args.size()) return false;
  for (size_t i = 0; i < left.args.size(); ++i) {
    if (!Same(left.args[i], right.args[i])) return false;
  }
  return true;
}

TEST(FilterTextTest, EveryTreeComesBackFromItsText) {
  RandomTrees trees(20260308);
  int shown = 0;
  for (int i = 0; i < 20'000 && shown < 5; ++i) {
    const Filter tree = trees.Tree(trees.Below(5));
    const std::string text = FilterText(tree);
    if (text.size() > kFilterTextBytesMax) continue;
    const auto back = ParseFilterText(text);
    if (!back.ok() || !Same(*back, Plain(tree)) || FilterText(*back) != text) {
      ++shown;
      ADD_FAILURE() << text << "\n" << Shape(tree) << "\n" << (back.ok() ? Shape(*back) : back.status().ToString());
    }
  }
}

// --- any text

TEST(FilterTextTest, NoTextBreaksTheReader) {
  const std::vector<std::string> seeds = {
      R"(channel = "email" AND NOT (priority IN ("high", 'urgent') OR attributes."my key" = "abc*"))",
      "a:* OR -b<=2026-01-01T00:00:00Z OR (c!=x AND d>1)",
      R"(x = "\u00e9\ud83d\ude00\n\\\*" AND ((((y = z*)))))",
      "a=1 AND b=2 OR c=3 AND (d=4 OR e=5 AND f=6)",
  };
  const std::vector<std::string> pieces = {"(", ")", "\"", "'", "\\", "*", " AND ", " OR ", "NOT ", " IN (", ",", ".", "=", ":*",
                                           "-", "\\u", "\\ud83d", "\n", "\xff", std::string(1, '\0'), "((((((((((((((((", "a=1"};
  RandomTrees random(4711);
  std::string text = seeds[0];
  int parsed = 0;
  for (int i = 0; i < 200'000; ++i) {
    if (random.Below(8) == 0 || text.size() > 300) text = seeds[static_cast<size_t>(random.Below(4))];
    const auto at = static_cast<size_t>(random.Below(static_cast<int>(text.size()) + 1));
    switch (random.Below(5)) {
      case 0:
        text.insert(at, pieces[static_cast<size_t>(random.Below(static_cast<int>(pieces.size())))]);
        break;
      case 1:
        text.erase(at, static_cast<size_t>(random.Below(8)));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(random.Below(256));
        break;
      case 3:
        text.insert(at, text.substr(static_cast<size_t>(random.Below(static_cast<int>(text.size()) + 1)), 12));
        break;
      default:
        text.resize(at);
        break;
    }
    const auto filter = ParseFilterText(text);
    if (!filter.ok()) {
      ASSERT_THAT(filter, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("column ")));
      ASSERT_LT(filter.status().message().size(), 1500u) << text;
      continue;
    }
    ++parsed;
    const std::string written = FilterText(*filter);
    const auto again = ParseFilterText(written);
    ASSERT_OK(again) << written;
    ASSERT_TRUE(Same(*again, *filter)) << written;
  }
  EXPECT_GT(parsed, 5'000);
}

}  // namespace
}  // namespace supportkpi::plan
