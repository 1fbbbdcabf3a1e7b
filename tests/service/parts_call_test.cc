// Calls with one request and many answers: parts are made as they are read, and every end is told.
#include "service/parts_call.h"

#include <atomic>
#include <stdexcept>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "service/limits.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"
#include "tests/service/raw_service.h"

namespace supportkpi::service {
namespace {

using ::testing::HasSubstr;
using v1::KpiService;

struct Nothing {};

// Counts up; what happens at each number is the test's.
class Numbers final : public Parts {
 public:
  Numbers(int count, std::function<absl::Status(int)> at) : count_(count), at_(std::move(at)) {}
  absl::StatusOr<grpc::ByteBuffer> Next() override {
    RETURN_IF_ERROR(at_(made_));
    v1::StreamQueryKpisResponse message;
    message.mutable_part()->mutable_metadata()->set_row_count(made_++);
    return SerializeResponse(message);
  }
  bool is_done() const override { return made_ == count_; }

 private:
  const int count_;
  const std::function<absl::Status(int)> at_;
  int made_ = 0;
};

Method Counting(int count, std::function<absl::Status(int)> at = [](int) { return absl::OkStatus(); }) {
  return Streaming<KpiService, v1::StreamQueryKpisRequest>(
      "StreamQueryKpis", Work::kQuery, Nothing(),
      [=](const Nothing&, const v1::StreamQueryKpisRequest&, const Call&) -> absl::StatusOr<std::unique_ptr<Parts>> {
        return std::make_unique<Numbers>(count, at);
      });
}

struct Read {
  int count = 0;
  grpc::Status status;
};

Read ReadAll(RawService& service, grpc::ClientContext* context, const v1::StreamQueryKpisRequest& request = {}) {
  const auto stub = KpiService::NewStub(service.channel());
  const auto reader = stub->StreamQueryKpis(context, request);
  Read read;
  v1::StreamQueryKpisResponse message;
  while (reader->Read(&message)) {
    EXPECT_EQ(message.part().metadata().row_count(), read.count);
    ++read.count;
  }
  read.status = reader->Finish();
  return read;
}

Read ReadAll(RawService& service) {
  grpc::ClientContext context;
  return ReadAll(service, &context);
}

TEST(PartsCall, DeliversEveryPartInOrder) {
  for (const int count : {1, 2, 1000}) {
    RawService service({Counting(count)});
    const Read read = ReadAll(service);
    EXPECT_EQ(read.count, count);
    EXPECT_TRUE(read.status.ok()) << read.status.error_message();
  }
}

TEST(PartsCall, TellsWhatEndedItAfterTheParts) {
  RawService service({Counting(10, [](int number) {
    return number < 3 ? absl::OkStatus() : absl::ResourceExhaustedError("rows: too many");
  })});
  const Read read = ReadAll(service);
  EXPECT_EQ(read.count, 3);
  EXPECT_EQ(read.status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(read.status.error_message(), "rows: too many");
}

TEST(PartsCall, AnExceptionEndsTheCallAlone) {
  RawService service({Counting(10, [](int number) -> absl::Status {
    if (number == 1) throw std::runtime_error("boom");
    return absl::OkStatus();
  })});
  for (int i = 0; i < 2; ++i) {
    const Read read = ReadAll(service);
    EXPECT_EQ(read.count, 1);
    EXPECT_EQ(read.status.error_code(), grpc::INTERNAL);
    EXPECT_THAT(read.status.error_message(), HasSubstr("reference"));
  }
}

TEST(PartsCall, ARequestThatIsNoMessageIsRefused) {
  RawService service({Counting(1)});
  grpc::ClientContext context;
  const grpc::internal::RpcMethod method("/supportkpi.v1.KpiService/StreamQueryKpis",
                                         grpc::internal::RpcMethod::SERVER_STREAMING);
  std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader(
      grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(service.channel().get(), method, &context, Bytes("hello")));
  grpc::ByteBuffer message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_EQ(reader->Finish().error_code(), grpc::INVALID_ARGUMENT);
}

TEST(PartsCall, TheTenantOfTheQuestionIsTheCalls) {
  RawService service({Counting(1)});
  grpc::ClientContext context;
  v1::StreamQueryKpisRequest request;
  request.mutable_query()->set_tenant("a/../b");
  const Read read = ReadAll(service, &context, request);
  EXPECT_EQ(read.status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(read.status.error_message(), HasSubstr("tenant"));
}

// HTTP/2 lets some messages through before anybody reads; then nothing more is made.
TEST(PartsCall, ACallerWhoDoesNotReadIsWaitedFor) {
  std::atomic<int> made = 0;
  const std::string filler(100'000, 'x');
  const Method method = Streaming<KpiService, v1::StreamQueryKpisRequest>(
      "StreamQueryKpis", Work::kQuery, Nothing(),
      [&](const Nothing&, const v1::StreamQueryKpisRequest&, const Call&) -> absl::StatusOr<std::unique_ptr<Parts>> {
        class Large final : public Parts {
         public:
          Large(std::atomic<int>* made, const std::string& filler) : made_(made), filler_(filler) {}
          absl::StatusOr<grpc::ByteBuffer> Next() override {
            ++*made_;
            v1::StreamQueryKpisResponse message;
            message.set_resume_token(filler_);
            return SerializeResponse(message);
          }
          bool is_done() const override { return *made_ >= 1000; }

         private:
          std::atomic<int>* const made_;
          const std::string& filler_;
        };
        return std::make_unique<Large>(&made, filler);
      });
  RawService service({method});
  grpc::ClientContext context;
  const auto reader = KpiService::NewStub(service.channel())->StreamQueryKpis(&context, {});
  v1::StreamQueryKpisResponse message;
  ASSERT_TRUE(reader->Read(&message));
  absl::SleepFor(absl::Milliseconds(300));
  const int made_unread = made;
  EXPECT_LT(made_unread, 500);
  absl::SleepFor(absl::Milliseconds(200));
  EXPECT_EQ(made, made_unread);
  int read = 1;
  while (reader->Read(&message)) ++read;
  EXPECT_EQ(read, 1000);
  EXPECT_TRUE(reader->Finish().ok());
}

TEST(PartsCall, ACallerWhoLeavesStopsTheWork) {
  std::atomic<int> made = 0;
  RawService service({Counting(1'000'000, [&](int) {
    ++made;
    return absl::OkStatus();
  })});
  {
    grpc::ClientContext context;
    const auto reader = KpiService::NewStub(service.channel())->StreamQueryKpis(&context, {});
    v1::StreamQueryKpisResponse message;
    ASSERT_TRUE(reader->Read(&message));
    context.TryCancel();
    while (reader->Read(&message)) {
    }
    EXPECT_EQ(reader->Finish().error_code(), grpc::CANCELLED);
  }
  absl::SleepFor(absl::Milliseconds(100));
  const int made_by_then = made;
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(made, made_by_then);
  EXPECT_LT(made_by_then, 1'000'000);
}

TEST(PartsCall, TheDeadlineEndsACallThatNobodyReads) {
  EntryOptions options;
  absl::Notification ended;
  options.on_end = [&](const Method&, const CallRecord&) { ended.Notify(); };
  RawService service({Counting(1'000'000)}, options);
  service.entry().SetDeadlines({.usual = absl::Milliseconds(200), .most = absl::Milliseconds(200)});
  grpc::ClientContext context;
  const auto reader = KpiService::NewStub(service.channel())->StreamQueryKpis(&context, {});
  v1::StreamQueryKpisResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(absl::Seconds(5)));
  while (reader->Read(&message)) {
  }
  EXPECT_FALSE(reader->Finish().ok());
}

TEST(PartsCall, SoManyAreOpenAtATime) {
  RawService service({Counting(1'000'000)});
  const auto stub = KpiService::NewStub(service.channel());
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::StreamQueryKpisResponse>>> readers;
  v1::StreamQueryKpisResponse message;
  for (int i = 0; i < kAnswerStreamsMax; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    readers.push_back(stub->StreamQueryKpis(contexts.back().get(), {}));
    ASSERT_TRUE(readers.back()->Read(&message)) << i;
  }
  grpc::ClientContext context;
  const Read refused = ReadAll(service, &context);
  EXPECT_EQ(refused.status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Details::Of(refused.status).info.reason(), "STREAM_LIMIT");
  // One that ends makes room.
  contexts[0]->TryCancel();
  while (readers[0]->Read(&message)) {
  }
  EXPECT_FALSE(readers[0]->Finish().ok());
  const absl::Time deadline = absl::Now() + absl::Seconds(5);
  bool is_open = false;
  while (!is_open && absl::Now() < deadline) {
    grpc::ClientContext next;
    const auto reader = stub->StreamQueryKpis(&next, {});
    is_open = reader->Read(&message);
    next.TryCancel();
    while (reader->Read(&message)) {
    }
    reader->Finish();
  }
  EXPECT_TRUE(is_open);
  for (auto& open : contexts) open->TryCancel();
  for (size_t i = 1; i < readers.size(); ++i) {
    while (readers[i]->Read(&message)) {
    }
    readers[i]->Finish();
  }
}

TEST(PartsCall, AServerThatStopsTellsTheCallerToComeBack) {
  absl::Notification is_under_way;
  RawService service({Counting(1'000'000, [&](int number) {
    if (number == 10) is_under_way.Notify();
    return absl::OkStatus();
  })});
  grpc::ClientContext context;
  const auto reader = KpiService::NewStub(service.channel())->StreamQueryKpis(&context, {});
  v1::StreamQueryKpisResponse message;
  ASSERT_TRUE(reader->Read(&message));
  while (!is_under_way.HasBeenNotified()) ASSERT_TRUE(reader->Read(&message));
  service.entry().Drain();
  while (reader->Read(&message)) {
  }
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(Details::Of(status).info.reason(), "DRAINING");
}

}  // namespace
}  // namespace supportkpi::service
