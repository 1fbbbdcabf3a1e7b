// What Prometheus reads: names, labels, values; and the endpoint that serves them.
#include "metrics/call_metrics.h"
#include "metrics/endpoint.h"
#include "metrics/process.h"
#include "metrics/registry.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::metrics {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// GET over a plain socket; the whole answer.
std::string Get(int port, const std::string& path) {
  const int socket_of_test = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket_of_test, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::string request = absl::StrCat("GET ", path, " HTTP/1.0\r\n\r\n");
  EXPECT_EQ(write(socket_of_test, request.data(), request.size()), static_cast<ssize_t>(request.size()));
  std::string answer;
  char bytes[4096];
  for (ssize_t count; (count = read(socket_of_test, bytes, sizeof bytes)) > 0;) answer.append(bytes, count);
  close(socket_of_test);
  return answer;
}

TEST(Registry, TellsCountersHistogramsAndReadings) {
  const auto registry = Registry::Create();
  registry->AddCounter("eggs_total", "Eggs.", {{"colour", "white"}}).Add(3);
  registry->AddCounter("eggs_total", "Eggs.", {{"colour", "white"}}).Add(2);
  registry->AddHistogram("boil_seconds", "Boiling.", {}, {1, 10}).Observe(5);
  int hens = 1;
  registry->AddReader([&hens](std::vector<Reading>* readings) {
    readings->push_back({"hens", "Hens.", false, {{{{"mood", "good"}}, static_cast<double>(++hens)}}});
    readings->push_back({"hens_hatched_total", "Ever.", true, {{{}, 7}}});
  });
  EXPECT_THAT(registry->Text(),
              AllOf(HasSubstr("# TYPE eggs_total counter"), HasSubstr("eggs_total{colour=\"white\"} 5"),
                    HasSubstr("boil_seconds_bucket{le=\"1\"} 0"), HasSubstr("boil_seconds_bucket{le=\"10\"} 1"),
                    HasSubstr("boil_seconds_sum 5"), HasSubstr("# TYPE hens gauge"), HasSubstr("hens{mood=\"good\"} 2"),
                    HasSubstr("# TYPE hens_hatched_total counter"), HasSubstr("hens_hatched_total 7")));
  EXPECT_THAT(registry->Text(), HasSubstr("hens{mood=\"good\"} 3"));
  registry->RemoveReaders();
  EXPECT_THAT(registry->Text(), AllOf(HasSubstr("eggs_total"), Not(HasSubstr("hens"))));
}

TEST(CallMetrics, EverySeriesExistsBeforeTheFirstCall) {
  const auto registry = Registry::Create();
  CallMetrics metrics(*registry, {{"a.Service", "Ask", "unary"}});
  EXPECT_THAT(registry->Text(),
              AllOf(HasSubstr("grpc_server_handled_total{grpc_code=\"Internal\",grpc_method=\"Ask\",grpc_service=\"a.Service\","
                              "grpc_type=\"unary\"} 0"),
                    HasSubstr("supportkpi_calls_total{grpc_code=\"Unauthenticated\",tenant_class=\"none\"} 0"),
                    HasSubstr("supportkpi_queue_wait_seconds_count{queue=\"records\"} 0")));
}

TEST(CallMetrics, ACallCountsOnceUnderItsCodeAndItsClassOfTenant) {
  const auto registry = Registry::Create();
  CallMetrics metrics(*registry, {{"a.Service", "Ask", "unary"}});
  EndedCall call;
  call.service = "a.Service";
  call.name = "Ask";
  call.code = 5;
  call.tenant_class = TenantClass("secret-customer");
  call.queue = "query";
  call.took_seconds = 0.2;
  call.is_question = call.is_slow = true;
  call.facts_read = 1000;
  call.rows = 12;
  metrics.Begun("a.Service", "Ask");
  metrics.Ended(call);
  call.name = "Unknown";
  metrics.Ended(call);
  EXPECT_THAT(
      registry->Text(),
      AllOf(HasSubstr("grpc_server_started_total{grpc_method=\"Ask\",grpc_service=\"a.Service\",grpc_type=\"unary\"} 1"),
            HasSubstr("grpc_code=\"NotFound\",grpc_method=\"Ask\",grpc_service=\"a.Service\",grpc_type=\"unary\"} 1"),
            HasSubstr("supportkpi_calls_total{grpc_code=\"NotFound\",tenant_class=\"named\"} 1"),
            HasSubstr("grpc_type=\"unary\",le=\"0.1\"} 0"), HasSubstr("grpc_type=\"unary\",le=\"0.25\"} 1"),
            HasSubstr("supportkpi_slow_questions_total 1"), HasSubstr("supportkpi_question_facts_read_total 1000"),
            HasSubstr("supportkpi_question_rows_total 12"), Not(HasSubstr("secret-customer")), Not(HasSubstr("Unknown\",grpc_service"))));
}

