// Rows that last and rows that pass: where a set tells them apart they stand in different segments, whatever is sealed,
// merged, stored by an earlier version or derived anew, and a fact that ends is found in either.
#include "projection/run_builder.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projection/change_log.h"
#include "projection/layout.h"
#include "tests/projection/world.h"

namespace supportkpi::projection {
namespace {

using ::testing::ElementsAre;
using column::ColumnKey;
using fact::Column;
using fact::FactSet;

constexpr int64_t kMinute = 60'000;

class LastingRows : public ::testing::Test {
 protected:
  static ProjectionOptions Inline() {
    ProjectionOptions options;
    options.upkeep_in_background = false;
    options.rows_per_segment = 64;
    return options;
  }

  // A call as it was seen in its first minute, in its second one and ever after.
  static Facts CallAt(int64_t start_at, fact::Codes& codes) {
    Facts facts(3);
    const int64_t code = codes.CodeOf(record::Domain::kCallId, std::to_string(start_at));
    for (int64_t step = 0; step < 3; ++step) {
      fact::Fact& fact = facts[static_cast<size_t>(step)];
      fact.set = FactSet::kCall;
      fact.scalars.assign(static_cast<size_t>(fact::InfoOf(fact.set).scalar_count), 0);
      const auto set = [&fact](Column column, int64_t value) {
        fact.scalars[static_cast<size_t>(*fact::PositionOf(FactSet::kCall, column))] = value;
      };
      set(Column::kCall, code);
      set(Column::kStartAt, start_at);
      set(Column::kKnownFrom, start_at + step * kMinute);
      set(Column::kKnownTo, step == 2 ? kForever : start_at + (step + 1) * kMinute);
      set(Column::kAgentLegs, step);
    }
    return facts;
  }

  // One commit after which each of these families has these facts.
  void Commit(const std::map<std::string, Facts>& next) {
    ASSERT_OK(world.projection->CodesFor(kTenant));
    std::vector<FamilyChange> changes;
    for (const auto& [family, facts] : next) changes.push_back({family, world.records[family], facts});
    auto batch = world.store.NewBatch();
    ASSERT_OK(world.projection->Stage(kTenant, world.last_commit + 1, changes, {}, batch.get()));
    ASSERT_OK(world.store.Write(*batch, true));
    world.projection->Publish(kTenant, ++world.last_commit);
    for (const auto& [family, facts] : next) world.records[family] = facts;
  }
  void CommitCalls(int first, int count) {
    std::map<std::string, Facts> next;
    fact::Codes& codes = **world.projection->CodesFor(kTenant);
    for (int i = first; i < first + count; ++i) next["call " + std::to_string(i)] = CallAt(i * kMinute, codes);
    Commit(next);
  }

  std::vector<std::shared_ptr<const column::Segment>> Calls() {
    std::vector<std::shared_ptr<const column::Segment>> segments;
    for (const auto& chunk : world.Take()->Chunks(FactSet::kCall)) {
      if (auto segment = std::dynamic_pointer_cast<const column::Segment>(chunk)) segments.push_back(std::move(segment));
    }
    return segments;
  }
  // Rows of the segments: of those that last, of those that pass, of those that hold both.
  std::vector<uint32_t> Rows() {
    std::vector<uint32_t> rows(3);
    for (const auto& segment : Calls()) {
      const column::ColumnRange known_to = segment->Range(static_cast<ColumnKey>(Column::kKnownTo));
      rows[!known_to.has_forever ? 1 : known_to.min <= known_to.max ? 2 : 0] += segment->row_count();
    }
    return rows;
  }
  void CheckFacts() {
    const auto snapshot = world.Take();
    EXPECT_EQ(FactsIn(*snapshot), world.Expected());
    EXPECT_OK(snapshot->status());
  }

  // The stored segments of calls as one, as it was before lasting rows stood apart.
  void StoreAsOne();

