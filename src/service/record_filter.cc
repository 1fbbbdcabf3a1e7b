// Written once for all kinds: a kind without a field has it empty.
#include "service/record_filter.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "openssl/sha.h"
#include "record/instant.h"
#include "service/wire.h"
#include "status/macros.h"

namespace supportkpi::service {

namespace {

constexpr size_t kFingerprintBytes = 8;

template <class Visit>
auto VisitRecord(const v1::Record& record, const Visit& visit) {
  switch (record.kind_case()) {
    case v1::Record::kTicketEvent:
      return visit(record.ticket_event());
    case v1::Record::kSurvey:
      return visit(record.survey());
    case v1::Record::kCallLeg:
      return visit(record.call_leg());
    case v1::Record::kAgentTime:
      return visit(record.agent_time());
    case v1::Record::kCustomerPeriod:
      return visit(record.customer_period());
    case v1::Record::kSupportCost:
      return visit(record.support_cost());
    case v1::Record::kCustomer:
      return visit(record.customer());
    case v1::Record::kAgent:
      return visit(record.agent());
    default:
      return visit(record.ticket());
  }
}

// The id that id_prefix looks at: of what the record is part of, where it is a part.
template <class Message>
absl::string_view WholeId(const Message& message) {
  if constexpr (std::is_same_v<Message, v1::TicketEvent>) {
    return message.ticket();
  } else if constexpr (std::is_same_v<Message, v1::CallLeg>) {
    return message.call();
  } else {
    return message.id();
  }
}

template <class Message>
absl::string_view CustomerOf(const Message& message) {
  if constexpr (std::is_same_v<Message, v1::Customer>) {
    return message.id();
  } else if constexpr (requires { message.customer(); }) {
    return message.customer();
  } else {
    return "";
  }
}

template <class Message>
absl::string_view TicketOf(const Message& message) {
  if constexpr (requires { message.ticket(); }) {
    return message.ticket();
  } else {
    return "";
  }
}

// The instant that dates a record; nullopt: it has none.
template <class Message>
std::optional<int64_t> InstantOf(const Message& message) {
  if constexpr (requires { message.created_at(); }) {
    return record::ToMs(message.created_at());
  } else if constexpr (requires { message.at(); }) {
    return record::ToMs(message.at());
  } else if constexpr (requires { message.sent_at(); }) {
    if (message.has_sent_at()) return record::ToMs(message.sent_at());
    if (message.has_responded_at()) return record::ToMs(message.responded_at());
    return std::nullopt;
  } else if constexpr (requires { message.started_at(); }) {
    return record::ToMs(message.started_at());
  } else if constexpr (requires { message.from(); }) {
    return record::ToMs(message.from());
  } else if constexpr (requires { message.since(); }) {
    return message.has_since() ? std::optional(record::ToMs(message.since())) : std::nullopt;
  } else {
    return std::nullopt;
  }
}

// Tokens with other arguments are told by these bytes; they are no secret.
std::string Fingerprint(absl::string_view tenant, const v1::ListRecordsRequest& request) {
  const std::string text = absl::StrCat(tenant, "|", request.kind(), "|", request.filter().SerializeAsString());
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return std::string(reinterpret_cast<const char*>(digest), kFingerprintBytes);
}

}  // namespace

absl::StatusOr<std::function<bool(const v1::Record&)>> RecordFilterFromWire(const v1::RecordFilter& filter) {
  std::optional<int64_t> start_ms, end_ms;
  if (filter.has_start()) {
    ASSIGN_OR_RETURN(start_ms, InstantFromWire(filter.start(), "filter.start"));
  }
  if (filter.has_end()) {
    ASSIGN_OR_RETURN(end_ms, InstantFromWire(filter.end(), "filter.end"));
  }
  return [filter, start_ms, end_ms](const v1::Record& record) {
    return VisitRecord(record, [&](const auto& message) {
      if (filter.has_source() && message.source() != filter.source()) return false;
      if (!absl::StartsWith(WholeId(message), filter.id_prefix())) return false;
      if (!filter.ticket().empty() && TicketOf(message) != filter.ticket()) return false;
      if (!filter.customer().empty() && CustomerOf(message) != filter.customer()) return false;
      if (!start_ms.has_value() && !end_ms.has_value()) return true;
      const std::optional<int64_t> at_ms = InstantOf(message);
      return at_ms.has_value() && at_ms >= start_ms.value_or(INT64_MIN) && at_ms < end_ms.value_or(INT64_MAX);
    });
  };
}

std::string PageToken(absl::string_view tenant, const v1::ListRecordsRequest& request, absl::string_view start) {
  return start.empty() ? "" : absl::WebSafeBase64Escape(absl::StrCat(Fingerprint(tenant, request), start));
}

absl::StatusOr<std::string> StartOfPage(absl::string_view tenant, const v1::ListRecordsRequest& request) {
  if (request.page_token().empty()) return std::string();
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(request.page_token(), &bytes) || bytes.size() <= kFingerprintBytes ||
      !absl::StartsWith(bytes, Fingerprint(tenant, request))) {
    return absl::InvalidArgumentError(
        "page_token: not valid for this list; send next_page_token of the page before with the same kind and filter");
  }
  return bytes.substr(kFingerprintBytes);
}

}  // namespace supportkpi::service
