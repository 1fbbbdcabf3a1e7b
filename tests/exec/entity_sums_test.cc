// Sums of entities, however they are handed over, against a map of them.
#include "exec/native/entity_sums.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "exec/native/value_rules.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Chunks' runs, kept beside what they point to.
struct Chunks {
  std::vector<std::map<uint32_t, int64_t>> of_chunk;
  std::vector<std::vector<uint32_t>> entities, facts;
  std::vector<std::vector<int64_t>> values;

  std::vector<EntityRun> Runs() {
    entities.clear(), facts.clear(), values.clear();
    std::vector<EntityRun> runs;
    for (const auto& chunk : of_chunk) {
      auto& of_entities = entities.emplace_back();
      auto& of_values = values.emplace_back();
      for (const auto& [entity, value] : chunk) of_entities.push_back(entity), of_values.push_back(value);
      facts.emplace_back(of_entities.size(), 1);
    }
    for (size_t i = 0; i < entities.size(); ++i)
      runs.push_back({0, static_cast<uint32_t>(entities[i].size()), entities[i].data(), values[i].data(), facts[i].data()});
    return runs;
  }
};

std::vector<int64_t> Sorted(std::vector<int64_t> values) {
  std::sort(values.begin(), values.end());
  return values;
}

TEST(EntitySums, AreThoseOfAllRunsAndLooseValuesTogether) {
  std::mt19937 random(5);
  EntitySums sums;
  for (const uint32_t codes : {6u, 500u, 300'000u, 4'000'000'000u}) {
    for (const size_t run_count : {0, 1, 2, 7, 16, 17, 60}) {
      for (const size_t loose_count : {0, 1, 90, 5000}) {
        Chunks chunks;
        std::map<uint32_t, int64_t> expected;
        for (size_t run = 0; run < run_count; ++run) {
          auto& chunk = chunks.of_chunk.emplace_back();
          for (size_t i = random() % 80; i > 0; --i) chunk[random() % codes] = static_cast<int64_t>(random() % 100);
          for (const auto& [entity, value] : chunk) expected[entity] += value;
        }
        std::vector<EntityValue> loose(loose_count);
        for (EntityValue& value : loose) {
          value = {static_cast<uint32_t>(random() % codes), static_cast<int64_t>(random() % 100)};
          expected[value.entity] += value.value;
        }
        std::vector<int64_t> expected_sums;
        for (const auto& [entity, sum] : expected) expected_sums.push_back(sum);
        std::sort(expected_sums.begin(), expected_sums.end());
        sums.Sum(chunks.Runs(), absl::MakeSpan(loose));
        EXPECT_EQ(Sorted(sums.sums()), expected_sums)
            << codes << " codes, " << run_count << " runs, " << loose_count << " loose values";
        EXPECT_THAT(sums.lost(), IsEmpty());
      }
    }
  }
}

TEST(EntitySums, HaveNoSumOfAnEntityThatLacksAScheduleOnce) {
  for (const uint32_t apart : {1u, 1'000'000u}) {
    Chunks chunks{.of_chunk = {{{apart, 10}, {2 * apart, 20}}}};
    std::vector<EntityValue> loose = {{2 * apart, 1}, {apart, kNoSchedule}, {apart, 5}, {3 * apart, kNoSchedule}};
    EntitySums sums;
    sums.Sum(chunks.Runs(), absl::MakeSpan(loose));
    EXPECT_THAT(sums.sums(), ElementsAre(21)) << apart;
    EXPECT_THAT(sums.lost(), ElementsAre(apart, 3 * apart));
    sums.Sum(chunks.Runs(), {});
    EXPECT_THAT(sums.sums(), ElementsAre(10, 20)) << "the cell before leaves nothing behind";
    EXPECT_THAT(sums.lost(), IsEmpty());
  }
}

TEST(EntitySums, CountEntitiesWithoutValuesAsNothing) {
  const std::vector<uint32_t> first = {1, 2, 9}, second = {2, 3};
  EntitySums sums;
  sums.Sum(std::vector<EntityRun>{{0, 3, first.data(), nullptr, nullptr}, {0, 2, second.data(), nullptr, nullptr}}, {});
  EXPECT_THAT(sums.sums(), ElementsAre(0, 0, 0, 0));
}

}  // namespace
}  // namespace supportkpi::exec::native
