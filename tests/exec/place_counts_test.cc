// Rows counted by place and verdict tell the same as rows counted one by one, in bytes, in few places, in many, and listed.
#include "exec/native/place_counts.h"

#include <algorithm>
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
    if (counts.takes_runs()) AddInRuns(bytes, verdicts);
    const uint32_t alike = static_cast<uint32_t>(random() % places);
    counts.AddAlike(alike, verdicts);
    for (const uint8_t verdict : verdicts) ++expected[{alike, verdict}];
  }

  // The same rows with some bytes for groups, in runs of one bucket each.
  void AddInRuns(std::vector<uint8_t> bytes, const std::vector<uint8_t>& verdicts) {
    const uint32_t groups = places / GetParam().buckets;
    for (uint8_t& group : bytes) group %= groups;
    std::vector<BucketRun> runs;
    for (uint32_t row = 0; row < bytes.size();) {
      const auto bucket = static_cast<uint32_t>(random() % GetParam().buckets);
      runs.push_back({std::min(static_cast<uint32_t>(bytes.size()), row + 1 + static_cast<uint32_t>(random() % 300)),
                      kFirstBucket + static_cast<int32_t>(bucket)});
      for (; row < runs.back().end; ++row) ++expected[{bytes[row] * GetParam().buckets + bucket, verdicts[row]}];
    }
    counts.AddRuns(bytes.data(), runs, verdicts);
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

TEST(PlaceCounts, RunsOfOneGroupAreToldByTheirVerdicts) {
  plan::PartPlan plan;
  plan.part.name = "counted";
  PartScan scan;
  scan.plan = &plan;
  scan.streams.push_back({});
  scan.bucket_count = 300;
  Accumulator to(scan, scan.streams[0], 1 << 20, 1 << 22);
  PlaceCounts counts;
  counts.Begin(static_cast<uint32_t>(to.cells.PlaceCount(300)), scan.reason_count(), 0, 300);
  ASSERT_TRUE(counts.takes_runs());
  counts.AddRuns(nullptr, std::vector<BucketRun>{{3, 5}, {4, 5}, {6, 299}}, std::vector<uint8_t>{kCounted, 1, kDropped, kCounted, 0, kCounted});
  ASSERT_TRUE(counts.AddTo(&to));
  ASSERT_EQ(to.cells.size(), 2u);
  EXPECT_EQ(to.cells.BucketOf(0), 5);
  EXPECT_EQ(to.cells.BucketOf(1), 299);
  EXPECT_EQ(to.facts[0], 2);
  EXPECT_EQ(to.facts[1], 1);
  EXPECT_EQ(to.left_out.At(0, 1), 1);
  EXPECT_EQ(to.left_out.At(1, 0), 1);
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

// In bytes; by word in lanes; in one lane; in runs besides; and so many that what is left out is listed.
INSTANTIATE_TEST_SUITE_P(Shapes, PlaceCountsOf,
                         ::testing::Values(Shape{3, 1}, Shape{3, 5}, Shape{20, 12}, Shape{20, 900}, Shape{400, 30}, Shape{5000, 40}));

}  // namespace
}  // namespace supportkpi::exec::native
