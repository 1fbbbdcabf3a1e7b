// The least that a gRPC server can be: answers every call of KpiService/QueryKpis with the bytes of a file, unread and unparsed, in
// the reaction of gRPC's own thread. What rpc_overhead holds a real server against.
//   rpc_echo --listen 127.0.0.1:0 --answer answer.bin --port_file port
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0", "host:port");
ABSL_FLAG(std::string, answer, "", "file with the bytes of every answer");
ABSL_FLAG(std::string, port_file, "", "file that gets the bound port");

namespace supportkpi::bench {
namespace {

class Echo final : public v1::KpiService::WithRawCallbackMethod_QueryKpis<v1::KpiService::Service> {
 public:
  explicit Echo(const std::string& answer) : answer_(grpc::Slice(answer)) {}

 private:
  grpc::ServerUnaryReactor* QueryKpis(grpc::CallbackServerContext* context, const grpc::ByteBuffer*,
                                      grpc::ByteBuffer* response) override {
    *response = grpc::ByteBuffer(&answer_, 1);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  const grpc::Slice answer_;
};

int Serve() {
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // goes with whoever measures
  std::ifstream file(absl::GetFlag(FLAGS_answer), std::ios::binary);
  if (!file) {
    std::cerr << "--answer: cannot be read\n";
    return 1;
  }
  Echo echo(std::string(std::istreambuf_iterator<char>(file), {}));
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::GetFlag(FLAGS_listen), grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  const std::string path = absl::GetFlag(FLAGS_port_file);
  std::ofstream(absl::StrCat(path, ".new")) << port << "\n";
  std::rename(absl::StrCat(path, ".new").c_str(), path.c_str());
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace supportkpi::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return supportkpi::bench::Serve();
}
