// Totals of cells are those of their entities' sums.
#include "exec/native/entity_totals.h"

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

class EntityTotals : public ::testing::Test {
 protected:
  struct Gathered {
    std::vector<uint32_t> cells, entities, cell_of;
    std::vector<int64_t> values;
  };

  void Gather(size_t count, std::vector<uint32_t> cell_of, uint32_t codes) {
    Gathered& thread = threads.emplace_back();
    thread.cell_of = std::move(cell_of);
    for (size_t i = 0; i < count; ++i) {
      thread.cells.push_back(static_cast<uint32_t>(random() % thread.cell_of.size()));
      thread.entities.push_back(7 + static_cast<uint32_t>(random() % codes));
      thread.values.push_back(static_cast<int64_t>(random() % 100) - 20);
      expected[thread.cell_of[thread.cells.back()]][thread.entities.back()] += thread.values.back();
    }
  }
  void AddRun(uint32_t cell, uint32_t codes) {
    Gathered& run = chunks.emplace_back();
    for (uint32_t code = 3 + static_cast<uint32_t>(random() % 5); code < codes; code += 1 + static_cast<uint32_t>(random() % 9)) {
      run.entities.push_back(code);
      run.values.push_back(static_cast<int64_t>(random() % 100));
      expected[cell][code] += run.values.back();
    }
    runs.push_back({cell, static_cast<uint32_t>(run.entities.size()), run.entities.data(), run.values.data(), nullptr});
  }

  std::optional<std::vector<Sum>> Totals(size_t cells, bool with_values = true) {
    std::vector<EntitySource> sources;
    for (const Gathered& thread : threads) {
      sources.push_back({thread.cells, thread.entities, thread.values, thread.cell_of});
      if (!with_values) sources.back().values = {};
    }
    RunsByCell<EntityRun> by_cell;
    for (const EntityRun& run : runs) by_cell.Add(run);
    by_cell.Place(cells);
    return TotalsOf(sources, by_cell, cells, {pool, 2});
  }
  void ExpectTotals(size_t cells) {
    const auto totals = Totals(cells);
    ASSERT_TRUE(totals.has_value());
    for (uint32_t cell = 0; cell < cells; ++cell) {
      int64_t sum = 0;
      for (const auto& [entity, value] : expected[cell]) sum += value;
      EXPECT_EQ((*totals)[cell].count, static_cast<int64_t>(expected[cell].size())) << cell;
      EXPECT_EQ(static_cast<int64_t>((*totals)[cell].sum), sum) << cell;
    }
  }

  std::mt19937 random{5};
  std::vector<Gathered> threads;
  std::list<Gathered> chunks;
  std::vector<EntityRun> runs;
  std::map<uint32_t, std::map<uint32_t, int64_t>> expected;  // by cell and entity
  WorkerPool pool{1};
};

TEST_F(EntityTotals, OfWhatThreadsGatheredAndOfRunsAreTheirSums) {
  Gather(5000, {2, 0, 1}, 6000);
  Gather(900, {1}, 6000);
  Gather(0, {}, 1);
  AddRun(0, 500);
  AddRun(3, 7000);
  AddRun(3, 10);
  ExpectTotals(4);
}

TEST_F(EntityTotals, OfOneCellAreSharedByThreads) {
  Gather(40'000, {0}, 1'000'000);
  Gather(40'000, {0}, 1'000'000);
  AddRun(0, 1'000'000);
  ExpectTotals(1);
}

TEST_F(EntityTotals, OfRunsAloneAreTheirSums) {
  AddRun(1, 2000);
  AddRun(1, 3000);
  ExpectTotals(2);
}

TEST_F(EntityTotals, CountEntitiesWithoutValues) {
  Gather(5000, {1, 0}, 300);
  const auto totals = Totals(2, false);
  ASSERT_TRUE(totals.has_value());
  for (uint32_t cell = 0; cell < 2; ++cell) {
    EXPECT_EQ((*totals)[cell].count, static_cast<int64_t>(expected[cell].size()));
    EXPECT_EQ(static_cast<int64_t>((*totals)[cell].sum), 0);
  }
}

TEST_F(EntityTotals, OfNothingAreNone) { ExpectTotals(3); }

TEST_F(EntityTotals, AreNotToldByBitsThatWouldTakeTooMuch) {
  Gather(100, {0}, 4'000'000'000);
  EXPECT_FALSE(Totals(1).has_value());
}

}  // namespace
}  // namespace supportkpi::exec::native
