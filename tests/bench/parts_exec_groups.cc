// Execution: what makes groups and orders values: the table of cells, the radix sort, ranks among sorted runs.
#include <algorithm>
#include <map>
#include <string>

#include "benchmark/benchmark.h"
#include "exec/native/batch.h"
#include "exec/native/cell_table.h"
#include "exec/native/radix_sort.h"
#include "exec/native/sorted_runs.h"
#include "tests/bench/parts.h"

namespace supportkpi::exec::native {
namespace {

using parts::CheckOnce;
using parts::Filled;
using parts::Random;

constexpr size_t kItems = 65'536;
constexpr int64_t kBuckets = 12;
constexpr int64_t kGroupsMax = 1'000'000;

// Items of one dimension more: `values` many names, told of in advance or not.
void AssignCells(benchmark::State& state, const char* name, uint64_t values, bool bounded) {
  Random random(1);
  const auto buckets = Filled(kItems, [&](size_t) { return static_cast<int32_t>(random.Below(kBuckets)); });
  const auto channels = Filled(kItems, [&](size_t) { return random.Below(6); });
  const auto names = Filled(kItems, [&](size_t) { return random.Below(values); });
  std::vector<uint32_t> cells(kItems);
  const auto assign = [&](CellTable* table) {
    bool fits = true;
    for (size_t first = 0; first < kItems; first += kBatchRows) {
      const int64_t* dimensions[] = {channels.data() + first, names.data() + first};
      fits = table->Assign(kBatchRows, buckets.data() + first, dimensions, cells.data() + first) && fits;
    }
    return fits;
  };
  const auto new_table = [&] {
    return CellTable({6, bounded ? static_cast<int64_t>(values) : 0}, /*first_bucket=*/0, kBuckets, kGroupsMax, /*expected_items=*/0);
  };
  CheckOnce(name, [&] {
    CellTable table = new_table();
    std::map<std::tuple<int32_t, int64_t, int64_t>, uint32_t> plain;
    if (!assign(&table)) return false;
    for (size_t i = 0; i < kItems; ++i) {
      const auto key = std::make_tuple(buckets[i], channels[i], names[i]);
      if (plain.try_emplace(key, static_cast<uint32_t>(plain.size())).first->second != cells[i]) return false;
      const auto group = table.ValuesOf(table.GroupOf(cells[i]));
      if (table.BucketOf(cells[i]) != buckets[i] || group[0] != channels[i] || group[1] != names[i]) return false;
    }
    return table.size() == plain.size();
  });
  for (auto _ : state) {
    CellTable table = new_table();
    benchmark::DoNotOptimize(assign(&table));
    benchmark::DoNotOptimize(cells.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kItems));
}
BENCHMARK_CAPTURE(AssignCells, few, "exec/cell_table/few_names", 4, true)->Name("exec/cell_table/few_names");
BENCHMARK_CAPTURE(AssignCells, many, "exec/cell_table/many_names", 100'000, true)->Name("exec/cell_table/many_names");
BENCHMARK_CAPTURE(AssignCells, unbounded, "exec/cell_table/any_values", 1'000, false)->Name("exec/cell_table/any_values");

struct Keyed {
  uint64_t key;
  uint32_t place;
  bool operator==(const Keyed&) const = default;
};
// Copying the elements back to their first order is measured too.
void SortByKey(benchmark::State& state) {
  const auto count = static_cast<size_t>(state.range(0));
  const uint64_t max_key = (uint64_t{1} << state.range(1)) - 1;
  Random random(2);
  const auto elements =
      Filled(count, [&](size_t i) { return Keyed{static_cast<uint64_t>(random.Below(max_key + 1)), static_cast<uint32_t>(i)}; });
  const auto key_of = [](const Keyed& element) { return element.key; };
  std::vector<Keyed> sorted;
  CheckOnce("exec/radix_sort/" + std::to_string(count) + "/" + std::to_string(state.range(1)), [&] {
    std::vector<Keyed> plain = elements;
    std::stable_sort(plain.begin(), plain.end(), [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
    sorted = elements;
    RadixSort(&sorted, max_key, key_of);
    return sorted == plain;
  });
  for (auto _ : state) {
    sorted = elements;
    RadixSort(&sorted, max_key, key_of);
    benchmark::DoNotOptimize(sorted.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * count));
}
BENCHMARK(SortByKey)->Name("exec/radix_sort")->ArgNames({"elements", "bits"})->Args({65'536, 20})->Args({65'536, 41})->Args({1'000'000, 20});

// The median and the 90th percentile of a million values.
void RanksOfRuns(benchmark::State& state) {
  const auto run_count = static_cast<size_t>(state.range(0));
  Random random(3);
  std::vector<std::vector<int64_t>> values(run_count);
  std::vector<int64_t> all;
  for (auto& run : values) {
    run = Filled(1'000'000 / run_count, [&](size_t) { return random.Below(500'000'000); });
    std::sort(run.begin(), run.end());
    all.insert(all.end(), run.begin(), run.end());
  }
  const std::vector<SortedRun> runs(values.begin(), values.end());
  const size_t ranks[] = {all.size() / 2, all.size() / 10 * 9};
  RankFinder finder;
  CheckOnce("exec/sorted_runs/" + std::to_string(run_count), [&] {
    std::sort(all.begin(), all.end());
    const auto at = [&](size_t rank) { return finder.Find(runs, rank).at; };
    return at(ranks[0]) == all[ranks[0]] && at(ranks[1]) == all[ranks[1]] && at(0) == all.front() && at(all.size() - 1) == all.back();
  });
  for (auto _ : state)
    for (const size_t rank : ranks) benchmark::DoNotOptimize(finder.Find(runs, rank));
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(RanksOfRuns)->Name("exec/sorted_runs")->ArgName("runs")->Arg(4)->Arg(40);

}  // namespace
}  // namespace supportkpi::exec::native
