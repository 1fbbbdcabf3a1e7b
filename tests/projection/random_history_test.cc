// Random commits, failures, seals, merges, rebuilds and crashes: what a snapshot shows always equals the model, now and
// for snapshots taken long ago.
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/projection/world.h"

namespace supportkpi::projection {
namespace {

struct Scenario {
  uint32_t seed;
  int64_t tail_facts_max;
  uint32_t rows_per_segment;
  int64_t column_cache_bytes;
  bool upkeep_in_background;
  int64_t history_commits;
};

void PrintTo(const Scenario& run, std::ostream* out) {
  *out << "seed " << run.seed << " tail " << run.tail_facts_max << " rows " << run.rows_per_segment << " cache "
       << run.column_cache_bytes << (run.upkeep_in_background ? " background" : "") << " history " << run.history_commits;
}

class RandomHistory : public ::testing::TestWithParam<Scenario> {
 protected:
  static ProjectionOptions OptionsOf(const Scenario& run) {
    ProjectionOptions options;
    options.tail_facts_max = run.tail_facts_max;
    options.rows_per_segment = run.rows_per_segment;
    options.column_cache_bytes = run.column_cache_bytes;
    options.upkeep_in_background = run.upkeep_in_background;
    options.history_commits = run.history_commits;
    options.tenant_idle_max = absl::ZeroDuration();
    return options;
  }

  void CheckNow() {
    const auto snapshot = world.Take();
    ASSERT_NE(snapshot, nullptr);
    ASSERT_EQ(snapshot->commit(), world.last_commit);
    ASSERT_EQ(FactsIn(*snapshot), world.Expected());
    ASSERT_EQ(snapshot->data_until_ms(), world.ExpectedDataUntil());
    ASSERT_OK(snapshot->status());
    for (const auto& chunk : snapshot->Chunks(fact::FactSet::kCall)) {
      const column::ColumnRange known_to = chunk->Range(static_cast<column::ColumnKey>(fact::Column::kKnownTo));
      ASSERT_FALSE(chunk->is_complete() && known_to.has_forever && (known_to.has_null || known_to.min <= known_to.max));
    }
  }

  void Step() {
    const uint32_t dice = world.Below(100);
    if (dice < 70) {
      if (world.Below(15) == 0) world.Commit(1 + world.Below(12), 60, World::Fate::kAbandoned);
      world.Commit(1 + world.Below(12), 60);
    } else if (dice < 72) {
      kept.clear();
      world.Commit(1 + world.Below(12), 60, World::Fate::kCrashedBeforePublish);
    } else if (dice < 75) {
      CrashAmidst();
    } else if (dice < 79) {
      ASSERT_OK(world.projection->Seal(kTenant));
    } else if (dice < 82) {
      ASSERT_OK(world.projection->Merge(kTenant));
    } else if (dice < 84) {
      ++rebuilds;
      ASSERT_OK(world.projection->Rebuild(kTenant));
    } else if (dice < 87) {
      if (world.Below(2) == 0) kept.clear();
      const int64_t released = world.projection->LetGoOfIdle(absl::ZeroDuration());
      EXPECT_LE(released, 1);
      if (!kept.empty() && kept.back().first->commit() > 0) {
        EXPECT_EQ(released, 0) << "a snapshot is there";
      }
      let_go += released;
    } else if (dice < 90) {
      kept.clear();
      world.Reopen();
    } else {
      kept.emplace_back(world.Take(), world.Expected());
      if (kept.size() > 6) kept.pop_front();
    }
  }

  // The disk goes away after a few more writes, in whatever is done then.
  void CrashAmidst() {
    world.store.FailAfter(world.Below(6));
    for (int i = 0; i < 3; ++i) {
      switch (world.Below(4)) {
        case 0: (void)world.projection->Seal(kTenant); break;
        case 1: (void)world.projection->Merge(kTenant); break;
        case 2: ++rebuilds, (void)world.projection->Rebuild(kTenant); break;
        default: world.Commit(1 + world.Below(8), 60); break;
      }
    }
    kept.clear();
    world.Reopen();
  }

  World world{GetParam().seed, OptionsOf(GetParam())};
  std::deque<std::pair<std::shared_ptr<const Snapshot>, Texts>> kept;
  int64_t let_go = 0;
  int rebuilds = 0;
};

TEST_P(RandomHistory, SnapshotsShowWhatTheModelHolds) {
  for (int step = 0; step < 250; ++step) {
    SCOPED_TRACE(step);
    Step();
    if (HasFatalFailure()) return;
    if (step % 5 == 0) CheckNow();
    if (HasFatalFailure()) return;
    if (step % 11 != 0) continue;
    for (const auto& [snapshot, expected] : kept) ASSERT_EQ(FactsIn(*snapshot), expected);
  }
  CheckNow();
  world.Reopen();
  CheckNow();
  if (!GetParam().upkeep_in_background) {
    EXPECT_GT(let_go, 0);
  }
  EXPECT_LE(world.derived_all, rebuilds) << "only Rebuild() derives all families";
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistory,
                         ::testing::Values(Scenario{1, 1 << 20, 1024, 1 << 30, false, 0}, Scenario{2, 100, 16, 1 << 30, false, 0},
                                           Scenario{3, 30, 7, 1, false, 0}, Scenario{4, 200, 64, 5000, true, 0},
                                           Scenario{5, 60, 32, 1 << 20, true, 0}, Scenario{6, 50, 16, 1 << 20, false, 20},
                                           Scenario{7, 1000, 65536, 1 << 30, false, 0}, Scenario{8, 40, 8, 1, true, 5},
                                           Scenario{9, 300, 100, 1 << 30, false, 0}, Scenario{10, 1, 1, 1 << 20, false, 0}));

}  // namespace
}  // namespace supportkpi::projection
