// Rows counted by place and verdict tell the same as rows counted one by one, in bytes, in few places, in many, and listed.
#include "exec/native/place_counts.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exec/native/verdicts.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

constexpr int32_t kFirstBucket = 3;

struct Shape {
  int64_t groups;
  uint32_t buckets;
};

class PlaceCountsOf : public ::testing::TestWithParam<Shape> {
 protected:
  PlaceCountsOf() {
    plan.part.name = "counted";
    scan.plan = &plan;
    scan.dimensions.push_back({.size = GetParam().groups});
    scan.streams.push_back({.dimensions = 1});
    scan.bucket_count = kFirstBucket + static_cast<int32_t>(GetParam().buckets);
    to = std::make_unique<Accumulator>(scan, scan.streams[0], 1 << 20, 1 << 22);
    places = static_cast<uint32_t>(to->cells.PlaceCount(GetParam().buckets));
    counts.Begin(places, scan.reason_count(), kFirstBucket, GetParam().buckets);
  }

  // Counts a batch, and each row of it by itself.
  void Add(size_t rows) {
    std::vector<uint32_t> words;
    std::vector<uint8_t> verdicts;
    for (size_t i = 0; i < rows; ++i) {
      words.push_back(static_cast<uint32_t>(random() % places));
      const size_t kind = random() % (scan.reason_count() + 4);
      verdicts.push_back(kind < scan.reason_count() ? static_cast<uint8_t>(kind) : kind % 4 == 0 ? kDropped : kCounted);
      ++expected[{words[i], verdicts[i]}];
    }
    const std::vector<uint8_t> bytes(words.begin(), words.end());
    if (counts.takes_bytes())
      counts.AddBytes(bytes.data(), verdicts);
    else
      counts.Add(words.data(), verdicts);
    const uint32_t alike = static_cast<uint32_t>(random() % places);
    counts.AddAlike(alike, verdicts);
    for (const uint8_t verdict : verdicts) ++expected[{alike, verdict}];
  }

  // By group and bucket, rows that count and those of each reason.
  std::string Expected() const {
    std::map<std::pair<int64_t, int32_t>, std::map<uint8_t, int64_t>> cells;
    for (const auto& [key, count] : expected) {
      if (key.second == kDropped) continue;
      cells[{key.first / GetParam().buckets, kFirstBucket + static_cast<int32_t>(key.first % GetParam().buckets)}][key.second] += count;
    }
    std::string text;
    for (const auto& [cell, by_verdict] : cells) {
      text += absl::StrCat(cell.first, " ", cell.second, ":");
      for (const auto& [verdict, count] : by_verdict) text += absl::StrCat(" ", verdict, "=", count);
      text += "\n";
    }
    return text;
  }
  std::string Counted() const {
    std::map<std::pair<int64_t, int32_t>, std::string> cells;
    for (uint32_t cell = 0; cell < to->cells.size(); ++cell) {
      std::string text;
      for (size_t reason = 0; reason < scan.reason_count(); ++reason)
        if (const int64_t count = to->left_out.At(cell, reason); count != 0) absl::StrAppend(&text, " ", reason, "=", count);
      if (to->facts[cell] != 0) absl::StrAppend(&text, " ", kCounted, "=", to->facts[cell]);
      cells[{to->cells.ValuesOf(to->cells.GroupOf(cell))[0], to->cells.BucketOf(cell)}] = text;
    }
    std::string text;
    for (const auto& [cell, counted] : cells) absl::StrAppend(&text, cell.first, " ", cell.second, ":", counted, "\n");
    return text;
  }

  std::mt19937 random{7};
  plan::PartPlan plan;
  PartScan scan;
  std::unique_ptr<Accumulator> to;
  uint32_t places = 0;
  PlaceCounts counts;
  std::map<std::pair<uint32_t, uint8_t>, int64_t> expected;
};

TEST_P(PlaceCountsOf, TellWhatRowsOneByOneTell) {
  for (const size_t rows : {1, 7, 4096, 1000}) Add(rows);
  ASSERT_TRUE(counts.AddTo(to.get()));
  EXPECT_EQ(Counted(), Expected());
  Add(500);  // after what was counted has gone to its cells
  ASSERT_TRUE(counts.AddTo(to.get()));
  EXPECT_EQ(Counted(), Expected());
}

TEST_P(PlaceCountsOf, BegunAgainForgetWhatTheyHad) {
  Add(100);
  counts.Begin(places, scan.reason_count(), kFirstBucket, GetParam().buckets);
  ASSERT_TRUE(counts.AddTo(to.get()));
  EXPECT_EQ(Counted(), "");
}

TEST(PlaceCounts, TakeBytesWhereAByteTellsPlaceAndVerdict) {
  PlaceCounts counts;
  counts.Begin(51, 3, 0, 1);
  EXPECT_TRUE(counts.takes_bytes());
  counts.Begin(52, 3, 0, 1);
  EXPECT_FALSE(counts.takes_bytes());
}

// In bytes; by word in lanes; in one lane; and so many that what is left out is listed.
INSTANTIATE_TEST_SUITE_P(Shapes, PlaceCountsOf,
                         ::testing::Values(Shape{3, 1}, Shape{3, 5}, Shape{20, 12}, Shape{400, 30}, Shape{5000, 40}));

}  // namespace
}  // namespace supportkpi::exec::native
