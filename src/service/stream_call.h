// The life of a bidirectional call: reads ahead within a window, gives its session one message at a time, writes replies
// one at a time. A client that does not read its replies, or sends faster than is worked, is simply not read from.
#ifndef SUPPORTKPI_SERVICE_STREAM_CALL_H_
#define SUPPORTKPI_SERVICE_STREAM_CALL_H_

#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "service/entry.h"

namespace supportkpi::service {

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartStreamCall(Entry& entry, const Method& method,
                                                                             grpc::CallbackServerContext* context);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_STREAM_CALL_H_
