// What a refusal says beside code and message; it travels with the status.
#ifndef SUPPORTKPI_ACCESS_REFUSAL_H_
#define SUPPORTKPI_ACCESS_REFUSAL_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace supportkpi::access {

// Each returns the status with it.
// The stable reason for programs, such as "QUEUE_FULL".
absl::Status WithReason(absl::Status status, absl::string_view reason);
// Only where trying again can help.
absl::Status WithRetryAfter(absl::Status status, absl::Duration after);
// The limit that was met, by its name, and what it allows, for programs.
absl::Status WithLimit(absl::Status status, absl::string_view limit, int64_t allowed);
// For the log alone: why a caller was not believed.
absl::Status WithPrivateDetail(absl::Status status, absl::string_view detail);

// A stranger's text in quotes, cut to 64 bytes, with everything but printable ASCII escaped.
std::string Quoted(absl::string_view text);

struct Limit {
  std::string name;
  std::string allowed;
};

// What it was given, if it was.
std::optional<std::string> ReasonOf(const absl::Status& status);
std::optional<absl::Duration> RetryAfterOf(const absl::Status& status);
std::optional<Limit> LimitOf(const absl::Status& status);
std::optional<std::string> PrivateDetailOf(const absl::Status& status);

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_REFUSAL_H_
