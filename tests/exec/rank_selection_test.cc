// Ranks and sums of values in blocks against one sorted list of them; values that are kept by cell against plain lists.
#include "exec/native/rank_selection.h"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "exec/native/cell_values.h"
#include "exec/native/statistics.h"
#include "exec/native/value_rules.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

constexpr int64_t kNarrowest = std::numeric_limits<uint32_t>::max();

// By how the values lie: alike, few, of 32 bits, around the bounds of 32 bits, skewed, anywhere, the extremes.
constexpr int kKinds = 8;
int64_t ValueOf(int kind, std::mt19937_64& random) {
  const uint64_t bits = random();
  switch (kind) {
    case 0: return 7;
    case 1: return static_cast<int64_t>(bits % 3);
    case 2: return static_cast<int64_t>(bits % 1'000'000'000);
    case 3: return kNarrowest - 50 + static_cast<int64_t>(bits % 100);
    case 4: return static_cast<int64_t>(bits % 100) - 50;
    case 5: return static_cast<int64_t>(bits >> (1 + bits % 63));
    case 6: return std::max(static_cast<int64_t>(bits), kNoSchedule + 1);
    default: return bits % 3 == 0 ? kForever - 1 : bits % 3 == 1 ? kNoSchedule + 1 : static_cast<int64_t>(bits % 5);
  }
}

std::vector<int64_t> ValuesOf(int kind, size_t count, std::mt19937_64& random) {
  std::vector<int64_t> values(count);
  for (int64_t& value : values) value = ValueOf(kind, random);
  return values;
}

void LookAt(const CellValues& kept, uint32_t cell, RankSelector* selector) {
  kept.ForEachBlock(cell, [&](const auto& block) { selector->Add(block); });
}

std::vector<size_t> SomeRanks(size_t count, std::mt19937_64& random) {
  std::vector<size_t> ranks = {0, count - 1, count / 2, count / 20, count - 1 - count / 20};
  for (int i = 0; i < 20; ++i) ranks.push_back(random() % count);
  return ranks;
}

void ExpectRanks(RankSelector& selector, std::vector<int64_t> values, std::mt19937_64& random) {
  std::sort(values.begin(), values.end());
  __int128 sum = 0;
  for (const int64_t value : values) sum += value;
  ASSERT_EQ(selector.count(), values.size());
  EXPECT_TRUE(selector.Sum() == sum);
  for (const size_t rank : SomeRanks(values.size(), random)) {
    const RankFinder::Values found = selector.Find(rank);
    ASSERT_EQ(found.at, values[rank]) << "rank " << rank << " of " << values.size();
    ASSERT_TRUE(rank + 1 == values.size() || found.next == values[rank + 1]) << "rank " << rank << " of " << values.size();
  }
  const SortedRun sorted = selector.Sorted();
  EXPECT_TRUE(std::equal(sorted.begin(), sorted.end(), values.begin(), values.end()));
}

TEST(RankSelector, HasTheRanksOfSortedValues) {
  std::mt19937_64 random(5);
  RankSelector selector;
  for (int kind = 0; kind < kKinds; ++kind) {
    for (const size_t count : {1, 2, 100, 511, 512, 513, 600, 3000, 50'000}) {
      SCOPED_TRACE(testing::Message() << "kind " << kind);
      const std::vector<int64_t> values = ValuesOf(kind, count, random);
      CellValues kept;
      kept.Grow(1);
      for (const int64_t value : values) kept.Add(0, value);
      selector.Clear();
      LookAt(kept, 0, &selector);
      ExpectRanks(selector, values, random);
    }
  }
}

// A sample that misses where the rank is: every value that is taken into it is far above all others.
TEST(RankSelector, FindsWhatTheSampleMisses) {
  std::mt19937_64 random(6);
  constexpr size_t kCount = 8000, kStep = 20;
  std::vector<int64_t> values = ValuesOf(2, kCount, random);
  for (size_t i = kStep / 2; i < kCount; i += kStep) values[i] += 1'000'000'000'000;
  RankSelector selector;
  selector.Add(absl::MakeConstSpan(values));
  ExpectRanks(selector, values, random);
}

TEST(RankSelector, TakesValuesOfBothKindsWhateverTheyAre) {
  std::mt19937_64 random(7);
  for (const size_t count : {40, 20'000}) {
    const std::vector<int64_t> wide = ValuesOf(2, count, random);
    std::vector<uint32_t> narrow(count / 2);
    for (uint32_t& value : narrow) value = static_cast<uint32_t>(random() % 2'000'000'000);
    RankSelector selector;
    selector.Add(absl::MakeConstSpan(wide));
    selector.Add(absl::MakeConstSpan(narrow));
    std::vector<int64_t> all = wide;
    all.insert(all.end(), narrow.begin(), narrow.end());
    ExpectRanks(selector, all, random);
  }
}

TEST(RankSelector, InterpolatesAsPercentileContDoes) {
  const std::vector<int64_t> values = {40, 10, 30, 20};
  RankSelector selector;
  selector.Add(absl::MakeConstSpan(values));
  EXPECT_EQ(PercentileOf(0, &selector), 10);
  EXPECT_EQ(PercentileOf(50, &selector), 25);
  EXPECT_EQ(PercentileOf(90, &selector), 37);
  EXPECT_EQ(PercentileOf(100, &selector), 40);
}

TEST(CellValues, KeepsTheValuesOfManyCellsApart) {
  std::mt19937_64 random(8);
  for (const size_t cells : {1, 7, 5000}) {
    CellValues kept;
    std::vector<std::vector<int64_t>> expected(cells);
    for (size_t i = 0; i < 100'000; ++i) {
      // Cells come one after the other, and few have most of the values.
      const uint32_t cell = static_cast<uint32_t>(random() % (i * cells / 100'000 + 1) >> random() % 4);
      kept.Grow(i * cells / 100'000 + 1);
      expected[cell].push_back(ValueOf(static_cast<int>(random() % kKinds), random));
      kept.Add(cell, expected[cell].back());
    }
    const std::vector<int64_t> more = ValuesOf(5, 10'000, random);
    kept.AddAll(0, more);
    expected[0].insert(expected[0].end(), more.begin(), more.end());
    for (uint32_t cell = 0; cell < cells; ++cell) {
      EXPECT_EQ(kept.has_any(cell), !expected[cell].empty());
      RankSelector selector;
      LookAt(kept, cell, &selector);
      std::sort(expected[cell].begin(), expected[cell].end());
      const SortedRun sorted = selector.Sorted();
      EXPECT_TRUE(std::equal(sorted.begin(), sorted.end(), expected[cell].begin(), expected[cell].end())) << cell;
    }
  }
}

TEST(CellValues, TakeLittleForFewValuesAndHalfOfEightBytesForMany) {
  CellValues few;
  few.Grow(10'000);
  for (uint32_t cell = 0; cell < 10'000; ++cell) few.Add(cell, cell);
  EXPECT_LE(few.block_bytes(), 10'000 * 32);
  CellValues many;
  many.Grow(1);
  for (int64_t value = 0; value < 1'000'000; ++value) many.Add(0, value);
  EXPECT_LE(many.bytes(), 4'100'000);
}

}  // namespace
}  // namespace supportkpi::exec::native