TEST(CallMetrics, RefusalsAreCountedByTheirReasonIfItIsAKnownOne) {
  const auto registry = Registry::Create();
  CallMetrics metrics(*registry, {{"a.Service", "Ask", "unary"}}, {"QUEUE_FULL", "DRAINING"});
  for (const char* reason : {"QUEUE_FULL", "QUEUE_FULL", "MADE_UP", ""}) {
    EndedCall call;
    call.service = "a.Service";
    call.name = "Ask";
    call.code = 8;
    call.reason = reason;
    metrics.Ended(call);
  }
  EXPECT_THAT(registry->Text(), AllOf(HasSubstr("supportkpi_refusals_total{reason=\"QUEUE_FULL\"} 2"),
                                      HasSubstr("supportkpi_refusals_total{reason=\"DRAINING\"} 0"), Not(HasSubstr("MADE_UP"))));
}

TEST(CallMetrics, TenantsAreToldByTheirClass) {
  EXPECT_EQ(TenantClass(""), "none");
  EXPECT_EQ(TenantClass("default"), "default");
  EXPECT_EQ(TenantClass("acme"), "named");
}

TEST(CallMetrics, CodesOutsideTheKnownOnesAreUnknown) {
  EXPECT_EQ(CodeName(0), "OK");
  EXPECT_EQ(CodeName(16), "UNAUTHENTICATED");
  EXPECT_EQ(CodeName(17), "UNKNOWN");
  EXPECT_EQ(CodeName(-1), "UNKNOWN");
}

TEST(Process, TellsOfThisProcess) {
  std::vector<Reading> readings;
  ReadProcess(&readings);
  std::map<std::string, double> values;
  for (const Reading& reading : readings) values[reading.name] = reading.samples.at(0).value;
  EXPECT_GT(values.at("process_resident_memory_bytes"), 1e6);
  EXPECT_LT(values.at("process_resident_memory_bytes"), values.at("process_virtual_memory_bytes"));
  EXPECT_NEAR(values.at("process_start_time_seconds"), static_cast<double>(time(nullptr)), 600);
  EXPECT_GE(values.at("process_open_fds"), 3);
  EXPECT_GE(values.at("process_max_fds"), values.at("process_open_fds"));
  EXPECT_GE(values.at("process_threads"), 1);
  EXPECT_GE(values.at("process_cpu_seconds_total"), 0);
}

TEST(Endpoint, ServesTheMetricsAndNothingElse) {
  const auto registry = Registry::Create();
  registry->AddCounter("eggs_total", "Eggs.", {}).Add(1);
  const auto endpoint = Endpoint::Start(*registry, "127.0.0.1:0");
  ASSERT_TRUE(endpoint.ok()) << endpoint.status();
  EXPECT_THAT(Get((*endpoint)->port(), "/metrics"), AllOf(HasSubstr("200 OK"), HasSubstr("eggs_total 1")));
  for (const char* path : {"/", "/etc/passwd", "/metrics/../../etc/passwd", "//etc/passwd"}) {
    EXPECT_THAT(Get((*endpoint)->port(), path), AllOf(HasSubstr(" 404 "), Not(HasSubstr("root:")))) << path;
  }
}

TEST(Endpoint, APortInUseIsRefused) {
  const auto registry = Registry::Create();
  const auto first = Endpoint::Start(*registry, "localhost:0");
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = Endpoint::Start(*registry, absl::StrCat("127.0.0.1:", (*first)->port()));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("metrics_listen: cannot listen on 127.0.0.1:"));
}

TEST(Endpoint, AddressesAreChecked) {
  for (const char* good : {"127.0.0.1:9464", "0.0.0.0:0", "[::]:9464", "localhost:65535"}) {
    EXPECT_TRUE(ValidateListen(good).ok()) << good;
  }
  for (const char* bad : {"9464", ":9464", "localhost:65536", "localhost:-1", "localhost:http", "127.0.0.1:9464s", "example.org:9464",
                          "127.0.0.1:9464,8080", "+9464", ""}) {
    EXPECT_EQ(ValidateListen(bad).code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace supportkpi::metrics
