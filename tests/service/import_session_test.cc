// The import stream: what may come when, over a real stream and a committer that the test plays.
#include "service/import_session.h"

#include <deque>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/limits.h"
#include "supportkpi/v1/record_service.grpc.pb.h"
#include "tests/service/raw_service.h"

namespace supportkpi::service {
namespace {

using ::testing::HasSubstr;

// Says yes to everything, at once or when told to, and counts what is under way.
class PlayedCommitter final : public ingest::Committer {
 public:
  void Upsert(absl::string_view, absl::string_view, ingest::Records, ingest::Done<ingest::UpsertResult>) override {}
  void Import(absl::string_view, absl::string_view, ingest::Records, ingest::Done<ingest::ImportResult>) override {}
  void Delete(absl::string_view, absl::string_view, const ingest::RecordName&, std::optional<int64_t>,
              ingest::Done<ingest::DeleteResult>) override {}
  void UpdateSettings(absl::string_view, const v1::Settings&, std::optional<int64_t>,
                      ingest::Done<ingest::SettingsResult>) override {}
  absl::StatusOr<ingest::SettingsResult> GetSettings(absl::string_view) override { return ingest::SettingsResult(); }
  absl::Status Health() const override { return absl::OkStatus(); }
  ingest::CommitterStats stats() const override { return {}; }

  void OpenStream(absl::string_view tenant, absl::string_view stream_id, int64_t, ingest::Done<int64_t> done) override {
    opened = absl::StrCat(tenant, "/", stream_id);
    int64_t through;
    {
      absl::MutexLock lock(&mutex);
      through = durable;
    }
    done(through);
  }
  void ImportChunk(absl::string_view, absl::string_view, int64_t, int64_t position, ingest::Records records,
                   ingest::Done<ingest::ImportResult> done) override {
    ingest::ImportResult result;
    result.durable_through = position;
    result.counts.accepted = records.size();
    std::function<void()> answer;
    {
      absl::MutexLock lock(&mutex);
      const int64_t expected = durable + 1 + static_cast<int64_t>(waiting.size());
      if (position > expected) {
        answer = [done = std::move(done), position, expected] {
          done(absl::OutOfRangeError(absl::StrCat("chunk.position: got ", position, ", expected ", expected)));
        };
      } else {
        waiting.push_back([done = std::move(done), result] { done(result); });
        if (holding) return;
        durable = position;
        answer = std::move(waiting.front());
        waiting.pop_front();
      }
    }
    answer();
  }

  size_t WaitingCount() {
    absl::MutexLock lock(&mutex);
    return waiting.size();
  }

  absl::Mutex mutex;
  std::deque<std::function<void()>> waiting;
  bool holding = false;
  std::string opened;
  int64_t durable = 0;
};

class ImportTest : public ::testing::Test {
 protected:
  ImportTest() : service_({Bidi<v1::RecordService>("ImportRecords", Work::kRecords, [this] {
                   return MakeImportSession(committer_);
                 })}),
                 stub_(v1::RecordService::NewStub(service_.channel())), stream_(stub_->ImportRecords(&context_)) {}

  void Open(const std::string& stream_id, const std::string& tenant = "") {
    v1::ImportRecordsRequest request;
    request.mutable_open()->set_stream_id(stream_id);
    request.mutable_open()->set_tenant(tenant);
    stream_->Write(request);
  }
  bool Chunk(int64_t position, int records = 1) {
    v1::ImportRecordsRequest request;
    request.mutable_chunk()->set_position(position);
    for (int i = 0; i < records; ++i) request.mutable_chunk()->add_records();
    return stream_->Write(request);
  }
  v1::ImportRecordsResponse Next() {
    v1::ImportRecordsResponse response;
    stream_->Read(&response);
    return response;
  }
  grpc::Status End() {
    stream_->WritesDone();
    v1::ImportRecordsResponse response;
    while (stream_->Read(&response)) {
    }
    return stream_->Finish();
  }

