// What many threads freed goes back to the system.
#include "server/free_memory.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace supportkpi::server {
namespace {

TEST(FreeMemory, WhatThreadsFreedGoesBack) {
  constexpr int64_t kGrowthBytes = 128 << 20;
  FreeMemory memory(kGrowthBytes);
  memory.Tick();
  const int64_t before = ResidentBytes();
  ASSERT_GT(before, 0);
  // Small pieces, every 64th of which stays: what is free lies between them.
  std::vector<std::vector<std::unique_ptr<std::string>>> kept(4);
  std::vector<std::thread> threads;
  for (auto& pieces : kept) {
    threads.emplace_back([&pieces] {
      for (int i = 0; i < 100'000; ++i) pieces.push_back(std::make_unique<std::string>(1000, 'x'));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (auto& pieces : kept) {
    for (size_t i = 0; i < pieces.size(); ++i) {
      if (i % 64 != 0) pieces[i].reset();
    }
  }
  const int64_t held = ResidentBytes();
#if defined(__SANITIZE_ADDRESS__) || defined(_GLIBCXX_TSAN)  // the preset takes __SANITIZE_THREAD__ away
  GTEST_SKIP() << "the sanitizers have an allocator of their own";
#endif
  ASSERT_GT(held - before, kGrowthBytes);
  memory.Tick();
  EXPECT_LT(ResidentBytes() - before, (held - before) / 3);
}

}  // namespace
}  // namespace supportkpi::server
