// Reflection: v1, which gRPC 1.51 does not have, beside its own v1alpha.
#ifndef SUPPORTKPI_SERVER_REFLECTION_V1_H_
#define SUPPORTKPI_SERVER_REFLECTION_V1_H_

#include <memory>

#include "grpcpp/impl/server_builder_option.h"

namespace supportkpi::server {

// For ServerBuilder::SetOption: this server's services, described by both versions.
std::unique_ptr<grpc::ServerBuilderOption> ReflectionOption();

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_REFLECTION_V1_H_
