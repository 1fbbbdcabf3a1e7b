// How a question is refused: the texts of errors.
#ifndef SUPPORTKPI_PLAN_REFUSAL_H_
#define SUPPORTKPI_PLAN_REFUSAL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace supportkpi::plan {

// INVALID_ARGUMENT `path: what; allowed`.
absl::Status Refuse(absl::string_view path, absl::string_view what, absl::string_view allowed);
// A caller's text in quotes, cut to 64 bytes, with everything but printable ASCII escaped.
std::string Quoted(absl::string_view text);
// "a, b, c", cut after about 600 bytes.
std::string Listed(const std::vector<std::string>& names);
// `did you mean "a" or "b"?` where some name is alike, else `<intro> a, b, c`.
std::string MeantOrKnown(absl::string_view text, const std::vector<std::string>& names, absl::string_view intro);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_REFUSAL_H_
