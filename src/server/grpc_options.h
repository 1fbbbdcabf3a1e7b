// How gRPC is set up: limits against strangers, keepalive, health, reflection.
#ifndef SUPPORTKPI_SERVER_GRPC_OPTIONS_H_
#define SUPPORTKPI_SERVER_GRPC_OPTIONS_H_

#include "grpcpp/server_builder.h"
#include "server/config.h"

namespace supportkpi::server {

void SetGrpcOptions(const Config& config, grpc::ServerBuilder* builder);

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_GRPC_OPTIONS_H_
