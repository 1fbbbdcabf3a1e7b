// The whole server in one process: start, health, reflection, a write and its answer, stop, restart.
#include "server/server.h"

#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/text_format.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/exit_code.h"
#include "server/log.h"
#include "supportkpi/v1/admin_service.grpc.pb.h"
#include "supportkpi/v1/config_service.grpc.pb.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"
#include "supportkpi/v1/record_service.grpc.pb.h"
#include "tests/support/temporary_directory.h"

namespace supportkpi::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() { QuietLibraries(); }

  Config ConfigHere() const {
    Config config;
    config.listen = "127.0.0.1:0";
    config.data_dir = directory_.path() + "/store";
    config.query_threads = 2;
    config.block_cache_mib = 8;
    config.grace = absl::Seconds(5);
    return config;
  }

  void Start() {
    auto server = Server::Start(ConfigHere());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials());
  }

  template <class Message>
  static Message Text(const std::string& text) {
    Message message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return message;
  }

  // Calls a unary method of a stub; a failure is a test failure.
  template <class Response, class Stub, class Request>
  Response Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Stub& stub,
                const std::string& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub.*method)(&context, Text<Request>(request), &response);
    EXPECT_TRUE(status.ok()) << status.error_code() << " " << status.error_message();
    return response;
  }

  ServerReflectionResponse Reflect(const std::string& request) {
    auto stub = grpc::reflection::v1::ServerReflection::NewStub(channel_);
    grpc::ClientContext context;
    auto stream = stub->ServerReflectionInfo(&context);
    stream->Write(Text<ServerReflectionRequest>(request));
    stream->WritesDone();
    ServerReflectionResponse response;
    EXPECT_TRUE(stream->Read(&response));
    EXPECT_TRUE(stream->Finish().ok());
    return response;
  }

  v1::QueryKpisResponse TicketsCreated() {
    auto stub = v1::KpiService::NewStub(channel_);
    return Call(&v1::KpiService::Stub::QueryKpis, *stub,
                "kpis { kpi: 'tickets_created' } range { start { seconds: 1767225600 } end { seconds: 1769904000 } }");
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

constexpr char kTickets[] =
    "records { ticket { id: 't1' created_at { seconds: 1767600000 } channel: 'email' } } "
    "records { ticket { id: 't2' created_at { seconds: 1767600001 } channel: 'chat' } } ";

TEST_F(ServerTest, WhatIsWrittenIsInTheNextAnswerAndAfterARestart) {
  Start();
  auto records = v1::RecordService::NewStub(channel_);
  const auto written = Call(&v1::RecordService::Stub::BatchUpsertRecords, *records, kTickets);
  EXPECT_EQ(written.accepted(), 2);
  EXPECT_EQ(TicketsCreated().rows(0).cells(0).value(), 2);
  EXPECT_EQ(TicketsCreated().metadata().commit(), written.commit());
  server_->Stop();
  server_.reset();
  Start();
  EXPECT_EQ(TicketsCreated().rows(0).cells(0).value(), 2);
}

TEST_F(ServerTest, RecordsCanBeReadPagedAndDeleted) {
  Start();
  auto records = v1::RecordService::NewStub(channel_);
  Call(&v1::RecordService::Stub::BatchUpsertRecords, *records, kTickets);
  const auto first = Call(&v1::RecordService::Stub::ListRecords, *records, "kind: RECORD_KIND_TICKET page_size: 1");
  ASSERT_EQ(first.records_size(), 1);
  EXPECT_EQ(first.records(0).ticket().id(), "t1");
  const auto second = Call(&v1::RecordService::Stub::ListRecords, *records,
                           absl::StrCat("kind: RECORD_KIND_TICKET page_size: 1 page_token: '", first.next_page_token(), "'"));
  ASSERT_EQ(second.records_size(), 1);
  EXPECT_EQ(second.records(0).ticket().id(), "t2");
  const auto later = Call(&v1::RecordService::Stub::ListRecords, *records,
                          "kind: RECORD_KIND_TICKET filter { start { seconds: 1767600001 } }");
  ASSERT_EQ(later.records_size(), 1);
  EXPECT_EQ(later.records(0).ticket().id(), "t2");

  grpc::ClientContext context;
  v1::ListRecordsResponse none;
  const grpc::Status other_kind = records->ListRecords(
      &context, Text<v1::ListRecordsRequest>(absl::StrCat("kind: RECORD_KIND_SURVEY page_token: '", first.next_page_token(), "'")),
      &none);
  EXPECT_EQ(other_kind.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(other_kind.error_message(), HasSubstr("page_token: not valid"));

  EXPECT_TRUE(Call(&v1::RecordService::Stub::DeleteRecord, *records, "name { kind: RECORD_KIND_TICKET id: 't1' }").deleted());
  EXPECT_EQ(TicketsCreated().rows(0).cells(0).value(), 1);
}

TEST_F(ServerTest, SettingsChangeByFieldAndKnowTheirVersion) {
  Start();
  auto config = v1::ConfigService::NewStub(channel_);
  Call(&v1::ConfigService::Stub::UpdateSettings, *config, "settings { time_zone: 'Europe/Berlin' fiscal_first_month: 4 }");
  const auto merged = Call(&v1::ConfigService::Stub::UpdateSettings, *config,
                           "settings { time_zone: 'Asia/Tokyo' } update_mask { paths: 'time_zone' }");
  EXPECT_EQ(merged.settings().time_zone(), "Asia/Tokyo");
  EXPECT_EQ(merged.settings().fiscal_first_month(), 4);
  EXPECT_EQ(TicketsCreated().metadata().time_zone(), "Asia/Tokyo");
  grpc::ClientContext context;
  v1::UpdateSettingsResponse response;
  const grpc::Status stale =
      config->UpdateSettings(&context, Text<v1::UpdateSettingsRequest>("settings { } expected_version: 1"), &response);
  EXPECT_EQ(stale.error_code(), grpc::ABORTED);
}

TEST_F(ServerTest, RebuildingAndCompactingChangeNoAnswer) {
  Start();
  auto records = v1::RecordService::NewStub(channel_);
  auto admin = v1::AdminService::NewStub(channel_);
  Call(&v1::RecordService::Stub::BatchUpsertRecords, *records, kTickets);
  Call(&v1::AdminService::Stub::CompactFacts, *admin, "");
  EXPECT_EQ(TicketsCreated().rows(0).cells(0).value(), 2);
  Call(&v1::AdminService::Stub::RebuildFacts, *admin, "");
  EXPECT_EQ(TicketsCreated().rows(0).cells(0).value(), 2);
  EXPECT_GT(Call(&v1::AdminService::Stub::GetStats, *admin, "").facts().commit(), 0);
  const auto info = Call(&v1::AdminService::Stub::GetServerInfo, *admin, "");
  EXPECT_NE(info.version(), "");
  EXPECT_GT(info.kpi_count(), 50);
}

TEST_F(ServerTest, TenantsDoNotSeeEachOther) {
  Start();
  auto records = v1::RecordService::NewStub(channel_);
  Call(&v1::RecordService::Stub::BatchUpsertRecords, *records, absl::StrCat("tenant: 'other' ", kTickets));
  EXPECT_EQ(TicketsCreated().rows(0).cells(0).value(), 0);
}

TEST_F(ServerTest, HealthKnowsTheProcessAndEachService) {
  Start();
  auto health = grpc::health::v1::Health::NewStub(channel_);
  for (const char* name : {"", "supportkpi.v1.KpiService", "supportkpi.v1.RecordService"}) {
    EXPECT_EQ(Call(&grpc::health::v1::Health::Stub::Check, *health, absl::StrCat("service: '", name, "'")).status(),
              grpc::health::v1::HealthCheckResponse::SERVING);
  }
}

TEST_F(ServerTest, ReflectionListsTheServicesAndTheirFiles) {
  Start();
  std::set<std::string> services;
  const ServerReflectionResponse listed = Reflect("list_services: ''");
  for (const auto& its_service : listed.list_services_response().service()) {
    services.insert(its_service.name());
  }
  EXPECT_THAT(services, IsSupersetOf({"supportkpi.v1.KpiService", "supportkpi.v1.RecordService",
                                      "supportkpi.v1.ConfigService", "supportkpi.v1.AdminService",
                                      "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                                      "grpc.reflection.v1alpha.ServerReflection"}));
  for (const std::string& name : services) {
    const ServerReflectionResponse response = Reflect(absl::StrCat("file_containing_symbol: '", name, "'"));
    std::set<std::string> files;
    for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      google::protobuf::FileDescriptorProto file;
      ASSERT_TRUE(file.ParseFromString(bytes));
      for (const std::string& dependency : file.dependency()) EXPECT_TRUE(files.contains(dependency)) << dependency;
      files.insert(file.name());
    }
    EXPECT_FALSE(files.empty()) << name;
  }
  EXPECT_EQ(Reflect("file_by_filename: 'no.proto'").error_response().error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(Reflect("host: 'x'").error_response().error_code(), grpc::INVALID_ARGUMENT);
}

TEST_F(ServerTest, WithoutReflectionNothingIsDescribed) {
  Config config = ConfigHere();
  config.reflection = false;
  const auto server = Server::Start(config);
  ASSERT_TRUE(server.ok()) << server.status();
  const auto channel = grpc::CreateChannel(absl::StrCat("127.0.0.1:", (*server)->port()), grpc::InsecureChannelCredentials());
  auto stub = grpc::reflection::v1::ServerReflection::NewStub(channel);
  grpc::ClientContext context;
  auto stream = stub->ServerReflectionInfo(&context);
  EXPECT_EQ(stream->Finish().error_code(), grpc::UNIMPLEMENTED);
}

TEST_F(ServerTest, ASecondServerOnTheSameStoreIsRefused) {
  Start();
  const auto second = Server::Start(ConfigHere());
  EXPECT_EQ(ExitCodeOf(second.status()), 75) << second.status();
}

TEST_F(ServerTest, ASecondServerOnTheSamePortIsRefusedAndLeavesNothingOpen) {
  Start();
  Config config = ConfigHere();
  config.data_dir = directory_.path() + "/other";
  config.listen = absl::StrCat("127.0.0.1:", server_->port());
  const auto second = Server::Start(config);
  EXPECT_EQ(ExitCodeOf(second.status()), 69) << second.status();
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(config.listen));
  config.listen = "127.0.0.1:0";
  EXPECT_TRUE(Server::Start(config).ok());
}

TEST_F(ServerTest, ThePortFileHoldsThePort) {
  Config config = ConfigHere();
  config.port_file = directory_.path() + "/port";
  const auto server = Server::Start(config);
  ASSERT_TRUE(server.ok()) << server.status();
  int port = 0;
  std::ifstream(config.port_file) >> port;
  EXPECT_EQ(port, (*server)->port());
  EXPECT_GT(port, 0);
}

}  // namespace
}  // namespace supportkpi::server
