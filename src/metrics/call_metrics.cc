// Every series is made at the start: adding to one is a look-up in maps that never change.
#include "metrics/call_metrics.h"

#include <array>

#include "absl/status/status.h"

namespace supportkpi::metrics {

namespace {

// By gRPC's numbers. go-grpc-prometheus spells codes as Go does; its dashboards and alerts compare with these.
constexpr std::array<absl::string_view, 17> kGoCodes = {
    "OK",            "Canceled",         "Unknown",           "InvalidArgument",    "DeadlineExceeded", "NotFound",
    "AlreadyExists", "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted",          "OutOfRange",
    "Unimplemented", "Internal",         "Unavailable",       "DataLoss",           "Unauthenticated"};

// Cached answers take under a millisecond, the longest calls minutes.
const std::vector<double> kTookBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};
const std::vector<double> kWaitBounds = {0.0001, 0.001, 0.01, 0.1, 0.5, 1, 5, 30};

size_t PlaceOf(int code) { return code >= 0 && static_cast<size_t>(code) < kGoCodes.size() ? static_cast<size_t>(code) : 2; }

}  // namespace

absl::string_view TenantClass(absl::string_view tenant) {
  if (tenant.empty()) return "none";
  return tenant == "default" ? "default" : "named";
}

std::string CodeName(int code) {
  const std::string name = absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
  return name.empty() ? "UNKNOWN" : name;
}

CallMetrics::CallMetrics(Registry& registry, const std::vector<CallMethod>& methods, const std::vector<std::string>& reasons) {
  for (const CallMethod& method : methods) {
    const Labels labels = {{"grpc_type", method.type}, {"grpc_service", method.service}, {"grpc_method", method.name}};
    OfMethod& counters = methods_[{method.service, method.name}];
    counters.started = &registry.AddCounter("grpc_server_started_total", "Calls begun.", labels);
    counters.received = &registry.AddCounter("grpc_server_msg_received_total", "Messages received.", labels);
    counters.sent = &registry.AddCounter("grpc_server_msg_sent_total", "Messages sent.", labels);
    counters.took = &registry.AddHistogram(
        "grpc_server_handling_seconds", "Time from the begin of a call to its end, waiting included.", labels, kTookBounds);
    for (const absl::string_view code : kGoCodes) {
      Labels with_code = labels;
      with_code.emplace_back("grpc_code", std::string(code));
      counters.handled.push_back(&registry.AddCounter("grpc_server_handled_total", "Calls ended, by status code.", with_code));
    }
  }
  for (const char* tenant_class : {"default", "named", "none"}) {
    for (const absl::string_view code : kGoCodes) {
      classes_[tenant_class].push_back(&registry.AddCounter(
          "supportkpi_calls_total",
          "Calls ended, by class of tenant (default, named, none: ended before it was known) and status code.",
          {{"tenant_class", tenant_class}, {"grpc_code", std::string(code)}}));
    }
  }
  for (const std::string& reason : reasons) {
    refusals_[reason] = &registry.AddCounter(
        "supportkpi_refusals_total", "Calls refused before they were worked on, by the reason that callers are told.",
        {{"reason", reason}});
  }
  for (const char* queue : {"query", "records", "admin"}) {
    waits_[queue] = &registry.AddHistogram("supportkpi_queue_wait_seconds", "Time that calls waited for a thread.",
                                           {{"queue", queue}}, kWaitBounds);
  }
  slow_questions_ = &registry.AddCounter("supportkpi_slow_questions_total", "Questions slower than --slow_question.", {});
  facts_read_ = &registry.AddCounter("supportkpi_question_facts_read_total", "Facts read to answer questions.", {});
  rows_ = &registry.AddCounter("supportkpi_question_rows_total", "Rows answered.", {});
}

const CallMetrics::OfMethod* CallMetrics::Find(absl::string_view service, absl::string_view name) const {
  const auto found = methods_.find(std::pair<std::string, std::string>(service, name));
  return found == methods_.end() ? nullptr : &found->second;
}

void CallMetrics::Begun(absl::string_view service, absl::string_view name) {
  if (const OfMethod* method = Find(service, name); method != nullptr) method->started->Add(1);
}

void CallMetrics::Ended(const EndedCall& call) {
  const OfMethod* method = Find(call.service, call.name);
  if (method == nullptr) return;
  const size_t code = PlaceOf(call.code);
  method->handled[code]->Add(1);
  method->took->Observe(call.took_seconds);
  method->received->Add(static_cast<double>(call.messages_received));
  method->sent->Add(static_cast<double>(call.messages_sent));
  if (const auto found = classes_.find(call.tenant_class); found != classes_.end()) found->second[code]->Add(1);
  if (const auto found = refusals_.find(call.reason); found != refusals_.end()) found->second->Add(1);
  if (const auto found = waits_.find(call.queue); found != waits_.end()) found->second->Observe(call.waited_seconds);
  if (!call.is_question) return;
  if (call.is_slow) slow_questions_->Add(1);
  facts_read_->Add(static_cast<double>(call.facts_read));
  rows_->Add(static_cast<double>(call.rows));
}

}  // namespace supportkpi::metrics
