// What was acknowledged survives kill -9: a child writes and acknowledges through a pipe, is killed at a random moment,
// and everything that came through the pipe is there. The child is this program begun anew, as a fork of a process with
// threads may inherit a lock that nobody gives back.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "tests/ingest/desk.h"
#include "tests/support/temporary_directory.h"

namespace supportkpi::ingest {
namespace {

std::string TicketText(int64_t number) {
  return absl::StrCat("ticket { id: 'n", number, "' created_at { seconds: 1000 } events { id: 'e' kind: ",
                      "TICKET_EVENT_KIND_AGENT_REPLY at { seconds: 1060 } } }");
}

std::unique_ptr<storage::Store> OpenStore(const std::string& path) {
  auto store = storage::Store::Open({.path = path, .block_cache_bytes = 8 << 20, .write_buffer_bytes = 1 << 20});
  return store.ok() ? *std::move(store) : nullptr;
}

// Writes tickets first, first + 1, ... through four requests at a time; tells each acknowledged number through the pipe.
[[noreturn]] void WriteUntilKilled(const std::string& path, int64_t first, int pipe_end) {
  auto store = OpenStore(path);
  testing::RecordingProjection projection;
  time::SystemClock clock;
  if (store == nullptr) _exit(1);
  auto committer = Committer::Start(*store, projection, clock, {.free_bytes_min = 0, .free_share_min = 0});
  for (int64_t number = first;; number += 4) {
    std::vector<Waiter<UpsertResult>> waiters(4);
    for (int i = 0; i < 4; ++i)
      (*committer)->Upsert(kTenant, absl::StrCat("r", number + i), ParseRecords({TicketText(number + i)}),
                           [done = waiters[i].done(), pipe_end, acked = number + i](absl::StatusOr<UpsertResult> result) {
                             if (result.ok() && write(pipe_end, &acked, sizeof(acked)) != sizeof(acked)) _exit(1);
                             done(std::move(result));
                           });
    for (auto& waiter : waiters) waiter.Wait().IgnoreError();
  }
}

// Of the child: the store's path, the first number, its end of the pipe.
constexpr const char* kPath = "KILL_TEST_PATH";
constexpr const char* kFirst = "KILL_TEST_FIRST";
constexpr const char* kPipeEnd = "KILL_TEST_PIPE_END";

pid_t StartChild(const std::string& path, int64_t first, const int (&ends)[2]) {
  setenv(kPath, path.c_str(), 1);
  setenv(kFirst, absl::StrCat(first).c_str(), 1);
  setenv(kPipeEnd, absl::StrCat(ends[1]).c_str(), 1);
  const pid_t child = fork();
  if (child != 0) {
    unsetenv(kPath);
    return child;
  }
  close(ends[0]);
  dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
  execl("/proc/self/exe", "ingest_test", "--gtest_filter=KillTest.WhatWasAcknowledgedIsThere", nullptr);
  _exit(1);
}

TEST(KillTest, WhatWasAcknowledgedIsThere) {
  if (const char* path = getenv(kPath); path != nullptr) {
    WriteUntilKilled(path, std::atoll(getenv(kFirst)), std::atoi(getenv(kPipeEnd)));
  }
  testing::TemporaryDirectory directory;
  std::mt19937 random(7);
  std::vector<int64_t> acknowledged;
  int64_t next = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = StartChild(directory.path(), next, ends);
    close(ends[1]);
    // Killed some time after its first acknowledgement, so that every round has something to lose.
    int64_t number = 0;
    bool is_first = true;
    while (read(ends[0], &number, sizeof(number)) == sizeof(number)) {
      acknowledged.push_back(number);
      next = std::max(next, number + 8);
      if (is_first) {
        is_first = false;
        std::thread([child, delay = std::chrono::microseconds(random() % 60'000)] {
          std::this_thread::sleep_for(delay);
          kill(child, SIGKILL);
        }).detach();
      }
    }
    close(ends[0]);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    ASSERT_FALSE(is_first) << "the child stored nothing";
    auto store = OpenStore(directory.path());
    ASSERT_NE(store, nullptr);
    for (int64_t acked : acknowledged) {
      ASSERT_OK(GetRecord(*store, kTenant, Ticket(absl::StrCat("n", acked))));
      ASSERT_OK(GetRecord(*store, kTenant, Event(absl::StrCat("n", acked), "e")));
    }
  }
  EXPECT_GE(acknowledged.size(), 8u);
}

}  // namespace
}  // namespace supportkpi::ingest
