// The queue and its thread. Tenants take turns; what one tenant has queued when its turn comes shares one sync, so the
// group grows with the load and a lone request waits for nobody.
#include "ingest/committer.h"

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "ingest/group.h"
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

class OrderedCommitter final : public Committer {
 public:
  OrderedCommitter(storage::Store& store, projection::Projection& projection, const time::Clock& clock,
                   const CommitterOptions& options)
      : store_(store), projection_(projection), clock_(clock), options_(options), settings_(store),
        thread_([this] { Run(); }) {}

  ~OrderedCommitter() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    thread_.join();
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

  // -- the thread
  void Run() {
    std::string tenant;
    Requests group;
    while (TakeGroup(&tenant, &group)) {
      Process(tenant, group);
      group.clear();
    }
  }

  // The next tenant's requests, up to the size of a group; false: stopped and nothing is left.
  bool TakeGroup(std::string* tenant, Requests* group) {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](OrderedCommitter* self) ABSL_EXCLUSIVE_LOCKS_REQUIRED(self->mutex_) {
          return self->stopping_ || !self->turns_.empty();
        },
        this));
    if (turns_.empty()) return false;
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

  void Process(const std::string& tenant, Requests& group) {
    absl::Status status = Health();
    if (status.ok()) status = CheckSpace();
    if (status.ok()) status = Commit(tenant, group);
    // Nothing was written. One request may be to blame (a damaged row): then the others need not suffer.
    if (!status.ok() && Health().ok() && group.size() > 1 && !absl::IsResourceExhausted(status)) {
      for (std::unique_ptr<Request>& request : group) {
        Requests alone;
        alone.push_back(std::move(request));
        Process(tenant, alone);
      }
      return;
    }
    for (const std::unique_ptr<Request>& request : group) {
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

  absl::Status Commit(const std::string& tenant, const Requests& requests) {
    now_ms_ = std::max(now_ms_, clock_.NowMs());
    Group group(store_, projection_, settings_, tenant, now_ms_);
    for (const std::unique_ptr<Request>& request : requests) RETURN_IF_ERROR(request->Apply(group));
    ASSIGN_OR_RETURN(group.commit, projection_.LastCommit(tenant));
    std::unique_ptr<storage::Batch> batch = store_.NewBatch();
    const bool is_commit = group.state.HasChanges();
    if (is_commit) ++group.commit;
    absl::Status status = is_commit ? group.state.Finish(group.commit, batch.get()) : absl::OkStatus();
    for (const std::unique_ptr<Request>& request : requests)
      if (status.ok()) status = request->Seal(group, batch.get());
    const bool has_rest = group.WriteRest(batch.get());
    if (status.ok() && has_rest) status = Forget(batch.get());
    if (status.ok() && (is_commit || has_rest)) status = Write(*batch);
    if (!status.ok()) {
      if (is_commit) projection_.Abandon(tenant);
      return status;
    }
    if (is_commit) projection_.Publish(tenant, group.commit);
    if (group.new_settings() != nullptr) settings_.Replace(tenant, group.new_settings());
    absl::MutexLock lock(&mutex_);
    ++stats_.groups;
    stats_.requests += static_cast<int64_t>(requests.size());
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

  // The thread's own.
  int64_t now_ms_ = 0;
  int64_t forgotten_at_ = 0;

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::deque<std::unique_ptr<Request>>> queues_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> turns_ ABSL_GUARDED_BY(mutex_);  // tenants with a queue, each once
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  CommitterStats stats_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

absl::StatusOr<std::unique_ptr<Committer>> Committer::Start(storage::Store& store, projection::Projection& projection,
                                                            const time::Clock& clock, const CommitterOptions& options) {
  return std::make_unique<OrderedCommitter>(store, projection, clock, options);
}

}  // namespace supportkpi::ingest
