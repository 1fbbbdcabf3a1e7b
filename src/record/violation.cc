// Violations as one status and back. The payload is "PATH\nTEXT\n" for each; values inside are escaped, so neither has a
// line break of its own.
#include "record/violation.h"

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace supportkpi::record {
namespace {

constexpr absl::string_view kPayload = "supportkpi/violations";
constexpr size_t kMessageBytesMax = 1024;
constexpr size_t kQuotedBytesMax = 64;

}  // namespace

absl::Status Violations::ToStatus() const {
  if (empty()) return absl::OkStatus();
  std::string message;
  std::string payload;
  size_t told = 0;
  for (const Violation& violation : kept_) {
    absl::StrAppend(&payload, violation.path, "\n", violation.text, "\n");
    const std::string line = absl::StrCat(told == 0 ? "" : "; ", violation.path, ": ", violation.text);
    if (told != 0 && message.size() + line.size() > kMessageBytesMax - 32) continue;
    message += line;
    ++told;
  }
  if (count_ > told) absl::StrAppend(&message, "; and ", count_ - told, " more");
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kPayload, absl::Cord(payload));
  return status;
}

std::vector<Violation> ViolationsOf(const absl::Status& status) {
  std::vector<Violation> violations;
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return violations;
  const std::string text(*payload);
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (size_t i = 0; i + 1 < lines.size(); i += 2) violations.push_back({lines[i], lines[i + 1]});
  return violations;
}

std::string Quoted(absl::string_view value) {
  const bool cut = value.size() > kQuotedBytesMax;
  return absl::StrCat("\"", absl::CHexEscape(value.substr(0, kQuotedBytesMax)), cut ? "..." : "", "\"");
}

}  // namespace supportkpi::record
