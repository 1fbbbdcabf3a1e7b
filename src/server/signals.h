// What the operator wants: to stop (SIGTERM, SIGINT), or that files are read again (SIGHUP).
#ifndef SUPPORTKPI_SERVER_SIGNALS_H_
#define SUPPORTKPI_SERVER_SIGNALS_H_

#include "absl/time/time.h"

namespace supportkpi::server {

enum class Signal { kNone, kStop, kReload };

// Before any thread is started: all threads inherit it.
void BlockSignals();

// The signal that came, or kNone after so long.
Signal NextSignal(absl::Duration wait);

// From now on SIGTERM and SIGINT end the process at once.
void LetStopSignalsKill();

// As many files and connections as the system allows this process: a server without descriptors accepts nobody any more.
void AllowAllDescriptors();

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_SIGNALS_H_
