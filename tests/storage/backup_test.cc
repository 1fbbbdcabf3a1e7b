// Backups hold what was acknowledged before them, and say so when they do not.
#include "storage/backup.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_directory.h"

namespace supportkpi::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    store_ = OpenStore("store");
    auto backups = Backups::Open(Path("backups"));
    EXPECT_TRUE(backups.ok()) << backups.status();
    backups_ = *std::move(backups);
  }

  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }

  std::unique_ptr<Store> OpenStore(const std::string& name) const {
    auto store = Store::Open({.path = Path(name), .block_cache_bytes = 8 << 20, .write_buffer_bytes = 1 << 20});
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  // One batch over both tables; the second value is large enough for a file of its own.
  static void Put(Store& store, int number) {
    auto batch = store.NewBatch();
    batch->Put(Table::kTruth, absl::StrFormat("%06d", number), "small");
    batch->Put(Table::kSegments, absl::StrFormat("%06d", number), Bytes(number));
    ASSERT_TRUE(store.Write(*batch, true).ok());
  }

  // 40,000 that do not compress.
  static std::string Bytes(uint32_t seed) {
    std::string bytes(40'000, '\0');
    std::minstd_rand random(seed + 1);
    for (char& byte : bytes) byte = static_cast<char>(random() >> 8);
    return bytes;
  }

  static int Count(const Store& store, Table table) {
    int count = 0;
    EXPECT_TRUE(store.Scan(table, "", "", [&](absl::string_view key, absl::string_view) {
      EXPECT_EQ(key, absl::StrFormat("%06d", count)) << "a hole";
      ++count;
      return true;
    }).ok());
    return count;
  }

  int64_t MakeBackup(absl::string_view note = "") {
    const auto info = backups_->Create(*store_, note);
    EXPECT_TRUE(info.ok()) << info.status();
    return info.ok() ? info->id : 0;
  }

  // Rows of both tables after a restore into a new folder.
  std::pair<int, int> RowsOf(int64_t id, const std::string& name) const {
    const auto restored = RestoreBackup(Path("backups"), id, Path(name));
    EXPECT_TRUE(restored.ok()) << restored.status();
    if (!restored.ok()) return {-1, -1};
    const auto store = OpenStore(name);
    return {Count(*store, Table::kTruth), Count(*store, Table::kSegments)};
  }

  std::vector<fs::path> FilesBelow(const std::string& name) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(Path(name))) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    return files;
  }

  // The largest file that backups share: rows, not bookkeeping.
  fs::path LargestFile() const {
    const auto files = FilesBelow("backups");
    return *std::max_element(files.begin(), files.end(),
                             [](const fs::path& a, const fs::path& b) { return fs::file_size(a) < fs::file_size(b); });
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Backups> backups_;
};

TEST_F(BackupTest, HoldsWhatWasWrittenBeforeItAndNothingAfter) {
  for (int i = 0; i < 20; ++i) Put(*store_, i);
  const int64_t first = MakeBackup("monday");
  for (int i = 20; i < 30; ++i) Put(*store_, i);
  const int64_t second = MakeBackup();
  EXPECT_EQ(RowsOf(first, "first"), std::pair(20, 20));
  EXPECT_EQ(RowsOf(second, "second"), std::pair(30, 30));
  EXPECT_EQ(RowsOf(0, "newest"), std::pair(30, 30));
  const auto infos = backups_->List();
  ASSERT_TRUE(infos.ok());
  ASSERT_EQ(infos->size(), 2u);
  EXPECT_EQ((*infos)[0].note, "monday");
  EXPECT_GT((*infos)[1].byte_count, (*infos)[0].byte_count);
  EXPECT_NEAR(absl::ToDoubleSeconds(absl::Now() - (*infos)[1].created_at), 0, 120);
  EXPECT_EQ(backups_->summary().count, 2);
}

TEST_F(BackupTest, ASecondOneCopiesOnlyWhatIsNew) {
  for (int i = 0; i < 100; ++i) Put(*store_, i);
  MakeBackup();
  const auto bytes = [this] {
    uintmax_t sum = 0;
    for (const fs::path& file : FilesBelow("backups")) sum += fs::file_size(file);
    return sum;
  };
  const uintmax_t before = bytes();
  Put(*store_, 100);
  MakeBackup();
  EXPECT_LT(bytes() - before, before / 4);
}

TEST_F(BackupTest, TakenWhileOthersWriteItIsAPrefixWithoutHoles) {
  std::atomic<int> written = 0;
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) {
      Put(*store_, written);
      ++written;
    }
  });
  std::vector<std::pair<int64_t, std::pair<int, int>>> made;  // id, rows acknowledged before and after
  for (int i = 0; i < 4; ++i) {
    const int before = written;
    const int64_t id = MakeBackup();
    made.push_back({id, {before, written + 1}});
  }
  stop = true;
  writer.join();
  for (const auto& [id, bounds] : made) {
    EXPECT_TRUE(backups_->Verify(id).ok());
    const auto [truth, segments] = RowsOf(id, absl::StrCat("restored", id));
    EXPECT_EQ(truth, segments);
    EXPECT_GE(truth, bounds.first);
    EXPECT_LE(truth, bounds.second);
  }
}

TEST_F(BackupTest, ARestoredStoreGoesOnWithTheSameFolderOfBackups) {
  for (int i = 0; i < 10; ++i) Put(*store_, i);
  const int64_t first = MakeBackup();
  for (int i = 10; i < 20; ++i) Put(*store_, i);
  ASSERT_TRUE(RestoreBackup(Path("backups"), first, Path("other")).ok());
  store_ = OpenStore("other");  // its next files have the same numbers as the first store's
  for (int i = 10; i < 13; ++i) Put(*store_, i);
  const int64_t second = MakeBackup();
  EXPECT_EQ(RowsOf(first, "a"), std::pair(10, 10));
  EXPECT_EQ(RowsOf(second, "b"), std::pair(13, 13));
}

