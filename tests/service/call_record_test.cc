// The names under which a caller finds a call again, and the record of it.
#include "service/call_record.h"

#include <atomic>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"
#include "tests/service/raw_service.h"

namespace supportkpi::service {
namespace {

using ::testing::MatchesRegex;
using v1::KpiService;

constexpr char kGet[] = "/supportkpi.v1.KpiService/GetKpi";
constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";

struct Nothing {};

absl::StatusOr<v1::GetKpiResponse> Answer(const Nothing&, const v1::GetKpiRequest& request, const Call&) {
  if (request.kpi() == "none") return absl::NotFoundError("kpi: none");
  return v1::GetKpiResponse();
}

class CallRecordTest : public ::testing::Test {
 protected:
  CallRecordTest() {
    EntryOptions options;
    options.on_begin = [this](const Method&) { ++begun_; };
    options.on_end = [this](const Method&, const CallRecord& record) {
      ++ended_;
      last_ = record;
    };
    service_ = std::make_unique<RawService>(
        std::vector<Method>{Unary<KpiService, v1::GetKpiRequest>("GetKpi", Work::kQuery, Nothing(), Answer)}, options);
  }

  // What came back under `name` for a call that sent these; "" if nothing.
  std::string Sent(const std::string& name, const std::string& key, const std::string& value, const std::string& kpi = "") {
    grpc::ClientContext context;
    if (!key.empty()) context.AddMetadata(key, value);
    v1::GetKpiRequest request;
    request.set_kpi(kpi);
    service_->Call(kGet, Bytes(request.SerializeAsString()), nullptr, &context);
    const auto found = context.GetServerTrailingMetadata().find(name);
    if (found == context.GetServerTrailingMetadata().end()) return "";
    return std::string(found->second.data(), found->second.size());
  }

  std::atomic<int> begun_ = 0, ended_ = 0;
  CallRecord last_;  // gRPC ends a call after its handler returned, on the same thread as on_end
  std::unique_ptr<RawService> service_;
};

TEST_F(CallRecordTest, ARequestIdComesBack) {
  EXPECT_EQ(Sent("x-request-id", "x-request-id", "Order-7.b_2:c"), "Order-7.b_2:c");
  EXPECT_EQ(Sent("x-request-id", "x-request-id", std::string(64, 'a')), std::string(64, 'a'));
  EXPECT_EQ(Sent("x-request-id", "x-request-id", "after-an-error", "none"), "after-an-error");
}

TEST_F(CallRecordTest, WithoutAUsableOneItGetsANewOne) {
  for (const std::string& unusable : {std::string(""), std::string(65, 'a'), std::string("a b"), std::string("a\"b"), std::string("<x>")}) {
    EXPECT_THAT(Sent("x-request-id", "x-request-id", unusable), MatchesRegex("[0-9a-f]{16}")) << unusable;
  }
  EXPECT_NE(Sent("x-request-id", "", ""), Sent("x-request-id", "", ""));
}

TEST_F(CallRecordTest, ATraceGoesOnWithASpanOfOurs) {
  const std::string parent = absl::StrCat("00-", kTrace, "-00f067aa0ba902b7-01");
  const std::string ours = Sent("traceparent", "traceparent", parent);
  EXPECT_THAT(ours, MatchesRegex(absl::StrCat("00-", kTrace, "-[0-9a-f]{16}-01")));
  EXPECT_NE(ours, parent);
  EXPECT_THAT(Sent("traceparent", "traceparent", absl::StrCat("01-", kTrace, "-00f067aa0ba902b7-00-more")),
              MatchesRegex(absl::StrCat("00-", kTrace, "-[0-9a-f]{16}-00")));
}

TEST_F(CallRecordTest, WhatIsNoTraceparentIsIgnored) {
  for (const std::string& bad :
       {std::string("x"), absl::StrCat("ff-", kTrace, "-00f067aa0ba902b7-01"), absl::StrCat("00-", kTrace, "-0000000000000000-01"),
        std::string("00-00000000000000000000000000000000-00f067aa0ba902b7-01"), absl::StrCat("00-", kTrace, "-00f067aa0ba902b7-01-x"),
        absl::StrCat("00-", kTrace, "-00F067AA0BA902B7-01"), absl::StrCat("01-", kTrace, "-00f067aa0ba902b7-01x"),
        absl::StrCat("00_", kTrace, "-00f067aa0ba902b7-01")}) {
    EXPECT_EQ(Sent("traceparent", "traceparent", bad), "") << bad;
  }
}

TEST_F(CallRecordTest, EveryCallThatBeginsEndsWithItsCode) {
  Sent("", "", "");
  Sent("", "", "", "none");
  service_->Stop();
  EXPECT_EQ(begun_, 2);
  EXPECT_EQ(ended_, 2);
  EXPECT_EQ(last_.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(last_.tenant, "default") << "GetKpi names no tenant";
  EXPECT_EQ(last_.messages_received, 1);
  EXPECT_EQ(last_.messages_sent, 0);
  EXPECT_GE(last_.took, last_.waited);
}

TEST(QuestionDigest, IsTheSameForTheSameQuestionWhoeverAsks) {
  v1::QueryKpisRequest question;
  auto& selection = *question.add_kpis();
  selection.set_kpi("csat");
  for (const char* name : {"b", "a", "c"}) (*selection.mutable_parameters())[name] = "1";
  v1::QueryKpisRequest same;
  auto& other = *same.add_kpis();
  other.set_kpi("csat");
  for (const char* name : {"c", "b", "a"}) (*other.mutable_parameters())[name] = "1";
  same.set_tenant("acme");
  same.set_page_size(10);
  same.set_page_token("next");
  EXPECT_EQ(QuestionDigest(question), QuestionDigest(same));
  EXPECT_THAT(QuestionDigest(question), MatchesRegex("[0-9a-f]{16}"));
  same.mutable_kpis(0)->set_kpi("nps");
  EXPECT_NE(QuestionDigest(question), QuestionDigest(same));
}

}  // namespace
}  // namespace supportkpi::service
