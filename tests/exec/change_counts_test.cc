// States counted by the places of their changes tell the same as changes counted one by one.
#include "exec/native/change_counts.h"

#include <cstdint>
#include <map>
#include <vector>

#include "exec/native/verdicts.h"
#include "gtest/gtest.h"
#include "tests/exec/counted_part.h"

namespace supportkpi::exec::native {
namespace {

constexpr int32_t kBuckets = 5;

class ChangeCountsOf : public ::testing::TestWithParam<int64_t> {  // so many groups; 0: there is no dimension
 protected:
  ChangeCountsOf() { counts.Begin(groups, part.reason_count(), kBuckets); }

  void Add(size_t rows) {
    std::vector<uint32_t> words;
    std::vector<int32_t> firsts, lasts;
    std::vector<uint8_t> verdicts;
    for (size_t i = 0; i < rows; ++i) {
      words.push_back(static_cast<uint32_t>(part.Below(groups)));
      firsts.push_back(static_cast<int32_t>(part.Below(kBuckets)));
      lasts.push_back(firsts[i] + static_cast<int32_t>(part.Below(static_cast<uint64_t>(kBuckets + 1 - firsts[i]))));
      verdicts.push_back(part.Verdict());
      if (verdicts[i] == kDropped) continue;
      ++expected[{words[i], firsts[i], verdicts[i]}];
      if (lasts[i] < kBuckets) --expected[{words[i], lasts[i], verdicts[i]}];
    }
    std::erase_if(expected, [](const auto& of) { return of.second == 0; });
    counts.Add(GetParam() > 0 ? words.data() : nullptr, firsts.data(), lasts.data(), verdicts);
  }

  CountedPart part{GetParam(), kBuckets};
  const uint32_t groups = part.PlaceCount(1);
  ChangeCounts counts;
  CountedPart::Counts expected;
};

TEST_P(ChangeCountsOf, TellWhatChangesOneByOneTell) {
  for (const size_t rows : {1, 7, 4096, 1001}) Add(rows);
  ASSERT_TRUE(counts.AddTo(part.to()));
  EXPECT_EQ(part.Counted(), expected);
  Add(500);  // after what was counted has gone to its cells
  ASSERT_TRUE(counts.AddTo(part.to()));
  EXPECT_EQ(part.Counted(), expected);
}

INSTANTIATE_TEST_SUITE_P(OfGroups, ChangeCountsOf, ::testing::Values(0, 1, 40));

}  // namespace
}  // namespace supportkpi::exec::native
