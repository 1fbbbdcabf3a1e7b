// The one entry: hostile bytes, limits, deadlines, full queues, exceptions, the end.
#include "service/entry.h"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/grpc_status.h"
#include "service/limits.h"
#include "status/macros.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"
#include "tests/service/raw_service.h"

namespace supportkpi::service {
namespace {

using ::testing::HasSubstr;
using v1::KpiService;

constexpr char kQuery[] = "/supportkpi.v1.KpiService/QueryKpis";

struct Nothing {};

template <class Handle>
Method Query(Handle handle, Work work = Work::kQuery) {
  return Unary<KpiService, v1::QueryKpisRequest>("QueryKpis", work, Nothing(), handle);
}

// Answers with what it got: the tenant, and the number of KPIs as row_count.
absl::StatusOr<v1::QueryKpisResponse> Echo(const Nothing&, const v1::QueryKpisRequest& request, const Call& call) {
  v1::QueryKpisResponse response;
  response.mutable_metadata()->set_time_zone(call.tenant);
  response.mutable_metadata()->set_row_count(request.kpis_size());
  return response;
}

std::string Varint(size_t value) {
  std::string out;
  for (; value > 127; value >>= 7) out.push_back(static_cast<char>((value & 127) | 128));
  out.push_back(static_cast<char>(value));
  return out;
}

std::string Nested(int depth) {  // filter.not.not...
  std::string bytes;
  for (int i = 0; i < depth; ++i) bytes = "\x22" + Varint(bytes.size()) + bytes;
  return "\x3a" + Varint(bytes.size()) + bytes;
}

TEST(Entry, AnswersWithTheTenantThatTheRequestNames) {
  RawService service({Query(Echo)});
  for (const auto& [named, used] : {std::pair("", "default"), std::pair("acme", "acme")}) {
    v1::QueryKpisRequest request;
    request.set_tenant(named);
    grpc::ByteBuffer response;
    ASSERT_TRUE(service.Call(kQuery, Bytes(request.SerializeAsString()), &response).ok());
    v1::QueryKpisResponse message;
    ASSERT_TRUE(ParseRequest(response, &message, [](int64_t) { return absl::OkStatus(); }).ok());
    EXPECT_EQ(message.metadata().time_zone(), used);
  }
}

TEST(Entry, ATenantThatIsAPathIsRefusedWithItsField) {
  RawService service({Query(Echo)});
  v1::QueryKpisRequest request;
  request.set_tenant("a/../b");
  const grpc::Status status = service.Call(kQuery, Bytes(request.SerializeAsString()));
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  const Details details = Details::Of(status);
  ASSERT_EQ(details.bad_request.field_violations_size(), 1);
  EXPECT_EQ(details.bad_request.field_violations(0).field(), "tenant");
  EXPECT_EQ(details.info.domain(), "supportkpi");
}

TEST(Entry, BytesThatAreNoMessageAreInvalidAndSaidHowMany) {
  RawService service({Query(Echo)});
  const std::vector<std::string> hostile = {
      "hello",                                    // no tags at all
      std::string("\x0a\x7f", 2),                 // longer than what follows
      std::string("\x00\x00\x00", 3),             // field number 0
      std::string("\x0a\x02\xff\xfe", 4),         // no UTF-8
      std::string(200, '\x0b'),                   // groups in groups
      std::string("\x0b", 1),                     // a group without an end
  };
  for (const std::string& bytes : hostile) {
    const grpc::Status status = service.Call(kQuery, Bytes(bytes));
    EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
    EXPECT_EQ(status.error_message(), absl::StrCat("request: not a valid QueryKpisRequest (", bytes.size(), " bytes)"));
    EXPECT_EQ(Details::Of(status).info.reason(), "MALFORMED");
  }
}

TEST(Entry, NestingIsBounded) {
  RawService service({Query(Echo)});
  EXPECT_TRUE(service.Call(kQuery, Bytes(Nested(kNestingMax - 1))).ok());
  EXPECT_EQ(service.Call(kQuery, Bytes(Nested(kNestingMax))).error_message(), "request: nested deeper than 40");
  EXPECT_EQ(service.Call(kQuery, Bytes(Nested(20'000))).error_code(), grpc::INVALID_ARGUMENT);
}

TEST(Entry, UnknownFieldsAreIgnored) {
  RawService service({Query(Echo)});
  EXPECT_TRUE(service.Call(kQuery, Bytes("\xaa\x3f\x03xyz")).ok());
}

TEST(Entry, EntriesAreCountedBeforeTheyAreParsed) {
  RawService service({Query(Echo)});
  const auto kpis = [](int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += std::string("\x12\x00", 2);
    return bytes;
  };
  EXPECT_TRUE(service.Call(kQuery, Bytes(kpis(10'000))).ok());
  EXPECT_EQ(service.Call(kQuery, Bytes(kpis(10'001))).error_message(), "kpis: 10001 entries; at most 10000");
  EXPECT_EQ(service.Call(kQuery, Bytes(kpis(2'000'000))).error_message(),
            "kpis: at least 500001 entries; at most 10000");
}

TEST(Entry, ElementsAreCountedAtAnyDepth) {
  RawService service({Query(Echo)});
  v1::QueryKpisRequest request;
  for (int i = 0; i < 60; ++i) {
    auto* values = request.add_kpis()->mutable_filter()->mutable_in();
    for (int j = 0; j < 10'000; ++j) values->add_values("");
  }
  const grpc::Status status = service.Call(kQuery, Bytes(request.SerializeAsString()));
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("more than 500000 elements"));
}

TEST(Entry, ALargeRequestIsRefusedWithItsSize) {
  RawService service({Query(Echo)});
  const grpc::Status status = service.Call(kQuery, Bytes(std::string(kMessageBytesMax + 1, 'x')));
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("request: 4194305 bytes; at most 4194304"));
  EXPECT_EQ(Details::Of(status).info.reason(), "REQUEST_SIZE");
}

TEST(Entry, ALargeAnswerIsRefusedWithAdvice) {
  RawService service({Query([](const Nothing&, const v1::QueryKpisRequest&,
                               const Call&) -> absl::StatusOr<v1::QueryKpisResponse> {
    v1::QueryKpisResponse response;
    response.add_rows()->add_cells()->set_record(std::string(kMessageBytesMax, 'x'));
    return response;
  })});
  const grpc::Status status = service.Call(kQuery, Bytes(""));
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("page_size"));
  EXPECT_EQ(Details::Of(status).info.reason(), "RESPONSE_SIZE");
}

TEST(Entry, ExceptionsEndTheCallAndTellNothing) {
  std::vector<CallRecord> ended;
  EntryOptions options;
  options.on_end = [&](const Method&, const CallRecord& record) { ended.push_back(record); };
  RawService service({Query([](const Nothing&, const v1::QueryKpisRequest& request,
                               const Call&) -> absl::StatusOr<v1::QueryKpisResponse> {
                       if (request.limit() == 1) throw std::bad_alloc();
                       throw std::runtime_error("the secret");
                     })},
                     options);
  const grpc::Status internal = service.Call(kQuery, Bytes(""));
  EXPECT_EQ(internal.error_code(), grpc::INTERNAL);
  EXPECT_THAT(internal.error_message(), HasSubstr("internal error; reference "));
  service.entry().Stop();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_THAT(ended[0].status.ToString(), HasSubstr("the secret"));
  EXPECT_EQ(ended[0].request_id, Details::Of(internal).info.metadata().at("reference"));
}

TEST(Entry, WithoutMemoryTheCallerIsToldToAskForLess) {
  RawService service({Query([](const Nothing&, const v1::QueryKpisRequest&,
                               const Call&) -> absl::StatusOr<v1::QueryKpisResponse> { throw std::bad_alloc(); })});
  EXPECT_EQ(service.Call(kQuery, Bytes("")).error_code(), grpc::RESOURCE_EXHAUSTED);
}

TEST(Entry, AFullQueueRefusesAtOnceAndSaysWhenToComeBack) {
  absl::Notification go;
  EntryOptions options;
  options.query_threads = 1;
  RawService service({Query([&](const Nothing&, const v1::QueryKpisRequest&,
                                const Call&) -> absl::StatusOr<v1::QueryKpisResponse> {
                       go.WaitForNotification();
                       return v1::QueryKpisResponse();
                     })},
                     options);
  std::atomic<int> answered = 0, refused = 0;
  grpc::Status refusal;
  absl::Mutex mutex;
  std::vector<std::thread> callers;
  for (int i = 0; i < kWaitingMax + 20; ++i) {
    callers.emplace_back([&] {
      const grpc::Status status = service.Call(kQuery, Bytes(""));
      if (status.ok()) {
        ++answered;
        return;
      }
      absl::MutexLock lock(&mutex);
      refusal = status;
      ++refused;
    });
  }
  while (refused < 19) absl::SleepFor(absl::Milliseconds(1));  // one runs, 64 wait
  go.Notify();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refused, 19);
  EXPECT_EQ(answered, kWaitingMax + 1);
  EXPECT_EQ(refusal.error_code(), grpc::RESOURCE_EXHAUSTED);
  const Details details = Details::Of(refusal);
  EXPECT_EQ(details.info.reason(), "QUEUE_FULL");
  EXPECT_GT(details.retry.retry_delay().nanos() + details.retry.retry_delay().seconds(), 0);
}

TEST(Entry, WhatIsThereAlreadyWaitsForNoThread) {
  absl::Notification started, go;
  Method method = Query([&](const Nothing&, const v1::QueryKpisRequest&, const Call&) -> absl::StatusOr<v1::QueryKpisResponse> {
    started.Notify();
    go.WaitForNotification();
    return v1::QueryKpisResponse();
  });
  method.at_once = [](const grpc::ByteBuffer& bytes, Call* call) -> absl::StatusOr<std::optional<grpc::ByteBuffer>> {
    v1::QueryKpisRequest request;
    if (!PeekRequest(bytes, &request)) return absl::InternalError("no request");
    RETURN_IF_ERROR(call->EnterTenant(request.tenant()));
    if (call->tenant == "broken") throw std::runtime_error("secret");
    return call->tenant == "held" ? std::optional(Bytes("what is held")) : std::nullopt;
  };
  EntryOptions options;
  options.query_threads = 1;
  RawService service({std::move(method)}, options);
  std::thread other([&] { EXPECT_TRUE(service.Call(kQuery, Bytes("")).ok()); });
  started.WaitForNotification();
  const auto ask = [&](const char* tenant, grpc::ByteBuffer* response) {
    v1::QueryKpisRequest request;
    request.set_tenant(tenant);
    return service.Call(kQuery, Bytes(request.SerializeAsString()), response);
  };
  grpc::ByteBuffer response;
  EXPECT_TRUE(ask("held", &response).ok());
  grpc::Slice held;
  ASSERT_TRUE(response.DumpToSingleSlice(&held).ok());
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(held.begin()), held.size()), "what is held");
  EXPECT_EQ(ask("a/../b", &response).error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(ask("broken", &response).error_code(), grpc::INTERNAL);
  go.Notify();
  other.join();
}

TEST(Entry, OnlySmallRequestsAreLookedForAtOnce) {
  std::atomic<int> looks = 0, runs = 0;
  Method method = Query([&](const Nothing&, const v1::QueryKpisRequest&, const Call&) -> absl::StatusOr<v1::QueryKpisResponse> {
    ++runs;
    return v1::QueryKpisResponse();
  });
  method.at_once = [&](const grpc::ByteBuffer&, Call*) -> absl::StatusOr<std::optional<grpc::ByteBuffer>> {
    ++looks;
    return std::nullopt;
  };
  RawService service({std::move(method)});
  int wanted_looks = 0, wanted_runs = 0;
  for (const int over : {-1, 0, 1}) {
    v1::QueryKpisRequest request;
    request.set_time_zone("x");
    const size_t length = kAtOnceBytesMax + over;
    while (request.ByteSizeLong() < length) request.mutable_time_zone()->append(length - request.ByteSizeLong(), 'x');
    while (request.ByteSizeLong() > length) request.mutable_time_zone()->pop_back();
    ASSERT_EQ(request.ByteSizeLong(), length);
    EXPECT_TRUE(service.Call(kQuery, Bytes(request.SerializeAsString())).ok());
    wanted_looks += over <= 0;
    EXPECT_EQ(looks, wanted_looks) << over;
    EXPECT_EQ(runs, ++wanted_runs);
  }
}

TEST(Entry, CancellingStopsTheHandler) {
  absl::Notification started, saw_it;
  RawService service({Query([&](const Nothing&, const v1::QueryKpisRequest&,
                                const Call& call) -> absl::StatusOr<v1::QueryKpisResponse> {
    started.Notify();
    while (!call.cancelled->load()) absl::SleepFor(absl::Milliseconds(1));
    saw_it.Notify();
    return absl::CancelledError("stopped");
  })});
  grpc::ClientContext context;
  std::thread canceller([&] {
    started.WaitForNotification();
    context.TryCancel();
  });
  EXPECT_EQ(service.Call(kQuery, Bytes(""), nullptr, &context).error_code(), grpc::CANCELLED);
  saw_it.WaitForNotification();
  canceller.join();
}

TEST(Entry, ADeadlineStopsTheHandler) {
  absl::Notification saw_it;
  RawService service({Query([&](const Nothing&, const v1::QueryKpisRequest&,
                                const Call& call) -> absl::StatusOr<v1::QueryKpisResponse> {
    while (!call.cancelled->load()) absl::SleepFor(absl::Milliseconds(1));
    saw_it.Notify();
    return absl::CancelledError("stopped");
  })});
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  EXPECT_EQ(service.Call(kQuery, Bytes(""), nullptr, &context).error_code(), grpc::DEADLINE_EXCEEDED);
  saw_it.WaitForNotification();
}

TEST(Entry, ADrainingServerRefusesAndSaysSo) {
  RawService service({Query(Echo)});
  service.entry().Drain();
  const grpc::Status status = service.Call(kQuery, Bytes(""));
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(Details::Of(status).info.reason(), "DRAINING");
}

TEST(Entry, UnknownMethodsNeverReachIt) {
  RawService service({Query(Echo)});
  for (const char* path : {"/supportkpi.v1.KpiService/QueryKpi", "/supportkpi.v1.KpiService/QueryKpis/", "/x", "/"}) {
    EXPECT_EQ(service.Call(path, Bytes("")).error_code(), grpc::UNIMPLEMENTED) << path;
  }
}

}  // namespace
}  // namespace supportkpi::service
