// The store keeps what it acknowledged, in order, in two tables, through views and across restarts.
#include "storage/store.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/memory_store.h"
#include "tests/support/temporary_directory.h"

namespace supportkpi::storage {
namespace {

using testing::TemporaryDirectory;

std::unique_ptr<Store> OpenAt(const std::string& path) {
  auto store = Store::Open({.path = path, .block_cache_bytes = 8 << 20, .write_buffer_bytes = 4 << 20});
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

void Put(Store& store, Table table, const std::string& key, const std::string& value) {
  auto batch = store.NewBatch();
  batch->Put(table, key, value);
  ASSERT_TRUE(store.Write(*batch, true).ok());
}

std::string Dump(const View& view, Table table, absl::string_view begin, absl::string_view end) {
  std::string text;
  EXPECT_TRUE(view.Scan(table, begin, end, [&](absl::string_view key, absl::string_view value) {
    text.append(key.data(), key.size()).append("=").append(value.data(), value.size()).append(" ");
    return true;
  }).ok());
  return text;
}

class StoreTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam())
      store_ = OpenAt(directory_.path());
    else
      store_ = std::make_unique<MemoryStore>();
    ASSERT_NE(store_, nullptr);
  }
  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreTest, ScansInKeyOrderWithinTheRange) {
  for (const char* key : {"b", "a", "d", "c"}) Put(*store_, Table::kTruth, key, "1");
  Put(*store_, Table::kSegments, "b", "other table");
  EXPECT_EQ(Dump(*store_, Table::kTruth, "b", "d"), "b=1 c=1 ");
  EXPECT_EQ(Dump(*store_, Table::kTruth, "", ""), "a=1 b=1 c=1 d=1 ");
  EXPECT_EQ(Dump(*store_, Table::kSegments, "", ""), "b=other table ");
}

TEST_P(StoreTest, AScanEndsWhenTheVisitorSaysSo) {
  for (const char* key : {"a", "b", "c"}) Put(*store_, Table::kTruth, key, "1");
  int seen = 0;
  ASSERT_TRUE(store_->Scan(Table::kTruth, "", "", [&](absl::string_view, absl::string_view) { return ++seen < 2; }).ok());
  EXPECT_EQ(seen, 2);
}

TEST_P(StoreTest, AViewDoesNotSeeLaterWrites) {
  Put(*store_, Table::kTruth, "a", "1");
  auto view = store_->TakeView();
  Put(*store_, Table::kTruth, "a", "2");
  Put(*store_, Table::kTruth, "b", "2");
  EXPECT_EQ(Dump(*view, Table::kTruth, "", ""), "a=1 ");
  EXPECT_EQ(**view->Get(Table::kTruth, "a"), "1");
  EXPECT_FALSE(view->Get(Table::kTruth, "b")->has_value());
  EXPECT_EQ(Dump(*store_, Table::kTruth, "", ""), "a=2 b=2 ");
}

TEST_P(StoreTest, LaterChangesOfABatchWin) {
  auto batch = store_->NewBatch();
  batch->Put(Table::kTruth, "a", "1");
  batch->Delete(Table::kTruth, "a");
  batch->Put(Table::kTruth, "b", "1");
  batch->Put(Table::kTruth, "b", "2");
  EXPECT_GT(batch->byte_count(), 0u);
  ASSERT_TRUE(store_->Write(*batch, true).ok());
  EXPECT_EQ(Dump(*store_, Table::kTruth, "", ""), "b=2 ");
}

INSTANTIATE_TEST_SUITE_P(Bodies, StoreTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "RocksDb" : "Memory"; });

TEST(RocksStoreTest, KeepsItsDataAcrossARestart) {
  TemporaryDirectory directory;
  Put(*OpenAt(directory.path()), Table::kSegments, "a", std::string(100'000, 'x'));
  EXPECT_EQ(OpenAt(directory.path())->Get(Table::kSegments, "a")->value().size(), 100'000u);
}

TEST(RocksStoreTest, ASecondOpenerIsToldThatTheDirectoryIsInUse) {
  TemporaryDirectory directory;
  auto first = OpenAt(directory.path());
  auto second = Store::Open({.path = directory.path()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(second.status().message().find("in use by another process"), absl::string_view::npos) << second.status();
}

TEST(RocksStoreTest, ACheckpointIsAStoreOfItsOwn) {
  TemporaryDirectory directory;
  auto store = OpenAt(directory.path() + "/live");
  Put(*store, Table::kTruth, "a", "1");
  ASSERT_TRUE(store->Checkpoint(directory.path() + "/copy").ok());
  Put(*store, Table::kTruth, "b", "1");
  EXPECT_EQ(Dump(*OpenAt(directory.path() + "/copy"), Table::kTruth, "", ""), "a=1 ");
}

TEST(RocksStoreTest, CompactionChangesNothing) {
  TemporaryDirectory directory;
  auto store = OpenAt(directory.path());
  for (int i = 0; i < 100; ++i) Put(*store, Table::kTruth, std::to_string(i % 10), std::to_string(i));
  const std::string before = Dump(*store, Table::kTruth, "", "");
  ASSERT_TRUE(store->CompactAll().ok());
  EXPECT_EQ(Dump(*store, Table::kTruth, "", ""), before);
  EXPECT_GT(store->disk_bytes(), 0u);
  EXPECT_TRUE(store->Health().ok());
}

TEST(RocksStoreTest, ACompactionLeavesNoDeletedSegmentsOnDisk) {
  constexpr int kSegments = 96, kSegmentBytes = 256 << 10;
  TemporaryDirectory directory;
  auto store = OpenAt(directory.path());
  std::mt19937 random(1);
  for (int i = 0; i < kSegments; ++i) {
    std::string value(kSegmentBytes, '\0');  // that cannot be compressed
    for (char& byte : value) byte = static_cast<char>(random());
    Put(*store, Table::kSegments, absl::StrCat(1000 + i), value);
  }
  auto batch = store->NewBatch();
  for (int i = 0; i < kSegments; ++i)
    if (i % 8 != 0) batch->Delete(Table::kSegments, absl::StrCat(1000 + i));
  ASSERT_TRUE(store->Write(*batch, true).ok());
  ASSERT_TRUE(store->CompactAll().ok());
  store.reset();
  store = OpenAt(directory.path());
  EXPECT_EQ(store->Get(Table::kSegments, "1008")->value().size(), static_cast<size_t>(kSegmentBytes));
  EXPECT_LT(store->disk_bytes(), uint64_t{2} * kSegmentBytes * kSegments / 8);
}

TEST(PrefixEndTest, IsTheKeyAfterAllWithThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd(std::string("a\xff", 2)), "b");
  EXPECT_EQ(PrefixEnd("\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

}  // namespace
}  // namespace supportkpi::storage
