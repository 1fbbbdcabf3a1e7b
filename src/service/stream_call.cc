// A state machine under one mutex. At any time at most one read, one write and one task of the call are under way; it
// finishes when no task, no reply and no write is, and deletes itself when gRPC is done.
#include "service/stream_call.h"

#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpcpp/alarm.h"
#include "service/grpc_status.h"
#include "service/limits.h"

namespace supportkpi::service {

namespace {

class StreamCall final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  StreamCall(Entry& entry, const Method& method, grpc::CallbackServerContext& context)
      : entry_(entry), method_(method), record_(entry.Begin(method, context)) {
    call_.cancelled = &cancelled_;
    call_.record = &record_;
  }

  ~StreamCall() override { entry_.CloseStream(this); }

  void Start(const grpc::CallbackServerContext& context) {
    access::MemoryLease* first_memory = nullptr;
    absl::Status refusal = entry_.Admit(method_, context, &call_);
    if (!refusal.ok()) {
      // said below
    } else if (!entry_.TryOpenStream(this, call_.tenant, [this] { Drain(); })) {
      refusal = WithRetryAfter(WithReason(absl::ResourceExhaustedError(absl::StrCat(
                                              "imports: ", kImportsMax, " are open already, or ", kImportsOfTenantMax,
                                              " of the tenant; try again later")),
                                          "STREAM_LIMIT"),
                               absl::Seconds(5));
    } else {
      session_ = method_.open();
      first_memory = call_.memory.get();
    }
    Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      memory_ = first_memory;
      if (!refusal.ok()) end_ = refusal;
    });
  }

  void OnReadDone(bool ok) override {
    Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      reading_ = false;
      half_closed_ = !ok;
      if (!ok) return;
      const int64_t held = memory_ == nullptr ? 0 : static_cast<int64_t>(incoming_.Length());
      if (memory_ != nullptr) memory_->TakeAnyway(held);
      waiting_.push_back({std::exchange(incoming_, grpc::ByteBuffer()), held});
      ++record_.messages_received;
    });
  }

  void OnWriteDone(bool ok) override {
    Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      writing_ = false;
      replies_.pop_front();
      record_.messages_sent += ok ? 1 : 0;
      if (!ok) End(absl::CancelledError("the caller left"));
    });
  }

  void OnCancel() override {
    cancelled_.store(true);
    Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { End(absl::CancelledError("the caller left")); });
  }

  void OnDone() override { delete this; }

 private:
  // Changes the state, then starts whatever can be started. A task is added without the mutex: a queue that has stopped runs
  // it at once. So is Finish called, last: gRPC may delete this object at once.
  template <class ChangeState>
  void Change(const ChangeState& change_state) ABSL_LOCKS_EXCLUDED(mutex_) {
    std::optional<absl::Status> finish;
    bool adds_task = false;
    {
      absl::MutexLock lock(&mutex_);
      change_state();
      finish = Proceed(&adds_task);
    }
    if (adds_task) {
      entry_.QueueOf(method_.work).Add([this, added = absl::Now()](bool stopped) { Work(stopped, absl::Now() - added); },
                                        call_.line());
    }
    if (!finish.has_value()) return;
    record_.tenant = call_.tenant;  // no task uses them any more
    call_.place = access::Place();
    Finish(entry_.End(method_, *finish, &record_));
  }

  // Called with the entry's mutex held, so it cannot be gone; gRPC runs OnDone on another thread.
  void Drain() {
    Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { End(entry_.DrainingError()); });
  }

  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!end_.has_value()) end_ = status;
  }

  // Returns the status to finish with, once. *adds_task: the next message waits for its task; it does not finish before.
  std::optional<absl::Status> Proceed(bool* adds_task) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return std::nullopt;
    if (end_.has_value()) {
      for (const Waiting& message : waiting_) GiveBack(message.held_bytes);
      waiting_.clear();
      if (cancelled_.load() && !writing_) replies_.clear();  // else acknowledgements still go out
    }
    if (!writing_ && !replies_.empty()) {
      writing_ = true;
      StartWrite(&replies_.front());
    }
    if (paused_ && end_.has_value()) alarm_.Cancel();  // it goes off at once
    if (!working_ && !paused_ && !waiting_.empty()) {
      working_ = true;
      ++awaited_;
      *adds_task = true;
    }
    const size_t under_way = waiting_.size() + replies_.size() + awaited_;
    // Where the tenant's memory is tight each of its streams has one message at a time.
    const size_t under_way_max = memory_ != nullptr && memory_->IsTight() ? 1 : kImportWindowChunks;
    if (!reading_ && !half_closed_ && !end_.has_value() && under_way < under_way_max) {
      reading_ = true;
      StartRead(&incoming_);
    }
    if (working_ || paused_ || awaited_ > 0 || writing_ || !replies_.empty()) return std::nullopt;
    if (half_closed_ && waiting_.empty()) End(absl::OkStatus());
    finished_ = end_.has_value();
    return end_;
  }

  void Work(bool stopped, absl::Duration waited) ABSL_LOCKS_EXCLUDED(mutex_) {
    grpc::ByteBuffer bytes;
    {
      absl::MutexLock lock(&mutex_);
      record_.waited += waited;
      if (!waiting_.empty()) {  // a cancelled call waits for nothing
        bytes.Swap(&waiting_.front().bytes);
        held_bytes_.push_back(waiting_.front().held_bytes);
        waiting_.pop_front();
      } else {
        held_bytes_.push_back(0);
      }
    }
    // Whoever takes it away replies: the session's callback, or what is wrong here. A late callback touches nothing.
    const auto open = std::make_shared<std::atomic<bool>>(true);
    const absl::Status status = Guarded([&]() -> absl::Status {
      if (stopped || entry_.draining()) return entry_.DrainingError();
      if (cancelled_.load()) return absl::CancelledError("the caller left");
      session_->OnMessage(bytes, &call_, [this, open](absl::StatusOr<grpc::ByteBuffer> reply) {
        if (open->exchange(false)) OnReply(std::move(reply));
      });
      return absl::OkStatus();
    });
    const bool replies_itself = !status.ok() && open->exchange(false);
    Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      working_ = false;
      memory_ = call_.memory.get();
      // What was replied to meanwhile holds nothing any more.
      const int64_t message_bytes = std::exchange(call_.message_bytes, 0);
      if (open->load()) {
        held_bytes_.back() += message_bytes;
      } else {
        GiveBack(message_bytes);
      }
      if (call_.pause > absl::ZeroDuration()) Pause(std::exchange(call_.pause, absl::ZeroDuration()));
      if (!replies_itself) return;
      Answered();
      End(status);
    });
  }

  // The oldest message that the session has was replied to.
  void Answered() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    --awaited_;
    GiveBack(held_bytes_.front());
    held_bytes_.pop_front();
  }

  void GiveBack(int64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (memory_ != nullptr) memory_->GiveBack(bytes);
  }

  // The object lives until the alarm went off.
  void Pause(absl::Duration pause) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    paused_ = true;
    alarm_.Set(absl::ToChronoTime(absl::Now() + pause), [this](bool) {
      Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { paused_ = false; });
    });
  }

  void OnReply(absl::StatusOr<grpc::ByteBuffer> reply) ABSL_LOCKS_EXCLUDED(mutex_) {
    Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      Answered();
      if (reply.ok()) {
        replies_.push_back(*std::move(reply));
      } else {
        End(reply.status());
      }
    });
  }

  Entry& entry_;
  const Method& method_;
  std::atomic<bool> cancelled_ = false;
  // -- used by one task at a time
  Call call_;
  std::unique_ptr<Session> session_;

  absl::Mutex mutex_;
  CallRecord record_;                    // under mutex_, but for the tenant and the end, which no other thread touches
  grpc::ByteBuffer incoming_;            // being read into, while reading_
  struct Waiting {
    grpc::ByteBuffer bytes;
    int64_t held_bytes = 0;  // of the tenant's memory
  };
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  std::deque<int64_t> held_bytes_ ABSL_GUARDED_BY(mutex_);        // of each message that is awaited and was taken
  access::MemoryLease* memory_ ABSL_GUARDED_BY(mutex_) = nullptr; // call_.memory once the tenant is known
  std::deque<grpc::ByteBuffer> replies_ ABSL_GUARDED_BY(mutex_);  // the first one is being written, while writing_
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);       // how the call ends, once known
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool working_ ABSL_GUARDED_BY(mutex_) = false;                  // the session looks at a message
  size_t awaited_ ABSL_GUARDED_BY(mutex_) = 0;                    // messages given to the session, not yet replied to
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;                   // until the alarm goes off
  grpc::Alarm alarm_;
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartStreamCall(Entry& entry, const Method& method,
                                                                             grpc::CallbackServerContext* context) {
  auto* call = new StreamCall(entry, method, *context);
  call->Start(*context);
  return call;
}

}  // namespace supportkpi::service
