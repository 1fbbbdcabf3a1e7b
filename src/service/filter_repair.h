// Takes what is wrong out of a filter tree.
#ifndef SUPPORTKPI_SERVICE_FILTER_REPAIR_H_
#define SUPPORTKPI_SERVICE_FILTER_REPAIR_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "plan/question.h"
#include "supportkpi/v1/kpi_service.pb.h"

namespace supportkpi::service {

// Mends the condition at `path` (what follows the filter's own: ".all[1].not.in", ".field", or nothing) by putting `meant`
// where the wrong name or value is, or, without it, by removing the condition. Says what it did, as the end of a sentence;
// nullopt: it could not. A filter without conditions is cleared.
std::optional<std::string> MendFilter(absl::string_view path, const std::optional<std::string>& meant, v1::Filter* filter);

// As MendFilter for a filter that is written as text.
std::optional<std::string> MendFilterText(absl::string_view path, const std::optional<std::string>& meant, std::string* text);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_FILTER_REPAIR_H_
