// How many letters two words are apart, for "did you mean".
#ifndef SUPPORTKPI_TIME_EDIT_DISTANCE_H_
#define SUPPORTKPI_TIME_EDIT_DISTANCE_H_

#include "absl/strings/string_view.h"

namespace supportkpi::time {

// Bytes to insert, remove or replace (Levenshtein). Takes the product of both lengths: cut a caller's text first.
int EditDistance(absl::string_view left, absl::string_view right);

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_EDIT_DISTANCE_H_