TEST_F(BackupTest, AChangedByteIsFoundAndNothingIsRestored) {
  for (int i = 0; i < 20; ++i) Put(*store_, i);
  const int64_t id = MakeBackup();
  ASSERT_TRUE(backups_->Verify(id).ok());
  std::fstream file(LargestFile(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(1000);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(1000);
  file.put(byte);
  file.close();
  EXPECT_EQ(backups_->Verify(id).code(), absl::StatusCode::kDataLoss) << backups_->Verify(id);
  EXPECT_EQ(RestoreBackup(Path("backups"), id, Path("restored")).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(fs::exists(Path("restored")));
}

TEST_F(BackupTest, AMissingFileMarksItInTheList) {
  for (int i = 0; i < 20; ++i) Put(*store_, i);
  const int64_t id = MakeBackup();
  fs::remove(LargestFile());
  const auto infos = backups_->List();
  ASSERT_TRUE(infos.ok());
  ASSERT_EQ(infos->size(), 1u);
  EXPECT_TRUE((*infos)[0].is_damaged);
  EXPECT_EQ((*infos)[0].id, id);
  EXPECT_EQ(backups_->summary().damaged_count, 1);
  EXPECT_EQ(backups_->Verify(id).code(), absl::StatusCode::kDataLoss);
}

TEST_F(BackupTest, DeletingOneLeavesTheOthersWhole) {
  for (int i = 0; i < 10; ++i) Put(*store_, i);
  const int64_t first = MakeBackup();
  Put(*store_, 10);
  const int64_t second = MakeBackup();
  ASSERT_TRUE(backups_->Delete(first).ok());
  EXPECT_TRUE(backups_->Verify(second).ok());
  EXPECT_EQ(RowsOf(second, "restored"), std::pair(11, 11));
  EXPECT_EQ(backups_->Verify(first).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(backups_->Delete(first).code(), absl::StatusCode::kNotFound);
}

TEST_F(BackupTest, KeepsTheNewest) {
  std::vector<int64_t> ids;
  for (int i = 0; i < 5; ++i) {
    Put(*store_, i);
    ids.push_back(MakeBackup());
  }
  const auto none = backups_->KeepNewest(5);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->empty());
  const auto deleted = backups_->KeepNewest(2);
  ASSERT_TRUE(deleted.ok());
  EXPECT_THAT(*deleted, ElementsAre(ids[0], ids[1], ids[2]));
  EXPECT_EQ(RowsOf(ids[4], "restored"), std::pair(5, 5));
}

TEST_F(BackupTest, IdsThatAreNoneAreNotFound) {
  for (const int64_t id : {int64_t{-1}, int64_t{0}, int64_t{7}, int64_t{1} << 32, INT64_MAX}) {
    EXPECT_EQ(backups_->Verify(id).code(), absl::StatusCode::kNotFound) << id;
    EXPECT_EQ(backups_->Delete(id).code(), absl::StatusCode::kNotFound) << id;
  }
  EXPECT_EQ(RestoreBackup(Path("backups"), 7, Path("restored")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(RestoreBackup(Path("nowhere"), 0, Path("restored")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(RestoreBackup(Path("backups"), 0, Path("restored")).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(BackupTest, AFolderThatHoldsSomethingIsNotRestoredInto) {
  Put(*store_, 0);
  const int64_t id = MakeBackup();
  fs::create_directories(Path("full"));
  std::ofstream(Path("full/precious")) << "data";
  const auto refused = RestoreBackup(Path("backups"), id, Path("full"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("is not empty"));
  EXPECT_EQ(FilesBelow("full").size(), 1u);
}

TEST_F(BackupTest, AnUnfinishedRestoreCannotBeServed) {
  fs::create_directories(Path("half/.restoring"));
  const auto store = Store::Open({.path = Path("half")});
  EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("restore did not come to its end"));
}

// Takes its time with backups.
class SlowStore final : public Store {
 public:
  absl::StatusOr<int64_t> BackUp(const std::string&, absl::string_view) override {
    has_begun.Notify();
    may_end.WaitForNotification();
    return absl::ResourceExhaustedError("full");
  }
  absl::StatusOr<std::optional<std::string>> Get(Table, absl::string_view) const override { return std::nullopt; }
  absl::Status Scan(Table, absl::string_view, absl::string_view, const Visitor&) const override { return absl::OkStatus(); }
  std::unique_ptr<Batch> NewBatch() const override { return nullptr; }
  absl::Status Write(Batch&, bool) override { return absl::OkStatus(); }
  std::unique_ptr<View> TakeView() const override { return nullptr; }
  absl::Status CompactAll() override { return absl::OkStatus(); }
  uint64_t disk_bytes() const override { return 0; }

  absl::Notification has_begun, may_end;
};

TEST_F(BackupTest, OneChangeAtATimeAndListingGoesOn) {
  Put(*store_, 0);
  const int64_t id = MakeBackup();
  SlowStore slow;
  std::thread other([&] { EXPECT_EQ(backups_->Create(slow, "").status().code(), absl::StatusCode::kResourceExhausted); });
  slow.has_begun.WaitForNotification();
  EXPECT_EQ(backups_->Create(*store_, "").status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(backups_->Verify(id).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(backups_->Delete(id).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(backups_->List()->size(), 1u);
  slow.may_end.Notify();
  other.join();
  EXPECT_TRUE(backups_->Verify(id).ok());
}

}  // namespace
}  // namespace supportkpi::storage