  World world{1, Inline()};
};

void LastingRows::StoreAsOne() {
  const auto segments = Calls();
  const SetLayout& layout = LayoutOf(FactSet::kCall);
  std::map<ColumnKey, std::vector<int64_t>> columns;
  for (const auto& segment : segments) {
    ASSERT_EQ(segment->deaths()->count(), 0);
    for (const column::SegmentColumn& column : segment->header().columns) {
      if (column.is_list) continue;
      std::vector<int64_t>& all = columns[column.key];
      all.resize(all.size() + segment->row_count());
      segment->Read(column.key, 0, segment->row_count(), kNull, all.data() + all.size() - segment->row_count());
    }
  }
  std::vector<size_t> order(columns[layout.sort_column].size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&starts = columns[layout.sort_column]](size_t a, size_t b) {
    return starts[a] < starts[b];
  });
  column::SegmentWriter writer(static_cast<uint8_t>(FactSet::kCall), static_cast<uint32_t>(order.size()),
                               layout.sort_column, layout.identity_column);
  const Keys keys(kTenant);
  auto batch = world.store.NewBatch();
  for (const auto& [key, values] : columns) {
    std::vector<int64_t> sorted;
    for (const size_t row : order) sorted.push_back(values[row]);
    const auto bytes = writer.AddScalars(key, sorted);
    if (bytes.has_value()) batch->Put(storage::Table::kSegments, keys.Column(segments[0]->id(), key), *bytes);
  }
  for (const auto& segment : segments) batch->Delete(storage::Table::kTruth, keys.Header(segment->id()));
  batch->Put(storage::Table::kTruth, keys.Header(segments[0]->id()), column::EncodeHeader(writer.Finish()));
  ASSERT_OK(world.store.Write(*batch, true));
}

TEST_F(LastingRows, SealingKeepsThemApart) {
  CommitCalls(0, 20);
  ASSERT_OK(world.projection->SealAll());
  EXPECT_THAT(Rows(), ElementsAre(20, 40, 0));
  CheckFacts();
  for (const auto& segment : Calls()) {
    std::vector<int64_t> starts(segment->row_count());
    segment->Read(static_cast<ColumnKey>(Column::kStartAt), 0, segment->row_count(), kNull, starts.data());
    EXPECT_TRUE(std::is_sorted(starts.begin(), starts.end()));
  }
}

TEST_F(LastingRows, OneKindAloneMakesOneSegment) {
  fact::Codes& codes = **world.projection->CodesFor(kTenant);
  Facts facts = CallAt(0, codes);
  facts.erase(facts.begin(), facts.begin() + 2);
  Commit({{"call", facts}});
  ASSERT_OK(world.projection->SealAll());
  EXPECT_EQ(Calls().size(), 1u);
  EXPECT_THAT(Rows(), ElementsAre(1, 0, 0));
}

TEST_F(LastingRows, MergingKeepsThemApart) {
  for (int round = 0; round < 12; ++round) {
    CommitCalls(round * 9, 9);
    ASSERT_OK(world.projection->Seal(kTenant));
    EXPECT_EQ(Rows()[2], 0u);
  }
  EXPECT_THAT(Rows(), ElementsAre(108, 216, 0));
  EXPECT_LT(Calls().size(), 16u);
  CheckFacts();
}

TEST_F(LastingRows, AFactThatEndsIsFoundInEitherAlsoAfterAStart) {
  CommitCalls(0, 50);
  ASSERT_OK(world.projection->SealAll());
  for (int i = 0; i < 6; ++i) {
    const std::string family = "call " + std::to_string(i * 7);
    Facts left = world.records[family];
    left.erase(left.begin() + i % 3);
    Commit({{family, left}});
    CheckFacts();
    if (i == 3) world.Reopen();
    CheckFacts();
  }
  world.Reopen();
  CheckFacts();
  ASSERT_OK(world.projection->Seal(kTenant));
  CheckFacts();
  EXPECT_THAT(Rows(), ElementsAre(50, 100, 0));
  EXPECT_EQ(world.derived_all, 0);
}

TEST_F(LastingRows, ASegmentOfBothKindsIsReadAsItIsAndPartedByMerging) {
  CommitCalls(0, 20);
  ASSERT_OK(world.projection->SealAll());
  StoreAsOne();
  world.Reopen();
  EXPECT_THAT(Rows(), ElementsAre(0, 0, 60));
  CheckFacts();
  for (const int ended : {0, 2}) {
    const std::string family = "call " + std::to_string(4 + ended);
    Facts left = world.records[family];
    left.erase(left.begin() + ended);
    Commit({{family, left}});
    CheckFacts();
  }
  ASSERT_OK(world.projection->Merge(kTenant));
  EXPECT_THAT(Rows(), ElementsAre(19, 39, 0));
  CheckFacts();
  world.Reopen();
  CheckFacts();
  EXPECT_EQ(world.derived_all, 0);
}

TEST_F(LastingRows, FactsOfAnEarlierDerivationAreLaidOutAnewAtTheStart) {
  CommitCalls(0, 20);
  ASSERT_OK(world.projection->SealAll());
  StoreAsOne();
  const std::string key = Keys(kTenant).Manifest();
  auto manifest = DecodeManifest(**world.store.Get(storage::Table::kTruth, key));
  ASSERT_OK(manifest);
  --manifest->derivation;
  auto batch = world.store.NewBatch();
  batch->Put(storage::Table::kTruth, key, EncodeManifest(*manifest));
  ASSERT_OK(world.store.Write(*batch, true));
  world.Reopen();
  CheckFacts();
  EXPECT_THAT(Rows(), ElementsAre(20, 40, 0));
  EXPECT_EQ(world.derived_all, 1);
}

}  // namespace
}  // namespace supportkpi::projection
