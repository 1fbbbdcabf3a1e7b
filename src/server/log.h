// Lines for the operator on standard error: one event each, as JSON or as text. What libraries say is tamed here too.
#ifndef SUPPORTKPI_SERVER_LOG_H_
#define SUPPORTKPI_SERVER_LOG_H_

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace supportkpi::server {

enum class LogLevel { kError, kWarning, kInfo, kDebug };

// What an event is about, beyond its time, level and message. Names are [a-z_]+, units last.
using LogField = std::pair<absl::string_view, std::variant<std::string, int64_t, double>>;

// From now on; any thread, any time. `level`: "error", "warning", "info" or "debug"; `format`: "json" or "text".
void SetLog(absl::string_view level, absl::string_view format);
bool IsLogged(LogLevel level);

// One line, whole even when several threads speak; nothing if the level is not logged. Texts are cut at 2,000 bytes, and no
// byte of them can break the line. Any thread.
void Log(LogLevel level, absl::string_view message, const std::vector<LogField>& fields = {});
inline void Log(absl::string_view message) { Log(LogLevel::kInfo, message); }
// The line that Log writes in that format, without its end.
std::string LogLine(absl::string_view format, LogLevel level, absl::string_view time, absl::string_view message,
                    const std::vector<LogField>& fields);

// protobuf says nothing any more; gRPC only errors, one a second at most: what strangers send must not fill disks.
void QuietLibraries();

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_LOG_H_
