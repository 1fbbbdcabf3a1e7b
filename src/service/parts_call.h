// The life of a call with one request and many answers: each part is made when the one before was written.
#ifndef SUPPORTKPI_SERVICE_PARTS_CALL_H_
#define SUPPORTKPI_SERVICE_PARTS_CALL_H_

#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "service/entry.h"

namespace supportkpi::service {

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartPartsCall(Entry& entry, const Method& method,
                                                           grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_PARTS_CALL_H_
