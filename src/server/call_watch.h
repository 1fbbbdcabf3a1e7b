// What the operator learns of each call: a count, a time, and a line where one is due.
#ifndef SUPPORTKPI_SERVER_CALL_WATCH_H_
#define SUPPORTKPI_SERVER_CALL_WATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "metrics/call_metrics.h"
#include "server/config.h"
#include "server/log.h"
#include "service/method.h"

namespace supportkpi::server {

// The rows of the API as labels.
std::vector<metrics::CallMethod> CallMethods(const std::vector<service::Method>& methods);
// Reasons for which calls are refused before they are worked on: want of room, of rights, or of time before a stop.
const std::vector<std::string>& RefusalReasons();

// The line for a call that ended: its level, message and fields.
struct CallLine {
  LogLevel level = LogLevel::kInfo;
  absl::string_view message;
  std::vector<LogField> fields;
};

// Any thread.
class CallWatch {
 public:
  // `metrics` must outlive it; nullptr: nothing is counted.
  CallWatch(const Config& config, metrics::CallMetrics* metrics);

  void Begun(const service::Method& method);
  void Ended(const service::Method& method, const service::CallRecord& record);
  // log_calls and slow_question of a config that was read again.
  void Reconfigure(const Config& config) ABSL_LOCKS_EXCLUDED(mutex_);

  // nullopt: none is due. At most 100 lines a second of calls that failed: what strangers send must not fill disks.
  std::optional<CallLine> LineOf(const service::Method& method, const service::CallRecord& record)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  bool IsSlow(const service::CallRecord& record) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  metrics::CallMetrics* const metrics_;
  absl::Mutex mutex_;
  std::string log_calls_ ABSL_GUARDED_BY(mutex_);
  absl::Duration slow_question_ ABSL_GUARDED_BY(mutex_);
  int64_t second_ ABSL_GUARDED_BY(mutex_) = 0;            // in which lines are counted
  int64_t lines_of_second_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t not_shown_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_CALL_WATCH_H_
