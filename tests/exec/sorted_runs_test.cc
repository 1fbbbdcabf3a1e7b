// Ranks among sorted runs against one sorted list of all their values.
#include "exec/native/sorted_runs.h"

#include <algorithm>
#include <random>
#include <vector>

#include "exec/native/statistics.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

TEST(SortedRuns, HaveTheRanksOfTheirMergedValues) {
  std::mt19937_64 random(11);
  RankFinder finder;
  for (const int64_t distinct : {1, 3, 1000, 1'000'000'000}) {
    for (const size_t run_count : {1, 2, 5, 40}) {
      std::vector<std::vector<int64_t>> values(run_count);
      std::vector<int64_t> all;
      for (size_t run = 0; run < run_count; ++run) {
        const size_t count = run % 5 == 4 ? 0 : random() % (run_count == 5 ? 70 : 3000) + (run_count == 1);
        for (size_t i = 0; i < count; ++i) values[run].push_back(static_cast<int64_t>(random() % distinct) - 7 + run % 3 * 1000);
        std::sort(values[run].begin(), values[run].end());
        all.insert(all.end(), values[run].begin(), values[run].end());
      }
      std::sort(all.begin(), all.end());
      const std::vector<SortedRun> runs(values.begin(), values.end());
      for (int i = 0; i < 50; ++i) {
        const size_t rank = i == 0 ? 0 : i == 1 ? all.size() - 1 : random() % all.size();
        const RankFinder::Values found = finder.Find(runs, rank);
        EXPECT_EQ(found.at, all[rank]) << distinct << " distinct values, " << run_count << " runs, rank " << rank;
        if (rank + 1 == all.size()) continue;
        EXPECT_EQ(found.next, all[rank + 1]) << distinct << " distinct values, " << run_count << " runs, rank " << rank;
      }
      for (const double percentile : {0.0, 12.5, 50.0, 90.0, 99.9, 100.0}) {
        RankSelector unsorted;
        unsorted.Add(absl::MakeConstSpan(all));
        EXPECT_EQ(PercentileOf(percentile, runs, &finder), PercentileOf(percentile, &unsorted));
      }
    }
  }
}

}  // namespace
}  // namespace supportkpi::exec::native
