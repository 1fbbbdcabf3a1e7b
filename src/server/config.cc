// What one setting's range cannot say: which settings go together.
#include "server/config.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "metrics/endpoint.h"
#include "server/settings.h"

namespace supportkpi::server {

namespace {

bool IsLoopback(absl::string_view host) {
  return host == "localhost" || host == "[::1]" || absl::StartsWith(host, "127.");
}

void CheckListen(const Config& config, std::vector<std::string>* faults) {
  if (absl::StartsWith(config.listen, "unix:")) return;
  const size_t colon = config.listen.rfind(':');
  int port = 0;
  if (colon == std::string::npos || colon == 0 || !absl::SimpleAtoi(config.listen.substr(colon + 1), &port) ||
      port < 0 || port > 65535) {
    faults->push_back(absl::StrCat("listen: \"", config.listen, "\" is not host:port; such as 127.0.0.1:50051"));
    return;
  }
  if (config.insecure || IsLoopback(absl::string_view(config.listen).substr(0, colon))) return;
  std::vector<absl::string_view> missing;
  if (config.tls_cert_file.empty()) missing.push_back("TLS (tls_cert_file and tls_key_file)");
  if (!HasCredentials(config)) missing.push_back("credentials (credentials_file or jwks_file)");
  if (missing.empty()) return;
  faults->push_back(absl::StrCat("listen: \"", config.listen, "\" is not a loopback address, and the server has no ",
                                 absl::StrJoin(missing, " and no "),
                                 "; set them, or insecure, which says that a trusted network or proxy stands before it"));
}

void CheckTls(const Config& config, std::vector<std::string>* faults) {
  if (config.tls_cert_file.empty() != config.tls_key_file.empty()) {
    faults->push_back(config.tls_cert_file.empty() ? "tls_cert_file: required where tls_key_file is set"
                                                   : "tls_key_file: required where tls_cert_file is set");
  }
  if (!config.tls_client_ca_file.empty() && config.tls_cert_file.empty()) {
    faults->push_back("tls_client_ca_file: without tls_cert_file there is no TLS; set both or none");
  }
}

void CheckJwt(const Config& config, std::vector<std::string>* faults) {
  if (config.jwks_file.empty()) return;
  if (config.jwt_issuer.empty()) faults->push_back("jwt_issuer: required where jwks_file is set; the tokens' \"iss\"");
  if (config.jwt_audience.empty()) {
    faults->push_back("jwt_audience: required where jwks_file is set; one of the tokens' \"aud\"");
  }
}

}  // namespace

absl::Status Validate(const Config& config) {
  std::vector<std::string> faults;
  for (const Setting& setting : Settings()) {
    if (const absl::Status status = CheckRange(setting, config); !status.ok()) faults.emplace_back(status.message());
  }
  if (config.data_dir.empty()) faults.push_back("data_dir: required; the folder of the store");
  CheckListen(config, &faults);
  if (!config.metrics_listen.empty()) {
    if (const absl::Status status = metrics::ValidateListen(config.metrics_listen); !status.ok()) {
      faults.emplace_back(status.message());
    }
  }
  CheckTls(config, &faults);
  CheckJwt(config, &faults);
  if (config.deadline_default > config.deadline_max) {
    faults.push_back(absl::StrCat("deadline_default: ", absl::FormatDuration(config.deadline_default),
                                  " is above deadline_max, ", absl::FormatDuration(config.deadline_max)));
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

}  // namespace supportkpi::server
