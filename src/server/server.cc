// Members stand in the order in which they are made; they go in the opposite one.
#include "server/server.h"

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "exec/native/native_executor.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "ingest/committer.h"
#include "ingest/deriver.h"
#include "metrics/endpoint.h"
#include "projection/projection.h"
#include "server/access_control.h"
#include "server/call_watch.h"
#include "server/config_change.h"
#include "server/free_memory.h"
#include "server/grpc_options.h"
#include "server/log.h"
#include "server/readings.h"
#include "service/answer_shelf.h"
#include "service/entry.h"
#include "service/rooms.h"
#include "service/rpc_service.h"
#include "status/macros.h"
#include "storage/backup.h"
#include "storage/store.h"
#include "time/clock.h"

namespace supportkpi::server {

namespace {

service::ServerTraits TraitsOf(const Config& config) {
  service::ServerTraits traits;
  const std::pair<const char*, bool> features[] = {
      {"backups", !config.backup_dir.empty()},  {"credentials", !config.credentials_file.empty()},
      {"jwt", !config.jwks_file.empty()},       {"metrics", !config.metrics_listen.empty()},
      {"mtls", !config.tls_client_ca_file.empty()}, {"reflection", config.reflection},
      {"tls", !config.tls_cert_file.empty()}};
  for (const auto& [name, is_on] : features) {
    if (is_on) traits.features.emplace_back(name);
  }
  traits.deadline_default = config.deadline_default;
  traits.deadline_max = config.deadline_max;
  traits.tenant_calls_per_second = config.tenant_calls_per_second;
  traits.tenant_records_per_second = config.tenant_records_per_second;
  traits.tenant_concurrent_calls = config.tenant_concurrent_calls;
  traits.tenant_memory_bytes = config.tenant_memory_mib << 20;
  return traits;
}

class RunningServer final : public Server {
 public:
  explicit RunningServer(const Config& config)
      : config_(config),
        live_(config),
        answers_(config.answer_cache_mib << 20, absl::ToInt64Milliseconds(service::kHeldAnswerLifetime)) {}
  ~RunningServer() override { Stop(); }

  absl::Status Open() {
    // First: who cannot serve safely need not open the store.
    ASSIGN_OR_RETURN(access_, AccessControl::Open(config_));
    storage::StoreOptions store_options;
    store_options.path = config_.data_dir;
    store_options.accept_data_loss_through = static_cast<uint64_t>(config_.accept_data_loss_through);
    store_options.block_cache_bytes = static_cast<uint64_t>(config_.block_cache_mib) << 20;
    ASSIGN_OR_RETURN(store_, storage::Store::Open(store_options));
    deriver_ = std::make_unique<ingest::RecordDeriver>(*store_);
    projection::ProjectionOptions projection_options;
    projection_options.tail_facts_max = config_.tail_facts;
    projection_options.column_cache_bytes = config_.column_cache_mib << 20;
    projection_options.history_commits = config_.history_commits;
    projection_options.tenant_idle_max = config_.tenant_idle;
    projection_options.tenant_bytes_max = config_.tenant_cache_mib << 20;
    projection_options.on_let_go = [](int64_t) { ReturnFreeMemory(); };
    projection_options.on_derive_all = [](absl::string_view tenant, std::optional<absl::Duration> took) {
      if (!took.has_value()) return Log(LogLevel::kInfo, "facts are derived anew, questions wait", {{"tenant", std::string(tenant)}});
      Log(LogLevel::kInfo, "facts were derived anew", {{"tenant", std::string(tenant)}, {"seconds", absl::ToDoubleSeconds(*took)}});
    };
    projection_options.on_names_erased = [this](absl::string_view tenant) { answers_.Forget(tenant); };
    ASSIGN_OR_RETURN(projection_, projection::Projection::Open(*store_, *deriver_, projection_options));
    ASSIGN_OR_RETURN(committer_, ingest::Committer::Start(*store_, *projection_, clock_));
    constexpr int kPoolThreads = -1;  // as many as there are cores
    exec::ExecutorOptions executor_options;
    executor_options.partials = {config_.partial_cache_mib << 20, config_.partial_rows_min};
    executor_options.repeat_index_bytes_max = config_.repeat_index_mib << 20;
    executor_ = std::make_unique<exec::native::NativeExecutor>(*projection_, kPoolThreads, executor_options);
    if (!config_.backup_dir.empty()) {
      ASSIGN_OR_RETURN(backups_, storage::Backups::Open(config_.backup_dir));
    }
    return absl::OkStatus();
  }

  absl::Status Serve() {
    service::Rooms rooms;
    rooms.store = store_.get();
    rooms.projection = projection_.get();
    rooms.committer = committer_.get();
    rooms.executor = executor_.get();
    rooms.answers = &answers_;
    rooms.clock = &clock_;
    rooms.query_threads = config_.query_threads;
    rooms.started_at = clock_.NowMs();
    rooms.backups = backups_.get();
    rooms.backup_keep = config_.backup_keep;
    rooms.traits = [this] { return TraitsOf(Live()); };
    service::EntryOptions entry_options;
    entry_options.query_threads = config_.query_threads;
    entry_options.gate = &access_->gate();
    entry_options.limits = &access_->limits();
    entry_options.memory = &access_->memory();
    const std::vector<service::Method> methods = service::AllMethods(rooms);
    call_metrics_ = std::make_unique<metrics::CallMetrics>(*registry_, CallMethods(methods), RefusalReasons());
    watch_ = std::make_unique<CallWatch>(config_, call_metrics_.get());
    entry_options.on_begin = [this](const service::Method& method) { watch_->Begun(method); };
    entry_options.on_end = [this](const service::Method& method, const service::CallRecord& record) {
      watch_->Ended(method, record);
    };
    entry_ = std::make_unique<service::Entry>(entry_options);
    entry_->SetDeadlines({config_.deadline_default, config_.deadline_max});
    services_ = service::MakeServices(*entry_, methods);
    for (const service::Method& method : methods) service_names_.insert(method.service);

    grpc::ServerBuilder builder;
    SetGrpcOptions(config_, &builder);
    builder.AddListeningPort(config_.listen, access_->ServerCredentials(), &port_);
    for (const auto& its_service : services_) builder.RegisterService(its_service.get());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", config_.listen, ": another program has the port, or it is not allowed"));
    }
    RETURN_IF_ERROR(ServeMetrics());
    SetServing(true);
    return WritePortFile();
  }

