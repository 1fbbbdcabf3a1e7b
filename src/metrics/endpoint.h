// The port on which Prometheus finds the metrics.
#ifndef SUPPORTKPI_METRICS_ENDPOINT_H_
#define SUPPORTKPI_METRICS_ENDPOINT_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "metrics/registry.h"

namespace supportkpi::metrics {

// Serves until it is destroyed.
class Endpoint {
 public:
  // GET http://listen/metrics, and paths that begin so; everything else is 404. `listen` is host:port of an IPv4 or IPv6 address or "localhost"; port
  // 0 takes a free one. INVALID_ARGUMENT: it is none. UNAVAILABLE: it cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Endpoint>> Start(const Registry& registry, absl::string_view listen);
  virtual ~Endpoint() = default;

  virtual int port() const = 0;
};

// OK, or INVALID_ARGUMENT `metrics_listen: ...`.
absl::Status ValidateListen(absl::string_view listen);

}  // namespace supportkpi::metrics

#endif  // SUPPORTKPI_METRICS_ENDPOINT_H_
