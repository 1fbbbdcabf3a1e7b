// A store that ends before what it acknowledged is not opened; a torn tail that nobody was told of is.
#include "storage/high_water.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/temporary_directory.h"

namespace supportkpi::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::chrono::milliseconds kOften(5);
constexpr std::chrono::milliseconds kNever(3'600'000);

absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& path, std::chrono::milliseconds interval = kOften,
                                            uint64_t accepted = 0) {
  StoreOptions options;
  options.path = path;
  options.block_cache_bytes = 8 << 20;
  options.write_buffer_bytes = 4 << 20;
  options.accept_data_loss_through = accepted;
  options.high_water_interval = interval;
  return Store::Open(options);
}

class HighWaterTest : public ::testing::Test {
 protected:
  // A store with so many writes, as a crash would leave it: copied while it is open.
  std::string CrashedAfter(int writes, std::chrono::milliseconds interval) {
    const std::string path = directory_.path() + "/live";
    auto store = Open(path, interval).value();
    for (int i = 0; i < writes; ++i) {
      auto batch = store->NewBatch();
      batch->Put(Table::kTruth, std::to_string(i), std::string(100, 'x'));
      batch->Put(Table::kTruth, "count", std::to_string(i + 1));
      EXPECT_TRUE(store->Write(*batch, true).ok());
    }
    const uint64_t last = 2 * static_cast<uint64_t>(writes);
    for (int i = 0; interval == kOften && i < 6000 && ReadHighWaterMark(path).value()->sequence < last; ++i) {
      std::this_thread::sleep_for(kOften);
    }
    const std::string copy = directory_.path() + "/crashed";
    fs::copy(path, copy, fs::copy_options::recursive);
    return copy;
  }
  static fs::path LogOf(const std::string& path) {
    fs::path log;
    for (const auto& file : fs::directory_iterator(path)) {
      if (file.path().extension() == ".log" && fs::file_size(file) > 0) log = file.path();
    }
    return log;
  }
  static std::string Count(const Store& store) { return store.Get(Table::kTruth, "count").value().value_or("none"); }

  testing::TemporaryDirectory directory_;
};

TEST_F(HighWaterTest, ACrashAloneLosesNothingAndIsOpened) {
  const std::string path = CrashedAfter(50, kOften);
  EXPECT_EQ(ReadHighWaterMark(path).value()->sequence, 100u);
  auto store = Open(path);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(Count(**store), "50");
}

TEST_F(HighWaterTest, ALogThatIsGoneIsNotOpenedUnlessAccepted) {
  const std::string path = CrashedAfter(50, kOften);
  fs::remove(LogOf(path));
  const absl::Status refused = Open(path).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("acknowledged writes are missing"));
  const uint64_t mark = ReadHighWaterMark(path).value()->sequence;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("--accept_data_loss_through=" + std::to_string(mark)));
  EXPECT_FALSE(Open(path, kOften, mark - 1).ok());
  {
    auto store = Open(path, kOften, mark);
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_EQ(Count(**store), "none");
  }
  EXPECT_TRUE(Open(path).ok()) << "accepted once, it is the truth";
}

TEST_F(HighWaterTest, ABitInTheMiddleOfTheLogIsNotOpened) {
  const std::string path = CrashedAfter(200, kOften);
  const fs::path log = LogOf(path);
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(fs::file_size(log) / 2));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(fs::file_size(log) / 2));
  file.put(static_cast<char>(byte ^ 1));
  file.close();
  EXPECT_EQ(Open(path).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(HighWaterTest, ATornTailThatWasNotWrittenDownIsOpened) {
  const std::string path = CrashedAfter(50, kNever);
  const fs::path log = LogOf(path);
  fs::resize_file(log, fs::file_size(log) - 5);
  auto store = Open(path);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(Count(**store), "49");
}

TEST_F(HighWaterTest, AfterACleanStopTheMarkIsExact) {
  const std::string path = directory_.path() + "/live";
  for (int i = 1; i <= 3; ++i) {
    auto store = Open(path, kNever).value();
    auto batch = store->NewBatch();
    batch->Put(Table::kTruth, std::to_string(i), "x");
    ASSERT_TRUE(store->Write(*batch, true).ok());
    auto unsynced = store->NewBatch();
    unsynced->Put(Table::kTruth, "later", "x");
    ASSERT_TRUE(store->Write(*unsynced, false).ok());
    store.reset();
    EXPECT_EQ(ReadHighWaterMark(path).value()->sequence, static_cast<uint64_t>(2 * i - 1));
  }
}

TEST_F(HighWaterTest, ACleanStopLeavesNothingInTheLog) {
  const std::string path = directory_.path() + "/live";
  {
    auto store = Open(path).value();
    auto batch = store->NewBatch();
    batch->Put(Table::kTruth, "count", "1");
    batch->Put(Table::kSegments, "segment", std::string(100'000, 'x'));
    ASSERT_TRUE(store->Write(*batch, true).ok());
    EXPECT_FALSE(LogOf(path).empty()) << "the test would not notice a log";
  }
  // What is in no log is not replayed: without its log the store is whole.
  for (const auto& file : fs::directory_iterator(path)) {
    if (file.path().extension() == ".log") fs::remove(file.path());
  }
  auto store = Open(path);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(Count(**store), "1");
  EXPECT_EQ((*store)->Get(Table::kSegments, "segment").value().value_or("").size(), 100'000u);
}

TEST_F(HighWaterTest, AnotherDatabaseAndADamagedMarkAreNotOpened) {
  const std::string path = CrashedAfter(3, kOften);
  const HighWaterMark mark = *ReadHighWaterMark(path).value();
  ASSERT_TRUE(WriteHighWaterMark(path, {"somebody-else", 1}).ok());
  EXPECT_THAT(std::string(Open(path).status().message()), HasSubstr("not the one"));
  ASSERT_TRUE(WriteHighWaterMark(path, mark).ok());
  EXPECT_TRUE(Open(path).ok());
  for (const char* text : {"", "supportkpi-acknowledged 1\n", "supportkpi-acknowledged 1\nid\n12 d\n", "supportkpi-acknowledged 2\nid\n12 c\n"}) {
    std::ofstream(path + "/ACKNOWLEDGED") << text;
    EXPECT_EQ(Open(path).status().code(), absl::StatusCode::kDataLoss) << text;
  }
  fs::remove(path + "/ACKNOWLEDGED");
  EXPECT_TRUE(Open(path).ok()) << "as a folder of an earlier version";
}

}  // namespace
}  // namespace supportkpi::storage