  PlayedCommitter committer_;
  RawService service_;
  std::unique_ptr<v1::RecordService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ImportRecordsRequest, v1::ImportRecordsResponse>> stream_;
};

TEST_F(ImportTest, OpensSaysWhereToGoOnAndAcknowledgesEachChunk) {
  committer_.durable = 41;
  Open("year", "acme");
  const v1::ImportRecordsResponse hello = Next();
  EXPECT_EQ(hello.hello().durable_through(), 41);
  EXPECT_EQ(hello.hello().window_chunks(), 8);
  EXPECT_EQ(hello.hello().max_chunk_records(), 10'000);
  EXPECT_EQ(committer_.opened, "acme/year");
  for (int64_t position : {42, 43, 44}) {
    Chunk(position, 3);
    const v1::ImportRecordsResponse ack = Next();
    EXPECT_EQ(ack.ack().durable_through(), position);
    EXPECT_EQ(ack.ack().accepted(), 3);
  }
  EXPECT_TRUE(End().ok());
}

TEST_F(ImportTest, HalfClosingWithoutAnythingIsOk) { EXPECT_TRUE(End().ok()); }

TEST_F(ImportTest, AChunkBeforeOpenIsOutOfTurn) {
  Chunk(1);
  const grpc::Status status = End();
  EXPECT_EQ(status.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(status.error_message(), "chunk: sent before open");
}

TEST_F(ImportTest, ASecondOpenIsOutOfTurn) {
  Open("a");
  Open("a");
  EXPECT_EQ(End().error_code(), grpc::FAILED_PRECONDITION);
}

TEST_F(ImportTest, AMessageThatIsNeitherIsRefused) {
  stream_->Write(v1::ImportRecordsRequest());
  EXPECT_EQ(End().error_message(), "message: empty; open or chunk");
}

TEST_F(ImportTest, AStreamNeedsAName) {
  Open("");
  EXPECT_THAT(End().error_message(), HasSubstr("open.stream_id: 0 characters; 1 to 64"));
}

TEST_F(ImportTest, AGapIsToldTheExpectedPosition) {
  committer_.durable = 6;
  Open("a");
  Next();
  Chunk(9);
  const grpc::Status status = End();
  EXPECT_EQ(status.error_code(), grpc::OUT_OF_RANGE);
  EXPECT_EQ(status.error_message(), "chunk.position: got 9, expected 7");
}

TEST_F(ImportTest, NoMoreThanTheWindowIsReadWhileNothingIsDurable) {
  Open("a");
  Next();
  {
    absl::MutexLock lock(&committer_.mutex);
    committer_.holding = true;
  }
  // The session sees eight; the client waits with the others until acknowledgements go out.
  std::thread client([this] {
    for (int64_t position = 1; position <= 20; ++position) EXPECT_TRUE(Chunk(position));
  });
  while (committer_.WaitingCount() < kImportWindowChunks) absl::SleepFor(absl::Milliseconds(1));
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(committer_.WaitingCount(), kImportWindowChunks);
  int64_t acknowledged = 0;
  while (acknowledged < 20) {
    std::function<void()> answer;
    {
      absl::MutexLock lock(&committer_.mutex);
      if (!committer_.waiting.empty()) {
        answer = std::move(committer_.waiting.front());
        committer_.waiting.pop_front();
        ++committer_.durable;
      }
    }
    if (answer == nullptr) {
      absl::SleepFor(absl::Milliseconds(1));
      continue;
    }
    answer();
    EXPECT_EQ(Next().ack().durable_through(), ++acknowledged);
  }
  client.join();
  EXPECT_TRUE(End().ok());
}

TEST_F(ImportTest, ADrainEndsAnIdleStreamSoThatTheClientGoesElsewhere) {
  Open("a");
  Next();
  service_.entry().Drain();
  const grpc::Status status = End();
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(Details::Of(status).info.reason(), "DRAINING");
}

TEST_F(ImportTest, AClientThatLeavesIsForgottenOnceItsChunksAreThrough) {
  Open("a");
  Next();
  {
    absl::MutexLock lock(&committer_.mutex);
    committer_.holding = true;
  }
  Chunk(1);
  while (committer_.WaitingCount() == 0) absl::SleepFor(absl::Milliseconds(1));
  context_.TryCancel();
  EXPECT_EQ(End().error_code(), grpc::CANCELLED);
  committer_.waiting.front()();
  service_.Stop();
}

}  // namespace
}  // namespace supportkpi::service
