// The body of Registry, for the endpoint.
#ifndef SUPPORTKPI_METRICS_PROMETHEUS_REGISTRY_H_
#define SUPPORTKPI_METRICS_PROMETHEUS_REGISTRY_H_

#include <memory>

#include "metrics/registry.h"
#include "prometheus/collectable.h"

namespace supportkpi::metrics {

// What a scrape collects of a registry made by Registry::Create().
std::shared_ptr<prometheus::Collectable> CollectableOf(const Registry& registry);

}  // namespace supportkpi::metrics

#endif  // SUPPORTKPI_METRICS_PROMETHEUS_REGISTRY_H_
