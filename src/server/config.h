// Everything that can be set, on one page: each flag, its default, its limits. Checked once, at the start.
#ifndef SUPPORTKPI_SERVER_CONFIG_H_
#define SUPPORTKPI_SERVER_CONFIG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace supportkpi::server {

struct Config {
  std::string listen = "127.0.0.1:50051";  // host:port; port 0: a free one
  std::string data_dir;                    // the store; made if it is not there
  std::string port_file;                   // where to write the bound port; empty: nowhere
  int query_threads = 0;                   // 0: as many as there are cores
  int64_t column_cache_mib = 1024;         // encoded columns held in memory, over all tenants
  int64_t block_cache_mib = 256;           // the store's own cache
  int64_t tail_facts = 400'000;            // facts not yet in a segment, over all tenants
  int64_t history_commits = 0;             // so many commits back facts stay readable as they were
  bool reflection = true;
  bool insecure = false;                   // listen in plain text on addresses other than loopback
  absl::Duration drain = absl::ZeroDuration();  // serve on after a stop signal while health says NOT_SERVING
  absl::Duration grace = absl::Seconds(20);     // then calls under way may take so long
};

// From the command line's flags (parsed before).
Config ConfigFromFlags();

// INVALID_ARGUMENT `--listen: ...`.
absl::Status Validate(const Config& config);

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_CONFIG_H_
