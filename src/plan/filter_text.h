// Filters as text: the language of AIP-160, cut to what a plan::Filter can say and extended by IN.
//
//   channel = "email" AND NOT (priority IN ("high", "urgent") OR attributes."my key" = "abc*")
//
//   field = value     equals; a star at the value's end stands for any ending:  subject = "Re:*"
//   field != value    the same as NOT field = value, so it holds where the value is missing too; add `AND field:*` to keep
//                     those out
//   field < value     and <=, >, >=
//   field:*           the field has a value
//   field IN (v, w)   equals one of them
//   NOT c, -c         the condition does not hold; binds closer than AND and OR
//   c AND d, c OR d   AND and OR side by side need brackets: AIP-160 lets OR bind closer, most other languages AND
//
// A field is names joined by dots; a name is letters, digits, _ and inner -, or quoted. A value is quoted by " or ', or a
// bare word without blanks, quotes, brackets, commas, backslashes and operators. In quotes: \" \' \\ \n \r \t \* and \uXXXX
// (UTF-16). Elsewhere than at the end of a value of = and != a star is written \*. Words AND, OR, NOT, IN are in capitals.
#ifndef SUPPORTKPI_PLAN_FILTER_TEXT_H_
#define SUPPORTKPI_PLAN_FILTER_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plan/question.h"

namespace supportkpi::plan {

inline constexpr size_t kFilterTextBytesMax = 4096;
// Of a tree, as in the API's Filter; brackets and NOTs within each other are bounded by the same depth.
inline constexpr int kFilterTextDepthMax = 16;
inline constexpr int kFilterTextLeavesMax = 256;

// Blank text is Op::kTrue. Else INVALID_ARGUMENT `column 14: found "c"; expected AND, OR or the end`; columns count
// characters from 1, and in a text of several lines the line is named too.
absl::StatusOr<Filter> ParseFilterText(absl::string_view text);

// Text that parses to an equal tree, but for what has no text of its own: lists of one condition are that condition, and
// NOT present is absent. Requires a tree as a Filter message can say it, or kTrue alone, which is the empty text. The text
// of a large tree may be longer than kFilterTextBytesMax.
std::string FilterText(const Filter& filter);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_FILTER_TEXT_H_
