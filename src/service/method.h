// A method of the API as a row of a table: its path, its class of work, what it does.
#ifndef SUPPORTKPI_SERVICE_METHOD_H_
#define SUPPORTKPI_SERVICE_METHOD_H_

#include <array>
#include <functional>
#include <memory>
#include <optional>
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
inline constexpr std::array<Work, 3> kAllWork = {Work::kQuery, Work::kRecords, Work::kAdmin};

// As the log, the metrics and error texts say it.
constexpr absl::string_view NameOf(Work work) {
  switch (work) {
    case Work::kQuery:
      return "query";
    case Work::kRecords:
      return "records";
    case Work::kAdmin:
      return "admin";
  }
  return "";
}

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

// An answer that is sent in several messages: one object for each call.
class Parts {
 public:
  virtual ~Parts() = default;
  // The next message; called again only when it was written, and not after the last one, so that a caller who does not read
  // costs no memory. One at a time, on a thread of the method's class of work.
  virtual absl::StatusOr<grpc::ByteBuffer> Next() = 0;
  // The message that Next() returned was the last one.
  virtual bool is_done() const = 0;
};

// Exactly one of `run`, `open` and `stream` is set.
struct Method {
  std::string service;  // "supportkpi.v1.KpiService"
  std::string name;     // "QueryKpis"
  Work work = Work::kQuery;
  // Unary. Fills in call->tenant. Runs on a thread of its class of work.
  std::function<absl::StatusOr<grpc::ByteBuffer>(const grpc::ByteBuffer& request, Call* call)> run;
  // Bidirectional.
  std::function<std::unique_ptr<Session>()> open;
  // One request, many answers. As `run`; the call outlives the parts.
  std::function<absl::StatusOr<std::unique_ptr<Parts>>(const grpc::ByteBuffer& request, Call* call)> stream;
  // Beside `run`; may be unset. The answer if it is there already, else nullopt, and then `run` follows. In gRPC's own reaction, for
  // small requests: it waits for nothing and computes nothing.
  std::function<absl::StatusOr<std::optional<grpc::ByteBuffer>>(const grpc::ByteBuffer& request, Call* call)> at_once;
};

// Where a request says which tenant it is for.
template <class Request>
absl::string_view TenantNamedBy(const Request& request) {
  if constexpr (requires { request.tenant(); }) {
    return request.tenant();
  } else if constexpr (requires { request.query().tenant(); }) {
    return request.query().tenant();
  } else {
    return "";
  }
}

// Parses a request, finds out whom it is for, and counts it among what that tenant holds.
template <class Request>
absl::Status Receive(const grpc::ByteBuffer& bytes, Call* call, Request* request) {
  const bool is_known = call->memory != nullptr;
  int64_t memory_bytes = 0;
  RETURN_IF_ERROR(ParseRequest(bytes, request, [&](int64_t needed) {
    memory_bytes = needed;
    return call->TakeMemory(needed);
  }));
  RETURN_IF_ERROR(call->EnterTenant(TenantNamedBy(*request)));
  return is_known ? absl::OkStatus() : call->TakeMemory(memory_bytes);
}

// The row of a unary method: parse, authorise, handle, serialize. `handle(rooms, request, call)` returns a
// StatusOr of the response; the request is its own to take apart.
template <class Service, class Request, class Rooms, class Handle>
Method Unary(absl::string_view name, Work work, const Rooms& rooms, Handle handle) {
  auto run = [rooms, handle](const grpc::ByteBuffer& bytes, Call* call) -> absl::StatusOr<grpc::ByteBuffer> {
    Request request;
    RETURN_IF_ERROR(Receive(bytes, call, &request));
    ASSIGN_OR_RETURN(const auto response, handle(rooms, request, *call));
    return SerializeResponse(response);
  };
  return Method{Service::service_full_name(), std::string(name), work, std::move(run), nullptr, nullptr, nullptr};
}

// The row of a bidirectional method.
template <class Service>
Method Bidi(absl::string_view name, Work work, std::function<std::unique_ptr<Session>()> open) {
  return Method{Service::service_full_name(), std::string(name), work, nullptr, std::move(open), nullptr, nullptr};
}

// The row of a method with one request and many answers. `handle(rooms, request, call)` returns a StatusOr of the Parts.
template <class Service, class Request, class Rooms, class Handle>
Method Streaming(absl::string_view name, Work work, const Rooms& rooms, Handle handle) {
  auto stream = [rooms, handle](const grpc::ByteBuffer& bytes, Call* call) -> absl::StatusOr<std::unique_ptr<Parts>> {
    Request request;
    RETURN_IF_ERROR(Receive(bytes, call, &request));
    return handle(rooms, request, *call);
  };
  return Method{Service::service_full_name(), std::string(name), work, nullptr, nullptr, std::move(stream), nullptr};
}

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_METHOD_H_
