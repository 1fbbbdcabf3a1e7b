// Admission and the life of a unary call.
#include "service/entry.h"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "access/method_roles.h"
#include "grpc/grpc_security_constants.h"
#include "grpcpp/security/auth_context.h"
#include "service/grpc_status.h"
#include "service/limits.h"
#include "service/parts_call.h"
#include "service/stream_call.h"

namespace supportkpi::service {

namespace {

// What the call itself and its connection's certificate say. The context's properties are of the connection: nothing of a
// call is ever written there.
access::Shown ShownBy(const grpc::CallbackServerContext& context) {
  access::Shown shown;
  const auto values = context.client_metadata().equal_range("authorization");
  for (auto value = values.first; value != values.second; ++value) {
    shown.authorizations.emplace_back(value->second.data(), value->second.size());
  }
  const auto properties = context.auth_context();
  if (properties == nullptr || !properties->IsPeerAuthenticated()) return shown;
  const auto names = [&](const char* property) {
    std::vector<std::string> found;
    for (const grpc::string_ref& name : properties->FindPropertyValues(property)) found.emplace_back(name.data(), name.size());
    return found;
  };
  shown.certificate.uris = names(GRPC_PEER_URI_PROPERTY_NAME);
  shown.certificate.dns = names(GRPC_PEER_DNS_PROPERTY_NAME);
  const std::vector<std::string> spiffe = names(GRPC_PEER_SPIFFE_ID_PROPERTY_NAME);
  if (spiffe.size() == 1) shown.certificate.spiffe_id = spiffe[0];
  return shown;
}

// Deletes itself in OnDone, which gRPC calls after Finish; so it lives as long as its task runs, and until its answer is sent.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(Entry& entry, const Method& method, grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
            grpc::ByteBuffer& response)
      : entry_(entry),
        method_(method),
        context_(context),
        request_(request),
        response_(response),
        record_(entry.Begin(method, context)) {
    record_.messages_received = 1;
    deadline_ = entry.DeadlineOf(context, method.work, record_.begun);
    // gRPC watches the client's deadline; only ours needs to be watched.
    if (absl::FromChrono(context.deadline()) > deadline_) {
      watched_ = entry.watchdog().Watch(deadline_, [this] { cancelled_.store(true); });
    }
  }

  void Start(const grpc::CallbackServerContext& context) {
    call_.record = &record_;
    if (const absl::Status status = entry_.AdmitRequest(method_, context, request_, &call_); !status.ok())
      return Reply(status);
    call_.cancelled = &cancelled_;
    if (IsAnsweredAtOnce()) return;
    if (!entry_.QueueOf(method_.work).TryAdd([this](bool stopped) { Run(stopped); }, call_.line())) {
      Reply(entry_.QueueFullError(method_.work));
    }
  }

  void OnCancel() override { cancelled_.store(true); }
  void OnDone() override {
    entry_.watchdog().Forget(watched_);
    delete this;
  }

 private:
  void Run(bool stopped) {
    const absl::Time now = absl::Now();
    record_.waited = now - record_.begun;
    if (stopped) return Reply(entry_.DrainingError());
    if (now >= deadline_) return Reply(absl::DeadlineExceededError("the deadline passed while the call waited"));
    if (cancelled_.load()) return Reply(absl::CancelledError("the caller left"));
    absl::Status status = Guarded([this]() -> absl::Status {
      ASSIGN_OR_RETURN(response_, method_.run(request_, &call_));
      return HoldResponse();
    });
    // The executor only knows that it was told to stop.
    if (absl::IsCancelled(status) && absl::Now() >= deadline_) {
      status = absl::DeadlineExceededError("the deadline passed; ask for less or allow more time");
    }
    Reply(status);
  }

