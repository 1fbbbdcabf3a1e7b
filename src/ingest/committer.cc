// The queue and its two threads. Tenants take turns; what one tenant has queued when its turn comes shares one sync, so the
// group grows with the load and a lone request waits for nobody.
//
// The first thread takes a group, applies its requests and reduces their families; the second one stages the facts, writes and
// syncs, makes all visible and answers. While it does, the first prepares the next group, which sees the rows that are being
// written (pending_rows.h). Where anything fails the first thread waits for the second and does alone what is left, in order.
#include "ingest/committer.h"

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "ingest/group.h"
#include "ingest/pending_rows.h"
#include "ingest/prepare.h"
#include "ingest/request_log.h"
#include "ingest/requests.h"
#include "ingest/stream_log.h"
#include "ingest/tenant_settings.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

using Requests = std::vector<std::unique_ptr<Request>>;

constexpr int64_t kForgetEveryMs = 1'000;
constexpr int kForgetAtOnce = 20'000;

// A group on its way.
struct Work {
  std::string tenant;
  Requests requests;
  std::unique_ptr<ViewWithPending> view;  // what the group reads
  std::unique_ptr<Group> group;
  std::unique_ptr<RememberingBatch> batch;
  bool is_commit = false;
  bool has_rest = false;
  absl::Status status;  // of the last step
};

class OrderedCommitter final : public Committer {
 public:
  OrderedCommitter(storage::Store& store, projection::Projection& projection, const time::Clock& clock,
                   const CommitterOptions& options)
      : store_(store), projection_(projection), clock_(clock), options_(options), settings_(store),
        finishing_thread_([this] { RunFinishing(); }), thread_([this] { Run(); }) {}

