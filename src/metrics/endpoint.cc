// CivetWeb, which comes with Prometheus's C++ client: no document root, so it serves nothing but what is registered.
#include "metrics/endpoint.h"

#include <exception>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "metrics/prometheus_registry.h"
#include "prometheus/exposer.h"
#include "status/macros.h"

namespace supportkpi::metrics {

namespace {

class CivetEndpoint final : public Endpoint {
 public:
  CivetEndpoint(std::shared_ptr<prometheus::Collectable> collectable, const std::string& address)
      : collectable_(std::move(collectable)),
        // One scraper and a person; idle connections are dropped so that nobody can hold both threads.
        exposer_({"listening_ports", address, "num_threads", "2", "request_timeout_ms", "5000", "enable_keep_alive", "no"}) {
    exposer_.RegisterCollectable(collectable_);
  }

  int port() const override { return exposer_.GetListeningPorts().at(0); }

 private:
  const std::shared_ptr<prometheus::Collectable> collectable_;  // the exposer only looks at it weakly
  prometheus::Exposer exposer_;
};

}  // namespace

absl::Status ValidateListen(absl::string_view listen) {
  const size_t colon = listen.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || colon == 0 || !absl::SimpleAtoi(listen.substr(colon + 1), &port) || port < 0 ||
      port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat("metrics_listen: \"", absl::CHexEscape(listen),
                                                   "\" is not host:port; such as 127.0.0.1:9464"));
  }
  // CivetWeb reads letters as a name of its own syntax ("s" is TLS, "+" is IPv6) and commas as a list.
  const absl::string_view host = listen.substr(0, colon);
  if (host != "localhost" && host.find_first_not_of("0123456789abcdefABCDEF.:[]") != absl::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat("metrics_listen: \"", absl::CHexEscape(listen),
                                                   "\" names a host; an address, such as 127.0.0.1:9464 or [::]:9464"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Endpoint>> Endpoint::Start(const Registry& registry, absl::string_view listen) {
  RETURN_IF_ERROR(ValidateListen(listen));
  const size_t colon = listen.rfind(':');
  const absl::string_view host = listen.substr(0, colon) == "localhost" ? "127.0.0.1" : listen.substr(0, colon);
  try {
    return std::make_unique<CivetEndpoint>(CollectableOf(registry), absl::StrCat(host, listen.substr(colon)));
  } catch (const std::exception&) {
    return absl::UnavailableError(absl::StrCat("metrics_listen: cannot listen on ", listen,
                                               ": another program has the port, or it is not allowed"));
  }
}

}  // namespace supportkpi::metrics
