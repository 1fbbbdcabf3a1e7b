// Admission under load, and its end.
#include "access/work_queue.h"

#include <atomic>
#include <string>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace supportkpi::access {
namespace {

TEST(WorkQueue, RunsWhatItTakesInOrder) {
  std::string ran;
  {
    WorkQueue queue("q", 1, 64);
    absl::Notification done;
    for (char c : {'a', 'b', 'c'}) EXPECT_TRUE(queue.TryAdd([&, c](bool) { ran += c; }));
    EXPECT_TRUE(queue.TryAdd([&](bool) { done.Notify(); }));
    done.WaitForNotification();
  }
  EXPECT_EQ(ran, "abc");
}

TEST(WorkQueue, LinesTakeTurns) {
  std::string ran;
  {
    WorkQueue queue("q", 1, 64);
    absl::Notification started, go, done;
    ASSERT_TRUE(queue.TryAdd([&](bool) {
      started.Notify();
      go.WaitForNotification();
    }));
    started.WaitForNotification();
    for (char c : {'1', '2', '3', '4'}) EXPECT_TRUE(queue.TryAdd([&, c](bool) { ran += c; }, "many"));
    EXPECT_TRUE(queue.TryAdd([&](bool) { ran += 'a'; }, "one"));
    for (char c : {'x', 'y'}) queue.Add([&, c](bool) { ran += c; }, "two");
    EXPECT_TRUE(queue.TryAdd([&](bool) { done.Notify(); }, "many"));
    EXPECT_EQ(queue.waiting(), 8);
    go.Notify();
    done.WaitForNotification();
  }
  EXPECT_EQ(ran, "1ax2y34");
}

TEST(WorkQueue, RefusesAtOnceWhenSoManyWait) {
  WorkQueue queue("q", 1, 2);
  absl::Notification started, go;
  std::atomic<int> ran = 0;
  ASSERT_TRUE(queue.TryAdd([&](bool) {
    started.Notify();
    go.WaitForNotification();
  }));
  started.WaitForNotification();
  EXPECT_TRUE(queue.TryAdd([&](bool) { ++ran; }));
  EXPECT_TRUE(queue.TryAdd([&](bool) { ++ran; }));
  EXPECT_FALSE(queue.TryAdd([&](bool) { ++ran; }));
  EXPECT_GE(queue.RetryAfter(), absl::Milliseconds(50));
  queue.Add([&](bool) { ++ran; });  // bounded elsewhere
  go.Notify();
  queue.Stop();
  EXPECT_EQ(ran, 3);
}

TEST(WorkQueue, ATaskThatAnIdleThreadTakesDoesNotWait) {
  WorkQueue queue("q", 1, 0);
  for (int i = 0; i < 100; ++i) {
    absl::Notification done;
    // The thread may still be on its way back from the last task: then the queue is honestly full.
    while (!queue.TryAdd([&](bool) { done.Notify(); })) {
    }
    done.WaitForNotification();
  }
}

TEST(WorkQueue, AfterAStopTasksAreToldSoAndStillRun) {
  WorkQueue queue("q", 1, 64);
  std::atomic<int> ran = 0;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.TryAdd([&](bool) { ++ran; }));
  queue.Stop();
  EXPECT_EQ(ran, 3);
  bool told = false;
  EXPECT_TRUE(queue.TryAdd([&](bool stopped) { told = stopped; }));
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace supportkpi::access