  ~OrderedCommitter() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    thread_.join();
    {
      absl::MutexLock lock(&mutex_);
      finishing_ends_ = true;
    }
    finishing_thread_.join();
  }

  void Upsert(absl::string_view tenant, absl::string_view request_id, Records records, Done<UpsertResult> done) override {
    absl::StatusOr<Identity> identity = Identify("upsert", request_id, records);
    if (!identity.ok()) return done(identity.status());
    auto batch = PrepareFor(tenant, std::move(records), /*all_or_nothing=*/true);
    if (!batch.ok()) return done(batch.status());
    Enqueue(tenant, MakeUpsert(*std::move(identity), *std::move(batch), std::move(done)));
  }

  void Import(absl::string_view tenant, absl::string_view request_id, Records records, Done<ImportResult> done) override {
    absl::StatusOr<Identity> identity = Identify("import", request_id, records);
    if (!identity.ok()) return done(identity.status());
    auto batch = PrepareFor(tenant, std::move(records), /*all_or_nothing=*/false);
    if (!batch.ok()) return done(batch.status());
    Enqueue(tenant, MakeImport(*std::move(identity), *std::move(batch), std::move(done)));
  }

  void Delete(absl::string_view tenant, absl::string_view request_id, const RecordName& name,
              std::optional<int64_t> version, Done<DeleteResult> done) override {
    const absl::Status good_id = CheckRequestId(request_id);
    if (!good_id.ok()) return done(good_id);
    if (version.value_or(0) < 0) return done(absl::InvalidArgumentError(absl::StrCat("version: ", *version, " below 0")));
    absl::StatusOr<RecordPlace> place = PlaceOf(name);
    if (!place.ok()) return done(place.status());
    Identity identity{std::string(request_id), ""};
    if (!request_id.empty()) {
      RequestHash hash("delete");
      for (const std::string* text : {&name.source, &name.id, &name.parent}) hash.Add(*text);
      hash.Add(absl::StrCat(name.kind, "@", version.has_value() ? absl::StrCat(*version) : "stored"));
      identity.hash = hash.Finish();
    }
    Enqueue(tenant, MakeDelete(std::move(identity), *std::move(place), name, version, std::move(done)));
  }

  void OpenStream(absl::string_view tenant, absl::string_view stream_id, int64_t epoch, Done<int64_t> done) override {
    const absl::Status good_id = CheckStreamId(stream_id);
    if (!good_id.ok()) return done(good_id);
    if (epoch < 0) return done(absl::InvalidArgumentError(absl::StrCat("epoch: ", epoch, " below 0")));
    Enqueue(tenant, MakeOpenStream(std::string(stream_id), epoch, std::move(done)));
  }

  void ImportChunk(absl::string_view tenant, absl::string_view stream_id, int64_t epoch, int64_t position, Records records,
                   Done<ImportResult> done) override {
    const absl::Status good_id = CheckStreamId(stream_id);
    if (!good_id.ok()) return done(good_id);
    if (position < 1) return done(absl::InvalidArgumentError(absl::StrCat("chunk.position: ", position, " below 1")));
    auto batch = PrepareFor(tenant, std::move(records), /*all_or_nothing=*/false);
    if (!batch.ok()) return done(batch.status());
    Enqueue(tenant, MakeChunk(std::string(stream_id), epoch, position, *std::move(batch), std::move(done)));
  }

  void UpdateSettings(absl::string_view tenant, const v1::Settings& settings, std::optional<int64_t> expected_version,
                      Done<SettingsResult> done) override {
    Enqueue(tenant, MakeUpdateSettings(settings, expected_version, std::move(done)));
  }

  absl::StatusOr<SettingsResult> GetSettings(absl::string_view tenant) override {
    ASSIGN_OR_RETURN(const std::shared_ptr<const StoredSettings> settings, settings_.Of(tenant));
    return SettingsResult{settings->message, settings->version};
  }

  absl::Status Health() const override {
    absl::MutexLock lock(&mutex_);
    return failure_;
  }
  CommitterStats stats() const override {
    absl::MutexLock lock(&mutex_);
    return stats_;
  }

 private:
  // -- any thread
  absl::StatusOr<Identity> Identify(absl::string_view method, absl::string_view request_id, const Records& records) {
    RETURN_IF_ERROR(CheckRequestId(request_id));
    Identity identity{std::string(request_id), ""};
    if (request_id.empty()) return identity;
    RequestHash hash(method);
    for (const v1::Record& record : records) hash.Add(SerializeOrdered(record));
    identity.hash = hash.Finish();
    return identity;
  }

  absl::StatusOr<std::unique_ptr<PreparedBatch>> PrepareFor(absl::string_view tenant, Records records,
                                                            bool all_or_nothing) {
    ASSIGN_OR_RETURN(const std::shared_ptr<const StoredSettings> settings, settings_.Of(tenant));
    record::ValidationContext context;
    context.now_ms = clock_.NowMs();
    context.question_scale = [&settings](absl::string_view question) -> const record::QuestionScale* {
      const auto found = settings->scales.find(question);
      return found == settings->scales.end() ? nullptr : &found->second;
    };
    return Prepare(std::move(records), context, all_or_nothing);
  }

  void Enqueue(absl::string_view tenant, std::unique_ptr<Request> request) {
    absl::Status refusal;
    {
      absl::MutexLock lock(&mutex_);
      if (!failure_.ok()) {
        refusal = failure_;
      } else if (stopping_) {
        refusal = absl::UnavailableError("ingest: the server is stopping; send the request again later");
      } else if (queued_bytes_ != 0 && queued_bytes_ + request->byte_count() > options_.queued_bytes_max) {
        refusal = absl::ResourceExhaustedError(
            absl::StrCat("ingest: ", queued_bytes_, " bytes wait to be stored; at most ", options_.queued_bytes_max));
      } else {
        queued_bytes_ += request->byte_count();
        std::deque<std::unique_ptr<Request>>& queue = queues_[tenant];
        if (queue.empty()) turns_.emplace_back(tenant);
        queue.push_back(std::move(request));
        return;
      }
    }
    request->Fail(refusal);
  }

  // -- the first thread
  void Run() {
    for (;;) {
      auto work = std::make_unique<Work>();
      if (!TakeGroup(&work->tenant, &work->requests)) return;
      if (!work->requests.empty()) {
        if (const auto before = BeingFinished(); before != nullptr && before->is_barrier) SettleFailed(AwaitFinished());
        work->status = PrepareWork(*work);
      }
      if (std::unique_ptr<Work> failed = AwaitFinished(); failed != nullptr) {
        SettleFailed(std::move(failed));
        // What it saw, and the codes that it was given, came to nothing.
        if (!work->requests.empty()) Process(work->tenant, std::move(work->requests));
      } else if (work->requests.empty()) {
        continue;
      } else if (work->status.ok()) {
        Finish(std::move(work));
      } else {
        if (work->is_commit) projection_.Abandon(work->tenant);
        Settle(std::move(work));
      }
    }
  }

  // The next tenant's requests, up to the size of a group; none: a group that was being finished has failed, or is done. False:
  // stopped and nothing is left. Frees what is done: that takes a fifth of what the second thread has to do.
  bool TakeGroup(std::string* tenant, Requests* group) {
    std::unique_ptr<Work> done;  // freed without the mutex
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](OrderedCommitter* self) ABSL_EXCLUSIVE_LOCKS_REQUIRED(self->mutex_) {
          return self->failed_ != nullptr || self->done_ != nullptr || !self->turns_.empty() ||
                 (self->stopping_ && self->finishing_ == nullptr);
        },
        this));
    done = std::move(done_);
    if (failed_ != nullptr) return true;
    if (turns_.empty()) return done != nullptr;
    *tenant = std::move(turns_.front());
    turns_.pop_front();
    const auto entry = queues_.find(*tenant);
    auto& queue = entry->second;
    size_t bytes = 0;
    while (!queue.empty() && (group->empty() || bytes + queue.front()->byte_count() <= options_.group_bytes_max)) {
      bytes += queue.front()->byte_count();
      group->push_back(std::move(queue.front()));
      queue.pop_front();
    }
    queued_bytes_ -= bytes;
    if (queue.empty())
      queues_.erase(entry);
    else
      turns_.push_back(*tenant);
    return true;
  }

  // A group on this thread alone, while the other one rests.
  void Process(const std::string& tenant, Requests requests) {
    auto work = std::make_unique<Work>();
    work->tenant = tenant;
    work->requests = std::move(requests);
    work->status = PrepareWork(*work);
    if (work->status.ok()) {
      work->status = FinishNow(*work);
    } else if (work->is_commit) {
      projection_.Abandon(tenant);
    }
    Settle(std::move(work));
  }

  void SettleFailed(std::unique_ptr<Work> failed) {
    if (failed != nullptr) Settle(std::move(failed));
  }

  // Answers. Where nothing was written one request may be to blame (a damaged row): then the others need not suffer.
  void Settle(std::unique_ptr<Work> work) {
    const absl::Status& status = work->status;
    if (!status.ok() && Health().ok() && work->requests.size() > 1 && !absl::IsResourceExhausted(status)) {
      work->group.reset();
      for (std::unique_ptr<Request>& request : work->requests) {
        Requests alone;
        alone.push_back(std::move(request));
        Process(work->tenant, std::move(alone));
      }
      return;
    }
    for (const std::unique_ptr<Request>& request : work->requests) {
      if (status.ok())
        request->Answer();
      else
        request->Fail(status);
    }
  }

  absl::Status CheckSpace() {
    const std::optional<storage::DiskSpace> space = store_.disk_space();
    if (!space.has_value()) return absl::OkStatus();
    const auto share = static_cast<uint64_t>(options_.free_share_min * static_cast<double>(space->capacity_bytes));
    const uint64_t least = std::max(options_.free_bytes_min, share);
    if (space->free_bytes >= least) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat("disk: ", space->free_bytes >> 20, " MiB free, ", least >> 20,
                                                     " MiB needed; records are taken again when there is more"));
  }

  // All up to the point where the commit before this one must be over.
  absl::Status PrepareWork(Work& work) {
    RETURN_IF_ERROR(Health());
    RETURN_IF_ERROR(CheckSpace());
    now_ms_ = std::max(now_ms_, clock_.NowMs());
    const auto before = BeingFinished();
    const bool follows = before != nullptr && before->tenant == work.tenant;
    work.view = std::make_unique<ViewWithPending>(store_, follows ? before->rows : nullptr);
    work.group = std::make_unique<Group>(*work.view, projection_, settings_, work.tenant, now_ms_);
    work.batch = std::make_unique<RememberingBatch>(store_.NewBatch());
    Group& group = *work.group;
    for (const std::unique_ptr<Request>& request : work.requests) RETURN_IF_ERROR(request->Apply(group));
    if (follows) {
      group.commit = before->commit;
    } else {
      ASSIGN_OR_RETURN(group.commit, projection_.LastCommit(work.tenant));
    }
    work.is_commit = group.state.HasChanges();
    if (work.is_commit) {
      ++group.commit;
      RETURN_IF_ERROR(group.state.Finish(work.batch.get()));
    }
    for (const std::unique_ptr<Request>& request : work.requests) RETURN_IF_ERROR(request->Seal(group, work.batch.get()));
    work.has_rest = group.WriteRest(work.batch.get());
    return work.has_rest ? Forget(work.batch.get()) : absl::OkStatus();
  }

  // -- handing over from the first thread to the second

  // What the next group must know of the one that is being finished.
  struct Before {
    std::string tenant;
    std::shared_ptr<const PendingRows> rows;
    int64_t commit = 0;
    bool is_barrier = false;  // the next group cannot be prepared meanwhile
  };
  // nullptr: none is.
  std::shared_ptr<const Before> BeingFinished() {
    absl::MutexLock lock(&mutex_);
    return finishing_ == nullptr && failed_ == nullptr ? nullptr : before_;
  }

  void Finish(std::unique_ptr<Work> work) {
    auto before = std::make_shared<Before>();
    before->tenant = work->tenant;
    before->rows = work->batch->rows();
    before->commit = work->group->commit;
    before->is_barrier = work->group->state.ChangesTables();
    absl::MutexLock lock(&mutex_);
    before_ = std::move(before);
    finishing_ = std::move(work);
  }

  // Waits for the second thread; what it could not finish.
  std::unique_ptr<Work> AwaitFinished() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](OrderedCommitter* self) ABSL_EXCLUSIVE_LOCKS_REQUIRED(self->mutex_) { return self->finishing_ == nullptr; }, this));
    return std::move(failed_);
  }

  // -- the second thread
  void RunFinishing() {
    const auto has_work = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return finishing_ends_ || finishing_ != nullptr; };
    for (;;) {
      Work* work;
      {
        absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(&has_work));
        if (finishing_ == nullptr) return;
        work = finishing_.get();
      }
      work->status = FinishNow(*work);
      if (work->status.ok())
        for (const std::unique_ptr<Request>& request : work->requests) request->Answer();
      absl::MutexLock lock(&mutex_);
      (work->status.ok() ? done_ : failed_) = std::move(finishing_);
    }
  }

  // -- whoever finishes, one at a time

  // Durable and visible, or not OK.
  absl::Status FinishNow(Work& work) {
    Group& group = *work.group;
    absl::Status status = Health();
    if (status.ok() && work.is_commit) status = group.state.Stage(group.commit, &work.batch->batch());
    if (status.ok() && (work.is_commit || work.has_rest)) status = Write(work.batch->batch());
    if (!status.ok()) {
      if (work.is_commit) projection_.Abandon(work.tenant);
      return status;
    }
    if (work.is_commit) projection_.Publish(work.tenant, group.commit);
    if (group.new_settings() != nullptr) settings_.Replace(work.tenant, group.new_settings());
    absl::MutexLock lock(&mutex_);
    ++stats_.groups;
    stats_.requests += static_cast<int64_t>(work.requests.size());
    stats_.rows += group.state.row_count();
    return absl::OkStatus();
  }

  absl::Status Forget(storage::Batch* batch) {
    if (now_ms_ < forgotten_at_ + kForgetEveryMs) return absl::OkStatus();
    forgotten_at_ = now_ms_;
    return ForgetAnswers(store_, now_ms_ - options_.request_id_keep_ms, kForgetAtOnce, batch);
  }

  // A failed write may still be on disk: nothing that is decided by what is stored can be trusted from here on.
  absl::Status Write(storage::Batch& batch) {
    const absl::Status status = store_.Write(batch, /*sync=*/true);
    if (status.ok()) return status;
    absl::Status failure = absl::UnavailableError(
        absl::StrCat(status.message(), "; it is not known what was stored, send the request again with the same request_id ",
                     "when the server is back"));
    status.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) { failure.SetPayload(type, payload); });
    absl::MutexLock lock(&mutex_);
    failure_ = failure;
    return failure;
  }

  storage::Store& store_;
  projection::Projection& projection_;
  const time::Clock& clock_;
  const CommitterOptions options_;
  SettingsCache settings_;

  // The first thread's own.
  int64_t now_ms_ = 0;
  int64_t forgotten_at_ = 0;

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::deque<std::unique_ptr<Request>>> queues_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> turns_ ABSL_GUARDED_BY(mutex_);  // tenants with a queue, each once
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  CommitterStats stats_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<Work> finishing_ ABSL_GUARDED_BY(mutex_);  // the second thread has it
  std::unique_ptr<Work> failed_ ABSL_GUARDED_BY(mutex_);     // it could not be finished; the first thread settles it
  std::unique_ptr<Work> done_ ABSL_GUARDED_BY(mutex_);       // to be freed by the first thread
  std::shared_ptr<const Before> before_ ABSL_GUARDED_BY(mutex_);
  bool finishing_ends_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread finishing_thread_, thread_;  // last: they use all of the above
};

}  // namespace

absl::StatusOr<std::unique_ptr<Committer>> Committer::Start(storage::Store& store, projection::Projection& projection,
                                                            const time::Clock& clock, const CommitterOptions& options) {
  return std::make_unique<OrderedCommitter>(store, projection, clock, options);
}

}  // namespace supportkpi::ingest
