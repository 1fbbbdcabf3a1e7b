// Tells the thread sanitizer what absl::Mutex, Notification and Status order. Debian's Abseil is built without it, so every
// lock would be invisible and every guarded field a reported race. The functions below stand in front of the library's
// (the executable's symbols win, for our code and for gRPC's alike), call it, and annotate what it did.
//
// Linked into executables of the tsan preset only. The names are those of Debian 12's Abseil; another one ends the
// program at its first lock. A mutex is held exclusively when it is awaited or waited for: nothing here awaits as a reader.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

#define ABSL_SYMBOL(rest) "_ZN4absl7debian3" rest
#define ABSL_CONST_SYMBOL(rest) "_ZNK4absl7debian3" rest

namespace {

// The library's own function, called as a plain function whose first argument is the object.
template <typename Result, typename... Arguments>
struct Library {
  using Function = Result (*)(Arguments...);
  explicit Library(const char* symbol) : function(reinterpret_cast<Function>(dlsym(RTLD_NEXT, symbol))) {
    if (function != nullptr) return;
    std::fprintf(stderr, "%s is not in the Abseil found: mend tests/sanitizer/absl_mutex.cc\n", symbol);
    std::abort();
  }
  Result operator()(Arguments... arguments) const { return function(arguments...); }
  const Function function;
};

// The library's call on this thread that is under way. It evaluates conditions, also other threads', with the mutex held.
struct Call {
  Call(void* locked, bool locks, unsigned how) : mutex(locked), is_locking(locks), flags(how), outer(current) {
    current = this;
  }
  ~Call() { current = outer; }
  // Some functions of the library call another of those below for the same mutex: the first has annotated it already.
  static bool IsWithin(const void* mutex) { return current != nullptr && current->mutex == mutex; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void* const mutex;
  const bool is_locking;  // within pre_lock and post_lock; otherwise within pre_unlock and post_unlock
  const unsigned flags;
  Call* const outer;
  static thread_local Call* current;
};
thread_local Call* Call::current = nullptr;

template <typename Body>
void Locking(void* mutex, unsigned flags, const Body& body) {
  if (Call::IsWithin(mutex)) return body();
  __tsan_mutex_pre_lock(mutex, flags);
  {
    const Call call(mutex, true, flags);
    body();
  }
  __tsan_mutex_post_lock(mutex, flags, 0);
}

template <typename Body>
void Unlocking(void* mutex, unsigned flags, const Body& body) {
  __tsan_mutex_pre_unlock(mutex, flags);
  {
    const Call call(mutex, false, flags);
    body();
  }
  __tsan_mutex_post_unlock(mutex, flags);
}

// Gives the mutex up, waits, and has it again.
template <typename Body>
void Waiting(void* mutex, const Body& body) {
  if (Call::IsWithin(mutex)) return body();
  Unlocking(mutex, 0, [] {});
  Locking(mutex, 0, body);
}

// A condition lies on the waiter's stack and is read by whoever gives the mutex up. Between the annotations of a call the
// sanitizer takes no heed, so this comes before them.
void Publish(const absl::Condition& condition) { __tsan_release(const_cast<absl::Condition*>(&condition)); }

template <typename Body>
bool Trying(void* mutex, unsigned flags, const Body& body) {
  __tsan_mutex_pre_lock(mutex, flags | __tsan_mutex_try_lock);
  const bool locked = body();
  __tsan_mutex_post_lock(mutex, flags | __tsan_mutex_try_lock | (locked ? 0 : __tsan_mutex_try_lock_failed), 0);
  return locked;
}

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

Mutex::~Mutex() {
  static const Library<void, Mutex*> library(ABSL_SYMBOL("5MutexD1Ev"));
  library(this);
  __tsan_mutex_destroy(this, __tsan_mutex_not_static);
}

void Mutex::Lock() {
  static const Library<void, Mutex*> library(ABSL_SYMBOL("5Mutex4LockEv"));
  Locking(this, 0, [&] { library(this); });
}

void Mutex::ReaderLock() {
  static const Library<void, Mutex*> library(ABSL_SYMBOL("5Mutex10ReaderLockEv"));
  Locking(this, __tsan_mutex_read_lock, [&] { library(this); });
}

void Mutex::Unlock() {
  static const Library<void, Mutex*> library(ABSL_SYMBOL("5Mutex6UnlockEv"));
  Unlocking(this, 0, [&] { library(this); });
}

void Mutex::ReaderUnlock() {
  static const Library<void, Mutex*> library(ABSL_SYMBOL("5Mutex12ReaderUnlockEv"));
  Unlocking(this, __tsan_mutex_read_lock, [&] { library(this); });
}

bool Mutex::TryLock() {
  static const Library<bool, Mutex*> library(ABSL_SYMBOL("5Mutex7TryLockEv"));
  return Trying(this, 0, [&] { return library(this); });
}

bool Mutex::ReaderTryLock() {
  static const Library<bool, Mutex*> library(ABSL_SYMBOL("5Mutex13ReaderTryLockEv"));
  return Trying(this, __tsan_mutex_read_lock, [&] { return library(this); });
}

void Mutex::LockWhen(const Condition& condition) {
  static const Library<void, Mutex*, const Condition*> library(ABSL_SYMBOL("5Mutex8LockWhenERKNS0_9ConditionE"));
  Publish(condition);
  Locking(this, 0, [&] { library(this, &condition); });
}

void Mutex::ReaderLockWhen(const Condition& condition) {
  static const Library<void, Mutex*, const Condition*> library(ABSL_SYMBOL("5Mutex14ReaderLockWhenERKNS0_9ConditionE"));
  Publish(condition);
  Locking(this, __tsan_mutex_read_lock, [&] { library(this, &condition); });
}

bool Mutex::LockWhenWithTimeout(const Condition& condition, absl::Duration timeout) {
  static const Library<bool, Mutex*, const Condition*, absl::Duration> library(
      ABSL_SYMBOL("5Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE"));
  Publish(condition);
  bool holds = false;
  Locking(this, 0, [&] { holds = library(this, &condition, timeout); });
  return holds;
}

bool Mutex::LockWhenWithDeadline(const Condition& condition, absl::Time deadline) {
  static const Library<bool, Mutex*, const Condition*, absl::Time> library(
      ABSL_SYMBOL("5Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE"));
  Publish(condition);
  bool holds = false;
  Locking(this, 0, [&] { holds = library(this, &condition, deadline); });
  return holds;
}

void Mutex::Await(const Condition& condition) {
  static const Library<void, Mutex*, const Condition*> library(ABSL_SYMBOL("5Mutex5AwaitERKNS0_9ConditionE"));
  Publish(condition);
  Waiting(this, [&] { library(this, &condition); });
}

bool Mutex::AwaitWithTimeout(const Condition& condition, absl::Duration timeout) {
  static const Library<bool, Mutex*, const Condition*, absl::Duration> library(
      ABSL_SYMBOL("5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE"));
  Publish(condition);
  bool holds = false;
  Waiting(this, [&] { holds = library(this, &condition, timeout); });
  return holds;
}

bool Mutex::AwaitWithDeadline(const Condition& condition, absl::Time deadline) {
  static const Library<bool, Mutex*, const Condition*, absl::Time> library(
      ABSL_SYMBOL("5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE"));
  Publish(condition);
  bool holds = false;
  Waiting(this, [&] { holds = library(this, &condition, deadline); });
  return holds;
}

void CondVar::Wait(Mutex* mutex) {
  static const Library<void, CondVar*, Mutex*> library(ABSL_SYMBOL("7CondVar4WaitEPNS0_5MutexE"));
  Waiting(mutex, [&] { library(this, mutex); });
}

bool CondVar::WaitWithTimeout(Mutex* mutex, absl::Duration timeout) {
  static const Library<bool, CondVar*, Mutex*, absl::Duration> library(
      ABSL_SYMBOL("7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE"));
  bool timed_out = false;
  Waiting(mutex, [&] { timed_out = library(this, mutex, timeout); });
  return timed_out;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, absl::Time deadline) {
  static const Library<bool, CondVar*, Mutex*, absl::Time> library(
      ABSL_SYMBOL("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE"));
  bool timed_out = false;
  Waiting(mutex, [&] { timed_out = library(this, mutex, deadline); });
  return timed_out;
}

// The library evaluates a condition with the mutex held, between the annotations of its own call.
bool Condition::Eval() const {
  static const Library<bool, const Condition*> library(ABSL_CONST_SYMBOL("9Condition4EvalEv"));
  const Call* const call = Call::current;
  if (call == nullptr) return library(this);
  if (!call->is_locking) {
    __tsan_mutex_post_unlock(call->mutex, call->flags);
    __tsan_mutex_pre_lock(call->mutex, call->flags);
  }
  __tsan_mutex_post_lock(call->mutex, call->flags, 0);
  __tsan_acquire(const_cast<Condition*>(this));
  const bool holds = library(this);
  __tsan_mutex_pre_unlock(call->mutex, call->flags);
  if (call->is_locking) {
    __tsan_mutex_post_unlock(call->mutex, call->flags);
    __tsan_mutex_pre_lock(call->mutex, call->flags);
  }
  return holds;
}

// HasBeenNotified reads the flag in our code, the library writes it: the flag itself carries the order.
void Notification::Notify() {
  static const Library<void, Notification*> library(ABSL_SYMBOL("12Notification6NotifyEv"));
  __tsan_release(&notified_yet_);
  library(this);
}

void Notification::WaitForNotification() const {
  static const Library<void, const Notification*> library(ABSL_CONST_SYMBOL("12Notification19WaitForNotificationEv"));
  library(this);
  __tsan_acquire(const_cast<std::atomic<bool>*>(&notified_yet_));
}

bool Notification::WaitForNotificationWithTimeout(absl::Duration timeout) const {
  static const Library<bool, const Notification*, absl::Duration> library(
      ABSL_CONST_SYMBOL("12Notification30WaitForNotificationWithTimeoutENS0_8DurationE"));
  const bool notified = library(this, timeout);
  if (notified) __tsan_acquire(const_cast<std::atomic<bool>*>(&notified_yet_));
  return notified;
}

bool Notification::WaitForNotificationWithDeadline(absl::Time deadline) const {
  static const Library<bool, const Notification*, absl::Time> library(
      ABSL_CONST_SYMBOL("12Notification31WaitForNotificationWithDeadlineENS0_4TimeE"));
  const bool notified = library(this, deadline);
  if (notified) __tsan_acquire(const_cast<std::atomic<bool>*>(&notified_yet_));
  return notified;
}

// Copies of a status share what they say; whoever lets go last frees it, after all others' reading.
void Status::UnrefNonInlined(uintptr_t shared) {
  static const Library<void, uintptr_t> library(ABSL_SYMBOL("6Status15UnrefNonInlinedEm"));
  __tsan_release(reinterpret_cast<void*>(shared));
  __tsan_acquire(reinterpret_cast<void*>(shared));
  library(shared);
}

ABSL_NAMESPACE_END
}  // namespace absl
