// Lines of the log: one event, one line, whatever the bytes.
#include "server/log.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace supportkpi::server {
namespace {

const std::vector<LogField> kFields = {{"method", std::string("a/B")}, {"rows", int64_t{12}}, {"duration_ms", 1.23456}};

TEST(Log, AJsonLineIsAnObjectWithItsFieldsInOrder) {
  EXPECT_EQ(LogLine("json", LogLevel::kWarning, "2026-01-02T03:04:05.678Z", "slow question", kFields),
            R"({"time":"2026-01-02T03:04:05.678Z","level":"warning","message":"slow question","method":"a/B","rows":12,)"
            R"("duration_ms":1.235})");
}

TEST(Log, ATextLineIsForPeople) {
  EXPECT_EQ(LogLine("text", LogLevel::kInfo, "2026-01-02T03:04:05.678Z", "call", kFields),
            "2026-01-02T03:04:05.678Z info call method=a/B rows=12 duration_ms=1.235");
}

TEST(Log, NoByteBreaksTheLine) {
  const std::string hostile = std::string("a\nlevel\":\"error\"\r\x1b[31m\xff\xfe\xe2\x80\xa8", 28) + std::string(1, '\0');
  for (const char* format : {"json", "text"}) {
    const std::string line = LogLine(format, LogLevel::kError, "now", hostile, {{"peer", hostile}});
    EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) << line;
  }
  const auto parsed = nlohmann::json::parse(LogLine("json", LogLevel::kError, "now", hostile, {{"peer", hostile}}));
  EXPECT_EQ(parsed["level"], "error");
  EXPECT_EQ(parsed.size(), 4u);
}

TEST(Log, LongTextsAreCut) {
  const auto parsed = nlohmann::json::parse(
      LogLine("json", LogLevel::kError, "now", std::string(5000, 'x'), {{"error", std::string(5000, 'y')}}));
  EXPECT_EQ(parsed["message"].get<std::string>().size(), 2000u);
  EXPECT_EQ(parsed["error"].get<std::string>().size(), 2000u);
}

TEST(Log, LevelsIncludeThoseThatMatterMore) {
  const std::vector<std::pair<const char*, int>> levels = {{"error", 1}, {"warning", 2}, {"info", 3}, {"debug", 4}};
  for (const auto& [name, count] : levels) {
    SetLog(name, "json");
    int logged = 0;
    for (const LogLevel level : {LogLevel::kError, LogLevel::kWarning, LogLevel::kInfo, LogLevel::kDebug}) {
      logged += IsLogged(level) ? 1 : 0;
    }
    EXPECT_EQ(logged, count) << name;
  }
  SetLog("info", "json");
}

}  // namespace
}  // namespace supportkpi::server
