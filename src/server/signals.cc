// Signals are waited for, never handled: no code runs in a signal handler.
#include "server/signals.h"

#include <signal.h>
#include <sys/resource.h>
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

sigset_t AllSignals() {
  sigset_t signals = StopSignals();
  sigaddset(&signals, SIGHUP);
  return signals;
}

}  // namespace

void BlockSignals() {
  const sigset_t signals = AllSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

Signal NextSignal(absl::Duration wait) {
  const sigset_t signals = AllSignals();
  const timespec timeout = absl::ToTimespec(wait);
  switch (sigtimedwait(&signals, nullptr, &timeout)) {
    case SIGHUP:
      return Signal::kReload;
    case SIGTERM:
    case SIGINT:
      return Signal::kStop;
    default:
      return Signal::kNone;
  }
}

void LetStopSignalsKill() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void AllowAllDescriptors() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace supportkpi::server
