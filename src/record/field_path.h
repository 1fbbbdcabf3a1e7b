// Where a value stands in a message, written out only when there is something to say about it.
#ifndef SUPPORTKPI_RECORD_FIELD_PATH_H_
#define SUPPORTKPI_RECORD_FIELD_PATH_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace supportkpi::record {

// A chain on the stack; parents and names must outlive it.
struct FieldPath {
  const FieldPath* parent = nullptr;
  absl::string_view name;
  int index = -1;  // of a list; -1: none

  std::string ToString() const {
    std::string text = parent == nullptr ? "" : parent->ToString();
    absl::StrAppend(&text, text.empty() ? "" : ".", name);
    if (index >= 0) absl::StrAppend(&text, "[", index, "]");
    return text;
  }
};

}  // namespace supportkpi::record

#endif  // SUPPORTKPI_RECORD_FIELD_PATH_H_
