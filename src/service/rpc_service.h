// A gRPC service made of rows: every method is registered raw, so that all bytes come in through the one entry.
#ifndef SUPPORTKPI_SERVICE_RPC_SERVICE_H_
#define SUPPORTKPI_SERVICE_RPC_SERVICE_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/impl/codegen/service_type.h"
#include "service/entry.h"
#include "service/method.h"

namespace supportkpi::service {

// One service; its methods' `service` is the same. Does what the generated WithRawCallbackMethod_X classes do.
class RpcService final : public grpc::Service {
 public:
  RpcService(Entry& entry, std::vector<Method> methods);

 private:
  const std::vector<Method> methods_;
  std::deque<std::string> paths_;  // gRPC keeps pointers to them
};

// The methods by service, each service once. The entry must outlive them.
std::vector<std::unique_ptr<grpc::Service>> MakeServices(Entry& entry, const std::vector<Method>& methods);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_RPC_SERVICE_H_
