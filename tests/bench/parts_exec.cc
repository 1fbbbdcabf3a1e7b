// Execution: loops over a batch of 2,048 rows. Each verdict is set back between iterations: a copy of 2 KB that is measured too.
#include <algorithm>
#include <functional>
#include <string>

#include "benchmark/benchmark.h"
#include "exec/native/evaluator.h"
#include "exec/native/row_loops.h"
#include "exec/native/value_rules.h"
#include "exec/native/verdicts.h"
#include "tests/bench/parts.h"
#include "tests/support/fake_snapshot.h"

namespace supportkpi::exec::native {
namespace {

using parts::CheckOnce;
using parts::Filled;
using parts::Random;
using Verdicts = std::vector<uint8_t>;

constexpr size_t kRows = kBatchRows;

void SetRows(benchmark::State& state) { state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kRows)); }

// Some rows without value, some that have not come, some without schedule, some negative, some 0.
std::vector<int64_t> SomeValues() {
  constexpr int64_t kSpecial[] = {kNull, kForever, kNoSchedule, -5, 0};
  Random random(1);
  return Filled(kRows, [&](size_t i) { return i % 9 == 0 ? kSpecial[i / 9 % 5] : random.Below(1'000'000); });
}
Verdicts SomeVerdicts() {
  Random random(2);
  return Filled(kRows, [&](size_t) { return random.Below(8) == 0 ? uint8_t{3} : kCounted; });
}

// Judges all rows; the plain version says what becomes of one.
void Judge(benchmark::State& state, const std::string& name, const std::function<void(const int64_t*, uint8_t*)>& judge,
           const std::function<uint8_t(int64_t, uint8_t)>& plain) {
  const auto values = SomeValues();
  const Verdicts before = SomeVerdicts();
  Verdicts verdicts = before;
  CheckOnce(name, [&] {
    judge(values.data(), verdicts.data());
    for (size_t i = 0; i < kRows; ++i)
      if (verdicts[i] != plain(values[i], before[i])) return false;
    return true;
  });
  for (auto _ : state) {
    std::copy(before.begin(), before.end(), verdicts.begin());
    judge(values.data(), verdicts.data());
    benchmark::DoNotOptimize(verdicts.data());
    benchmark::ClobberMemory();
  }
  SetRows(state);
}

bool True(int64_t value) { return value != 0 && value != kNull && value != kNoSchedule; }
constexpr ValueVerdicts kBy = {.no_schedule = 10, .no_value = 11, .negative = 12, .negative_counts = false};

const bool kRegistered = [] {
  const auto add = [](const char* name, const auto& judge, const auto& plain) {
    benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { Judge(state, name, judge, plain); });
  };
  add("exec/judge_where_true", [](const int64_t* values, uint8_t* verdicts) { JudgeWhereTrue(values, kRows, 9, verdicts); },
      [](int64_t value, uint8_t verdict) { return verdict == kCounted && True(value) ? uint8_t{9} : verdict; });
  add("exec/drop_where_not_true", [](const int64_t* values, uint8_t* verdicts) { DropWhereNotTrue(values, kRows, verdicts); },
      [](int64_t value, uint8_t verdict) { return True(value) ? verdict : kDropped; });
  add("exec/judge_flags", [](const int64_t* values, uint8_t* verdicts) { JudgeFlags(values, kRows, 5, 20, verdicts); },
      [](int64_t value, uint8_t verdict) {
        if (value == kNull || value == kNoSchedule) return verdict;
        return (value & 1) != 0 ? uint8_t{20} : (value & 4) != 0 ? uint8_t{22} : verdict;
      });
  add("exec/judge_values", [](const int64_t* values, uint8_t* verdicts) { JudgeValues(values, kRows, kBy, verdicts); },
      [](int64_t value, uint8_t verdict) -> uint8_t {
        if (verdict != kCounted) return verdict;
        if (value == kNoSchedule) return kBy.no_schedule;
        if (value == kNull || value == kForever) return kBy.no_value;
        return value < 0 ? kBy.negative : kCounted;
      });
  return true;
}();

void CountedVerdicts(benchmark::State& state) {
  const Verdicts verdicts = SomeVerdicts();
  CheckOnce("exec/counted_among",
            [&] { return CountedAmong(verdicts) == static_cast<size_t>(std::count(verdicts.begin(), verdicts.end(), kCounted)); });
  for (auto _ : state) {
    benchmark::DoNotOptimize(CountedAmong(verdicts));
    benchmark::ClobberMemory();
  }
  SetRows(state);
}
BENCHMARK(CountedVerdicts)->Name("exec/counted_among");

