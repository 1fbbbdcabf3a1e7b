// Builds the details out of payloads that travel with absl::Status.
#include "service/grpc_status.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "record/violation.h"
#include "service/limits.h"

namespace supportkpi::service {

namespace {

bool IsPathCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' ||
         c == ']';
}

// `kpis[0].clock: unknown value 9` -> ("kpis[0].clock", "unknown value 9").
std::optional<std::pair<absl::string_view, absl::string_view>> SplitPath(absl::string_view message) {
  const size_t colon = message.find(": ");
  if (colon == absl::string_view::npos || colon == 0) return std::nullopt;
  for (char c : message.substr(0, colon)) {
    if (!IsPathCharacter(c)) return std::nullopt;
  }
  return std::make_pair(message.substr(0, colon), message.substr(colon + 2));
}

std::string Cut(absl::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  return absl::StrCat(text.substr(0, bytes_max - 3), "...");
}

std::vector<record::Violation> WrongFields(const absl::Status& status, absl::string_view message) {
  std::vector<record::Violation> wrong = record::ViolationsOf(status);
  if (wrong.empty() && status.code() == absl::StatusCode::kInvalidArgument) {
    if (const auto split = SplitPath(message); split.has_value()) {
      wrong.push_back({std::string(split->first), std::string(split->second)});
    }
  }
  return wrong;
}

// Fills in as many violations as fit, and says how many do not.
void AddViolations(const std::vector<record::Violation>& violations, google::rpc::BadRequest* bad_request) {
  size_t bytes = 0;
  for (size_t i = 0; i < violations.size(); ++i) {
    const std::string field = Cut(Printable(violations[i].path), 128);
    const std::string description = Cut(Printable(violations[i].text), 512);
    bytes += field.size() + description.size() + 8;
    if (i >= static_cast<size_t>(kErrorViolationsMax) || bytes > kErrorDetailsBytesMax / 2) {
      bad_request->add_field_violations()->set_description(absl::StrCat("and ", violations.size() - i, " more"));
      return;
    }
    auto* violation = bad_request->add_field_violations();
    violation->set_field(field);
    violation->set_description(description);
  }
}

}  // namespace

std::string Printable(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f) {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "\\x%02x", static_cast<unsigned char>(c));
    }
  }
  return out;
}

grpc::Status ToGrpcStatus(const absl::Status& status, absl::string_view reference) {
  if (status.ok()) return grpc::Status::OK;
  const bool is_private = status.code() == absl::StatusCode::kInternal || status.code() == absl::StatusCode::kUnknown;
  const std::string message = is_private ? absl::StrCat("internal error; reference ", reference)
                                         : Cut(Printable(status.message()), kErrorMessageBytesMax);
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);

  google::rpc::ErrorInfo info;
  info.set_domain(std::string(kErrorDomain));
  info.set_reason(access::ReasonOf(status).value_or(absl::StatusCodeToString(status.code())));
  if (const auto limit = access::LimitOf(status); limit.has_value()) {
    (*info.mutable_metadata())["limit"] = limit->name;
    (*info.mutable_metadata())["allowed"] = limit->allowed;
  }
  if (is_private) (*info.mutable_metadata())["reference"] = std::string(reference);
  details.add_details()->PackFrom(info);

  if (const auto violations = WrongFields(status, message); !violations.empty()) {
    google::rpc::BadRequest bad_request;
    AddViolations(violations, &bad_request);
    details.add_details()->PackFrom(bad_request);
  }
  if (const auto after = access::RetryAfterOf(status); after.has_value()) {
    const int64_t retry_ms = absl::ToInt64Milliseconds(*after);
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(retry_ms / 1000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(retry_ms % 1000) * 1'000'000);
    details.add_details()->PackFrom(retry);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message, details.SerializeAsString());
}

}  // namespace supportkpi::service
