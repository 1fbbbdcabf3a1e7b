// Bytes of a request into its message, within limits, and a message into the bytes of an answer.
#ifndef SUPPORTKPI_SERVICE_REQUEST_H_
#define SUPPORTKPI_SERVICE_REQUEST_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace supportkpi::service {

// Fills in `message`. RESOURCE_EXHAUSTED: too large. INVALID_ARGUMENT: too many entries, nested too deep, not a valid one.
absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);

// RESOURCE_EXHAUSTED RESPONSE_SIZE: more than clients accept; says how to ask for less.
absl::StatusOr<grpc::ByteBuffer> SerializeResponse(const google::protobuf::Message& message);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_REQUEST_H_
