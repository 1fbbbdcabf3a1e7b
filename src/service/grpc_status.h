// The one place where a status becomes a gRPC status, with google.rpc details and within the sizes that arrive.
#ifndef SUPPORTKPI_SERVICE_GRPC_STATUS_H_
#define SUPPORTKPI_SERVICE_GRPC_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "access/refusal.h"
#include "grpcpp/support/status.h"

namespace supportkpi::service {

inline constexpr absl::string_view kErrorDomain = "supportkpi";

// What the details say beyond code and message. Reason by default: the name of the code.
using access::WithReason;
using access::WithRetryAfter;

// Control bytes and everything outside ASCII as \xNN, so that a text cannot break a log, a header or a message.
std::string Printable(absl::string_view text);

// Message at most 1 KB; details a google.rpc.Status under 4 KB with ErrorInfo, BadRequest and RetryInfo. The wrong fields are
// those of record::ViolationsOf(status), else the one that an INVALID_ARGUMENT's message `path: text` names. What INTERNAL and
// UNKNOWN say is for the log: the caller gets `reference` to find it there.
grpc::Status ToGrpcStatus(const absl::Status& status, absl::string_view reference);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_GRPC_STATUS_H_
