// Exit codes, so that whoever starts the server can tell what to do: those of sysexits.h.
#ifndef SUPPORTKPI_SERVER_EXIT_CODE_H_
#define SUPPORTKPI_SERVER_EXIT_CODE_H_

#include "absl/status/status.h"

namespace supportkpi::server {

// 0 OK; 64 wrong flags; 65 damaged store; 69 the address cannot be listened on, or the store failed while serving;
// 70 anything else; 75 another process has the store.
inline int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kInvalidArgument:
      return 64;
    case absl::StatusCode::kDataLoss:
      return 65;
    case absl::StatusCode::kUnavailable:
      return 69;
    case absl::StatusCode::kFailedPrecondition:
      return 75;
    default:
      return 70;
  }
}

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_EXIT_CODE_H_
