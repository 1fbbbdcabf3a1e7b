// What the thread sanitizer must and must not report, so that its silence elsewhere means something:
//   planted_race guarded    every way of locking that we use, no race: says nothing
//   planted_race reader     a write under a reader's lock
//   planted_race bare       a counter without a lock
//   planted_race condition  a field read by a condition and written without the lock
//   planted_race given_up   a write after a lock that was taken under a condition, in time, was given back
//   planted_race notified   a write after the notification that publishes it
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 2000;

struct Counter {
  absl::Mutex mutex;
  int value = 0;
};

template <typename Body>
void OnAllThreads(const Body& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&body, i] { body(i); });
  for (std::thread& thread : threads) thread.join();
}

void CountUnderLocks() {
  Counter counter;
  OnAllThreads([&](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      if (thread == 0 && i % 3 == 0) {
        const absl::ReaderMutexLock lock(&counter.mutex);
        if (counter.value < 0) std::abort();
      } else if (i % 5 == 0) {
        if (!counter.mutex.TryLock()) counter.mutex.Lock();
        ++counter.value;
        counter.mutex.Unlock();
      } else {
        const absl::MutexLock lock(&counter.mutex);
        ++counter.value;
      }
    }
  });
}

// Locks the mutex when the condition holds: in one of the ways there are.
void LockWhen(absl::Mutex* mutex, const absl::Condition& condition, int way) {
  constexpr absl::Duration kPatience = absl::Milliseconds(1);
  switch (way) {
    case 0:
      mutex->LockWhen(condition);
      return;
    case 1:
      while (!mutex->LockWhenWithTimeout(condition, kPatience)) mutex->Unlock();
      return;
    case 2:
      while (!mutex->LockWhenWithDeadline(condition, absl::Now() + kPatience)) mutex->Unlock();
      return;
    case 3:
      mutex->Lock();
      mutex->Await(condition);
      return;
    case 4:
      mutex->Lock();
      while (!mutex->AwaitWithTimeout(condition, kPatience)) {
      }
      return;
    default:
      mutex->Lock();
      while (!mutex->AwaitWithDeadline(condition, absl::Now() + kPatience)) {
      }
  }
}
constexpr int kWays = 6;

// Threads take turns; the conditions read what others write, on whichever thread the library evaluates them.
void TakeTurns() {
  Counter turn;
  OnAllThreads([&](int thread) {
    for (int i = 0; i < kRounds / 5; ++i) {
      auto mine = [&turn, thread] { return turn.value % kThreads == thread; };
      LockWhen(&turn.mutex, absl::Condition(&mine), i % kWays);
      ++turn.value;
      turn.mutex.Unlock();
    }
  });
}

// A lock that the sanitizer took for still held after its end would seem to guard the write that comes after it.
void CountWhenGivenUp() {
  Counter counter;
  bool is_free = true;
  OnAllThreads([&](int) {
    for (int i = 0; i < kRounds; ++i) {
      while (!counter.mutex.LockWhenWithTimeout(absl::Condition(&is_free), absl::Milliseconds(1))) counter.mutex.Unlock();
      counter.mutex.Unlock();
      ++counter.value;
    }
  });
}

void Publish(bool late) {
  int value = 0;
  absl::Notification ready;
  std::thread writer([&] {
    value = 1;
    ready.Notify();
    if (late) value = 2;
  });
  ready.WaitForNotification();
  std::printf("%d\n", value);
  writer.join();
  absl::Notification seen;
  std::thread poller([&] {
    while (!seen.HasBeenNotified()) std::this_thread::yield();
    ++value;
  });
  ++value;
  seen.Notify();
  poller.join();
}

void CountUnderReaderLocks() {
  Counter counter;
  OnAllThreads([&](int) {
    for (int i = 0; i < kRounds; ++i) {
      const absl::ReaderMutexLock lock(&counter.mutex);
      ++counter.value;
    }
  });
}

void CountBare() {
  Counter counter;
  OnAllThreads([&](int) {
    for (int i = 0; i < kRounds; ++i) ++counter.value;
  });
}

void AwaitWhatIsWrittenBare() {
  Counter counter;
  std::thread writer([&] { ++counter.value; });
  auto written = [&counter] { return counter.value > 0; };
  counter.mutex.Lock();
  while (!counter.mutex.AwaitWithTimeout(absl::Condition(&written), absl::Milliseconds(1))) {
  }
  counter.mutex.Unlock();
  writer.join();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  if (what == "guarded") {
    CountUnderLocks();
    TakeTurns();
    Publish(false);
  } else if (what == "reader") {
    CountUnderReaderLocks();
  } else if (what == "bare") {
    CountBare();
  } else if (what == "condition") {
    AwaitWhatIsWrittenBare();
  } else if (what == "given_up") {
    CountWhenGivenUp();
  } else if (what == "notified") {
    Publish(true);
  } else {
    std::fprintf(stderr, "usage: planted_race guarded|reader|bare|condition|given_up|notified\n");
    return 2;
  }
  return 0;
}
