// Signals are waited for, never handled: no code runs in a signal handler.
#include "server/stop_signal.h"

#include <signal.h>
#include <time.h>

namespace supportkpi::server {

namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void BlockStopSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void WaitForStopSignal(const std::function<bool()>& is_over) {
  const sigset_t signals = StopSignals();
  const timespec second = {1, 0};
  while (!is_over()) {
    if (sigtimedwait(&signals, nullptr, &second) > 0) break;
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace supportkpi::server
