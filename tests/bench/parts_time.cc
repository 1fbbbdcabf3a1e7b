// Time: the business clock in New York with breaks, holidays and special hours, over a year, over changes of DST and over
// holidays; buckets of a year; step tables. What is right is said by walking minute by minute, day by day, and by halving.
#include <algorithm>

#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "tests/bench/parts.h"
#include "tests/time/instants.h"
#include "tests/time/schedule_language.h"
#include "time/bucket.h"
#include "time/schedule.h"
#include "time/step_table.h"

namespace supportkpi::time {
namespace {

using parts::CheckOnce;
using parts::Filled;
using parts::Random;

constexpr const char* kZone = "America/New_York";
constexpr size_t kPairs = 65'536;  // more than a processor's branch prediction learns by heart
constexpr size_t kCheckedPairs = 40;

Schedule Office() {
  return ScheduleOf(kZone, R"(
    mon-fri 08:00-12:00 13:00-18:00
    sat 22:00-04:00
    break mon-fri 10:30-10:45
    holiday 2026-07-03
    holiday 2026-11-26
    holiday 2026-12-25
    special 2026-12-24 08:00-12:00
    closed 2026-12-31)");
}

struct Stretch {
  int64_t from_ms, to_ms, work_ms;
};
// On whole minutes, that begin within `days` from `first_day` on; up to three days long, of up to 16 working hours.
std::vector<Stretch> Stretches(const char* first_day, int64_t days) {
  Random random(1);
  const int64_t first_ms = LocalAt(kZone, first_day);
  return Filled(kPairs, [&](size_t) {
    const int64_t from_ms = first_ms + random.Below(days * 24 * 60) * kMinuteMs;
    return Stretch{from_ms, from_ms + random.Below(3 * 24 * 60) * kMinuteMs, (1 + random.Below(16 * 60)) * kMinuteMs};
  });
}

// Asks the clock about all stretches, once `plain` has said of some of them what is right.
template <class Ask, class Plain>
void AskClock(benchmark::State& state, const std::string& name, const char* first_day, int64_t days, const Ask& ask,
              const Plain& plain) {
  const Schedule schedule = Office();
  const BusinessClock clock(schedule);
  const auto stretches = Stretches(first_day, days);
  CheckOnce(name + first_day, [&] {
    return std::all_of(stretches.begin(), stretches.begin() + kCheckedPairs,
                       [&](const Stretch& each) { return ask(clock, each) == plain(schedule, each); });
  });
  for (auto _ : state)
    for (const Stretch& each : stretches) benchmark::DoNotOptimize(ask(clock, each));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kPairs));
}
void WorkedMs(benchmark::State& state, const char* first_day, int64_t days) {
  AskClock(
      state, "time/worked_ms/", first_day, days,
      [](const BusinessClock& clock, const Stretch& each) { return clock.WorkedMs(each.from_ms, each.to_ms); },
      [](const Schedule& schedule, const Stretch& each) { return OracleWorkedMs(schedule, each.from_ms, each.to_ms); });
}

int64_t OracleDueAt(const Schedule& schedule, int64_t at_ms, int64_t work_ms) {
  for (; work_ms > 0; at_ms += kMinuteMs) work_ms -= OracleIsOpen(schedule, at_ms) ? kMinuteMs : 0;
  return at_ms;
}
void DueAt(benchmark::State& state, const char* first_day, int64_t days) {
  AskClock(
      state, "time/due_at/", first_day, days,
      [](const BusinessClock& clock, const Stretch& each) { return clock.DueAt(each.from_ms, each.work_ms); },
      [](const Schedule& schedule, const Stretch& each) { return OracleDueAt(schedule, each.from_ms, each.work_ms); });
}
BENCHMARK_CAPTURE(WorkedMs, year, "2026-01-01T00:00", 365)->Name("time/worked_ms/year");
BENCHMARK_CAPTURE(WorkedMs, spring, "2026-03-06T00:00", 4)->Name("time/worked_ms/dst_begins");
BENCHMARK_CAPTURE(WorkedMs, autumn, "2026-10-30T00:00", 4)->Name("time/worked_ms/dst_ends");
BENCHMARK_CAPTURE(WorkedMs, holidays, "2026-12-22T00:00", 9)->Name("time/worked_ms/holidays");
BENCHMARK_CAPTURE(DueAt, year, "2026-01-01T00:00", 365)->Name("time/due_at/year");
BENCHMARK_CAPTURE(DueAt, spring, "2026-03-06T00:00", 4)->Name("time/due_at/dst_begins");
BENCHMARK_CAPTURE(DueAt, autumn, "2026-10-30T00:00", 4)->Name("time/due_at/dst_ends");
BENCHMARK_CAPTURE(DueAt, holidays, "2026-12-22T00:00", 9)->Name("time/due_at/holidays");

