// What the config refuses before anything is opened.
#include "server/config.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/exit_code.h"

namespace supportkpi::server {
namespace {

using ::testing::StartsWith;

Config Good() {
  Config config;
  config.data_dir = "store";
  config.query_threads = 2;
  return config;
}

TEST(Config, TheDefaultsNeedOnlyAFolder) {
  EXPECT_TRUE(Validate(Good()).ok());
  EXPECT_GE(ConfigFromFlags().query_threads, 1);
}

TEST(Config, EachMistakeNamesItsFlag) {
  const std::vector<std::pair<std::string, std::function<void(Config&)>>> mistakes = {
      {"--data_dir: required", [](Config& c) { c.data_dir = ""; }},
      {"--listen: \"50051\" is not host:port", [](Config& c) { c.listen = "50051"; }},
      {"--listen: \":1\" is not host:port", [](Config& c) { c.listen = ":1"; }},
      {"--listen: \"localhost:65536\" is not host:port", [](Config& c) { c.listen = "localhost:65536"; }},
      {"--listen: \"localhost:http\" is not host:port", [](Config& c) { c.listen = "localhost:http"; }},
      {"--query_threads: 0 outside 1..1024", [](Config& c) { c.query_threads = 0; }},
      {"--column_cache_mib: 1 outside", [](Config& c) { c.column_cache_mib = 1; }},
      {"--block_cache_mib: 0 outside", [](Config& c) { c.block_cache_mib = 0; }},
      {"--tail_facts: 5 outside", [](Config& c) { c.tail_facts = 5; }},
      {"--history_commits: -1 outside", [](Config& c) { c.history_commits = -1; }},
      {"--drain: below 0", [](Config& c) { c.drain = absl::Seconds(-1); }},
      {"--grace: below 0", [](Config& c) { c.grace = absl::Seconds(-1); }},
  };
  for (const auto& [message, make] : mistakes) {
    Config config = Good();
    make(config);
    const absl::Status status = Validate(config);
    EXPECT_THAT(std::string(status.message()), StartsWith(message));
    EXPECT_EQ(ExitCodeOf(status), 64);
  }
}

TEST(Config, PlainTextStaysOnThisMachineUnlessSaidOtherwise) {
  for (const char* address : {"127.0.0.1:0", "127.0.0.7:50051", "localhost:50051", "[::1]:50051", "unix:/run/kpi.sock"}) {
    Config config = Good();
    config.listen = address;
    EXPECT_TRUE(Validate(config).ok()) << address;
  }
  for (const char* address : {"0.0.0.0:50051", "[::]:50051", "10.0.0.1:50051", "example.org:50051", "1270.0.1:1"}) {
    Config config = Good();
    config.listen = address;
    EXPECT_FALSE(Validate(config).ok()) << address;
    config.insecure = true;
    EXPECT_TRUE(Validate(config).ok()) << address;
  }
}

}  // namespace
}  // namespace supportkpi::server
