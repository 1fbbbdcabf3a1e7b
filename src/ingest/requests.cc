// How each kind of request applies itself to its group.
#include "ingest/requests.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ingest/request_log.h"
#include "record/violation.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

// Holds the result or what this request alone did wrong.
template <typename Result>
class RequestWith : public Request {
 public:
  RequestWith(size_t byte_count, Done<Result> done) : byte_count_(byte_count), done_(std::move(done)) {}

  void Answer() override {
    if (refusal_.ok())
      done_(std::move(result_));
    else
      done_(refusal_);
  }
  void Fail(const absl::Status& status) override { done_(status); }
  size_t byte_count() const override { return byte_count_; }

 protected:
  void Begin() {
    result_ = Result();
    refusal_ = absl::OkStatus();
  }

  Result result_;
  absl::Status refusal_;

 private:
  const size_t byte_count_;
  Done<Result> done_;
};

void MarkReplayed(UpsertResult& result) { result.replayed = true; }
void MarkReplayed(ImportResult& result) { result.counts.replayed = true; }
void MarkReplayed(DeleteResult& result) { result.replayed = true; }
void SetCommit(UpsertResult& result, int64_t commit) { result.commit = commit; }
void SetCommit(ImportResult& result, int64_t commit) { result.counts.commit = commit; }
void SetCommit(DeleteResult& result, int64_t commit) { result.commit = commit; }

// A request whose answer is kept under its id.
template <typename Result>
class LoggedRequest : public RequestWith<Result> {
 public:
  LoggedRequest(Identity identity, size_t byte_count, Done<Result> done)
      : RequestWith<Result>(byte_count, std::move(done)), identity_(std::move(identity)) {}

  absl::Status Apply(Group& group) final {
    this->Begin();
    source_ = Source::kRun;
    if (!identity_.request_id.empty()) RETURN_IF_ERROR(LookUp(group));
    if (!this->refusal_.ok() || source_ != Source::kRun) return absl::OkStatus();
    if (!identity_.request_id.empty()) group.AddAnswered(identity_.request_id, identity_.hash);
    return Run(group);
  }

  absl::Status Seal(Group& group, storage::Batch* batch) final {
    if (!this->refusal_.ok() || source_ == Source::kStore) return absl::OkStatus();
    if (source_ == Source::kGroup) {
      RETURN_IF_ERROR(ReadAnswer(group.FindAnswered(identity_.request_id)->answer, &this->result_));
      MarkReplayed(this->result_);
      return absl::OkStatus();
    }
    SetCommit(this->result_, group.commit);
    if (identity_.request_id.empty()) return absl::OkStatus();
    const std::string answer = EncodeAnswer(this->result_);
    group.FindAnswered(identity_.request_id)->answer = answer;
    LogAnswer(group.tenant, identity_.request_id, {identity_.hash, answer}, group.now_ms, batch);
    return absl::OkStatus();
  }

 protected:
  virtual absl::Status Run(Group& group) = 0;

 private:
  enum class Source { kRun, kGroup, kStore };

  absl::Status LookUp(Group& group) {
    std::string hash;
    if (const Group::Answered* answered = group.FindAnswered(identity_.request_id); answered != nullptr) {
      hash = answered->hash;
      source_ = Source::kGroup;
    } else {
      ASSIGN_OR_RETURN(const std::optional<LoggedAnswer> logged, FindAnswer(group.store, group.tenant, identity_.request_id));
      if (!logged.has_value()) return absl::OkStatus();
      hash = logged->hash;
      source_ = Source::kStore;
      if (hash == identity_.hash) RETURN_IF_ERROR(ReadAnswer(logged->answer, &this->result_));
      MarkReplayed(this->result_);
    }
    if (hash != identity_.hash)
      this->refusal_ = absl::AlreadyExistsError(
          absl::StrCat("request_id: ", record::Quoted(identity_.request_id), " was used with another request"));
    return absl::OkStatus();
  }

  const Identity identity_;
  Source source_ = Source::kRun;
};

