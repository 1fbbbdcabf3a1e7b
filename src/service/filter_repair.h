// Takes what is wrong out of a filter tree.
#ifndef SUPPORTKPI_SERVICE_FILTER_REPAIR_H_
#define SUPPORTKPI_SERVICE_FILTER_REPAIR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "plan/question.h"
#include "supportkpi/v1/kpi_service.pb.h"

namespace supportkpi::service {

// The name that takes the fewest edits, of those that are like the text at all; nullopt: none is.
std::optional<std::string> Likest(absl::string_view text, const std::vector<std::string>& names);

// What a wrong name or value should have been.
struct Meant {
  std::optional<std::string> name;        // nullopt: nothing is like it
  std::vector<std::string> field_names;   // that can stand there, instead of `name` where a field is wrong; empty: any
};

// Mends the condition at `path` (what follows the filter's own: ".all[1].not.in", ".field", or nothing) by putting what was
// meant where the wrong name or value is, or, where nothing is like it, by removing the condition. Says what it did. A filter
// without conditions is cleared.
std::string MendFilter(absl::string_view path, const Meant& meant, v1::Filter* filter);

// As MendFilter for a filter that is written as text.
std::string MendFilterText(absl::string_view path, const Meant& meant, std::string* text);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_FILTER_REPAIR_H_
