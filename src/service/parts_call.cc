// Either a task of the call or a write of it is under way, never both; so whoever is under way may use all of it. It finishes
// when neither is, and deletes itself when gRPC is done.
#include "service/parts_call.h"

#include <atomic>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/grpc_status.h"
#include "service/limits.h"

namespace supportkpi::service {

namespace {

class PartsCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  PartsCall(Entry& entry, const Method& method, grpc::CallbackServerContext& context, const grpc::ByteBuffer& request)
      : entry_(entry), method_(method), request_(request), record_(entry.Begin(method, context)) {
    record_.messages_received = 1;
    // An answer of any length takes, like work for an administrator, as long as a call may.
    deadline_ = entry.DeadlineOf(context, Work::kAdmin, record_.begun);
    if (absl::FromChrono(context.deadline()) <= deadline_) return;  // gRPC watches it
    watched_ = entry.watchdog().Watch(deadline_, [this, &context] {
      cancelled_.store(true);
      context.TryCancel();  // a write to a caller who does not read ends by this alone
    });
  }

  void Start(const grpc::CallbackServerContext& context) {
    call_.record = &record_;
    call_.cancelled = &cancelled_;
    if (const absl::Status status = entry_.AdmitRequest(method_, context, request_, &call_); !status.ok()) return End(status);
    is_open_ = entry_.TryOpenAnswer();
    if (!is_open_) {
      return End(WithRetryAfter(WithReason(absl::ResourceExhaustedError(absl::StrCat(
                                               "answers: ", kAnswerStreamsMax, " streams are open already; try again later")),
                                           "STREAM_LIMIT"),
                                absl::Seconds(1)));
    }
    if (!entry_.QueueOf(method_.work).TryAdd([this](bool stopped) { Run(stopped); }, call_.line())) {
      End(entry_.QueueFullError(method_.work));
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the caller left"));
    ++record_.messages_sent;
    if (parts_->is_done()) return End(absl::OkStatus());
    entry_.QueueOf(method_.work).Add([this](bool stopped) { Run(stopped); }, call_.line());
  }

  void OnCancel() override { cancelled_.store(true); }
  void OnDone() override { delete this; }

 private:
  void Run(bool stopped) {
    const absl::Time now = absl::Now();
    if (parts_ == nullptr) record_.waited = now - record_.begun;
    // Whoever has the answer so far goes on with the token of its last part, elsewhere or later.
    if (stopped || (parts_ != nullptr && entry_.draining())) return End(entry_.DrainingError());
    if (now >= deadline_) return End(DeadlineError());
    if (cancelled_.load()) return End(absl::CancelledError("the caller left"));
    const absl::Status status = Guarded([this]() -> absl::Status {
      if (parts_ == nullptr) {
        ASSIGN_OR_RETURN(parts_, method_.stream(request_, &call_));
      }
      ASSIGN_OR_RETURN(part_, parts_->Next());
      return absl::OkStatus();
    });
    if (!status.ok()) return End(absl::IsCancelled(status) && absl::Now() >= deadline_ ? DeadlineError() : status);
    StartWrite(&part_);
  }

  static absl::Status DeadlineError() {
    return absl::DeadlineExceededError("the deadline passed; go on with the last resume_token, or allow more time");
  }

  // The last thing: this object may be gone when it returns.
  void End(const absl::Status& status) {
    entry_.watchdog().Forget(watched_);
    record_.tenant = call_.tenant;
    // Free before the caller can know.
    call_.place = access::Place();
    if (std::exchange(is_open_, false)) entry_.CloseAnswer();
    Finish(entry_.End(method_, status, &record_));
  }

  Entry& entry_;
  const Method& method_;
  const grpc::ByteBuffer& request_;
  absl::Time deadline_;
  std::atomic<bool> cancelled_ = false;
  Watchdog::Ticket watched_;  // our deadline
  CallRecord record_;
  Call call_;
  bool is_open_ = false;          // counts among the open answers
  std::unique_ptr<Parts> parts_;  // made by the first task
  grpc::ByteBuffer part_;         // being written
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartPartsCall(Entry& entry, const Method& method,
                                                           grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request) {
  auto* call = new PartsCall(entry, method, *context, *request);
  call->Start(*context);
  return call;
}

}  // namespace supportkpi::service