  int port() const override { return port_; }
  absl::Status Health() const override { return committer_->Health(); }

  void Reload(const Config& wanted) override {
    const absl::StatusOr<ConfigChange> change = ChangeOf(Live(), wanted);
    if (!change.ok()) {
      Log(LogLevel::kError, absl::StrCat("reload refused, what was in use stays: ", change.status().message()));
      return;
    }
    {
      absl::MutexLock lock(&live_mutex_);
      live_ = change->config;
    }
    SetLog(change->config.log_level, change->config.log_format);
    for (const std::string& line : change->taken) Log(LogLevel::kInfo, absl::StrCat("reload: ", line));
    for (const std::string& line : change->needs_restart) Log(LogLevel::kWarning, absl::StrCat("reload: ", line));
    watch_->Reconfigure(change->config);
    answers_.SetBytesMax(change->config.answer_cache_mib << 20);
    entry_->SetDeadlines({change->config.deadline_default, change->config.deadline_max});
    access_->Reload(change->config);
  }

  void ReloadChangedFiles() override { access_->ReloadChangedFiles(); }

  void Stop() override {
    if (server_ != nullptr) {
      const Config config = Live();
      SetServing(false);
      absl::SleepFor(config.drain);
      entry_->Drain();
      server_->Shutdown(absl::ToChronoTime(absl::Now() + config.grace));
      server_->Wait();
    }
    if (entry_ != nullptr) {
      entry_->Stop();
      SealAll();
    }
    server_.reset();
    services_.clear();
    registry_->RemoveReaders();
    entry_.reset();
  }

 private:
  Config Live() const ABSL_LOCKS_EXCLUDED(live_mutex_) {
    absl::MutexLock lock(&live_mutex_);
    return live_;
  }

  // Nobody writes any more. What is not sealed is derived at the next start: a failure costs time, nothing else.
  void SealAll() {
    if (!Health().ok()) return;
    const absl::Status status = projection_->SealAll();
    if (!status.ok()) Log(LogLevel::kWarning, absl::StrCat("facts were not sealed: ", status.ToString()));
  }

  absl::Status ServeMetrics() {
    AddReadings({.store = store_.get(), .projection = projection_.get(), .committer = committer_.get(),
                 .executor = executor_.get(), .answers = &answers_, .entry = entry_.get(), .backups = backups_.get(),
                 .access = access_.get()},
                registry_.get());
    if (config_.metrics_listen.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(metrics_endpoint_, metrics::Endpoint::Start(*registry_, config_.metrics_listen));
    Log(LogLevel::kInfo, "metrics are served", {{"port", int64_t{metrics_endpoint_->port()}}});
    return absl::OkStatus();
  }

  void SetServing(bool serving) {
    // The empty name is for the process (alive), the names are for balancers (ready).
    for (const std::string& name : service_names_) server_->GetHealthCheckService()->SetServingStatus(name, serving);
    if (!serving) server_->GetHealthCheckService()->SetServingStatus("", false);
  }

  absl::Status WritePortFile() const {
    if (config_.port_file.empty()) return absl::OkStatus();
    // Whoever waits for the file must not see half of it.
    const std::string unfinished = absl::StrCat(config_.port_file, ".new");
    std::ofstream(unfinished) << port_ << "\n";
    if (std::rename(unfinished.c_str(), config_.port_file.c_str()) == 0) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("--port_file: cannot write ", config_.port_file));
  }

  const Config config_;  // as at the start
  mutable absl::Mutex live_mutex_;
  Config live_ ABSL_GUARDED_BY(live_mutex_);  // with what was reloaded
  std::unique_ptr<AccessControl> access_;
  const time::SystemClock clock_;
  service::AnswerShelf answers_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<ingest::RecordDeriver> deriver_;
  std::unique_ptr<projection::Projection> projection_;
  std::unique_ptr<ingest::Committer> committer_;
  std::unique_ptr<exec::Executor> executor_;
  std::unique_ptr<storage::Backups> backups_;
  const std::unique_ptr<metrics::Registry> registry_ = metrics::Registry::Create();
  std::unique_ptr<metrics::Endpoint> metrics_endpoint_;
  std::unique_ptr<metrics::CallMetrics> call_metrics_;
  std::unique_ptr<CallWatch> watch_;
  std::unique_ptr<service::Entry> entry_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::set<std::string> service_names_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Config& config) {
  RETURN_IF_ERROR(Validate(config));
  auto server = std::make_unique<RunningServer>(config);
  RETURN_IF_ERROR(server->Open());
  RETURN_IF_ERROR(server->Serve());
  return server;
}

}  // namespace supportkpi::server
