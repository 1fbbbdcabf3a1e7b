// States counted by the places of their changes tell the same as changes counted one by one.
#include "exec/native/change_counts.h"

#include <map>
#include <memory>
#include <random>
#include <tuple>
#include <vector>

#include "exec/native/verdicts.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

constexpr int32_t kBuckets = 5;

class ChangeCountsOf : public ::testing::TestWithParam<int64_t> {  // so many groups; 0: there is no dimension
 protected:
  using Changes = std::map<std::tuple<int64_t, int32_t, uint8_t>, int64_t>;  // by group, bucket and verdict

  ChangeCountsOf() {
    plan.part.name = "counted";
    scan.plan = &plan;
    if (GetParam() > 0) scan.dimensions.push_back({.size = GetParam()});
    scan.streams.push_back({.dimensions = 1});
    scan.bucket_count = kBuckets;
    to = std::make_unique<Accumulator>(scan, scan.streams[0], 1 << 20, 1 << 20);
    groups = static_cast<uint32_t>(to->cells.PlaceCount(1));
    counts.Begin(groups, scan.reason_count(), kBuckets);
  }

  void Add(size_t rows) {
    std::vector<uint32_t> words;
    std::vector<int32_t> firsts, lasts;
    std::vector<uint8_t> verdicts;
    for (size_t i = 0; i < rows; ++i) {
      words.push_back(static_cast<uint32_t>(random() % groups));
      firsts.push_back(static_cast<int32_t>(random() % kBuckets));
      lasts.push_back(firsts[i] + static_cast<int32_t>(random() % static_cast<uint64_t>(kBuckets + 1 - firsts[i])));
      const size_t kind = random() % (scan.reason_count() + 4);
      verdicts.push_back(kind < scan.reason_count() ? static_cast<uint8_t>(kind) : kind % 4 == 0 ? kDropped : kCounted);
      ++expected[{words[i], firsts[i], verdicts[i]}];
      --expected[{words[i], lasts[i], verdicts[i]}];
    }
    counts.Add(GetParam() > 0 ? words.data() : nullptr, firsts.data(), lasts.data(), verdicts);
  }

  Changes Expected() const {
    Changes changes;
    for (const auto& [key, change] : expected)
      if (std::get<1>(key) < kBuckets && std::get<2>(key) != kDropped && change != 0) changes[key] = change;
    return changes;
  }
  Changes Counted() const {
    Changes changes;
    for (uint32_t cell = 0; cell < to->cells.size(); ++cell) {
      const int64_t group = GetParam() > 0 ? to->cells.ValuesOf(to->cells.GroupOf(cell))[0] : 0;
      if (to->facts[cell] != 0) changes[{group, to->cells.BucketOf(cell), kCounted}] = to->facts[cell];
      for (uint8_t reason = 0; reason < scan.reason_count(); ++reason)
        if (const int64_t change = to->left_out.At(cell, reason); change != 0) changes[{group, to->cells.BucketOf(cell), reason}] = change;
    }
    return changes;
  }

  std::mt19937 random{7};
  plan::PartPlan plan;
  PartScan scan;
  std::unique_ptr<Accumulator> to;
  uint32_t groups = 0;
  ChangeCounts counts;
  Changes expected;
};

TEST_P(ChangeCountsOf, TellWhatChangesOneByOneTell) {
  for (const size_t rows : {1, 7, 4096, 1001}) Add(rows);
  ASSERT_TRUE(counts.AddTo(to.get()));
  EXPECT_EQ(Counted(), Expected());
  Add(500);  // after what was counted has gone to its cells
  ASSERT_TRUE(counts.AddTo(to.get()));
  EXPECT_EQ(Counted(), Expected());
}

INSTANTIATE_TEST_SUITE_P(OfGroups, ChangeCountsOf, ::testing::Values(0, 1, 40));

}  // namespace
}  // namespace supportkpi::exec::native