void CountCells(benchmark::State& state) {
  const auto cell_count = static_cast<uint64_t>(state.range(0));
  Random random(3);
  const auto cells = Filled(kRows, [&](size_t) { return static_cast<uint32_t>(random.Below(cell_count)); });
  const Verdicts verdicts = SomeVerdicts();
  std::vector<int64_t> counters(cell_count);
  CheckOnce("exec/count_by_cell/" + std::to_string(cell_count), [&] {
    std::vector<int64_t> plain(cell_count);
    for (size_t i = 0; i < kRows; ++i) plain[cells[i]] += verdicts[i] == kCounted ? 1 : 0;
    CountByCell(cells.data(), verdicts.data(), kRows, &counters);
    return counters == plain;
  });
  for (auto _ : state) {
    CountByCell(cells.data(), verdicts.data(), kRows, &counters);
    benchmark::DoNotOptimize(counters.data());
    benchmark::ClobberMemory();
  }
  SetRows(state);
}
BENCHMARK(CountCells)->Name("exec/count_by_cell")->ArgName("cells")->Arg(1)->Arg(12)->Arg(256)->Arg(5000);

void CountedPlaces(benchmark::State& state) {
  const Verdicts verdicts = SomeVerdicts();
  std::vector<uint32_t> places;
  CheckOnce("exec/places_counted", [&] {
    std::vector<uint32_t> plain;
    for (uint32_t i = 0; i < kRows; ++i)
      if (verdicts[i] == kCounted) plain.push_back(i);
    PlacesCounted(verdicts.data(), kRows, &places);
    return places == plain;
  });
  for (auto _ : state) {
    PlacesCounted(verdicts.data(), kRows, &places);
    benchmark::DoNotOptimize(places.data());
    benchmark::ClobberMemory();
  }
  SetRows(state);
}
BENCHMARK(CountedPlaces)->Name("exec/places_counted");

void Reaches(benchmark::State& state) {
  const auto values = SomeValues();
  CheckOnce("exec/reach_of", [&] {
    const auto [min, max] = std::minmax_element(values.begin(), values.end());
    const Reach reach = ReachOf(values.data(), kRows);
    return reach.min == *min && reach.max == *max;
  });
  for (auto _ : state) {
    Reach reach = ReachOf(values.data(), kRows);
    benchmark::DoNotOptimize(reach);
    benchmark::ClobberMemory();
  }
  SetRows(state);
}
BENCHMARK(Reaches)->Name("exec/reach_of");

void AllOfABatch(benchmark::State& state) {
  const std::vector<int64_t> values(kRows, 7);
  const std::vector<uint32_t> cells(kRows, 7);
  CheckOnce("exec/all_true_and_alike", [&] {
    std::vector<int64_t> but_one = values;
    std::vector<uint32_t> other = cells;
    but_one[kRows - 1] = kNull, other[kRows - 1] = 8;
    return AllTrue(values.data(), kRows) && !AllTrue(but_one.data(), kRows) && AllAlike(cells.data(), kRows) &&
           !AllAlike(other.data(), kRows);
  });
  for (auto _ : state) {
    benchmark::DoNotOptimize(AllTrue(values.data(), kRows));
    benchmark::DoNotOptimize(AllAlike(cells.data(), kRows));
    benchmark::ClobberMemory();
  }
  SetRows(state);
}
BENCHMARK(AllOfABatch)->Name("exec/all_true_and_alike");

// max(coalesce(end, 900000) - start, start + 3) where both are there and start <= end, else start * 2: the rules of values.
void EvaluateProgram(benchmark::State& state) {
  constexpr column::ColumnKey kStart = 1, kEnd = 2;
  testing::FakeChunk chunk;
  const auto& start = chunk.scalars[kStart] = SomeValues();
  auto& end = chunk.scalars[kEnd] = SomeValues();
  std::rotate(end.begin(), end.begin() + 100, end.end());
  chunk.born.assign(kRows, 0), chunk.dead.assign(kRows, column::kForever);

  Program program;
  const NodeId a = program.Add({.op = NodeOp::kColumn, .key = kStart}), b = program.Add({.op = NodeOp::kColumn, .key = kEnd});
  const NodeId in_order = program.Binary(NodeOp::kAtMost, a, b);
  const NodeId length = program.Binary(NodeOp::kSubtract, program.Binary(NodeOp::kCoalesce, b, program.Constant(900'000)), a);
  const NodeId then = program.Binary(NodeOp::kMax, length, program.Binary(NodeOp::kAdd, a, program.Constant(3)));
  const NodeId root = program.If(in_order, then, program.Binary(NodeOp::kMultiply, a, program.Constant(2)));

  Evaluator evaluator(program);
  Batch batch;
  const auto run = [&] {
    batch.Begin(chunk, 0, kRows, 1);
    evaluator.Begin(&batch);
    evaluator.BeginRun();
    return evaluator.Rows(root, batch.alive());
  };
  CheckOnce("exec/program", [&] {
    const auto null = [](int64_t value) { return value == kNull || value == kNoSchedule; };
    const int64_t* values = run();
    for (size_t i = 0; i < kRows; ++i) {
      const int64_t from = start[i], to = end[i];
      int64_t plain = null(from) ? from : from == kForever ? kForever : from * 2;
      if (!null(from) && !null(to) && from <= to) plain = to == kForever ? kForever : std::max(to - from, from + 3);
      if (values[i] != plain) return false;
    }
    return true;
  });
  for (auto _ : state) {
    benchmark::DoNotOptimize(run());
    benchmark::ClobberMemory();
  }
  SetRows(state);
}
BENCHMARK(EvaluateProgram)->Name("exec/program");

}  // namespace
}  // namespace supportkpi::exec::native
