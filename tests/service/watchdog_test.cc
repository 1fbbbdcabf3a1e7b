// What is due happens once and in time; what is forgotten does not.
#include "service/watchdog.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace supportkpi::service {
namespace {

TEST(Watchdog, IsDueInTimeWhateverCameFirst) {
  Watchdog watchdog;
  absl::Notification late, early;
  std::atomic<int> order = 0, early_place = 0, late_place = 0;
  const absl::Time now = absl::Now();
  watchdog.Watch(now + absl::Hours(1), [] { FAIL() << "an hour early"; });
  watchdog.Watch(now + absl::Milliseconds(80), [&] { late_place = ++order, late.Notify(); });
  watchdog.Watch(now + absl::Milliseconds(20), [&] { early_place = ++order, early.Notify(); });
  ASSERT_TRUE(early.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_GE(absl::Now(), now + absl::Milliseconds(20));
  ASSERT_TRUE(late.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_GE(absl::Now(), now + absl::Milliseconds(80));
  EXPECT_EQ(early_place, 1);
  EXPECT_EQ(late_place, 2);
}

TEST(Watchdog, WhatIsForgottenDoesNotHappen) {
  Watchdog watchdog;
  std::atomic<bool> has_happened = false;
  absl::Notification after;
  const absl::Time soon = absl::Now() + absl::Milliseconds(30);
  const auto ticket = watchdog.Watch(soon, [&] { has_happened = true; });
  watchdog.Watch(soon + absl::Milliseconds(10), [&] { after.Notify(); });
  watchdog.Forget(ticket);
  watchdog.Forget(ticket);
  ASSERT_TRUE(after.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_FALSE(has_happened);
}

// Cancelling a call may begin another one on the same thread, which is watched too.
TEST(Watchdog, WhatIsDueMayWatchAndForgetOthers) {
  Watchdog watchdog;
  absl::Notification both;
  std::atomic<bool> has_happened = false;
  const auto other = watchdog.Watch(absl::Now() + absl::Hours(1), [&] { has_happened = true; });
  watchdog.Watch(absl::Now(), [&] {
    watchdog.Forget(other);
    watchdog.Watch(absl::Now(), [&] { both.Notify(); });
  });
  ASSERT_TRUE(both.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_FALSE(has_happened);
}

// The calls' own use: whatever is watched may go once it is forgotten, at the very time at which it is due.
TEST(Watchdog, ForgettingWaitsForWhatIsHappening) {
  Watchdog watchdog;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 500; ++call) {
        auto watched = std::make_unique<std::atomic<int>>(0);
        const auto ticket = watchdog.Watch(absl::Now() + absl::Microseconds(call % 50), [its = watched.get()] {
          *its = 1;
          std::this_thread::yield();
          *its = 2;
        });
        if (call % 7 == 0) absl::SleepFor(absl::Microseconds(30));
        watchdog.Forget(ticket);
        EXPECT_NE(*watched, 1) << "under way";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace supportkpi::service
