// What the reader and the writer of filter text must agree on: keywords and the letters of a name.
#ifndef SUPPORTKPI_PLAN_FILTER_WORDS_H_
#define SUPPORTKPI_PLAN_FILTER_WORDS_H_

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace supportkpi::plan {

inline bool IsKeyword(absl::string_view word) { return word == "AND" || word == "OR" || word == "NOT" || word == "IN"; }

// A byte of an unquoted name; all letters beyond ASCII are allowed.
inline bool IsNameCharacter(char c, bool first) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || c == '_' || byte >= 0x80 || (c == '-' && !first);
}

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_FILTER_WORDS_H_
