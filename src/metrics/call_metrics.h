// The metrics of calls, under the names that dashboards for gRPC servers know.
#ifndef SUPPORTKPI_METRICS_CALL_METRICS_H_
#define SUPPORTKPI_METRICS_CALL_METRICS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "metrics/registry.h"

namespace supportkpi::metrics {

// A method as labels.
struct CallMethod {
  std::string service;  // "supportkpi.v1.KpiService"
  std::string name;     // "QueryKpis"
  std::string type;     // "unary", "bidi_stream", "server_stream"
};

// A call that ended.
struct EndedCall {
  absl::string_view service;
  absl::string_view name;
  int code = 0;                    // gRPC's
  absl::string_view tenant_class;  // "default", "named", "none"
  absl::string_view reason;        // of a refusal: "QUEUE_FULL"; empty: none
  double took_seconds = 0;
  double waited_seconds = 0;       // for a thread
  absl::string_view queue;         // that it waited in: "query", "records", "admin"
  int64_t messages_received = 0;
  int64_t messages_sent = 0;
  // -- of questions
  bool is_question = false;
  bool is_slow = false;
  int64_t facts_read = 0;
  int64_t rows = 0;
};

// The class of a tenant: names are chosen by callers, so they are no labels.
absl::string_view TenantClass(absl::string_view tenant);
// "OK", "INVALID_ARGUMENT", ...; "UNKNOWN" for a number that gRPC does not have.
std::string CodeName(int code);

// Calls of other methods than these are not counted, and refusals for other reasons not as refusals. Any thread.
class CallMetrics {
 public:
  CallMetrics(Registry& registry, const std::vector<CallMethod>& methods, const std::vector<std::string>& reasons = {});
  CallMetrics(const CallMetrics&) = delete;
  CallMetrics& operator=(const CallMetrics&) = delete;

  void Begun(absl::string_view service, absl::string_view name);
  void Ended(const EndedCall& call);

 private:
  struct OfMethod {
    Counter* started;
    std::vector<Counter*> handled;  // by code
    Histogram* took;
    Counter* received;
    Counter* sent;
  };
  const OfMethod* Find(absl::string_view service, absl::string_view name) const;

  // All constant after construction.
  std::map<std::pair<std::string, std::string>, OfMethod, std::less<>> methods_;
  std::map<std::string, std::vector<Counter*>, std::less<>> classes_;  // by tenant class, then code
  std::map<std::string, Counter*, std::less<>> refusals_;              // by reason
  std::map<std::string, Histogram*, std::less<>> waits_;               // by queue
  Counter* slow_questions_;
  Counter* facts_read_;
  Counter* rows_;
};

}  // namespace supportkpi::metrics

#endif  // SUPPORTKPI_METRICS_CALL_METRICS_H_
