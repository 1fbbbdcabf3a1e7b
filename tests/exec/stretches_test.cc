#include "exec/native/stretches.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

constexpr int64_t kHour = 3'600'000, kDay = 24 * kHour;

std::string TextOf(const std::vector<Stretch>& stretches) {
  std::string text;
  for (const Stretch& stretch : stretches) {
    text += std::to_string(stretch.cell) + " " + std::to_string(stretch.record) + " " + std::to_string(stretch.from / kHour) + "-" +
            std::to_string(stretch.to / kHour) + "\n";
  }
  return text;
}

TEST(JoinStretches, PiecesThatFollowOnEachOtherAreOneFact) {
  // Record 7 stands in cell 1 with three pieces, 8 with two that have a gap, and in cell 0 with the piece before.
  std::vector<Stretch> stretches = {{1, 7, kDay, 2 * kDay},        {1, 8, 2 * kDay, 50 * kHour}, {1, 7, 20 * kHour, kDay},
                                    {0, 7, 10 * kHour, 20 * kHour}, {1, 7, 2 * kDay, 50 * kHour}, {1, 8, 20 * kHour, kDay}};
  std::vector<int64_t> facts = {1, 5};
  JoinStretches(2, &stretches, &facts);
  EXPECT_EQ(facts, (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(TextOf(stretches), "1 8 20-24\n1 8 48-50\n");
}

TEST(JoinStretches, WhatEndsAtMidnightIsStillFollowedOnLater) {
  std::vector<Stretch> stretches = {{0, 7, 20 * kHour, kDay}, {0, 7, kDay, 2 * kDay}};
  std::vector<int64_t> facts = {2};
  JoinStretches(1, &stretches, &facts);
  EXPECT_EQ(TextOf(stretches), "0 7 20-48\n");
  stretches.push_back({0, 7, 2 * kDay, 50 * kHour});
  facts[0] += 1;
  JoinStretches(1, &stretches, &facts);
  EXPECT_EQ(TextOf(stretches), "");
  EXPECT_EQ(facts[0], 1);
}

}  // namespace
}  // namespace supportkpi::exec::native
