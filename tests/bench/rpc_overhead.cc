// What a real server costs beside a bare one (rpc_echo): a dashboard of twelve KPIs by day over 30 days, asked again and again of
// both, in turns, so that both see the same machine. Loads generated tickets first where the server has none. Requests and
// responses are bytes on this side, so that parsing does not hide the difference. Prints a line of JSON.
//   rpc_overhead --target 127.0.0.1:50051 --prepare answer.bin
//   rpc_overhead --target 127.0.0.1:50051 --echo 127.0.0.1:50052
#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/client_unary_call.h>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "supportkpi/v1/config_service.grpc.pb.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"
#include "tests/bench/die.h"
#include "tests/bench/generated_tickets.h"
#include "tests/bench/import_stream.h"

ABSL_FLAG(std::string, target, "127.0.0.1:50051", "the server");
ABSL_FLAG(std::string, echo, "", "the bare server");
ABSL_FLAG(std::string, prepare, "", "only load what is to be asked for, and write the bytes of the answer into this file");
ABSL_FLAG(int64_t, tickets, 20'000, "tickets to load where there are none");
ABSL_FLAG(int, calls, 6000, "calls one at a time, of each server");
ABSL_FLAG(int, seconds, 6, "seconds with --in_flight calls at a time, of each server");
ABSL_FLAG(int, in_flight, 32, "calls at a time");
ABSL_FLAG(int, rounds, 6, "turns that the servers take");
ABSL_FLAG(std::string, bearer, "", "token to show, for a server with credentials");

namespace supportkpi::bench {
namespace {

constexpr char kMethod[] = "/supportkpi.v1.KpiService/QueryKpis";

v1::QueryKpisRequest Dashboard() {
  v1::QueryKpisRequest request;
  const auto add = [&](const char* kpi, const char* alias = "", const char* statistic = "") {
    v1::KpiSelection& selection = *request.add_kpis();
    selection.set_kpi(kpi);
    selection.set_alias(alias);
    selection.set_statistic(statistic);
  };
  for (const char* kpi : {"tickets_created", "tickets_resolved", "backlog"}) add(kpi);
  add("first_response_time", "first_response_mean");
  add("first_response_time", "first_response_p90", "p90");
  add("resolution_time", "resolution_median", "median");
  for (const char* kpi : {"first_contact_resolution_rate", "csat", "nps", "calls_offered", "service_level", "speed_to_answer"}) add(kpi);
  request.mutable_range()->mutable_start()->set_seconds(kYearStartMs / 1000 + 150 * 86'400);
  request.mutable_range()->mutable_end()->set_seconds(kYearStartMs / 1000 + 180 * 86'400);
  request.mutable_grain()->set_unit(v1::GRAIN_UNIT_DAY);
  request.set_layout(v1::ANSWER_LAYOUT_COLUMNS);
  return request;
}

void Check(const grpc::Status& status) {
  if (!status.ok()) Die(absl::StrCat("the server answers: ", status.error_message()));
}

void Prepare(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::KpiService::NewStub(channel);
  const auto ask = [&](const v1::QueryKpisRequest& request) {
    grpc::ClientContext context;
    v1::QueryKpisResponse response;
    Check(stub->QueryKpis(&context, request, &response));
    return response;
  };
  if (ask(Dashboard()).metadata().commit() == 0) {
    Shape shape;
    shape.tickets = absl::GetFlag(FLAGS_tickets);
    grpc::ClientContext context;
    v1::UpdateSettingsRequest request;
    *request.mutable_settings() = GeneratedSettings(shape);
    v1::UpdateSettingsResponse response;
    Check(v1::ConfigService::NewStub(channel)->UpdateSettings(&context, request, &response));
    ImportStream stream(channel, 500);
    std::vector<v1::Record> records;
    for (int64_t n = 0; n < shape.tickets; ++n) {
      AppendTicket(shape, n, &records);
      for (v1::Record& record : records) *stream.Add() = std::move(record);
      records.clear();
    }
    stream.Finish();
  }
  std::ofstream(absl::GetFlag(FLAGS_prepare), std::ios::binary) << ask(Dashboard()).SerializeAsString();
}

// One of the two servers, with what was measured of it.
struct Server {
  explicit Server(const std::string& target)
      : channel(grpc::CreateChannel(target, grpc::InsecureChannelCredentials())), generic(channel) {}

  std::shared_ptr<grpc::Channel> channel;
  grpc::GenericStub generic;
  std::vector<double> latencies_us;
  int64_t answered = 0;
  absl::Duration busy;
  size_t answer_bytes = 0;
};

grpc::ByteBuffer RequestBytes() {
  const grpc::Slice slice(Dashboard().SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

void Show(grpc::ClientContext& context) {
  const std::string bearer = absl::GetFlag(FLAGS_bearer);
  if (!bearer.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", bearer));
}

void AskOneAtATime(Server& server, int calls) {
  const grpc::ByteBuffer request = RequestBytes();
  const grpc::internal::RpcMethod method(kMethod, grpc::internal::RpcMethod::NORMAL_RPC, server.channel);
  for (int i = 0; i < calls; ++i) {
    grpc::ClientContext context;
    Show(context);
    grpc::ByteBuffer response;
    const absl::Time begin = absl::Now();
    Check(grpc::internal::BlockingUnaryCall(server.channel.get(), method, &context, request, &response));
    server.latencies_us.push_back(absl::ToDoubleMicroseconds(absl::Now() - begin));
    server.answer_bytes = response.Length();
  }
}

// Asks again from the callback until the time is over.
class Asker {
 public:
  Asker(Server& server, absl::Time until, absl::BlockingCounter& done) : server_(server), until_(until), done_(done) {}

  void Ask() {
    context_ = std::make_unique<grpc::ClientContext>();
    Show(*context_);
    request_ = RequestBytes();
    server_.generic.UnaryCall(context_.get(), kMethod, grpc::StubOptions(), &request_, &response_, [this](const grpc::Status& status) {
      Check(status);
      ++answered_;
      if (absl::Now() < until_) return Ask();
      done_.DecrementCount();
    });
  }
  int64_t answered() const { return answered_; }

 private:
  Server& server_;
  const absl::Time until_;
  absl::BlockingCounter& done_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer request_, response_;
  int64_t answered_ = 0;
};

void AskManyAtATime(Server& server, absl::Duration time) {
  const int in_flight = absl::GetFlag(FLAGS_in_flight);
  absl::BlockingCounter done(in_flight);
  const absl::Time begin = absl::Now();
  std::vector<std::unique_ptr<Asker>> askers;
  for (int i = 0; i < in_flight; ++i) askers.push_back(std::make_unique<Asker>(server, begin + time, done));
  for (const auto& asker : askers) asker->Ask();
  done.Wait();
  server.busy += absl::Now() - begin;
  for (const auto& asker : askers) server.answered += asker->answered();
}

double Quantile(std::vector<double>& values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

void Tell(const char* name, Server& server) {
  absl::PrintF("\"%s\": {\"median_us\": %.1f, \"p99_us\": %.1f, \"calls_per_second\": %.0f, \"answer_bytes\": %d}", name,
               Quantile(server.latencies_us, 0.5), Quantile(server.latencies_us, 0.99),
               static_cast<double>(server.answered) / absl::ToDoubleSeconds(server.busy), server.answer_bytes);
}

void Measure() {
  Server server(absl::GetFlag(FLAGS_target)), echo(absl::GetFlag(FLAGS_echo));
  const int rounds = absl::GetFlag(FLAGS_rounds);
  for (Server* each : {&server, &echo}) {
    AskOneAtATime(*each, 200);
    each->latencies_us.clear();
  }
  for (int round = 0; round < rounds; ++round)
    for (Server* each : {&server, &echo}) AskOneAtATime(*each, absl::GetFlag(FLAGS_calls) / rounds);
  for (int round = 0; round < rounds; ++round)
    for (Server* each : {&server, &echo}) AskManyAtATime(*each, absl::Seconds(absl::GetFlag(FLAGS_seconds)) / rounds);
  absl::PrintF("{");
  Tell("server", server);
  absl::PrintF(", ");
  Tell("echo", echo);
  absl::PrintF("}\n");
}

}  // namespace
}  // namespace supportkpi::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  if (absl::GetFlag(FLAGS_prepare).empty() && absl::GetFlag(FLAGS_echo).empty()) supportkpi::bench::Die("--prepare or --echo");
  if (absl::GetFlag(FLAGS_echo).empty()) {
    supportkpi::bench::Prepare(grpc::CreateChannel(absl::GetFlag(FLAGS_target), grpc::InsecureChannelCredentials()));
  } else {
    supportkpi::bench::Measure();
  }
}
