// Entities placed by cell and block have the sums that they have in the order in which they were gathered.
#include "exec/native/placed_entities.h"

#include <map>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

constexpr uint32_t kCells = 3;

// What threads gathered: in cells of their own, which are those of the result in another order.
struct Gathered {
  std::vector<uint32_t> cells, entities, cell_of;
  std::vector<int64_t> values;
};

class PlacedEntitiesOf : public ::testing::TestWithParam<uint32_t> {  // so many codes
 protected:
  using Sums = std::map<std::pair<size_t, uint32_t>, int64_t>;  // by cell and entity

  PlacedEntitiesOf() {
    for (const size_t count : {0, 1, 5000, 900}) {
      Gathered& thread = threads.emplace_back();
      thread.cell_of = {2, 0, 1};
      if (count == 900) thread.cell_of = {1};
      for (size_t i = 0; i < count; ++i) {
        thread.cells.push_back(static_cast<uint32_t>(random() % thread.cell_of.size()));
        thread.entities.push_back(7 + static_cast<uint32_t>(random() % GetParam()));
        thread.values.push_back(static_cast<int64_t>(random() % 100));
        expected[{thread.cell_of[thread.cells.back()], thread.entities.back()}] += thread.values.back();
      }
    }
    for (uint32_t cell = 0; cell < kCells; ++cell) {
      std::map<uint32_t, int64_t> run;
      for (int i = 0; i < 50; ++i) run[static_cast<uint32_t>(random() % GetParam())] += 1;
      auto& [entities, values] = chunks.emplace_back();
      for (const auto& [entity, value] : run) {
        entities.push_back(entity);
        values.push_back(value);
        expected[{cell, entity}] += value;
      }
      facts.emplace_back(entities.size(), 1);
      runs.Add({cell, static_cast<uint32_t>(entities.size()), entities.data(), values.data(), facts.back().data()});
    }
    runs.Place(kCells);
  }

  // What stands in the blocks, in each of which no other block's entities are.
  Sums Placed(size_t shared_entities_min, const Helpers& helpers) {
    std::vector<EntitySource> sources;
    for (const Gathered& thread : threads) sources.push_back({thread.cells, thread.entities, thread.values, thread.cell_of});
    PlacedEntities placed(std::move(sources), runs, kCells, helpers, shared_entities_min);
    Sums sums;
    for (size_t cell = 0; cell < kCells; ++cell) {
      std::map<uint32_t, size_t> block_of;
      const auto add = [&](uint32_t entity, int64_t value, size_t block) {
        EXPECT_EQ(block_of.try_emplace(entity, block).first->second, block);
        sums[{cell, entity}] += value;
      };
      size_t count = 0;
      for (size_t block = 0; block < placed.BlocksOf(cell); ++block) {
        for (const EntityRun& run : placed.RunsOf(cell, block)) {
          count += run.size;
          for (size_t i = 0; i < run.size; ++i) add(run.entities[i], run.ValueAt(i), block);
        }
        count += placed.LooseOf(cell, block).size();
        for (const EntityValue& value : placed.LooseOf(cell, block)) add(value.entity, value.value, block);
      }
      EXPECT_EQ(placed.CountOf(cell), count);
      blocks = placed.BlocksOf(cell);
    }
    return sums;
  }

  std::mt19937 random{5};
  std::vector<Gathered> threads;
  std::vector<std::pair<std::vector<uint32_t>, std::vector<int64_t>>> chunks;
  std::vector<std::vector<uint32_t>> facts;
  RunsByCell<EntityRun> runs;
  Sums expected;
  size_t blocks = 0;  // of the last cell
  WorkerPool pool{1};
};

TEST_P(PlacedEntitiesOf, HaveTheSumsThatWereGathered) {
  for (const int threads_each : {1, 2}) {
    const Helpers helpers{pool, threads_each};
    EXPECT_EQ(Placed(PlacedEntities::kSharedEntitiesMin, helpers), expected);
    EXPECT_EQ(blocks, 1u);
    EXPECT_EQ(Placed(0, helpers), expected);
    EXPECT_EQ(blocks > 1, GetParam() > 1 << 16);
  }
}

INSTANTIATE_TEST_SUITE_P(OfCodes, PlacedEntitiesOf, ::testing::Values(20, 300'000, 4'000'000'000));

TEST(PlacedEntities, OfNothingAreNone) {
  WorkerPool pool(1);
  const RunsByCell<EntityRun> runs;
  PlacedEntities placed({{}}, runs, 1, {pool, 2});
  EXPECT_EQ(placed.CountOf(0), 0u);
  EXPECT_TRUE(placed.LooseOf(0, 0).empty());
}

}  // namespace
}  // namespace supportkpi::exec::native
