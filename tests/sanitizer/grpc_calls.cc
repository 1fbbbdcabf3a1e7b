// Tells the thread sanitizer the order that gRPC's callback API promises: what was done before an operation is started, or an
// alarm is set, is seen by the callback that it ends with; what callbacks of a call and of an alarm did is seen by whoever
// ends the one and the other, and what calls did by whoever has shut the server down. gRPC's library hands these on through
// queues and counts that are not instrumented. Linked into executables of the tsan preset that serve calls.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "grpc/grpc.h"
#include "grpcpp/alarm.h"
#include "grpcpp/support/callback_common.h"
#include "grpcpp/support/server_callback.h"

extern "C" grpc_call_error grpc_call_start_batch(grpc_call* call, const grpc_op* operations, size_t count, void* tag,
                                                 void* reserved) {
  using StartBatch = grpc_call_error (*)(grpc_call*, const grpc_op*, size_t, void*, void*);
  static const auto library = reinterpret_cast<StartBatch>(dlsym(RTLD_NEXT, "grpc_call_start_batch"));
  if (library == nullptr) {
    std::fprintf(stderr, "grpc_call_start_batch is not in the gRPC found: mend tests/sanitizer/grpc_calls.cc\n");
    std::abort();
  }
  __tsan_release(tag);
  return library(call, operations, count, tag, reserved);
}

// Which callbacks were before the end of a call is counted by headers, visibly but for calls to no method, whose handler is
// compiled into the library: so all that returned were before every end that follows.
static char callbacks_done;

// Stands in for CallbackWithSuccessTag::StaticRun, an inline function whose copies are weak: the tag of the operation.
extern "C" void RunTag(grpc_completion_queue_functor* tag, int ok) __asm__(
    "_ZN4grpc8internal22CallbackWithSuccessTag9StaticRunEP29grpc_completion_queue_functori");
void RunTag(grpc_completion_queue_functor* tag, int ok) {
  __tsan_acquire(tag);
  static_cast<grpc::internal::CallbackWithSuccessTag*>(tag)->force_run(ok != 0);
  __tsan_release(&callbacks_done);  // the tag may be gone
}

// A server counts its calls and itself: the last thing that a call does is to give its count back, the last thing that a
// shutdown does is to wait for all of them.
using OfServer = void (*)(void* server);
static OfServer LibraryOfServer(const char* symbol) {
  const auto library = reinterpret_cast<OfServer>(dlsym(RTLD_NEXT, symbol));
  if (library != nullptr) return library;
  std::fprintf(stderr, "%s is not in the gRPC found: mend tests/sanitizer/grpc_calls.cc\n", symbol);
  std::abort();
}
#define GRPC_GIVE_BACK "_ZN4grpc6Server23UnrefWithPossibleNotifyEv"
#define GRPC_WAIT_FOR_ALL "_ZN4grpc6Server18UnrefAndWaitLockedEv"
extern "C" void GiveBack(void* server) __asm__(GRPC_GIVE_BACK);
void GiveBack(void* server) {
  static const OfServer library = LibraryOfServer(GRPC_GIVE_BACK);
  __tsan_release(server);
  library(server);
}
extern "C" void WaitForAll(void* server) __asm__(GRPC_WAIT_FOR_ALL);
void WaitForAll(void* server) {
  static const OfServer library = LibraryOfServer(GRPC_WAIT_FOR_ALL);
  library(server);
  __tsan_acquire(server);
}

namespace {

// The thread that calls are cancelled and end on, instead of those of the library: its queue is instrumented.
class LastReactions {
 public:
  LastReactions() {
    std::thread([this] { Run(); }).detach();
  }
  void Add(std::function<void()> reaction) {
    const std::lock_guard<std::mutex> lock(mutex_);
    reactions_.push_back(std::move(reaction));
    some_.notify_one();
  }

 private:
  void Run() {
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      some_.wait(lock, [this] { return !reactions_.empty(); });
      const std::function<void()> reaction = std::move(reactions_.front());
      reactions_.pop_front();
      lock.unlock();
      reaction();
    }
  }
  std::mutex mutex_;
  std::condition_variable some_;
  std::deque<std::function<void()>> reactions_;
};
LastReactions& Last() {
  static auto* const last = new LastReactions;
  return *last;
}

// An alarm's callback, destroyed by whoever is last of its owner and the library's timer.
struct AlarmCallback {
  explicit AlarmCallback(std::function<void(bool)> callback_given) : callback(std::move(callback_given)) {}
  AlarmCallback(const AlarmCallback&) = default;
  ~AlarmCallback() { __tsan_acquire(this); }
  void operator()(bool is_due) {
    __tsan_acquire(this);
    callback(is_due);
    __tsan_release(this);
  }
  std::function<void(bool)> callback;
};

}  // namespace

namespace grpc {

void internal::ServerCallbackCall::ScheduleOnDone(bool inline_ondone) {
  if (inline_ondone) return CallOnDone();
  Last().Add([this] {
    __tsan_acquire(&callbacks_done);
    CallOnDone();
  });
}

// Once the call has begun and is known to be cancelled: the library counts these, too.
void internal::ServerCallbackCall::CallOnCancel(ServerReactor* reactor) {
  __tsan_acquire(&on_cancel_conditions_remaining_);
  Ref();
  Last().Add([this, reactor] {
    reactor->OnCancel();
    __tsan_release(&callbacks_done);
    MaybeDone();
  });
}

void Alarm::SetInternal(gpr_timespec deadline, std::function<void(bool)> callback) {
  using Set = void (*)(Alarm*, gpr_timespec, std::function<void(bool)>);
  static const auto library =
      reinterpret_cast<Set>(dlsym(RTLD_NEXT, "_ZN4grpc5Alarm11SetInternalE12gpr_timespecSt8functionIFvbEE"));
  if (library == nullptr) {
    std::fprintf(stderr, "grpc::Alarm::SetInternal is not in the gRPC found: mend tests/sanitizer/grpc_calls.cc\n");
    std::abort();
  }
  std::function<void(bool)> told{AlarmCallback(std::move(callback))};
  __tsan_release(told.target<AlarmCallback>());
  library(this, deadline, std::move(told));
}

}  // namespace grpc
