// What the config refuses before anything is opened, and which settings go together.
#include "server/config.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/exit_code.h"

namespace supportkpi::server {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Config Good() {
  Config config;
  config.data_dir = "store";
  return config;
}

TEST(Config, TheDefaultsNeedOnlyAFolder) { EXPECT_TRUE(Validate(Good()).ok()); }

TEST(Config, EachMistakeNamesItsSetting) {
  const std::vector<std::pair<std::string, std::function<void(Config&)>>> mistakes = {
      {"data_dir: required", [](Config& c) { c.data_dir = ""; }},
      {"listen: \"50051\" is not host:port", [](Config& c) { c.listen = "50051"; }},
      {"listen: \":1\" is not host:port", [](Config& c) { c.listen = ":1"; }},
      {"listen: \"localhost:65536\" is not host:port", [](Config& c) { c.listen = "localhost:65536"; }},
      {"listen: \"localhost:http\" is not host:port", [](Config& c) { c.listen = "localhost:http"; }},
      {"query_threads: \"1025\" is not allowed; whole number 0..1024", [](Config& c) { c.query_threads = 1025; }},
      {"column_cache_mib: \"15\" is not allowed; whole number 16..", [](Config& c) { c.column_cache_mib = 15; }},
      {"block_cache_mib: \"0\" is not allowed", [](Config& c) { c.block_cache_mib = 0; }},
      {"tail_facts: \"999\" is not allowed", [](Config& c) { c.tail_facts = 999; }},
      {"history_commits: \"-1\" is not allowed", [](Config& c) { c.history_commits = -1; }},
      {"drain: \"-1s\" is not allowed; duration 0..24h", [](Config& c) { c.drain = absl::Seconds(-1); }},
      {"grace: \"inf\" is not allowed", [](Config& c) { c.grace = absl::InfiniteDuration(); }},
      {"log_level: \"loud\" is not allowed; error, warning, info, debug", [](Config& c) { c.log_level = "loud"; }},
      {"log_calls: \"some\" is not allowed; none, failed, all", [](Config& c) { c.log_calls = "some"; }},
      {"log_format: \"xml\" is not allowed; json, text", [](Config& c) { c.log_format = "xml"; }},
      {"metrics_listen: \"9464\" is not host:port", [](Config& c) { c.metrics_listen = "9464"; }},
      {"metrics_listen: \"example.org:9464\" names a host", [](Config& c) { c.metrics_listen = "example.org:9464"; }},
      {"backup_keep: \"-1\" is not allowed", [](Config& c) { c.backup_keep = -1; }},
      {"slow_question: \"-1s\" is not allowed", [](Config& c) { c.slow_question = absl::Seconds(-1); }},
      {"tls_key_file: required where tls_cert_file is set", [](Config& c) { c.tls_cert_file = "cert.pem"; }},
      {"tls_cert_file: required where tls_key_file is set", [](Config& c) { c.tls_key_file = "key.pem"; }},
      {"tls_client_ca_file: without tls_cert_file", [](Config& c) { c.tls_client_ca_file = "ca.pem"; }},
      {"jwt_issuer: required where jwks_file is set", [](Config& c) { c.jwks_file = "jwks.json", c.jwt_audience = "kpi"; }},
      {"jwt_audience: required where jwks_file is set", [](Config& c) { c.jwks_file = "jwks.json", c.jwt_issuer = "idp"; }},
      {"deadline_default: 30s is above deadline_max, 10s", [](Config& c) { c.deadline_max = absl::Seconds(10); }},
  };
  for (const auto& [message, make] : mistakes) {
    Config config = Good();
    make(config);
    const absl::Status status = Validate(config);
    EXPECT_THAT(std::string(status.message()), StartsWith(message));
    EXPECT_THAT(std::string(status.message()), ::testing::Not(HasSubstr("\n"))) << "one mistake, one line";
    EXPECT_EQ(ExitCodeOf(status), 64);
  }
}

TEST(Config, RangesHoldAtTheirEnds) {
  for (const auto& [value, fits] : {std::pair<int64_t, bool>(15, false), {16, true}, {1 << 20, true}, {(1 << 20) + 1, false}}) {
    Config config = Good();
    config.column_cache_mib = value;
    EXPECT_EQ(Validate(config).ok(), fits) << value;
  }
}

TEST(Config, OtherAddressesThanLoopbackNeedTlsAndCredentialsUnlessSaidOtherwise) {
  for (const char* address : {"127.0.0.1:0", "127.0.0.7:50051", "localhost:50051", "[::1]:50051", "unix:/run/kpi.sock"}) {
    Config config = Good();
    config.listen = address;
    EXPECT_TRUE(Validate(config).ok()) << address;
  }
  for (const char* address : {"0.0.0.0:50051", "[::]:50051", "10.0.0.1:50051", "example.org:50051", "1270.0.1:1"}) {
    Config config = Good();
    config.listen = address;
    EXPECT_THAT(std::string(Validate(config).message()),
                HasSubstr("no TLS (tls_cert_file and tls_key_file) and no credentials (credentials_file or jwks_file)"));
    config.tls_cert_file = config.tls_key_file = "server.pem";
    EXPECT_THAT(std::string(Validate(config).message()), HasSubstr("the server has no credentials"));
    config.credentials_file = "credentials.yaml";
    EXPECT_TRUE(Validate(config).ok()) << address;
    config.tls_cert_file = config.tls_key_file = "";
    EXPECT_THAT(std::string(Validate(config).message()), HasSubstr("the server has no TLS"));
    config.insecure = true;
    EXPECT_TRUE(Validate(config).ok()) << address;
  }
}

}  // namespace
}  // namespace supportkpi::server