  // True: the reply is on its way, and this object may be gone.
  bool IsAnsweredAtOnce() {
    if (method_.at_once == nullptr || !request_.Valid() || request_.Length() > kAtOnceBytesMax) return false;
    bool is_there = false;
    const absl::Status status = Guarded([&]() -> absl::Status {
      ASSIGN_OR_RETURN(std::optional<grpc::ByteBuffer> answer, method_.at_once(request_, &call_));
      if (!answer.has_value()) return absl::OkStatus();
      is_there = true;
      response_ = *std::move(answer);
      return HoldResponse();
    });
    if (status.ok() && !is_there) return false;
    Reply(status);
    return true;
  }

  // What the request took is free; what the answer takes is held until the caller has it.
  absl::Status HoldResponse() {
    if (call_.memory == nullptr) return absl::OkStatus();
    call_.memory->GiveBack();
    const absl::Status status = call_.TakeMemory(static_cast<int64_t>(response_.Length()));
    if (!status.ok()) response_.Clear();
    return status;
  }

  // Who neither reads nor sets a deadline is let go.
  void WatchSending() {
    entry_.watchdog().Forget(std::exchange(watched_, {}));
    if (context_.deadline() != std::chrono::system_clock::time_point::max()) return;  // gRPC watches it
    watched_ = entry_.watchdog().Watch(absl::Now() + kUnreadAnswerMax, [this] { context_.TryCancel(); });
  }

  // The last thing: this object may be gone when it returns.
  void Reply(const absl::Status& status) {
    WatchSending();
    record_.tenant = call_.tenant;
    record_.messages_sent = status.ok() ? 1 : 0;
    call_.place = access::Place();  // free before the caller can know
    Finish(entry_.End(method_, status, &record_));
  }

  Entry& entry_;
  const Method& method_;
  grpc::CallbackServerContext& context_;
  const grpc::ByteBuffer& request_;
  grpc::ByteBuffer& response_;
  absl::Time deadline_;
  std::atomic<bool> cancelled_ = false;
  Watchdog::Ticket watched_;  // our deadline, then that the answer is read
  CallRecord record_;
  Call call_;
};

}  // namespace

Entry::Entry(EntryOptions options) : options_(std::move(options)) {
  const std::array<int, kAllWork.size()> threads = {options_.query_threads, options_.record_threads, options_.admin_threads};
  for (const Work work : kAllWork) {
    const auto place = static_cast<size_t>(work);
    queues_[place] = std::make_unique<access::WorkQueue>(NameOf(work), threads[place], kWaitingMax);
  }
}