absl::Status ApplyBatch(Group& group, const PreparedBatch& batch, UpsertResult* counts) {
  for (const PreparedRecord& record : batch.prepared) {
    if (record.refused) continue;
    ASSIGN_OR_RETURN(const CommitState::Outcome outcome, group.state.Apply(record));
    if (outcome == CommitState::Outcome::kNew) ++counts->accepted;
    if (outcome == CommitState::Outcome::kReplaced) ++counts->replaced;
    if (outcome == CommitState::Outcome::kStale) ++counts->ignored_stale;
  }
  return absl::OkStatus();
}

class UpsertRequest final : public LoggedRequest<UpsertResult> {
 public:
  UpsertRequest(Identity identity, std::unique_ptr<PreparedBatch> batch, Done<UpsertResult> done)
      : LoggedRequest(std::move(identity), batch->byte_count, std::move(done)), batch_(std::move(batch)) {}
  absl::Status Run(Group& group) override { return ApplyBatch(group, *batch_, &result_); }

 private:
  const std::unique_ptr<PreparedBatch> batch_;
};

class ImportRequest final : public LoggedRequest<ImportResult> {
 public:
  ImportRequest(Identity identity, std::unique_ptr<PreparedBatch> batch, Done<ImportResult> done)
      : LoggedRequest(std::move(identity), batch->byte_count, std::move(done)), batch_(std::move(batch)) {}
  absl::Status Run(Group& group) override {
    result_.rejected = batch_->rejected;
    result_.rejected_count = batch_->rejected_count;
    return ApplyBatch(group, *batch_, &result_.counts);
  }

 private:
  const std::unique_ptr<PreparedBatch> batch_;
};

class DeleteRequest final : public LoggedRequest<DeleteResult> {
 public:
  DeleteRequest(Identity identity, RecordPlace place, RecordName name, std::optional<int64_t> version,
                Done<DeleteResult> done)
      : LoggedRequest(std::move(identity), 256, std::move(done)),
        place_(std::move(place)),
        name_(std::move(name)),
        version_(version) {}
  absl::Status Run(Group& group) override {
    ASSIGN_OR_RETURN(result_.deleted, group.state.Delete(place_, name_, version_));
    return absl::OkStatus();
  }

 private:
  const RecordPlace place_;
  const RecordName name_;
  const std::optional<int64_t> version_;
};

class OpenStreamRequest final : public RequestWith<int64_t> {
 public:
  OpenStreamRequest(std::string stream_id, int64_t epoch, Done<int64_t> done)
      : RequestWith(256, std::move(done)), stream_id_(std::move(stream_id)), epoch_(epoch) {}

  absl::Status Apply(Group& group) override {
    Begin();
    ASSIGN_OR_RETURN(StreamState * stream, group.Stream(stream_id_));
    if (epoch_ < stream->epoch) {
      refusal_ = absl::FailedPreconditionError(absl::StrCat("epoch: ", epoch_, " is lower than ", stream->epoch,
                                                            ", the last one of this stream; open it with a higher one"));
      return absl::OkStatus();
    }
    if (epoch_ > stream->epoch) group.MarkChanged(stream_id_);
    stream->epoch = epoch_;
    result_ = stream->durable_through;
    return absl::OkStatus();
  }
  absl::Status Seal(Group&, storage::Batch*) override { return absl::OkStatus(); }

 private:
  const std::string stream_id_;
  const int64_t epoch_;
};

class ChunkRequest final : public RequestWith<ImportResult> {
 public:
  ChunkRequest(std::string stream_id, int64_t epoch, int64_t position, std::unique_ptr<PreparedBatch> batch,
               Done<ImportResult> done)
      : RequestWith(batch->byte_count, std::move(done)),
        stream_id_(std::move(stream_id)),
        epoch_(epoch),
        position_(position),
        batch_(std::move(batch)) {}

  absl::Status Apply(Group& group) override {
    Begin();
    ASSIGN_OR_RETURN(StreamState * stream, group.Stream(stream_id_));
    if (epoch_ < stream->epoch)
      refusal_ = absl::AbortedError(absl::StrCat("epoch: superseded by epoch ", stream->epoch));
    else if (epoch_ > stream->epoch)
      refusal_ = absl::FailedPreconditionError(absl::StrCat("epoch: ", epoch_, " was not opened"));
    else if (position_ > stream->durable_through + 1)
      refusal_ = absl::OutOfRangeError(
          absl::StrCat("chunk.position: got ", position_, ", expected ", stream->durable_through + 1));
    if (!refusal_.ok()) return absl::OkStatus();
    result_.duplicate = position_ <= stream->durable_through;
    if (result_.duplicate) return absl::OkStatus();
    stream->durable_through = position_;
    group.MarkChanged(stream_id_);
    result_.rejected = batch_->rejected;
    result_.rejected_count = batch_->rejected_count;
    return ApplyBatch(group, *batch_, &result_.counts);
  }

