// Rows counted by place and verdict tell the same as rows counted one by one, in bytes, in few places, in many, and listed.
#include "exec/native/place_counts.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "exec/native/verdicts.h"
#include "gtest/gtest.h"
#include "tests/exec/counted_part.h"

namespace supportkpi::exec::native {
namespace {

constexpr int32_t kFirstBucket = 3;

struct Shape {
  int64_t groups;
  uint32_t buckets;
};

class PlaceCountsOf : public ::testing::TestWithParam<Shape> {
 protected:
  PlaceCountsOf() { counts.Begin(places, part.reason_count(), kFirstBucket, GetParam().buckets); }

  // Counts a batch, and each row of it by itself.
  void Add(size_t rows) {
    std::vector<uint32_t> words;
    std::vector<uint8_t> verdicts;
    for (size_t i = 0; i < rows; ++i) {
      words.push_back(static_cast<uint32_t>(part.Below(places)));
      verdicts.push_back(part.Verdict());
      Expect(words[i], verdicts[i]);
    }
    const std::vector<uint8_t> bytes(words.begin(), words.end());
    if (counts.takes_bytes())
      counts.AddBytes(bytes.data(), verdicts);
    else
      counts.Add(words.data(), verdicts);
    if (counts.takes_runs()) AddInRuns(bytes, verdicts);
    const auto alike = static_cast<uint32_t>(part.Below(places));
    counts.AddAlike(alike, verdicts);
    for (const uint8_t verdict : verdicts) Expect(alike, verdict);
  }

  // The same rows with some bytes for groups, in runs of one bucket each.
  void AddInRuns(std::vector<uint8_t> bytes, const std::vector<uint8_t>& verdicts) {
    const uint32_t groups = places / GetParam().buckets;
    for (uint8_t& group : bytes) group %= groups;
    std::vector<BucketRun> runs;
    for (uint32_t row = 0; row < bytes.size();) {
      const auto bucket = static_cast<uint32_t>(part.Below(GetParam().buckets));
      runs.push_back({std::min(static_cast<uint32_t>(bytes.size()), row + 1 + static_cast<uint32_t>(part.Below(300))),
                      kFirstBucket + static_cast<int32_t>(bucket)});
      for (; row < runs.back().end; ++row) Expect(bytes[row] * GetParam().buckets + bucket, verdicts[row]);
    }
    counts.AddRuns(bytes.data(), runs, verdicts);
  }

  void Expect(uint32_t place, uint8_t verdict) {
    const uint32_t buckets = GetParam().buckets;
    if (verdict != kDropped) ++expected[{place / buckets, kFirstBucket + static_cast<int32_t>(place % buckets), verdict}];
  }

  CountedPart part{GetParam().groups, kFirstBucket + static_cast<int32_t>(GetParam().buckets)};
  const uint32_t places = part.PlaceCount(GetParam().buckets);
  PlaceCounts counts;
  CountedPart::Counts expected;
};

TEST_P(PlaceCountsOf, TellWhatRowsOneByOneTell) {
  for (const size_t rows : {1, 7, 4096, 1000}) Add(rows);
  ASSERT_TRUE(counts.AddTo(part.to()));
  EXPECT_EQ(part.Counted(), expected);
  Add(500);  // after what was counted has gone to its cells
  ASSERT_TRUE(counts.AddTo(part.to()));
  EXPECT_EQ(part.Counted(), expected);
}

class KeptPlaceCounts : public PlaceCountsOf {};

TEST_P(KeptPlaceCounts, AreAddedToWhatIsThere) {
  ASSERT_TRUE(counts.lists_left_outs());
  Add(4096);
  for (int i = 0; i < 1000; ++i) {  // more than a byte holds
    counts.AddAlike(7, std::vector<uint8_t>{kCounted});
    Expect(7, kCounted);
  }
  const CountedPlaces first = counts.Kept();
  counts.Begin(places, part.reason_count(), kFirstBucket, GetParam().buckets);
  Add(500);
  const CountedPlaces second = counts.Kept();
  counts.Begin(places, part.reason_count(), kFirstBucket, GetParam().buckets);
  Add(300);
  counts.Add({&first, &second});
  ASSERT_TRUE(counts.AddTo(part.to()));
  EXPECT_EQ(part.Counted(), expected);
}

TEST_P(PlaceCountsOf, BegunAgainForgetWhatTheyHad) {
  Add(100);
  counts.Begin(places, part.reason_count(), kFirstBucket, GetParam().buckets);
  ASSERT_TRUE(counts.AddTo(part.to()));
  EXPECT_TRUE(part.Counted().empty());
}

TEST(PlaceCounts, TakeBytesWhereAByteTellsPlaceAndVerdict) {
  PlaceCounts counts;
  counts.Begin(51, 3, 0, 1);
  EXPECT_TRUE(counts.takes_bytes());
  counts.Begin(52, 3, 0, 1);
  EXPECT_FALSE(counts.takes_bytes());
}

TEST(PlaceCounts, RunsOfOneGroupAreToldByTheirVerdicts) {
  CountedPart part(0, 300);
  PlaceCounts counts;
  counts.Begin(part.PlaceCount(300), part.reason_count(), 0, 300);
  ASSERT_TRUE(counts.takes_runs());
  const std::vector<BucketRun> runs = {{3, 5}, {4, 5}, {6, 299}};
  counts.AddRuns(nullptr, runs, std::vector<uint8_t>{kCounted, 1, kDropped, kCounted, 0, kCounted});
  ASSERT_TRUE(counts.AddTo(part.to()));
  EXPECT_EQ(part.Counted(), (CountedPart::Counts{{{0, 5, kCounted}, 2}, {{0, 5, 1}, 1}, {{0, 299, kCounted}, 1}, {{0, 299, 0}, 1}}));
}

TEST(PlaceCounts, TakeRunsWhereAByteTellsGroupAndVerdict) {
  PlaceCounts counts;
  counts.Begin(51 * 700, 3, 0, 700);
  EXPECT_TRUE(counts.takes_runs());
  EXPECT_FALSE(counts.takes_bytes());
  EXPECT_FALSE(counts.are_short(2, 2048));
  EXPECT_TRUE(counts.are_short(9, 2048));
  counts.Begin(52 * 700, 3, 0, 700);
  EXPECT_FALSE(counts.takes_runs());
}

INSTANTIATE_TEST_SUITE_P(Shapes, KeptPlaceCounts, ::testing::Values(Shape{5000, 40}, Shape{90'000, 1}));

// In bytes; by word in lanes; in one lane; in runs besides; and so many that what is left out is listed.
INSTANTIATE_TEST_SUITE_P(Shapes, PlaceCountsOf,
                         ::testing::Values(Shape{3, 1}, Shape{3, 5}, Shape{20, 12}, Shape{20, 900}, Shape{400, 30}, Shape{5000, 40}));

}  // namespace
}  // namespace supportkpi::exec::native
