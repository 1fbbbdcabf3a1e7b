// Registration with gRPC.
#include "service/rpc_service.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/rpc_service_method.h"

namespace supportkpi::service {

namespace {

using grpc::ByteBuffer;
using grpc::CallbackServerContext;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

RpcMethod::RpcType TypeOf(const Method& method) {
  if (method.run != nullptr) return RpcMethod::NORMAL_RPC;
  return method.stream != nullptr ? RpcMethod::SERVER_STREAMING : RpcMethod::BIDI_STREAMING;
}

}  // namespace

RpcService::RpcService(Entry& entry, std::vector<Method> methods) : methods_(std::move(methods)) {
  for (size_t i = 0; i < methods_.size(); ++i) {
    const Method& method = methods_[i];
    paths_.push_back(absl::StrCat("/", method.service, "/", method.name));
    AddMethod(new RpcServiceMethod(paths_.back().c_str(), TypeOf(method), nullptr));
    if (method.run != nullptr) {
      MarkMethodRawCallback(i, new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
                                   [&entry, &method](CallbackServerContext* context, const ByteBuffer* request,
                                                     ByteBuffer* response) {
                                     return entry.Begin(method, context, request, response);
                                   }));
    } else if (method.stream != nullptr) {
      MarkMethodRawCallback(i, new grpc::internal::CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>(
                                   [&entry, &method](CallbackServerContext* context, const ByteBuffer* request) {
                                     return entry.BeginParts(method, context, request);
                                   }));
    } else {
      MarkMethodRawCallback(i, new grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>(
                                   [&entry, &method](CallbackServerContext* context) {
                                     return entry.BeginStream(method, context);
                                   }));
    }
  }
}

std::vector<std::unique_ptr<grpc::Service>> MakeServices(Entry& entry, const std::vector<Method>& methods) {
  std::map<std::string, std::vector<Method>> by_service;
  for (const Method& method : methods) by_service[method.service].push_back(method);
  std::vector<std::unique_ptr<grpc::Service>> services;
  for (auto& [name, its_methods] : by_service) {
    services.push_back(std::make_unique<RpcService>(entry, std::move(its_methods)));
  }
  return services;
}

}  // namespace supportkpi::service
