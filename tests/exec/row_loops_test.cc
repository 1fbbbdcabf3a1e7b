// The loops over whole batches against the plainest way of saying the same.
#include "exec/native/row_loops.h"

#include <cstdint>
#include <random>
#include <vector>

#include "exec/native/value_rules.h"
#include "exec/native/verdicts.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

constexpr uint8_t kSomeRule = 1;

TEST(RowLoops, CountsByCellWhateverTheNumberOfCellsAndRows) {
  std::mt19937 random(7);
  for (const size_t rows : {0u, 1u, 3u, 7u, 1025u, 1500u, 2048u}) {
    for (const uint32_t cells : {1u, 2u, 6u, 256u, 257u, 5000u}) {
      std::vector<uint32_t> cell_of(rows);
      std::vector<uint8_t> verdicts(rows);
      std::vector<int64_t> counters(cells, 10), expected(cells, 10);
      std::vector<uint32_t> expected_places;
      for (size_t i = 0; i < rows; ++i) {
        cell_of[i] = random() % cells;
        verdicts[i] = random() % 8 == 0 ? kSomeRule : random() % 8 == 0 ? kDropped : kCounted;
        expected[cell_of[i]] += verdicts[i] == kCounted;
        if (verdicts[i] == kCounted) expected_places.push_back(static_cast<uint32_t>(i));
      }
      CountByCell(cell_of.data(), verdicts.data(), rows, &counters);
      EXPECT_EQ(counters, expected) << rows << " rows, " << cells << " cells";
      std::vector<uint32_t> places;
      PlacesCounted(verdicts.data(), rows, &places);
      EXPECT_EQ(places, expected_places);
      EXPECT_EQ(CountedAmong(verdicts), expected_places.size());
    }
  }
}

TEST(RowLoops, ListsTheFewRowsThatCount) {
  std::mt19937 random(5);
  for (const size_t rows : {64u, 1024u, 1100u, 2048u, 5000u}) {
    std::vector<uint8_t> verdicts(rows);
    std::vector<uint32_t> expected, places = {9, 9, 9};
    for (size_t i = 0; i < rows; ++i) {
      verdicts[i] = random() % 100 == 0 || i + 1 == rows ? kCounted : kDropped;
      if (verdicts[i] == kCounted) expected.push_back(static_cast<uint32_t>(i));
    }
    PlacesCounted(verdicts.data(), rows, &places);
    EXPECT_EQ(places, expected) << rows << " rows";
  }
}

TEST(RowLoops, TellsTheReachOfValues) {
  EXPECT_GT(ReachOf(nullptr, 0).min, ReachOf(nullptr, 0).max);
  const std::vector<int64_t> values = {5, kNull, 9, kForever, -3};
  EXPECT_EQ(ReachOf(values.data(), 1).min, 5);
  EXPECT_EQ(ReachOf(values.data(), 1).max, 5);
  EXPECT_EQ(ReachOf(values.data(), 5).min, kNull);
  EXPECT_EQ(ReachOf(values.data(), 5).max, kForever);
}

TEST(RowLoops, TellsTheReachOfValuesWithinSome) {
  const std::vector<int64_t> values = {5, kNull, 9, kForever, -3, 12};
  const Reach some = ReachWithin(values.data(), values.size(), 4, 12);
  EXPECT_EQ(some.min, 5);
  EXPECT_EQ(some.max, 9);
  const Reach none = ReachWithin(values.data(), values.size(), 13, 20);
  EXPECT_GT(none.min, none.max);
}

TEST(RowLoops, AscendUnlessOneIsLess) {
  std::vector<int64_t> values = {kNull, -3, -3, 9, kForever};
  EXPECT_TRUE(AreAscending(values.data(), values.size()));
  EXPECT_TRUE(AreAscending(values.data(), 0));
  values[3] = -4;
  EXPECT_FALSE(AreAscending(values.data(), values.size()));
  std::vector<int64_t> many(700, 5);
  EXPECT_TRUE(AreAscending(many.data(), many.size()));
  for (const size_t lower : {1u, 127u, 128u, 129u, 256u, 699u}) {
    many[lower] = 4;
    EXPECT_FALSE(AreAscending(many.data(), many.size())) << lower;
    EXPECT_TRUE(AreAscending(many.data(), lower)) << lower;
    many[lower] = 5;
  }
}

TEST(RowLoops, AllAreTrueOnlyWithoutZeroAndNull) {
  std::vector<int64_t> values(100, 1);
  values[3] = kForever, values[4] = -1;
  EXPECT_TRUE(AllTrue(values.data(), values.size()));
  for (const int64_t untrue : {int64_t{0}, kNull, kNoSchedule}) {
    values[99] = untrue;
    EXPECT_FALSE(AllTrue(values.data(), values.size())) << untrue;
    EXPECT_TRUE(AllTrue(values.data(), 99));
  }
}

TEST(RowLoops, FlagsJudgeByTheLowestThatIsAskedFor) {
  for (int64_t flags = 0; flags < 16; ++flags) {
    for (int64_t mask = 0; mask < 16; ++mask) {
      const std::vector<int64_t> values = {flags, kNull, kNoSchedule, 0};
      std::vector<uint8_t> verdicts(values.size(), kCounted);
      JudgeFlags(values.data(), values.size(), mask, 20, verdicts.data());
      const int64_t set = flags & mask;
      EXPECT_EQ(verdicts[0], set == 0 ? kCounted : 20 + __builtin_ctzll(static_cast<uint64_t>(set))) << flags << " " << mask;
      EXPECT_EQ(CountedAmong(verdicts), set == 0 ? 4u : 3u);
    }
  }
}

TEST(RowLoops, ValuesAreJudgedByWhatTheyLackOrBeingNegative) {
  constexpr uint8_t kNoScheduleHere = 3, kNoValueHere = 4, kNegativeHere = 5;
  const std::vector<int64_t> some = {0, 1, -1, kNull, kNoSchedule, kNoSchedule + 1, kForever, kForever - 1};
  for (const bool negative_counts : {false, true}) {
    std::vector<int64_t> values;
    std::vector<uint8_t> verdicts, expected;
    for (size_t i = 0; i < 200; ++i) {
      const int64_t value = some[i % some.size()];
      values.push_back(value);
      verdicts.push_back(i % 7 == 0 ? kDropped : i % 11 == 0 ? kSomeRule : kCounted);
      const uint8_t of_number = value < 0 && !negative_counts ? kNegativeHere : kCounted;
      const uint8_t of_value = value == kNoSchedule ? kNoScheduleHere : value == kNull || value == kForever ? kNoValueHere : of_number;
      expected.push_back(verdicts.back() == kCounted ? of_value : verdicts.back());
    }
    JudgeValues(values.data(), values.size(), {kNoScheduleHere, kNoValueHere, kNegativeHere, negative_counts}, verdicts.data());
    EXPECT_EQ(verdicts, expected);
  }
}

}  // namespace
}  // namespace supportkpi::exec::native
