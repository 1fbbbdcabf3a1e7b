// The tail's arrays: a chunk once shown does not change, whatever is appended later.
#include "column/plain_chunk.h"

#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::column {
namespace {

using ::testing::ElementsAre;

constexpr ColumnKey kAt = 1, kTags = 2;

class PlainChunkTest : public ::testing::Test {
 protected:
  using Pairs = std::vector<std::pair<int64_t, int64_t>>;

  bool Append(int64_t at, std::vector<int64_t> tags, int64_t born, Pairs attributes = {}) {
    const std::vector<int64_t> scalars = {at};
    const std::vector<uint32_t> ends = {static_cast<uint32_t>(tags.size())};
    return appender.Append({scalars, tags, ends, attributes, {}}, born);
  }
  bool Equals(uint32_t row, int64_t at, std::vector<int64_t> tags, Pairs attributes = {}) {
    const std::vector<int64_t> scalars = {at};
    const std::vector<uint32_t> ends = {static_cast<uint32_t>(tags.size())};
    return appender.Equals(row, {scalars, tags, ends, attributes, {}});
  }
  static std::vector<int64_t> ReadAll(const Chunk& chunk, ColumnKey key, int64_t missing = -1) {
    std::vector<int64_t> values(chunk.row_count());
    chunk.Read(key, 0, chunk.row_count(), missing, values.data());
    return values;
  }

  PlainAppender appender{std::make_shared<PlainLayout>(std::vector<ColumnSpec>{{kAt, false}, {kTags, true}})};
};

TEST_F(PlainChunkTest, AShownChunkStaysAsItWas) {
  Append(10, {1, 2}, 1);
  Append(20, {}, 1);
  const auto early = appender.Show();
  for (int i = 0; i < 5000; ++i) Append(100 + i, {i, i, i}, 2, {{3, i}});
  const auto late = appender.Show();

  EXPECT_EQ(early->row_count(), 2u);
  EXPECT_THAT(ReadAll(*early, kAt), ElementsAre(10, 20));
  EXPECT_EQ(early->Range(kAt).max, 20);
  EXPECT_FALSE(early->Has(kAttributeBase + 3));
  Lists lists;
  early->ReadLists(kTags, 0, 2, &lists);
  EXPECT_THAT(lists.offsets, ElementsAre(0, 2, 2));
  EXPECT_THAT(lists.values, ElementsAre(1, 2));

  EXPECT_EQ(late->row_count(), 5002u);
  EXPECT_EQ(late->Range(kAt).max, 5099);
  EXPECT_EQ(ReadAll(*late, kAttributeBase + 3)[1], 0);
  EXPECT_EQ(ReadAll(*late, kAttributeBase + 3)[5001], 4999);
  late->ReadLists(kTags, 5001, 1, &lists);
  EXPECT_THAT(lists.values, ElementsAre(4999, 4999, 4999));
}

TEST_F(PlainChunkTest, TruncatedRowsAreReplaced) {
  Append(10, {1}, 1);
  Append(20, {2, 2}, 2, {{4, 5}});
  appender.TruncateTo(1);
  Append(30, {3}, 3);
  const auto chunk = appender.Show();
  EXPECT_THAT(ReadAll(*chunk, kAt), ElementsAre(10, 30));
  EXPECT_THAT(ReadAll(*chunk, kBorn), ElementsAre(1, 3));
  EXPECT_THAT(ReadAll(*chunk, kAttributeBase + 4), ElementsAre(0, 0));
  Lists lists;
  chunk->ReadLists(kTags, 0, 2, &lists);
  EXPECT_THAT(lists.values, ElementsAre(1, 3));
}

TEST_F(PlainChunkTest, ARowEqualsOnlyTheSameValues) {
  Append(10, {1, 2}, 1, {{4, 5}});
  Append(10, {}, 1);
  EXPECT_TRUE(Equals(0, 10, {1, 2}, {{4, 5}}));
  EXPECT_FALSE(Equals(0, 11, {1, 2}, {{4, 5}}));
  EXPECT_FALSE(Equals(0, 10, {1}, {{4, 5}}));
  EXPECT_FALSE(Equals(0, 10, {1, 2}));
  EXPECT_FALSE(Equals(0, 10, {1, 2}, {{4, 6}}));
  EXPECT_FALSE(Equals(0, 10, {1, 2}, {{4, 5}, {6, 1}}));
  EXPECT_TRUE(Equals(1, 10, {}));
  EXPECT_FALSE(Equals(1, 10, {}, {{4, 5}}));
}

TEST_F(PlainChunkTest, AFullChunkTakesNoMore) {
  for (uint32_t i = 0; i < kRowsPerChunk; ++i) ASSERT_TRUE(Append(i, {}, 1));
  EXPECT_FALSE(Append(0, {}, 1));
  EXPECT_EQ(appender.Show()->row_count(), kRowsPerChunk);
}

TEST_F(PlainChunkTest, DeathsReachChunksShownBefore) {
  Append(10, {}, 1);
  Append(20, {}, 1);
  const auto chunk = appender.Show();
  std::vector<uint32_t> rows;
  EXPECT_TRUE(chunk->AliveRows(5, 0, 2, &rows));
  appender.deaths()->Add({{0, 6}});
  EXPECT_TRUE(chunk->AliveRows(5, 0, 2, &rows));
  EXPECT_FALSE(chunk->AliveRows(6, 0, 2, &rows));
  EXPECT_THAT(rows, ElementsAre(1));
}

}  // namespace
}  // namespace supportkpi::column
