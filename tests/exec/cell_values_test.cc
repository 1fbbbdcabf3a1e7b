// What is kept by cell comes back: values in blocks of their own, and counts of cells of which most have none.
#include "exec/native/cell_values.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "exec/native/cell_counts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

using ::testing::ElementsAre;

std::vector<int64_t> ValuesOf(const CellValues& kept, uint32_t cell) {
  std::vector<int64_t> values;
  kept.ForEachBlock(cell, [&](const auto& block) { values.insert(values.end(), block.begin(), block.end()); });
  std::sort(values.begin(), values.end());
  return values;
}

TEST(CellValues, ComeBackByCellInAnyOrder) {
  std::mt19937_64 random(2);
  for (const uint32_t cells : {1u, 3u, 5000u}) {
    CellValues kept;
    kept.Grow(cells);
    std::vector<std::vector<int64_t>> expected(cells);
    for (int i = 0; i < 60'000; ++i) {
      const auto cell = static_cast<uint32_t>(random() % cells);
      const uint64_t kind = random() % 10;
      const int64_t value = kind == 0   ? -static_cast<int64_t>(random() % 1'000'000)
                            : kind == 1 ? static_cast<int64_t>(random() >> 2)
                                        : static_cast<int64_t>(random() % (uint64_t{1} << 32));
      kept.Add(cell, value);
      expected[cell].push_back(value);
    }
    for (uint32_t cell = 0; cell < cells; ++cell) {
      std::sort(expected[cell].begin(), expected[cell].end());
      ASSERT_EQ(ValuesOf(kept, cell), expected[cell]) << cell << " of " << cells;
      ASSERT_EQ(kept.has_any(cell), !expected[cell].empty());
    }
  }
}

TEST(CellValues, AreTheSameAddedTogether) {
  constexpr int64_t kEdges[] = {0, 0xffffffff, 0x100000000, -1, std::numeric_limits<int64_t>::max() - 1, std::numeric_limits<int64_t>::min() + 2};
  CellValues kept;
  kept.Grow(2);
  kept.AddAll(1, kEdges);
  kept.AddAll(1, {});
  std::vector<int64_t> expected(std::begin(kEdges), std::end(kEdges));
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(ValuesOf(kept, 1), expected);
  EXPECT_FALSE(kept.has_any(0));
  EXPECT_FALSE(kept.has_any(2)) << "a cell that nothing was ever kept of";
}

TEST(CellValues, TakeLittleForManyCellsOfFewValues) {
  constexpr uint32_t kCells = 50'000;
  CellValues kept;
  kept.Grow(kCells);
  for (uint32_t cell = 0; cell < kCells; ++cell) kept.Add(cell, cell);
  EXPECT_LT(kept.bytes(), 64 * kCells);
}

TEST(CellCounts, HaveAListWhereSomethingWasAdded) {
  CellCounts counts(3);
  counts.Grow(4);
  counts.Add(2, 1, 5);
  counts.Add(2, 1, -2);
  counts.Add(0, 2, 0);
  counts.AddAll(3, std::vector<int64_t>{1, 0, 7});
  EXPECT_THAT(counts.Find(2), ElementsAre(0, 3, 0));
  EXPECT_THAT(counts.Find(3), ElementsAre(1, 0, 7));
  EXPECT_TRUE(counts.Find(0).empty()) << "nothing was added to it but 0";
  EXPECT_TRUE(counts.Find(1).empty());
  EXPECT_EQ(counts.At(3, 2), 7);
  EXPECT_EQ(counts.At(1, 2), 0);
}

TEST(CellCounts, OfNoLengthHaveNone) {
  CellCounts counts(0);
  counts.Grow(3);
  EXPECT_TRUE(counts.Find(2).empty());
  EXPECT_EQ(counts.cell_count(), 0u);
}

}  // namespace
}  // namespace supportkpi::exec::native
