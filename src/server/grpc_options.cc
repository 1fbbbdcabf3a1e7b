// Every value has its reason beside it.
#include "server/grpc_options.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "grpc/grpc.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "server/reflection.h"

namespace supportkpi::server {

namespace {

// gRPC counts in int; where that ends it takes the value for "never".
int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::min<int64_t>(absl::ToInt64Milliseconds(duration), std::numeric_limits<int>::max()));
}

}  // namespace

void SetGrpcOptions(const Config& config, grpc::ServerBuilder* builder) {
  // gRPC's own health service has no descriptor; linking its messages gives reflection one.
  grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::EnableDefaultHealthCheckService(true);
  if (config.reflection) builder->SetOption(ReflectionOption());

  // Above our own limit, which has the better message.
  builder->SetMaxReceiveMessageSize(16 << 20);
  // A small body may unpack to hundreds of megabytes before its size is looked at.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  // A second server on the port must fail instead of taking half of the calls.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);

  // Memory of transports: gRPC closes connections when they need more.
  grpc::ResourceQuota quota("supportkpi");
  quota.Resize(static_cast<size_t>(config.transport_memory_mib) << 20);
  builder->SetResourceQuota(quota);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(config.connection_streams_max));
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);

  // Dead peers are found in 40 s; a client may ping every 10 s, as some do by default.
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  // Connections that only open cost us little, and not for long.
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5'000);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300'000);
  // Nobody stays for ever: clients spread over new addresses, and calls that send headers and nothing else come to an end.
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(config.connection_age));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, Milliseconds(config.connection_age_grace));
}

}  // namespace supportkpi::server
