// One row for each setting. A new one needs its field in Config, its row here, and whoever reads it.
#include "server/settings.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "access/refusal.h"

namespace supportkpi::server {

namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kMibMax = 1 << 20;  // a tebibyte

std::vector<Setting> MakeSettings() {
  const auto restart = Reload::kRestart;
  const auto sighup = Reload::kSighup;
  return {
      {"listen", &Config::listen, "host:port to serve on; port 0 takes a free one; or unix:/path"},
      {"data_dir", &Config::data_dir, "folder of the store, made if it is not there; required"},
      {"accept_data_loss_through", &Config::accept_data_loss_through,
       "start although acknowledged writes up to this number are missing; the refusal to start names it; 0: never"},
      {"port_file", &Config::port_file, "file to write the bound port to once the server answers"},
      {"query_threads", &Config::query_threads, "threads that compute answers; 0: one for each core", restart, 0, 1024},
      {"column_cache_mib", &Config::column_cache_mib, "MiB of encoded columns held in memory, over all tenants", restart,
       16, kMibMax},
      {"block_cache_mib", &Config::block_cache_mib, "MiB of the store's own cache", restart, 8, kMibMax},
      {"partial_cache_mib", &Config::partial_cache_mib,
       "MiB of partial results held in memory, over all tenants: what a KPI gathered from a whole segment of facts, kept when its "
       "question comes for the second time, for whatever range; 0: none, every question reads all its facts",
       restart, 0, kMibMax},
      {"partial_rows_min", &Config::partial_rows_min, "facts of a segment from which on partial results are kept of it",
       restart, 1, 65'536},
      {"repeat_index_mib", &Config::repeat_index_mib,
       "MiB of what repeat contacts are told by, over all tenants: some 75 bytes for each ticket, up to a quarter more while "
       "tickets change, made when it is first asked for; those used longest ago make room, and a tenant with more tickets than fit is told so",
       restart, 1, kMibMax},
      {"answer_cache_mib", &Config::answer_cache_mib,
       "MiB of answers held for ten minutes from their last use, over all tenants: given again where the same is asked before "
       "anything changed, and for their next page; 0: none, so that page tokens end with the next write",
       sighup, 0, kMibMax},
      {"tail_facts", &Config::tail_facts,
       "facts held in memory before they are sealed into a segment, over all tenants", restart, 1000, 10'000'000},
      {"tenant_idle", &Config::tenant_idle,
       "a tenant that nobody used for so long leaves memory until somebody asks for it", restart, 1000, 365 * kDayMs},
      {"tenant_cache_mib", &Config::tenant_cache_mib,
       "MiB of the tenants' names, tables, lists of segments and facts not yet sealed; beyond it the tenants leave memory that "
       "were not used for longest, but none that was used within 5s",
       restart, 16, kMibMax},
      {"history_commits", &Config::history_commits, "so many commits back facts stay readable as they were", restart},
      {"reflection", &Config::reflection, "let clients such as grpcurl ask for the API's description"},
      {"insecure", &Config::insecure, "serve on other addresses than loopback without TLS or without credentials"},
      {"drain", &Config::drain, "after a stop signal, keep serving so long while health says NOT_SERVING", sighup, 0,
       kDayMs},
      {"grace", &Config::grace, "then calls under way may take so long", sighup, 0, kDayMs},
      {"log_level", &Config::log_level,
       "error: what goes wrong in the server; warning: and what is slow; info: and its life and its calls; debug: and why "
       "callers were refused",
       sighup, 0, 0, {"error", "warning", "info", "debug"}},
      {"log_format", &Config::log_format, "json: an object a line; text: for people", sighup, 0, 0, {"json", "text"}},
      {"log_calls", &Config::log_calls,
       "calls that get a line: none; failed: those that the server is to blame for or refused for want of rights or room; all",
       sighup, 0, 0, {"none", "failed", "all"}},
      {"slow_question", &Config::slow_question,
       "questions that take longer get a line with their digest, facts read and rows; 0: none", sighup, 0, kDayMs},
      {"metrics_listen", &Config::metrics_listen,
       "host:port for Prometheus at /metrics, plain HTTP, such as 127.0.0.1:9464; port 0 takes a free one (the log tells it); "
       "empty: off. No tenant is named in it"},
      {"backup_dir", &Config::backup_dir,
       "folder of the backups that AdminService makes, best on another disk; made if it is not there; empty: no backups"},
      {"backup_keep", &Config::backup_keep, "after each backup the oldest beyond so many are deleted; 0: none", restart, 0,
       10'000},

      {"tls_cert_file", &Config::tls_cert_file,
       "PEM chain of the server's certificate, leaf first; a changed file is taken by itself"},
      {"tls_key_file", &Config::tls_key_file, "PEM private key of the certificate; a changed file is taken by itself"},
      {"tls_client_ca_file", &Config::tls_client_ca_file,
       "PEM certificates of whoever signs client certificates; set: callers must show one (mTLS)"},

      {"credentials_file", &Config::credentials_file,
       "YAML of token hashes and client certificates with their tenant and roles (`supportkpid token` makes entries); a "
       "changed file is taken by itself"},
      {"jwks_file", &Config::jwks_file,
       "JSON Web Key Set that signs callers' JWTs (RS256, ES256, EdDSA); a changed file is taken by itself"},
      {"jwt_issuer", &Config::jwt_issuer, "what \"iss\" of a JWT must be", sighup},
      {"jwt_audience", &Config::jwt_audience, "what \"aud\" of a JWT must be or contain", sighup},
      {"jwt_tenant_claim", &Config::jwt_tenant_claim, "claim of a JWT that names its tenant; \"*\" there: any", sighup},
      {"jwt_roles_claim", &Config::jwt_roles_claim,
       "claim of a JWT that lists its roles (read, write, admin), as a list or a text with spaces", sighup},

      {"tenant_calls_per_second", &Config::tenant_calls_per_second,
       "calls a second of one tenant, twice as many at once after a rest; 0: no limit", sighup, 0, 1'000'000},
      {"tenant_records_per_second", &Config::tenant_records_per_second,
       "records a second that one tenant may write, twice as many at once after a rest; 0: no limit", sighup, 0,
       1'000'000'000},
      {"tenant_concurrent_calls", &Config::tenant_concurrent_calls,
       "calls of one tenant at a time, waiting or running; 0: no limit", sighup, 0, 1'000'000},
      {"tenant_memory_mib", &Config::tenant_memory_mib,
       "MiB that the calls of one tenant may hold at a time: requests, what questions gather, answers being sent; imports slow "
       "down from half of it on; 0: no limit",
       sighup, 0, kMibMax},
      {"deadline_default", &Config::deadline_default, "time for a call whose client set no deadline", sighup, 1, kDayMs},
      {"deadline_max", &Config::deadline_max, "the longest that a call may take, whatever its client says", sighup, 1,
       kDayMs},
      {"connection_streams_max", &Config::connection_streams_max, "calls at a time on one connection", restart, 1,
       100'000},
      {"connection_age", &Config::connection_age,
       "a connection older than this is asked to go, so that clients spread anew", restart, 1000, 365 * kDayMs},
      {"connection_age_grace", &Config::connection_age_grace, "then its calls may take so long", restart, 1000, kDayMs},
      {"transport_memory_mib", &Config::transport_memory_mib,
       "MiB for all connections' buffers; beyond it connections are closed", restart, 16, kMibMax},
  };
}

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string DurationText(int64_t ms) { return absl::FormatDuration(absl::Milliseconds(ms)); }

absl::Status Wrong(const Setting& setting, absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(setting.name, ": ", access::Quoted(text), " is not allowed; ", TypeOf(setting)));
}

}  // namespace

const std::vector<Setting>& Settings() {
  static const auto& settings = *new std::vector<Setting>(MakeSettings());
  return settings;
}

const Setting* FindSetting(absl::string_view name) {
  const auto found =
      std::find_if(Settings().begin(), Settings().end(), [&](const Setting& setting) { return setting.name == name; });
  return found == Settings().end() ? nullptr : &*found;
}

absl::Status SetFromText(const Setting& setting, absl::string_view text, Config* config) {
  const bool is_understood = std::visit(
      Overloaded{
          [&](std::string Config::*field) {
            config->*field = std::string(text);
            return true;
          },
          [&](int64_t Config::*field) { return absl::SimpleAtoi(text, &(config->*field)); },
          [&](bool Config::*field) { return absl::SimpleAtob(text, &(config->*field)); },
          [&](absl::Duration Config::*field) { return absl::ParseDuration(text, &(config->*field)); },
      },
      setting.field);
  if (!is_understood) return Wrong(setting, text);
  return CheckRange(setting, *config);
}

std::string TextOf(const Setting& setting, const Config& config) {
  return std::visit(Overloaded{
                        [&](std::string Config::*field) { return config.*field; },
                        [&](int64_t Config::*field) { return absl::StrCat(config.*field); },
                        [&](bool Config::*field) { return std::string(config.*field ? "true" : "false"); },
                        [&](absl::Duration Config::*field) { return absl::FormatDuration(config.*field); },
                    },
                    setting.field);
}

absl::Status CheckRange(const Setting& setting, const Config& config) {
  const auto is_in_range = [&](int64_t value) { return value >= setting.least && value <= setting.most; };
  const bool fits = std::visit(
      Overloaded{
          [&](std::string Config::*field) {
            return setting.choices.empty() ||
                   std::find(setting.choices.begin(), setting.choices.end(), config.*field) != setting.choices.end();
          },
          [&](int64_t Config::*field) { return is_in_range(config.*field); },
          [](bool Config::*) { return true; },
          [&](absl::Duration Config::*field) {
            return config.*field != absl::InfiniteDuration() && is_in_range(absl::ToInt64Milliseconds(config.*field)) &&
                   config.*field >= absl::ZeroDuration();
          },
      },
      setting.field);
  return fits ? absl::OkStatus() : Wrong(setting, TextOf(setting, config));
}

std::string TypeOf(const Setting& setting) {
  return std::visit(
      Overloaded{
          [&](std::string Config::*) {
            return setting.choices.empty() ? std::string("text") : absl::StrJoin(setting.choices, ", ");
          },
          [&](int64_t Config::*) {
            return absl::StrCat("whole number ", setting.least, "..",
                                setting.most == INT64_MAX ? std::string() : absl::StrCat(setting.most));
          },
          [](bool Config::*) { return std::string("true or false"); },
          [&](absl::Duration Config::*) {
            return absl::StrCat("duration ", DurationText(setting.least), "..", DurationText(setting.most),
                                ", such as 1h30m or 250ms");
          },
      },
      setting.field);
}

}  // namespace supportkpi::server
