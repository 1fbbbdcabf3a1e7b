// `supportkpid health`: for a container's HEALTHCHECK and for probes that need TLS or a real answer.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "server/commands.h"
#include "server/connection.h"
#include "service/grpc_status.h"
#include "status/macros.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"

namespace supportkpi::server {

namespace {

absl::Status Failed(absl::string_view what, const grpc::Status& status) {
  return absl::UnavailableError(absl::StrCat(what, ": ", service::Printable(status.error_message())));
}

// What it learned, in words.
absl::StatusOr<std::string> Ask(const Connection& connection, const std::string& service) {
  const absl::Time start = absl::Now();
  {
    grpc::ClientContext context;
    connection.Prepare(&context);
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const grpc::Status status = grpc::health::v1::Health::NewStub(connection.channel())->Check(&context, request, &response);
    if (!status.ok()) return Failed("health", status);
    if (response.status() != grpc::health::v1::HealthCheckResponse::SERVING) {
      return absl::UnavailableError(absl::StrCat(
          "health: ", grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status())));
    }
  }
  grpc::ClientContext context;
  connection.Prepare(&context);
  v1::ListKpisResponse response;
  const grpc::Status status = v1::KpiService::NewStub(connection.channel())->ListKpis(&context, {}, &response);
  if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED && !connection.has_token()) {
    return std::string("SERVING, asks for credentials");
  }
  if (!status.ok()) return Failed("ListKpis", status);
  return absl::StrCat("SERVING, ", response.kpis_size(), " KPIs, ", absl::ToInt64Milliseconds(absl::Now() - start), " ms");
}

absl::StatusOr<std::string> Health(const std::vector<std::string>& arguments) {
  std::set<std::string> known = ConnectionFlags();
  known.insert("service");
  ASSIGN_OR_RETURN(const CommandFlags flags, CommandFlags::Parse(arguments, known));
  if (!flags.words().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(service::Printable(flags.words()[0]), ": not expected; only flags"));
  }
  ASSIGN_OR_RETURN(const Connection connection, Connection::FromFlags(flags, absl::Seconds(5)));
  return Ask(connection, flags.Text("service", v1::KpiService::service_full_name()));
}

}  // namespace

int RunHealth(const std::vector<std::string>& arguments) {
  const auto found = Health(arguments);
  if (found.ok()) {
    std::cout << *found << "\n";
    return 0;
  }
  std::cerr << "supportkpid health: " << found.status().message() << "\n";
  return absl::IsInvalidArgument(found.status()) ? 64 : 1;
}

}  // namespace supportkpi::server
