// Writes each line with one system call.
#include "server/log.h"

#include <unistd.h>

#include <atomic>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "nlohmann/json.hpp"
#include "service/grpc_status.h"

namespace supportkpi::server {

namespace {

constexpr size_t kTextBytesMax = 2000;

std::atomic<LogLevel> logged_level = LogLevel::kInfo;
std::atomic<bool> is_json = true;

absl::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kError:
      return "error";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kDebug:
      return "debug";
  }
  return "";
}

std::string Cut(absl::string_view text) { return std::string(text.substr(0, kTextBytesMax)); }

std::string TextLine(LogLevel level, absl::string_view time, absl::string_view message, const std::vector<LogField>& fields) {
  std::string line = absl::StrCat(time, " ", NameOf(level), " ", service::Printable(Cut(message)));
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&line, " ", name, "=");
    if (const auto* text = std::get_if<std::string>(&value)) {
      absl::StrAppend(&line, service::Printable(Cut(*text)));
    } else if (const auto* number = std::get_if<int64_t>(&value)) {
      absl::StrAppend(&line, *number);
    } else {
      absl::StrAppendFormat(&line, "%.3f", std::get<double>(value));
    }
  }
  return line;
}

std::string JsonLine(LogLevel level, absl::string_view time, absl::string_view message, const std::vector<LogField>& fields) {
  nlohmann::ordered_json line;
  line["time"] = std::string(time);
  line["level"] = std::string(NameOf(level));
  line["message"] = Cut(message);
  for (const auto& [name, value] : fields) {
    nlohmann::ordered_json& field = line[std::string(name)];
    if (const auto* text = std::get_if<std::string>(&value)) {
      field = Cut(*text);
    } else if (const auto* number = std::get_if<int64_t>(&value)) {
      field = *number;
    } else {
      field = std::round(std::get<double>(value) * 1000) / 1000;
    }
  }
  // Everything outside ASCII is escaped, and what is no UTF-8 replaced.
  return line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

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
  Log(LogLevel::kWarning, "grpc", {{"error", std::string(arguments->message)}, {"not_shown", dropped.exchange(0)}});
}

}  // namespace

void SetLog(absl::string_view level, absl::string_view format) {
  for (const LogLevel candidate : {LogLevel::kError, LogLevel::kWarning, LogLevel::kInfo, LogLevel::kDebug}) {
    if (NameOf(candidate) == level) logged_level = candidate;
  }
  is_json = format == "json";
}

bool IsLogged(LogLevel level) { return level <= logged_level.load(std::memory_order_relaxed); }

std::string LogLine(absl::string_view format, LogLevel level, absl::string_view time, absl::string_view message,
                    const std::vector<LogField>& fields) {
  return format == "json" ? JsonLine(level, time, message, fields) : TextLine(level, time, message, fields);
}

void Log(LogLevel level, absl::string_view message, const std::vector<LogField>& fields) {
  if (!IsLogged(level)) return;
  const std::string time = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  const std::string line = LogLine(is_json ? "json" : "text", level, time, message, fields) + "\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

void QuietLibraries() {
  google::protobuf::SetLogHandler(nullptr);
  gpr_set_log_function(LogOfGrpc);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
}

}  // namespace supportkpi::server
