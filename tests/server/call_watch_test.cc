// Which calls get a line in the log, and what may stand in it.
#include "server/call_watch.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

service::Method Ask() {
  service::Method method;
  method.service = "supportkpi.v1.KpiService";
  method.name = "QueryKpis";
  method.run = [](const grpc::ByteBuffer&, service::Call*) { return grpc::ByteBuffer(); };
  return method;
}

service::CallRecord Ended(grpc::StatusCode code, absl::Duration took = absl::Milliseconds(5)) {
  service::CallRecord record;
  record.request_id = "r1";
  record.tenant = "acme";
  record.begun = absl::FromUnixSeconds(1'700'000'000);
  record.took = took;
  record.code = code;
  record.status = absl::Status(static_cast<absl::StatusCode>(code), "filter: \"secret@example.org\" is wrong");
  record.question_digest = "0123456789abcdef";
  record.facts_read = 7;
  return record;
}

Config With(const std::string& log_calls, absl::Duration slow_question = absl::Seconds(1)) {
  Config config;
  config.log_calls = log_calls;
  config.slow_question = slow_question;
  return config;
}

std::map<std::string, std::string> FieldsOf(const CallLine& line) {
  std::map<std::string, std::string> fields;
  for (const auto& [name, value] : line.fields) {
    fields[std::string(name)] = std::visit(
        [](const auto& held) -> std::string {
          if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>) {
            return held;
          } else {
            return absl::StrCat(held);
          }
        },
        value);
  }
  return fields;
}

TEST(CallWatch, LogsWhatIsAskedFor) {
  using grpc::StatusCode;
  const std::map<StatusCode, std::optional<LogLevel>> failed = {
      {StatusCode::OK, std::nullopt},
      {StatusCode::INVALID_ARGUMENT, std::nullopt},
      {StatusCode::NOT_FOUND, std::nullopt},
      {StatusCode::CANCELLED, std::nullopt},
      {StatusCode::PERMISSION_DENIED, LogLevel::kInfo},
      {StatusCode::UNAUTHENTICATED, LogLevel::kInfo},
      {StatusCode::RESOURCE_EXHAUSTED, LogLevel::kWarning},
      {StatusCode::UNAVAILABLE, LogLevel::kWarning},
      {StatusCode::DEADLINE_EXCEEDED, LogLevel::kWarning},
      {StatusCode::INTERNAL, LogLevel::kError},
      {StatusCode::UNKNOWN, LogLevel::kError},
      {StatusCode::DATA_LOSS, LogLevel::kError},
  };
  for (const auto& [code, level] : failed) {
    CallWatch none(With("none"), nullptr), some(With("failed"), nullptr), all(With("all"), nullptr);
    EXPECT_FALSE(none.LineOf(Ask(), Ended(code)).has_value()) << code;
    const auto line = some.LineOf(Ask(), Ended(code));
    EXPECT_EQ(line.has_value(), level.has_value()) << code;
    if (line.has_value()) {
      EXPECT_EQ(line->level, *level) << code;
    }
    const auto every = all.LineOf(Ask(), Ended(code));
    ASSERT_TRUE(every.has_value()) << code;
    EXPECT_EQ(every->level, level.value_or(LogLevel::kInfo)) << code;
  }
}

TEST(CallWatch, ALineTellsWhoAskedWhatAndWhatItCost) {
  CallWatch watch(With("all"), nullptr);
  service::CallRecord record = Ended(grpc::StatusCode::OK);
  record.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
  record.span_id = "00f067aa0ba902b7";
  const auto line = watch.LineOf(Ask(), record);
  ASSERT_TRUE(line.has_value());
  EXPECT_THAT(FieldsOf(*line),
              IsSupersetOf(std::map<std::string, std::string>{{"request_id", "r1"},
                                                              {"tenant", "acme"},
                                                              {"method", "supportkpi.v1.KpiService/QueryKpis"},
                                                              {"code", "OK"},
                                                              {"duration_ms", "5"},
                                                              {"question_digest", "0123456789abcdef"},
                                                              {"facts_read", "7"},
                                                              {"rows", "0"},
                                                              {"trace_id", record.trace_id},
                                                              {"span_id", record.span_id}}));
}

TEST(CallWatch, WhatCallersDidWrongIsNotQuoted) {
  CallWatch watch(With("all"), nullptr);
  for (const auto code : {grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::NOT_FOUND, grpc::StatusCode::PERMISSION_DENIED}) {
    for (const auto& [name, text] : FieldsOf(*watch.LineOf(Ask(), Ended(code)))) EXPECT_THAT(text, Not(HasSubstr("secret")));
  }
  EXPECT_THAT(FieldsOf(*watch.LineOf(Ask(), Ended(grpc::StatusCode::INTERNAL)))["error"], HasSubstr("secret"));
}

TEST(CallWatch, SlowQuestionsHaveALineHoweverLittleIsLogged) {
  CallWatch watch(With("none", absl::Milliseconds(100)), nullptr);
  const auto line = watch.LineOf(Ask(), Ended(grpc::StatusCode::OK, absl::Milliseconds(101)));
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->message, "slow question");
  EXPECT_EQ(line->level, LogLevel::kWarning);
  EXPECT_FALSE(watch.LineOf(Ask(), Ended(grpc::StatusCode::OK, absl::Milliseconds(100))).has_value());
  service::CallRecord other = Ended(grpc::StatusCode::OK, absl::Seconds(100));
  other.question_digest.clear();
  EXPECT_FALSE(watch.LineOf(Ask(), other).has_value()) << "an import that lasts is no slow question";
  watch.Reconfigure(With("none", absl::ZeroDuration()));
  EXPECT_FALSE(watch.LineOf(Ask(), Ended(grpc::StatusCode::OK, absl::Seconds(100))).has_value());
}

TEST(CallWatch, AFloodOfFailuresDoesNotFloodTheLog) {
  CallWatch watch(With("failed"), nullptr);
  int lines = 0;
  for (int i = 0; i < 1000; ++i) lines += watch.LineOf(Ask(), Ended(grpc::StatusCode::UNAUTHENTICATED)).has_value() ? 1 : 0;
  EXPECT_EQ(lines, 100);
  service::CallRecord later = Ended(grpc::StatusCode::UNAUTHENTICATED);
  later.begun += absl::Seconds(1);
  const auto line = watch.LineOf(Ask(), later);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(FieldsOf(*line)["not_shown"], "900");
}

}  // namespace
}  // namespace supportkpi::server
