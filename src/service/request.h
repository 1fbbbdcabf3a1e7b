// Bytes of a request into its message, within limits, and a message into the bytes of an answer.
#ifndef SUPPORTKPI_SERVICE_REQUEST_H_
#define SUPPORTKPI_SERVICE_REQUEST_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace supportkpi::service {

// RESOURCE_EXHAUSTED REQUEST_SIZE: larger than a request may be.
absl::Status CheckRequestSize(const grpc::ByteBuffer& bytes);

// Asked for about so many bytes of memory, rather more than less, before a message is made that takes them.
using TakeMemory = absl::FunctionRef<absl::Status(int64_t bytes)>;

// Fills in `message`. RESOURCE_EXHAUSTED: too large. INVALID_ARGUMENT: too many entries, nested too deep, not a valid one. And
// what `take` says.
absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* message, TakeMemory take);

// Nothing is checked and no memory counted: for a look at a small request that is parsed again if anything comes of it.
bool PeekRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);

// RESOURCE_EXHAUSTED RESPONSE_SIZE: more than clients accept; says how to ask for less.
absl::StatusOr<grpc::ByteBuffer> SerializeResponse(const google::protobuf::Message& message);
absl::Status ResponseSizeError(int64_t bytes);
// The same of a message that is serialized already.
absl::StatusOr<grpc::ByteBuffer> SerializeResponse(const std::string& bytes);
absl::StatusOr<grpc::ByteBuffer> SerializeResponse(const grpc::ByteBuffer& bytes);

// Appends a message that is serialized already as that field of the message that `out` becomes.
void AppendMessageField(int field, const std::string& bytes, std::string* out);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_REQUEST_H_
