// Payloads of absl::Status.
#include "access/refusal.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace supportkpi::access {

namespace {

constexpr absl::string_view kReasonUrl = "supportkpi/reason";
constexpr absl::string_view kRetryUrl = "supportkpi/retry_after_ms";
constexpr absl::string_view kLimitUrl = "supportkpi/limit";
constexpr absl::string_view kDetailUrl = "supportkpi/private_detail";

absl::Status With(absl::Status status, absl::string_view url, absl::string_view text) {
  status.SetPayload(url, absl::Cord(text));
  return status;
}

std::optional<std::string> TextOf(const absl::Status& status, absl::string_view url) {
  const auto payload = status.GetPayload(url);
  if (!payload.has_value()) return std::nullopt;
  return std::string(*payload);
}

}  // namespace

absl::Status WithReason(absl::Status status, absl::string_view reason) { return With(std::move(status), kReasonUrl, reason); }

absl::Status WithRetryAfter(absl::Status status, absl::Duration after) {
  return With(std::move(status), kRetryUrl, absl::StrCat(absl::ToInt64Milliseconds(after)));
}

absl::Status WithLimit(absl::Status status, absl::string_view limit, int64_t allowed) {
  return With(std::move(status), kLimitUrl, absl::StrCat(limit, "=", allowed));
}

absl::Status WithPrivateDetail(absl::Status status, absl::string_view detail) {
  return With(std::move(status), kDetailUrl, detail);
}

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", absl::CHexEscape(text.substr(0, 64)), "\""); }

std::optional<std::string> ReasonOf(const absl::Status& status) { return TextOf(status, kReasonUrl); }

std::optional<absl::Duration> RetryAfterOf(const absl::Status& status) {
  int64_t ms = 0;
  const auto text = TextOf(status, kRetryUrl);
  if (!text.has_value() || !absl::SimpleAtoi(*text, &ms)) return std::nullopt;
  return absl::Milliseconds(ms);
}

std::optional<Limit> LimitOf(const absl::Status& status) {
  const auto text = TextOf(status, kLimitUrl);
  if (!text.has_value()) return std::nullopt;
  const std::pair<std::string, std::string> parts = absl::StrSplit(*text, absl::MaxSplits('=', 1));
  return Limit{parts.first, parts.second};
}

std::optional<std::string> PrivateDetailOf(const absl::Status& status) { return TextOf(status, kDetailUrl); }

}  // namespace supportkpi::access
