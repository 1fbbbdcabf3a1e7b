// The flags. `--flagfile` and `--fromenv` come with Abseil.
#include "server/config.h"

#include <thread>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "status/macros.h"

ABSL_FLAG(std::string, listen, supportkpi::server::Config().listen, "host:port to serve on; port 0 takes a free one");
ABSL_FLAG(std::string, data_dir, "", "folder of the store, made if it is not there; required");
ABSL_FLAG(std::string, port_file, "", "file to write the bound port to once the server answers");
ABSL_FLAG(int, query_threads, 0, "threads that compute answers; 0: one for each core");
ABSL_FLAG(int64_t, column_cache_mib, supportkpi::server::Config().column_cache_mib,
          "MiB of encoded columns held in memory, over all tenants");
ABSL_FLAG(int64_t, block_cache_mib, supportkpi::server::Config().block_cache_mib, "MiB of the store's own cache");
ABSL_FLAG(int64_t, tail_facts, supportkpi::server::Config().tail_facts,
          "facts held in memory before they are sealed into a segment, over all tenants");
ABSL_FLAG(int64_t, history_commits, 0, "so many commits back facts stay readable as they were");
ABSL_FLAG(bool, reflection, true, "let clients such as grpcurl ask for the API's description");
ABSL_FLAG(bool, insecure, false, "allow plain text on addresses other than loopback");
ABSL_FLAG(absl::Duration, drain, absl::ZeroDuration(),
          "after a stop signal, keep serving so long while health says NOT_SERVING");
ABSL_FLAG(absl::Duration, grace, supportkpi::server::Config().grace, "then calls under way may take so long");

namespace supportkpi::server {

namespace {

absl::Status Wrong(absl::string_view flag, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("--", flag, ": ", what));
}

absl::Status InRange(absl::string_view flag, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return Wrong(flag, absl::StrCat(value, " outside ", least, "..", most));
}

bool IsLoopback(absl::string_view host) {
  return host == "localhost" || host == "[::1]" || absl::StartsWith(host, "127.");
}

absl::Status ValidateListen(const Config& config) {
  if (absl::StartsWith(config.listen, "unix:")) return absl::OkStatus();
  const size_t colon = config.listen.rfind(':');
  int port = 0;
  if (colon == std::string::npos || colon == 0 || !absl::SimpleAtoi(config.listen.substr(colon + 1), &port) ||
      port < 0 || port > 65535) {
    return Wrong("listen", absl::StrCat("\"", config.listen, "\" is not host:port; such as 127.0.0.1:50051"));
  }
  if (config.insecure || IsLoopback(config.listen.substr(0, colon))) return absl::OkStatus();
  return Wrong("listen", absl::StrCat("\"", config.listen,
                                      "\" is not a loopback address, and this server speaks plain text without access "
                                      "control; --insecure says that a trusted network or proxy stands before it"));
}

}  // namespace

Config ConfigFromFlags() {
  Config config;
  config.listen = absl::GetFlag(FLAGS_listen);
  config.data_dir = absl::GetFlag(FLAGS_data_dir);
  config.port_file = absl::GetFlag(FLAGS_port_file);
  config.query_threads = absl::GetFlag(FLAGS_query_threads);
  config.column_cache_mib = absl::GetFlag(FLAGS_column_cache_mib);
  config.block_cache_mib = absl::GetFlag(FLAGS_block_cache_mib);
  config.tail_facts = absl::GetFlag(FLAGS_tail_facts);
  config.history_commits = absl::GetFlag(FLAGS_history_commits);
  config.reflection = absl::GetFlag(FLAGS_reflection);
  config.insecure = absl::GetFlag(FLAGS_insecure);
  config.drain = absl::GetFlag(FLAGS_drain);
  config.grace = absl::GetFlag(FLAGS_grace);
  if (config.query_threads == 0) config.query_threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return config;
}

absl::Status Validate(const Config& config) {
  RETURN_IF_ERROR(ValidateListen(config));
  if (config.data_dir.empty()) return Wrong("data_dir", "required; the folder of the store");
  RETURN_IF_ERROR(InRange("query_threads", config.query_threads, 1, 1024));
  RETURN_IF_ERROR(InRange("column_cache_mib", config.column_cache_mib, 16, 1 << 20));
  RETURN_IF_ERROR(InRange("block_cache_mib", config.block_cache_mib, 8, 1 << 20));
  RETURN_IF_ERROR(InRange("tail_facts", config.tail_facts, 1000, 10'000'000));
  RETURN_IF_ERROR(InRange("history_commits", config.history_commits, 0, INT64_MAX));
  if (config.drain < absl::ZeroDuration()) return Wrong("drain", "below 0");
  if (config.grace < absl::ZeroDuration()) return Wrong("grace", "below 0");
  return absl::OkStatus();
}

}  // namespace supportkpi::server
