// Waiting for the end: SIGTERM, SIGINT, or something that the program finds by itself.
#ifndef SUPPORTKPI_SERVER_STOP_SIGNAL_H_
#define SUPPORTKPI_SERVER_STOP_SIGNAL_H_

#include <functional>

namespace supportkpi::server {

// Before any thread is started: all threads inherit it.
void BlockStopSignals();

// Returns at a stop signal, or within a second of `is_over` being true. From then on a second signal ends the process at
// once.
void WaitForStopSignal(const std::function<bool()>& is_over);

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_STOP_SIGNAL_H_
