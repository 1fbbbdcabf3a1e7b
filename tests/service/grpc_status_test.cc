// Errors as they arrive: code, message, details, and the sizes that survive.
#include "service/grpc_status.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "record/violation.h"
#include "service/limits.h"
#include "tests/service/raw_service.h"

namespace supportkpi::service {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(GrpcStatus, OkHasNoDetails) {
  const grpc::Status status = ToGrpcStatus(absl::OkStatus(), "");
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.error_details(), "");
}

TEST(GrpcStatus, TheReasonIsTheCodeUnlessThereIsABetterOne) {
  EXPECT_EQ(Details::Of(ToGrpcStatus(absl::NotFoundError("x"), "")).info.reason(), "NOT_FOUND");
  EXPECT_EQ(Details::Of(ToGrpcStatus(WithReason(absl::NotFoundError("x"), "NO_KPI"), "")).info.reason(), "NO_KPI");
}

TEST(GrpcStatus, APathInFrontOfTheMessageNamesTheField) {
  const Details details =
      Details::Of(ToGrpcStatus(absl::InvalidArgumentError("kpis[0].clock: unknown value 9"), ""));
  ASSERT_EQ(details.bad_request.field_violations_size(), 1);
  EXPECT_EQ(details.bad_request.field_violations(0).field(), "kpis[0].clock");
  EXPECT_EQ(details.bad_request.field_violations(0).description(), "unknown value 9");
}

TEST(GrpcStatus, AMessageWithoutAPathNamesNone) {
  for (const char* message : {"something: is wrong: here", "two words: no", ": x", "no colon"}) {
    const Details details = Details::Of(ToGrpcStatus(absl::InvalidArgumentError(message), ""));
    EXPECT_EQ(details.bad_request.field_violations_size(), message == std::string("something: is wrong: here") ? 1 : 0)
        << message;
  }
  EXPECT_EQ(Details::Of(ToGrpcStatus(absl::NotFoundError("kpi: unknown"), "")).bad_request.field_violations_size(), 0);
}

TEST(GrpcStatus, ManyViolationsAreCutAndCounted) {
  record::Violations violations;
  for (int i = 0; i < 50; ++i) violations.Add(absl::StrCat("records[", i, "].ticket.id"), "required");
  const grpc::Status status = ToGrpcStatus(violations.ToStatus(), "");
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(Details::Of(status).bad_request.field_violations(0).field(), "records[0].ticket.id");
  EXPECT_LE(Details::Of(status).bad_request.field_violations_size(), kErrorViolationsMax + 1);
  EXPECT_LT(status.error_details().size(), 4096u);
}

TEST(GrpcStatus, HugeTextsStillArrive) {
  record::Violations violations;
  for (int i = 0; i < 50; ++i) violations.Add(std::string(3000, 'p'), std::string(3000, '\xe4'));
  for (const absl::Status& status :
       {violations.ToStatus(), absl::InvalidArgumentError(std::string(100'000, 'x')),
        absl::InvalidArgumentError("a.b: " + std::string(100'000, '\0')),
        WithRetryAfter(absl::ResourceExhaustedError(std::string(9000, '\n')), absl::Seconds(3))}) {
    const grpc::Status told = ToGrpcStatus(status, "");
    EXPECT_LE(told.error_message().size(), kErrorMessageBytesMax);
    EXPECT_LT(told.error_details().size(), 4096u);
    EXPECT_GE(Details::Of(told).count, 1);
  }
}

TEST(GrpcStatus, TextsArePrintable) {
  EXPECT_EQ(Printable("a\n\x01\xff~"), "a\\x0a\\x01\\xff~");
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError("x\r\ny"), "").error_message(), "x\\x0d\\x0ay");
}

TEST(GrpcStatus, WhatIsInternalStaysInside) {
  const grpc::Status status = ToGrpcStatus(absl::InternalError("/var/lib/store/000012.sst is bad"), "0123");
  EXPECT_EQ(status.error_message(), "internal error; reference 0123");
  EXPECT_EQ(Details::Of(status).info.metadata().at("reference"), "0123");
}

TEST(GrpcStatus, RetryInfoStandsOnlyWhereTryingAgainCanHelp) {
  EXPECT_EQ(Details::Of(ToGrpcStatus(absl::UnavailableError("x"), "")).count, 1);
  const Details details =
      Details::Of(ToGrpcStatus(WithRetryAfter(absl::UnavailableError("x"), absl::Milliseconds(1500)), ""));
  EXPECT_EQ(details.retry.retry_delay().seconds(), 1);
  EXPECT_EQ(details.retry.retry_delay().nanos(), 500'000'000);
}

}  // namespace
}  // namespace supportkpi::service