grpc::ServerUnaryReactor* Entry::Begin(const Method& method, grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  auto* call = new UnaryCall(*this, method, *context, *request, *response);
  call->Start(*context);
  return call;
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Entry::BeginStream(const Method& method,
                                                                                grpc::CallbackServerContext* context) {
  return StartStreamCall(*this, method, context);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* Entry::BeginParts(const Method& method, grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* request) {
  return StartPartsCall(*this, method, context, request);
}

void Entry::Stop() {
  Drain();
  for (auto& queue : queues_) queue->Stop();
}

void Entry::SetDeadlines(const Deadlines& deadlines) {
  deadline_usual_ms_.store(absl::ToInt64Milliseconds(deadlines.usual), std::memory_order_relaxed);
  deadline_most_ms_.store(absl::ToInt64Milliseconds(deadlines.most), std::memory_order_relaxed);
}

absl::Status Entry::Admit(const Method& method, const grpc::CallbackServerContext& context, Call* call) const {
  if (draining()) return DrainingError();
  call->caller = access::Caller::Anyone();
  if (options_.gate != nullptr) {
    ASSIGN_OR_RETURN(call->caller, options_.gate->Identify(ShownBy(context), absl::Now()));
  }
  if (call->record != nullptr) call->record->caller = call->caller.name;
  RETURN_IF_ERROR(access::Authorise(call->caller, method.service, method.name));
  call->limits = options_.limits;
  call->tenant_memory = options_.memory;
  // Whoever may name any tenant is asked again once the request is read.
  if (call->caller.tenant.empty()) return absl::OkStatus();
  call->tenant = call->caller.tenant;
  if (call->tenant_memory != nullptr) {
    call->memory = std::make_unique<access::MemoryLease>(call->tenant_memory->LeaseOf(call->tenant));
  }
  if (call->limits == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(call->place, call->limits->Enter(call->tenant, access::SteadyNow()));
  return absl::OkStatus();
}

absl::Status Entry::AdmitRequest(const Method& method, const grpc::CallbackServerContext& context,
                                 const grpc::ByteBuffer& request, Call* call) const {
  RETURN_IF_ERROR(Admit(method, context, call));
  RETURN_IF_ERROR(CheckRequestSize(request));
  return call->TakeMemory(request.Valid() ? static_cast<int64_t>(request.Length()) : 0);
}

absl::Status Entry::DrainingError() const {
  return WithRetryAfter(WithReason(absl::UnavailableError("the server is shutting down"), "DRAINING"), absl::Seconds(1));
}

absl::Status Entry::QueueFullError(Work work) {
  const access::WorkQueue& queue = QueueOf(work);
  return WithRetryAfter(
      WithReason(absl::ResourceExhaustedError(absl::StrCat("the ", queue.name(), " queue is full: ", queue.waiting_max(),
                                                           " calls wait already; try again later")),
                 "QUEUE_FULL"),
      queue.RetryAfter());
}

void Entry::Drain() {
  draining_.store(true, std::memory_order_relaxed);
  absl::MutexLock lock(&streams_mutex_);
  for (auto& [stream, open] : streams_) open.on_drain();
}

bool Entry::TryOpenStream(const void* stream, absl::string_view tenant, std::function<void()> on_drain) {
  absl::MutexLock lock(&streams_mutex_);
  if (streams_.size() >= static_cast<size_t>(kImportsMax)) return false;
  if (!tenant.empty()) {
    const auto of_tenant =
        std::count_if(streams_.begin(), streams_.end(), [&](const auto& open) { return open.second.tenant == tenant; });
    if (of_tenant >= kImportsOfTenantMax) return false;
  }
  streams_.emplace(stream, OpenStream{std::string(tenant), std::move(on_drain)});
  return true;
}

void Entry::CloseStream(const void* stream) {
  absl::MutexLock lock(&streams_mutex_);
  streams_.erase(stream);
}

bool Entry::TryOpenAnswer() {
  if (open_answers_.fetch_add(1) < kAnswerStreamsMax) return true;
  CloseAnswer();
  return false;
}

CallRecord Entry::Begin(const Method& method, grpc::CallbackServerContext& context) const {
  if (options_.on_begin) options_.on_begin(method);
  return BeginRecord(context);
}

grpc::Status Entry::End(const Method& method, const absl::Status& status, CallRecord* record) const {
  grpc::Status told = status.ok() ? grpc::Status::OK : ToGrpcStatus(status, record->request_id);
  record->took = absl::Now() - record->begun;
  record->code = told.error_code();
  record->status = status;
  if (options_.on_end) options_.on_end(method, *record);
  return told;
}

int Entry::open_streams() const {
  absl::MutexLock lock(&streams_mutex_);
  return static_cast<int>(streams_.size());
}

absl::Status Guarded(const std::function<absl::Status()>& step) {
  try {
    return step();
  } catch (const std::bad_alloc&) {
    return WithReason(absl::ResourceExhaustedError("out of memory; ask for less"), "MEMORY");
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("exception: ", e.what()));
  } catch (...) {
    return absl::InternalError("exception of unknown type");
  }
}

absl::Time Entry::DeadlineOf(const grpc::CallbackServerContext& context, Work work, absl::Time now) const {
  // Long work is asked for by people who wait; everything else by programs that forgot to say how long.
  const absl::Duration most = absl::Milliseconds(deadline_most_ms_.load(std::memory_order_relaxed));
  const absl::Duration usual =
      work == Work::kAdmin ? most : absl::Milliseconds(deadline_usual_ms_.load(std::memory_order_relaxed));
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return now + usual;
  return std::min(absl::FromChrono(deadline), now + most);
}

}  // namespace supportkpi::service
