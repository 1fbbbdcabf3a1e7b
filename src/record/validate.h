// Checks records against the schema table and the rules that span fields. Never stops at the first mistake.
#ifndef SUPPORTKPI_RECORD_VALIDATE_H_
#define SUPPORTKPI_RECORD_VALIDATE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "record/violation.h"
#include "supportkpi/v1/records.pb.h"

namespace supportkpi::record {

// What a tenant's settings say of a survey question.
struct QuestionScale {
  std::optional<double> scale_min;
  std::optional<double> scale_max;
  bool low_is_good = false;
  std::optional<double> threshold;
};

struct ValidationContext {
  int64_t now_ms = 0;  // instants of what happened may lie at most 24 h after it
  // nullptr: unknown question. Empty function: no settings.
  std::function<const QuestionScale*(absl::string_view question)> question_scale;
};

// Adds what is wrong under `path` ("records[7]"). A survey's scale and direction are filled in from its question's
// setting, so that what holds when it is sent is stored with it.
void ValidateRecord(v1::Record& record, const ValidationContext& context, absl::string_view path, Violations* violations);

// Tenants: [a-z0-9][a-z0-9-]{0,62}.
absl::Status ValidateTenant(absl::string_view tenant);

}  // namespace supportkpi::record

#endif  // SUPPORTKPI_RECORD_VALIDATE_H_
