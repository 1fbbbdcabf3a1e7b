// Everything that can be set, on one page: each setting's default. `settings` says what each means and may be.
#ifndef SUPPORTKPI_SERVER_CONFIG_H_
#define SUPPORTKPI_SERVER_CONFIG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace supportkpi::server {

struct Config {
  std::string listen = "127.0.0.1:50051";
  std::string data_dir;
  int64_t accept_data_loss_through = 0;  // 0: never
  std::string port_file;
  int64_t query_threads = 0;  // 0: as many as there are cores
  int64_t column_cache_mib = 1024;
  int64_t block_cache_mib = 256;
  int64_t partial_cache_mib = 256;  // 0: none are kept
  int64_t partial_rows_min = 4096;
  int64_t repeat_index_mib = 1024;
  int64_t answer_cache_mib = 256;  // 0: none are held
  int64_t tail_facts = 400'000;
  absl::Duration tenant_idle = absl::Minutes(10);
  int64_t tenant_cache_mib = 512;
  int64_t history_commits = 0;
  bool reflection = true;
  bool insecure = false;
  absl::Duration drain = absl::ZeroDuration();
  absl::Duration grace = absl::Seconds(20);
  std::string log_level = "info";
  std::string log_format = "json";
  std::string log_calls = "failed";
  absl::Duration slow_question = absl::Seconds(1);  // 0: none is slow
  std::string metrics_listen;                       // empty: no metrics
  std::string backup_dir;                           // empty: no backups
  int64_t backup_keep = 0;                          // 0: all

  std::string tls_cert_file;
  std::string tls_key_file;
  std::string tls_client_ca_file;

  std::string credentials_file;
  std::string jwks_file;
  std::string jwt_issuer;
  std::string jwt_audience;
  std::string jwt_tenant_claim = "tenant";
  std::string jwt_roles_claim = "roles";

  int64_t tenant_calls_per_second = 2000;
  int64_t tenant_records_per_second = 200'000;
  int64_t tenant_concurrent_calls = 48;
  int64_t tenant_memory_mib = 512;
  absl::Duration deadline_default = absl::Seconds(30);
  absl::Duration deadline_max = absl::Seconds(300);
  int64_t connection_streams_max = 256;
  absl::Duration connection_age = absl::Hours(1);
  absl::Duration connection_age_grace = absl::Minutes(10);
  int64_t transport_memory_mib = 512;
};

// Whether callers have to show who they are.
inline bool HasCredentials(const Config& config) { return !config.credentials_file.empty() || !config.jwks_file.empty(); }

// INVALID_ARGUMENT with every fault, one a line, each `listen: ...`: values out of range, and settings that do not go
// together. Files are looked at by whoever reads them.
absl::Status Validate(const Config& config);

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_CONFIG_H_