  absl::Status Seal(Group& group, storage::Batch*) override {
    if (!refusal_.ok()) return absl::OkStatus();
    ASSIGN_OR_RETURN(StreamState * stream, group.Stream(stream_id_));
    if (result_.duplicate) {
      for (const auto& [position, answer] : stream->answers)
        if (position == position_) RETURN_IF_ERROR(ReadAnswer(answer, &result_));
      result_.durable_through = stream->durable_through;
      return absl::OkStatus();
    }
    result_.durable_through = position_;
    SetCommit(result_, group.commit);
    stream->answers.emplace_back(position_, EncodeAnswer(result_));
    if (stream->answers.size() > kStreamAnswersKept) stream->answers.pop_front();
    return absl::OkStatus();
  }

 private:
  const std::string stream_id_;
  const int64_t epoch_;
  const int64_t position_;
  const std::unique_ptr<PreparedBatch> batch_;
};

class UpdateSettingsRequest final : public RequestWith<SettingsResult> {
 public:
  UpdateSettingsRequest(v1::Settings settings, std::optional<int64_t> expected_version, Done<SettingsResult> done)
      : RequestWith(settings.ByteSizeLong(), std::move(done)),
        settings_(std::move(settings)),
        expected_version_(expected_version) {}

  absl::Status Apply(Group& group) override {
    Begin();
    ASSIGN_OR_RETURN(const std::shared_ptr<const StoredSettings> now, group.Settings());
    if (expected_version_.value_or(now->version) != now->version) {
      refusal_ = absl::AbortedError(absl::StrCat("expected_version: ", *expected_version_, " is not the version now, ",
                                                 now->version, "; read the settings again"));
      return absl::OkStatus();
    }
    const absl::StatusOr<std::shared_ptr<const StoredSettings>> changed = MakeStoredSettings(settings_, now->version + 1);
    if (!changed.ok()) {
      refusal_ = changed.status();
      return absl::OkStatus();
    }
    group.SetSettings(*changed);
    result_ = {settings_, (*changed)->version};
    return absl::OkStatus();
  }
  absl::Status Seal(Group&, storage::Batch*) override { return absl::OkStatus(); }

 private:
  const v1::Settings settings_;
  const std::optional<int64_t> expected_version_;
};

}  // namespace

std::unique_ptr<Request> MakeUpsert(Identity identity, std::unique_ptr<PreparedBatch> batch, Done<UpsertResult> done) {
  return std::make_unique<UpsertRequest>(std::move(identity), std::move(batch), std::move(done));
}
std::unique_ptr<Request> MakeImport(Identity identity, std::unique_ptr<PreparedBatch> batch, Done<ImportResult> done) {
  return std::make_unique<ImportRequest>(std::move(identity), std::move(batch), std::move(done));
}
std::unique_ptr<Request> MakeDelete(Identity identity, RecordPlace place, RecordName name, std::optional<int64_t> version,
                                    Done<DeleteResult> done) {
  return std::make_unique<DeleteRequest>(std::move(identity), std::move(place), std::move(name), version, std::move(done));
}
std::unique_ptr<Request> MakeOpenStream(std::string stream_id, int64_t epoch, Done<int64_t> done) {
  return std::make_unique<OpenStreamRequest>(std::move(stream_id), epoch, std::move(done));
}
std::unique_ptr<Request> MakeChunk(std::string stream_id, int64_t epoch, int64_t position,
                                   std::unique_ptr<PreparedBatch> batch, Done<ImportResult> done) {
  return std::make_unique<ChunkRequest>(std::move(stream_id), epoch, position, std::move(batch), std::move(done));
}
std::unique_ptr<Request> MakeUpdateSettings(v1::Settings settings, std::optional<int64_t> expected_version,
                                            Done<SettingsResult> done) {
  return std::make_unique<UpdateSettingsRequest>(std::move(settings), expected_version, std::move(done));
}

}  // namespace supportkpi::ingest
