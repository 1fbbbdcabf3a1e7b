// Only names, numbers and digests get into a line: texts of filters, ids of records and tokens do not.
#include "server/call_watch.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "access/refusal.h"

namespace supportkpi::server {

namespace {

using grpc::StatusCode;

constexpr int64_t kFailedLinesPerSecond = 100;

// Who has to act on a code, if anybody.
std::optional<LogLevel> LevelOfFailure(StatusCode code) {
  switch (code) {
    case StatusCode::INTERNAL:
    case StatusCode::UNKNOWN:
    case StatusCode::DATA_LOSS:
      return LogLevel::kError;
    case StatusCode::UNAVAILABLE:
    case StatusCode::RESOURCE_EXHAUSTED:
    case StatusCode::DEADLINE_EXCEEDED:
      return LogLevel::kWarning;
    case StatusCode::UNAUTHENTICATED:
    case StatusCode::PERMISSION_DENIED:
      return LogLevel::kInfo;
    default:
      return std::nullopt;  // the caller's own affair
  }
}

std::vector<LogField> FieldsOf(const service::Method& method, const service::CallRecord& record) {
  std::vector<LogField> fields = {
      {"request_id", record.request_id},
      {"tenant", record.tenant},
      {"method", absl::StrCat(method.service, "/", method.name)},
      {"code", metrics::CodeName(record.code)},
      {"duration_ms", absl::ToDoubleMilliseconds(record.took)},
      {"waited_ms", absl::ToDoubleMilliseconds(record.waited)},
  };
  if (const auto reason = access::ReasonOf(record.status); reason.has_value()) fields.emplace_back("reason", *reason);
  if (!record.question_digest.empty()) {
    fields.emplace_back("question_digest", record.question_digest);
    fields.emplace_back("facts_read", record.facts_read);
    fields.emplace_back("rows", record.rows);
  }
  if (!record.trace_id.empty()) {
    fields.emplace_back("trace_id", record.trace_id);
    fields.emplace_back("span_id", record.span_id);
  }
  if (!method.run) {
    fields.emplace_back("messages_received", record.messages_received);
    fields.emplace_back("messages_sent", record.messages_sent);
  }
  if (!record.caller.empty()) fields.emplace_back("caller", record.caller);
  if (const auto detail = access::PrivateDetailOf(record.status); detail.has_value()) {
    fields.emplace_back("refused_because", *detail);
  }
  fields.emplace_back("peer", record.peer);
  // What the server is to blame for is told in full; what callers did wrong may quote their values.
  const auto level = LevelOfFailure(record.code);
  if (level.has_value() && *level <= LogLevel::kWarning) fields.emplace_back("error", record.status.ToString());
  return fields;
}

}  // namespace

std::vector<metrics::CallMethod> CallMethods(const std::vector<service::Method>& methods) {
  std::vector<metrics::CallMethod> labels;
  for (const service::Method& method : methods) {
    const char* type = method.run != nullptr ? "unary" : method.stream != nullptr ? "server_stream" : "bidi_stream";
    labels.push_back({method.service, method.name, type});
  }
  return labels;
}

const std::vector<std::string>& RefusalReasons() {
  static const auto& reasons = *new std::vector<std::string>{
      "DRAINING",           "MEMORY",         "NO_CREDENTIALS",       "NO_ROLE",       "QUEUE_FULL",
      "ROLE_MISSING",       "STREAM_LIMIT",   "TENANT_BOUND",         "TENANT_CONCURRENCY", "TENANT_MEMORY", "TENANT_NOT_PERMITTED",
      "TENANT_RATE",        "TENANT_RECORD_RATE", "TOKEN_EXPIRED",    "TOKEN_NOT_ACCEPTED", "TOKEN_NOT_YET_VALID"};
  return reasons;
}

CallWatch::CallWatch(const Config& config, metrics::CallMetrics* metrics) : metrics_(metrics) { Reconfigure(config); }

void CallWatch::Reconfigure(const Config& config) {
  absl::MutexLock lock(&mutex_);
  log_calls_ = config.log_calls;
  slow_question_ = config.slow_question;
}

void CallWatch::Begun(const service::Method& method) {
  if (metrics_ != nullptr) metrics_->Begun(method.service, method.name);
}

bool CallWatch::IsSlow(const service::CallRecord& record) const {
  return !record.question_digest.empty() && slow_question_ > absl::ZeroDuration() && record.took > slow_question_;
}

std::optional<CallLine> CallWatch::LineOf(const service::Method& method, const service::CallRecord& record) {
  const std::optional<LogLevel> failure = LevelOfFailure(record.code);
  CallLine line{failure.value_or(LogLevel::kInfo), "call", {}};
  int64_t not_shown = 0;
  {
    absl::MutexLock lock(&mutex_);
    if (IsSlow(record)) {
      line.message = "slow question";
      if (!failure.has_value()) line.level = LogLevel::kWarning;
    } else if (log_calls_ == "none" || (log_calls_ == "failed" && !failure.has_value())) {
      return std::nullopt;
    }
    if (failure.has_value()) {
      const int64_t second = absl::ToUnixSeconds(record.begun + record.took);
      if (second != second_) {
        second_ = second;
        lines_of_second_ = 0;
      }
      if (++lines_of_second_ > kFailedLinesPerSecond) {
        ++not_shown_;
        return std::nullopt;
      }
    }
    std::swap(not_shown, not_shown_);
  }
  line.fields = FieldsOf(method, record);
  if (not_shown > 0) line.fields.emplace_back("not_shown", not_shown);
  return line;
}

void CallWatch::Ended(const service::Method& method, const service::CallRecord& record) {
  if (metrics_ != nullptr) {
    const std::optional<std::string> reason = access::ReasonOf(record.status);
    metrics::EndedCall call;
    if (reason.has_value()) call.reason = *reason;
    call.service = method.service;
    call.name = method.name;
    call.code = record.code;
    call.tenant_class = metrics::TenantClass(record.tenant);
    call.took_seconds = absl::ToDoubleSeconds(record.took);
    call.waited_seconds = absl::ToDoubleSeconds(record.waited);
    call.queue = service::NameOf(method.work);
    call.messages_received = record.messages_received;
    call.messages_sent = record.messages_sent;
    call.is_question = !record.question_digest.empty();
    {
      absl::MutexLock lock(&mutex_);
      call.is_slow = IsSlow(record);
    }
    call.facts_read = record.facts_read;
    call.rows = record.rows;
    metrics_->Ended(call);
  }
  if (const auto line = LineOf(method, record); line.has_value()) Log(line->level, line->message, line->fields);
}

}  // namespace supportkpi::server
