// Reflection, v1 and v1alpha. gRPC 1.51 has v1alpha only, and switches it on in every server that links it.
#ifndef SUPPORTKPI_SERVER_REFLECTION_H_
#define SUPPORTKPI_SERVER_REFLECTION_H_

#include <memory>

#include "grpcpp/impl/server_builder_option.h"

namespace supportkpi::server {

// For ServerBuilder::SetOption: this server's services, described by both versions.
std::unique_ptr<grpc::ServerBuilderOption> ReflectionOption();

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_REFLECTION_H_
