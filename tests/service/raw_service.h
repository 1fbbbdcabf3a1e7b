// A server of a few rows inside the test, and raw calls to it.
#ifndef SUPPORTKPI_TESTS_SERVICE_RAW_SERVICE_H_
#define SUPPORTKPI_TESTS_SERVICE_RAW_SERVICE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/stubs/logging.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "service/entry.h"
#include "service/rpc_service.h"

namespace supportkpi::service {

inline grpc::ByteBuffer Bytes(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

// What an error says in its details.
struct Details {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;
  google::rpc::RetryInfo retry;
  int count = 0;

  static Details Of(const grpc::Status& status) {
    Details details;
    google::rpc::Status message;
    message.ParseFromString(status.error_details());
    details.count = message.details_size();
    for (const auto& any : message.details()) {
      any.UnpackTo(&details.info) || any.UnpackTo(&details.bad_request) || any.UnpackTo(&details.retry);
    }
    return details;
  }
};

class RawService {
 public:
  explicit RawService(std::vector<Method> methods, EntryOptions options = {}) : entry_(std::move(options)) {
    google::protobuf::SetLogHandler(nullptr);
    services_ = MakeServices(entry_, methods);
    grpc::ServerBuilder builder;
    builder.SetMaxReceiveMessageSize(16 << 20);
    for (const auto& its_service : services_) builder.RegisterService(its_service.get());
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel({});
  }
  ~RawService() { Stop(); }

  void Stop() {
    if (server_ == nullptr) return;
    entry_.Drain();
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
    server_->Wait();
    entry_.Stop();
    server_.reset();
  }

  Entry& entry() { return entry_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  grpc::Status Call(const std::string& path, const grpc::ByteBuffer& request, grpc::ByteBuffer* response = nullptr,
                    grpc::ClientContext* context = nullptr) {
    grpc::ClientContext own_context;
    grpc::ByteBuffer own_response;
    return grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
        channel_.get(), grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC),
        context == nullptr ? &own_context : context, request, response == nullptr ? &own_response : response);
  }

 private:
  Entry entry_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_TESTS_SERVICE_RAW_SERVICE_H_
