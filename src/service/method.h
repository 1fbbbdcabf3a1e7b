// A method of the API as a row of a table: its path, its class of work, what it does.
#ifndef SUPPORTKPI_SERVICE_METHOD_H_
#define SUPPORTKPI_SERVICE_METHOD_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/byte_buffer.h"
#include "service/call.h"
#include "service/request.h"
#include "status/macros.h"

namespace supportkpi::service {

// Each class has threads and a queue of its own, so that one cannot starve another.
enum class Work {
  kQuery,    // computes; stops when the call is cancelled
  kRecords,  // reads and writes records; waits for the disk
  kAdmin,    // rare, may take long
};

// What a bidirectional call does: one object for each call.
class Session {
 public:
  virtual ~Session() = default;
  // Calls back once for each message, in the order of the messages, on any thread, at once or later: with the reply, or
  // with the status that ends the call.
  using Reply = std::function<void(absl::StatusOr<grpc::ByteBuffer>)>;
  // The next message; one at a time, in order, on a thread of the method's class of work. It must not wait for what the
  // reply waits for, so that the next message is worked on meanwhile.
  virtual void OnMessage(const grpc::ByteBuffer& bytes, Call* call, Reply reply) = 0;
};

// Exactly one of `run` and `open` is set.
struct Method {
  std::string service;  // "supportkpi.v1.KpiService"
  std::string name;     // "QueryKpis"
  Work work = Work::kQuery;
  // Unary. Fills in call->tenant. Runs on a thread of its class of work.
  std::function<absl::StatusOr<grpc::ByteBuffer>(const grpc::ByteBuffer& request, Call* call)> run;
  // Bidirectional.
  std::function<std::unique_ptr<Session>()> open;
};

// Where a request says which tenant it is for.
template <class Request>
absl::string_view TenantNamedBy(const Request& request) {
  if constexpr (requires { request.tenant(); }) {
    return request.tenant();
  } else {
    return "";
  }
}

// The row of a unary method: parse, authorise, handle, serialize. `handle(rooms, request, call)` returns a
// StatusOr of the response; the request is its own to take apart.
template <class Service, class Request, class Rooms, class Handle>
Method Unary(absl::string_view name, Work work, const Rooms& rooms, Handle handle) {
  auto run = [rooms, handle](const grpc::ByteBuffer& bytes, Call* call) -> absl::StatusOr<grpc::ByteBuffer> {
    Request request;
    RETURN_IF_ERROR(ParseRequest(bytes, &request));
    RETURN_IF_ERROR(call->EnterTenant(TenantNamedBy(request)));
    ASSIGN_OR_RETURN(const auto response, handle(rooms, request, *call));
    return SerializeResponse(response);
  };
  return Method{Service::service_full_name(), std::string(name), work, std::move(run), nullptr};
}

// The row of a bidirectional method.
template <class Service>
Method Bidi(absl::string_view name, Work work, std::function<std::unique_ptr<Session>()> open) {
  return Method{Service::service_full_name(), std::string(name), work, nullptr, std::move(open)};
}

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_METHOD_H_
