// The metrics that every well-behaved process tells of itself, under Prometheus's standard names.
#ifndef SUPPORTKPI_METRICS_PROCESS_H_
#define SUPPORTKPI_METRICS_PROCESS_H_

#include <vector>

#include "metrics/registry.h"

namespace supportkpi::metrics {

// process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds, ... of this process, from /proc; what it does
// not tell is left out.
void ReadProcess(std::vector<Reading>* readings);

}  // namespace supportkpi::metrics

#endif  // SUPPORTKPI_METRICS_PROCESS_H_
