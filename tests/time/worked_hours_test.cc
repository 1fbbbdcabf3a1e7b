// A table of hours stands for the function it was made of, wherever it is asked.
#include "time/worked_hours.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace supportkpi::time {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kHourMs = 60 * kMinuteMs;
constexpr int64_t k1990Ms = 631'152'000'000;
constexpr int64_t kPageMs = 8192 * kHourMs;

// Every four hours: one closed; one open; one open from :20 to :50; one open from :00 to :10 and from :30 to :60.
int64_t WorkedBefore(int64_t at_ms) {
  constexpr int64_t kRoundMs = 4 * kHourMs;
  const int64_t since = at_ms + (int64_t{1} << 30) * kRoundMs;
  const int64_t in_round = since % kRoundMs;
  int64_t worked_ms = since / kRoundMs * (60 + 30 + 40) * kMinuteMs;
  for (const auto& [from, to] : {std::pair<int64_t, int64_t>{60, 120}, {140, 170}, {180, 190}, {210, 240}})
    worked_ms += std::clamp<int64_t>(in_round - from * kMinuteMs, 0, (to - from) * kMinuteMs);
  return worked_ms;
}

TEST(WorkedHours, AreThoseOfTheFunctionInEveryKindOfHour) {
  const WorkedHours hours;
  for (const int64_t start : {k1990Ms, k1990Ms + 36 * kPageMs, k1990Ms + kPageMs - 2 * kHourMs}) {
    for (int64_t at = start; at < start + 9 * kHourMs; at += 7'919)
      ASSERT_EQ(hours.Before(at, WorkedBefore), WorkedBefore(at)) << at;
    for (int64_t minute = 0; minute < 9 * 60; ++minute)
      for (const int64_t beside : {-1, 0, 1})
        ASSERT_EQ(hours.Before(start + minute * kMinuteMs + beside, WorkedBefore), WorkedBefore(start + minute * kMinuteMs + beside));
  }
}

TEST(WorkedHours, AreThoseOfTheFunctionBeforeAndBehindTheTable) {
  const WorkedHours hours;
  for (const int64_t at : {k1990Ms - 1, k1990Ms - 100 * kPageMs, k1990Ms + 64 * kPageMs - 1, k1990Ms + 64 * kPageMs,
                           k1990Ms + 1000 * kPageMs, int64_t{-62'167'219'200'000}, int64_t{0}})
    EXPECT_EQ(hours.Before(at, WorkedBefore), WorkedBefore(at)) << at;
}

TEST(WorkedPage, TellsWhatTheFunctionTellsOrThatItDoesNotKnow) {
  const WorkedHours hours;
  const int64_t first = k1990Ms + 36 * kPageMs;
  const WorkedPage page = hours.PageAt(first + kPageMs / 2, WorkedBefore);
  size_t told = 0;
  for (int64_t from = first; from < first + 9 * kHourMs; from += 37'919) {
    for (const int64_t length : {int64_t{0}, int64_t{1}, 20 * kMinuteMs, 3 * kHourMs + 1, kPageMs - 10 * kHourMs}) {
      int64_t worked_ms = -1;
      if (!page.WorkedMs(from, from + length, &worked_ms)) continue;
      ++told;
      ASSERT_EQ(worked_ms, WorkedBefore(from + length) - WorkedBefore(from)) << from << " " << length;
    }
  }
  EXPECT_GT(told, 1'000u);
}

TEST(WorkedPage, HoldsItsOwnInstantsOnly) {
  const WorkedHours hours;
  const int64_t first = k1990Ms + 36 * kPageMs, last = first + kPageMs - 1;
  const WorkedPage page = hours.PageAt(first, WorkedBefore);
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min(), kMost = std::numeric_limits<int64_t>::max();
  int64_t worked_ms;
  EXPECT_TRUE(page.WorkedMs(first, first + kHourMs, &worked_ms));
  EXPECT_TRUE(page.Holds(first) && page.Holds(last));
  for (const auto& [from, to] : {std::pair<int64_t, int64_t>{first - 1, first}, {first, last + 1}, {first + 1, first},
                                 {kLeast, first}, {first, kMost}, {kLeast, kMost}, {kLeast, kLeast}, {first, kLeast}, {kMost, kMost}})
    EXPECT_FALSE(page.WorkedMs(from, to, &worked_ms)) << from << " " << to;
  EXPECT_FALSE(WorkedPage().Holds(0));
  for (const int64_t at : {k1990Ms - 1, k1990Ms + 64 * kPageMs, kLeast, kMost})
    EXPECT_FALSE(hours.PageAt(at, WorkedBefore).Holds(at)) << at;
}

TEST(WorkedHours, MayBeAskedByManyThreadsAtOnce) {
  const WorkedHours hours;
  std::vector<std::thread> threads;
  std::vector<uint64_t> sums(4, 0);
  for (uint64_t& sum : sums) {
    threads.emplace_back([&hours, &sum] {
      for (int64_t at = k1990Ms; at < k1990Ms + 3 * kPageMs; at += 1'234'567) sum += static_cast<uint64_t>(hours.Before(at, WorkedBefore));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(sums.begin(), sums.end(), sums[0]), 4);
}

}  // namespace
}  // namespace supportkpi::time