// Buckets of 2026 by Abseil's calendar: New York changes its clock on whole hours and never at midnight.
std::vector<int64_t> PlainStarts(GrainUnit unit) {
  const absl::TimeZone zone = ZoneOf(kZone).absl_zone();
  const absl::Time end = absl::FromCivil(absl::CivilYear(2027), zone);
  std::vector<int64_t> starts;
  absl::Time at = absl::FromCivil(absl::CivilYear(2026), zone);
  while (at < end) {
    starts.push_back(absl::ToUnixMillis(at));
    if (unit == GrainUnit::kHour) at += absl::Hours(1);
    else if (unit == GrainUnit::kDay) at = absl::FromCivil(absl::ToCivilDay(at, zone) + 1, zone);
    else at = absl::FromCivil(absl::ToCivilMonth(at, zone) + 1, zone);
  }
  return starts;
}
void Buckets(benchmark::State& state, const char* name, GrainUnit unit) {
  const Zone& zone = ZoneOf(kZone);
  const int64_t start = LocalAt(kZone, "2026-01-01T00:00"), end = LocalAt(kZone, "2027-01-01T00:00");
  const auto make = [&] { return MakeBuckets(start, end, {.unit = unit}, zone, 10'000); };
  const auto plain = PlainStarts(unit);
  CheckOnce(name, [&] {
    const auto buckets = make();
    if (!buckets.ok() || buckets->size() != plain.size()) return false;
    for (size_t i = 0; i < plain.size(); ++i) {
      const Bucket& bucket = (*buckets)[i];
      if (bucket.start_ms != plain[i] || bucket.end_ms != (i + 1 < plain.size() ? plain[i + 1] : end)) return false;
    }
    return true;
  });
  for (auto _ : state) {
    auto buckets = make();
    benchmark::DoNotOptimize(buckets->data());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * plain.size()));
}
BENCHMARK_CAPTURE(Buckets, hours, "time/buckets/hours", GrainUnit::kHour)->Name("time/buckets/hours");
BENCHMARK_CAPTURE(Buckets, days, "time/buckets/days", GrainUnit::kDay)->Name("time/buckets/days");
BENCHMARK_CAPTURE(Buckets, months, "time/buckets/months", GrainUnit::kMonth)->Name("time/buckets/months");

// Steps of unequal length, values of any step.
void FindStep(benchmark::State& state) {
  Random random(2);
  auto starts = Filled(static_cast<size_t>(state.range(0)), [&](size_t) { return random.Below(365 * kDayMs); });
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  const StepTable table(starts);
  const auto values = Filled(kPairs, [&](size_t) { return random.Below(366 * kDayMs) - kDayMs; });
  CheckOnce("time/step_table/" + std::to_string(starts.size()), [&] {
    return std::all_of(values.begin(), values.end(), [&](int64_t value) {
      return static_cast<ptrdiff_t>(table.Find(value)) == std::upper_bound(starts.begin(), starts.end(), value) - starts.begin();
    });
  });
  for (auto _ : state)
    for (const int64_t value : values) benchmark::DoNotOptimize(table.Find(value));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * values.size()));
}
BENCHMARK(FindStep)->Name("time/step_table")->ArgName("steps")->Arg(12)->Arg(365)->Arg(10'000);

}  // namespace
}  // namespace supportkpi::time
