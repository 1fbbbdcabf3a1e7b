// Writes each line with one system call.
#include "server/log.h"

#include <unistd.h>

#include <atomic>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "service/grpc_status.h"

namespace supportkpi::server {

namespace {

constexpr size_t kLineBytesMax = 2000;

void LogOfGrpc(gpr_log_func_args* arguments) {
  if (arguments->severity < GPR_LOG_SEVERITY_ERROR) return;
  static std::atomic<int64_t> next_second = 0;
  static std::atomic<int64_t> dropped = 0;
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  int64_t next = next_second.load();
  if (now < next || !next_second.compare_exchange_strong(next, now + 1)) {
    ++dropped;
    return;
  }
  const int64_t missing = dropped.exchange(0);
  Log(absl::StrCat("grpc: ", arguments->message, missing > 0 ? absl::StrCat(" (", missing, " more not shown)") : ""));
}

}  // namespace

void Log(absl::string_view line) {
  const std::string text =
      absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone()), " ",
                   service::Printable(line.substr(0, kLineBytesMax)), "\n");
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

void QuietLibraries() {
  google::protobuf::SetLogHandler(nullptr);
  gpr_set_log_function(LogOfGrpc);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
}

}  // namespace supportkpi::server
