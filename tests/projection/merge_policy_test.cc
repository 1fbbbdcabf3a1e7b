// What is worth merging, and that merging ends.
#include "projection/merge_policy.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::projection {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr MergePolicy kPolicy{.rows_per_segment = 100, .dead_share_max = 0.2, .overlap_max = 3, .inputs_max = 64};

TEST(MergePolicy, LeavesFullSegmentsSideBySideAlone) {
  EXPECT_THAT(PickMerge({{0, 10, 100, 20}, {10, 20, 100, 0}, {20, 30, 60, 0}}, kPolicy), IsEmpty());
}

TEST(MergePolicy, RewritesASegmentWithTooManyDead) {
  EXPECT_THAT(PickMerge({{0, 10, 100, 20}, {10, 20, 100, 21}}, kPolicy), ElementsAre(1));
}

TEST(MergePolicy, JoinsFourSmallOnesOfLikeSize) {
  EXPECT_THAT(PickMerge({{0, 1, 5, 0}, {1, 2, 40, 0}, {2, 3, 6, 0}, {3, 4, 7, 0}}, kPolicy), IsEmpty());
  EXPECT_THAT(PickMerge({{0, 1, 5, 0}, {1, 2, 40, 0}, {2, 3, 6, 0}, {3, 4, 7, 0}, {4, 5, 4, 0}}, kPolicy),
              ElementsAre(0, 2, 3, 4));
}

TEST(MergePolicy, PartsSegmentsThatCoverTheSameInstant) {
  EXPECT_THAT(PickMerge({{0, 10, 100, 0}, {1, 5, 100, 0}, {4, 20, 100, 0}, {4, 9, 100, 0}, {30, 40, 100, 0}}, kPolicy),
              ElementsAre(0, 1, 2, 3));
}

TEST(MergePolicy, SegmentsOfOneValueCannotBeParted) {
  const std::vector<MergeCandidate> all_the_same(20, MergeCandidate{7, 7, 100, 0});
  EXPECT_THAT(PickMerge(all_the_same, kPolicy), IsEmpty());
}

TEST(MergePolicy, JoinsLastingAndPassingOnesApart) {
  constexpr Lasting kAll = Lasting::kAll, kNone = Lasting::kNone;
  EXPECT_THAT(PickMerge({{0, 1, 5, 0, kAll}, {0, 1, 5, 0, kNone}, {1, 2, 5, 0, kAll}, {1, 2, 5, 0, kNone}}, kPolicy), IsEmpty());
  EXPECT_THAT(PickMerge({{0, 1, 5, 0, kNone}, {0, 1, 5, 0, kAll}, {1, 2, 5, 0, kNone}, {2, 3, 5, 0, kNone}, {3, 4, 5, 0, kNone}},
                        kPolicy),
              ElementsAre(0, 2, 3, 4));
  std::vector<MergeCandidate> full = {{0, 10, 100, 0, kAll}, {0, 10, 100, 0, kNone}, {0, 10, 100, 0, kAll},
                                      {0, 10, 100, 0, kNone}, {0, 10, 100, 0, kNone}};
  EXPECT_THAT(PickMerge(full, kPolicy), IsEmpty());
  full.push_back(full[1]);
  EXPECT_THAT(PickMerge(full, kPolicy), ElementsAre(1, 3, 4, 5));
}

TEST(MergePolicy, PartsSegmentsOfBothKinds) {
  EXPECT_THAT(PickMerge({{0, 10, 100, 0, Lasting::kAll}, {0, 10, 100, 0, Lasting::kSome}, {10, 20, 9, 0, Lasting::kSome}}, kPolicy),
              ElementsAre(1, 2));
}

// Merges as the run builder does: live rows sorted, cut into full segments.
TEST(MergePolicy, RepeatingItEnds) {
  std::mt19937 random(3);
  struct Rows {
    std::vector<int64_t> sorted;
    uint32_t dead;
    Lasting lasting;
  };
  for (int round = 0; round < 30; ++round) {
    std::vector<Rows> segments;
    for (uint32_t n = random() % 40; n > 0; --n) {
      Rows rows;
      rows.dead = random() % 3 == 0 ? random() % 30 : 0;
      for (uint32_t i = 1 + rows.dead + random() % (100 - rows.dead); i > 0; --i) rows.sorted.push_back(random() % 50);
      rows.lasting = random() % 2 == 0 ? Lasting::kAll : Lasting::kNone;
      std::sort(rows.sorted.begin(), rows.sorted.end());
      segments.push_back(std::move(rows));
    }
    int merges = 0;
    for (;; ++merges) {
      ASSERT_LT(merges, 1000);
      std::vector<MergeCandidate> candidates;
      for (const Rows& rows : segments) {
        candidates.push_back({rows.sorted.front(), rows.sorted.back(), static_cast<uint32_t>(rows.sorted.size()), rows.dead,
                              rows.lasting});
      }
      const std::vector<size_t> picked = PickMerge(candidates, kPolicy);
      if (picked.empty()) break;
      const Lasting lasting = segments[picked.front()].lasting;
      std::vector<int64_t> all;
      for (auto at = picked.rbegin(); at != picked.rend(); ++at) {
        Rows& rows = segments[*at];
        ASSERT_EQ(rows.lasting, lasting);
        all.insert(all.end(), rows.sorted.begin(), rows.sorted.end() - rows.dead);
        segments.erase(segments.begin() + static_cast<ptrdiff_t>(*at));
      }
      std::sort(all.begin(), all.end());
      for (size_t first = 0; first < all.size(); first += 100) {
        const size_t end = std::min(all.size(), first + 100);
        segments.push_back({{all.begin() + static_cast<ptrdiff_t>(first), all.begin() + static_cast<ptrdiff_t>(end)}, 0, lasting});
      }
    }
  }
}

}  // namespace
}  // namespace supportkpi::projection
