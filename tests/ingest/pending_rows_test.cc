// A view with rows that are being written shows what the store will show once they are.
#include "ingest/pending_rows.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/memory_store.h"

namespace supportkpi::ingest {
namespace {

using storage::Table;

std::vector<std::string> Scanned(const storage::View& view, const std::string& begin, const std::string& end, size_t most) {
  std::vector<std::string> rows;
  EXPECT_TRUE(view.Scan(Table::kTruth, begin, end, [&](absl::string_view key, absl::string_view value) {
    rows.push_back(absl::StrCat(key, "=", value));
    return rows.size() < most;
  }).ok());
  return rows;
}

TEST(PendingRowsTest, TheViewIsTheStoreAfterTheWrite) {
  std::mt19937 draw(7);
  for (int round = 0; round < 200; ++round) {
    storage::MemoryStore store;
    const auto stored = store.NewBatch();
    for (int i = 0; i < 20; ++i) stored->Put(Table::kTruth, absl::StrCat(draw() % 40), "stored");
    ASSERT_TRUE(store.Write(*stored, true).ok());
    RememberingBatch batch(store.NewBatch());
    for (int i = 0; i < 20; ++i) {
      const std::string key = absl::StrCat(draw() % 40);
      if (draw() % 3 == 0) {
        batch.Delete(Table::kTruth, key);
      } else {
        batch.Put(Table::kTruth, key, absl::StrCat("pending", i));
      }
    }
    batch.Put(Table::kSegments, "1", "a segment");
    const std::string begin = draw() % 2 == 0 ? "" : absl::StrCat(draw() % 40);
    const std::string end = draw() % 2 == 0 ? "" : absl::StrCat(begin, "9");
    const size_t most = 1 + draw() % 30;
    const ViewWithPending view(store, batch.rows());
    const auto seen = Scanned(view, begin, end, most);
    std::vector<std::optional<std::string>> got;
    for (int key = 0; key < 40; ++key) got.push_back(view.Get(Table::kTruth, absl::StrCat(key)).value());
    EXPECT_FALSE(view.Get(Table::kSegments, "1").value().has_value()) << "only rows of the truth are remembered";

    ASSERT_TRUE(store.Write(batch.batch(), true).ok());
    EXPECT_EQ(seen, Scanned(store, begin, end, most));
    EXPECT_EQ(seen, Scanned(view, begin, end, most)) << "they may be stored by now";
    for (int key = 0; key < 40; ++key) EXPECT_EQ(got[key], store.Get(Table::kTruth, absl::StrCat(key)).value()) << key;
  }
}

TEST(PendingRowsTest, TextsOfAnySizeAreKept) {
  storage::MemoryStore store;
  RememberingBatch batch(store.NewBatch());
  std::vector<std::string> values;
  for (int i = 0; i < 100; ++i) values.push_back(std::string(static_cast<size_t>(i) * i * 97, static_cast<char>('a' + i % 26)));
  for (int i = 0; i < 100; ++i) batch.Put(Table::kTruth, absl::StrCat("key", i), values[i]);
  const ViewWithPending view(store, batch.rows());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(view.Get(Table::kTruth, absl::StrCat("key", i)).value(), values[i]);
}

}  // namespace
}  // namespace supportkpi::ingest
