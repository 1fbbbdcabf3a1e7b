// Segments give back what was written, fetch only what is read, and tell of damage.
#include "column/segment.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::column {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ColumnKey kStart = 1, kId = 2, kTeam = 3, kTeamNow = 4, kTags = 5, kColor = kAttributeBase + 9;

class FakeFetcher : public ColumnFetcher {
 public:
  absl::StatusOr<std::string> Fetch(const Segment&, ColumnKey key) override {
    ++fetches;
    const auto at = stored.find(key);
    if (at == stored.end()) return absl::DataLossError("not there");
    return at->second;
  }
  void Held(const std::shared_ptr<const Segment>&, size_t, size_t bytes) override { held_bytes += bytes; }
  void Released(size_t bytes) override { held_bytes -= bytes; }
  void Failed(const Segment&, const absl::Status&) override { ++failures; }
  void Gone(uint64_t) override { ++gone; }

  std::map<ColumnKey, std::string> stored;
  int fetches = 0;
  int failures = 0;
  int gone = 0;
  size_t held_bytes = 0;
};

class SegmentTest : public ::testing::Test {
 protected:
  SegmentTest() {
    SegmentWriter writer(3, 5, kStart, kId);
    Store(kStart, writer.AddScalars(kStart, {10, 20, 20, 30, kForever}));
    Store(kId, writer.AddScalars(kId, {7, 3, 4, 1, 2}));
    Store(kTeam, writer.AddScalars(kTeam, {1, 2, 2, 0, 1}));
    Store(kTeamNow, writer.AddScalars(kTeamNow, {1, 2, 2, 0, 1}));
    Store(kTags, writer.AddLists(kTags, {0, 1, 1, 3, 3, 4}, {9, 8, 7, 6}));
    Store(kColor, writer.AddScalars(kColor, {4, 4, 4, 4, 4}));
    Store(kBorn, writer.AddScalars(kBorn, {1, 1, 2, 2, 3}));
    header = writer.Finish();
  }
  void Store(ColumnKey key, std::optional<std::string> bytes) {
    if (bytes.has_value()) fetcher.stored[key] = *std::move(bytes);
  }
  std::shared_ptr<Segment> Made() {
    return std::make_shared<Segment>(1, header, std::make_shared<Deaths>(), shared_fetcher);
  }
  static std::vector<int64_t> ReadAll(const Segment& segment, ColumnKey key, int64_t missing = -1) {
    std::vector<int64_t> values(segment.row_count());
    segment.Read(key, 0, segment.row_count(), missing, values.data());
    return values;
  }

  const std::shared_ptr<FakeFetcher> shared_fetcher = std::make_shared<FakeFetcher>();
  FakeFetcher& fetcher = *shared_fetcher;
  SegmentHeader header;
};

TEST_F(SegmentTest, ColumnsComeBack) {
  const auto segment = Made();
  EXPECT_THAT(ReadAll(*segment, kStart), ElementsAre(10, 20, 20, 30, kForever));
  EXPECT_THAT(ReadAll(*segment, kTeamNow), ElementsAre(1, 2, 2, 0, 1));
  EXPECT_THAT(ReadAll(*segment, kColor), ElementsAre(4, 4, 4, 4, 4));
  Lists lists;
  segment->ReadLists(kTags, 1, 3, &lists);
  EXPECT_THAT(lists.offsets, ElementsAre(0, 0, 2, 2));
  EXPECT_THAT(lists.values, ElementsAre(8, 7));
  EXPECT_OK(segment->status());
}

TEST_F(SegmentTest, BoundsOfRowsAreNoWiderThanTheColumns) {
  const auto segment = Made();
  for (const ColumnKey key : {kStart, kId, kTeam, kTags, kColor, ColumnKey{77}}) {
    const ColumnRange whole = segment->Range(key), rows = segment->RangeWithin(key, 1, 3);
    EXPECT_GE(rows.min, whole.min) << key;
    EXPECT_LE(rows.max, whole.max) << key;
    EXPECT_LE(rows.has_null, whole.has_null) << key;
    EXPECT_LE(rows.has_forever, whole.has_forever) << key;
  }
  EXPECT_OK(segment->status());
  fetcher.stored.clear();
  EXPECT_EQ(Made()->RangeWithin(kStart, 0, 1).max, 30) << "what cannot be fetched has the whole column's";
}

TEST_F(SegmentTest, AStoredColumnIsReadWithoutTheSegment) {
  const auto segment = Made();
  const auto stored = segment->Stored(kStart);
  ASSERT_NE(stored, nullptr);
  EXPECT_TRUE(segment->DropUnlessUsed(0) || segment->DropUnlessUsed(0));  // who has it keeps it
  std::vector<int64_t> values(3);
  stored->Read(2, 3, values.data());
  EXPECT_THAT(values, ElementsAre(20, 30, kForever));
  for (const ColumnKey key : {kTags, kColor, ColumnKey{77}}) EXPECT_EQ(segment->Stored(key), nullptr) << key;
  EXPECT_OK(segment->status());
  fetcher.stored.clear();
  EXPECT_EQ(Made()->Stored(kStart), nullptr) << "it cannot be fetched";
}

TEST_F(SegmentTest, AnAbsentColumnReadsAsMissing) {
  const auto segment = Made();
  EXPECT_FALSE(segment->Has(77));
  EXPECT_THAT(ReadAll(*segment, 77, 5), ElementsAre(5, 5, 5, 5, 5));
  EXPECT_OK(segment->status());
}

TEST_F(SegmentTest, EqualColumnsAreStoredOnceAndConstantsNotAtAll) {
  EXPECT_EQ(fetcher.stored.count(kTeam), 1u);
  EXPECT_EQ(fetcher.stored.count(kTeamNow), 0u);
  EXPECT_EQ(fetcher.stored.count(kColor), 0u);
}

TEST_F(SegmentTest, EqualColumnsAreOneInMemory) {
  const auto segment = Made();
  ASSERT_NE(segment->Stored(kTeam), nullptr);
  EXPECT_EQ(segment->Stored(kTeamNow), segment->Stored(kTeam));
  EXPECT_EQ(fetcher.fetches, 1);
}

TEST_F(SegmentTest, AHeaderNamesOnlyStoredColumnsOfItsKindAsTheSame) {
  for (const ColumnKey wrong : {ColumnKey{77}, kColor, kTags, kTeamNow}) {
    SegmentHeader damaged = header;
    for (SegmentColumn& column : damaged.columns)
      if (column.key == (wrong == kTeamNow ? kTeam : kTeamNow)) column.stored_as = wrong;  // the last one: each as the other
    EXPECT_EQ(DecodeHeader(EncodeHeader(damaged)).status().code(), absl::StatusCode::kDataLoss) << wrong;
  }
}

TEST_F(SegmentTest, AColumnIsFetchedOnceUntilItIsDropped) {
  const auto segment = Made();
  ReadAll(*segment, kStart);
  ReadAll(*segment, kStart);
  EXPECT_EQ(fetcher.fetches, 1);
  EXPECT_FALSE(segment->DropUnlessUsed(0));  // used since it came
  EXPECT_TRUE(segment->DropUnlessUsed(0));
  EXPECT_EQ(fetcher.held_bytes, 0u);
  ReadAll(*segment, kStart);
  EXPECT_EQ(fetcher.fetches, 2);
}

TEST_F(SegmentTest, LowerBoundGoesBySortColumnThenIdentity) {
  const auto segment = Made();
  const auto bound = [&](int64_t sort, int64_t identity) { return *segment->LowerBound(sort, identity); };
  EXPECT_EQ(bound(0, 0), 0u);
  EXPECT_EQ(bound(20, 3), 1u);
  EXPECT_EQ(bound(20, 4), 2u);
  EXPECT_EQ(bound(20, 5), 3u);
  EXPECT_EQ(bound(kForever, 2), 4u);
  EXPECT_EQ(bound(kForever, 3), 5u);
}

TEST_F(SegmentTest, RowsAreAliveFromBirthUntilDeath) {
  const auto segment = Made();
  segment->deaths()->Add({{1, 3}, {4, 4}});
  const auto alive = [&](int64_t commit) {
    std::vector<uint32_t> rows;
    if (segment->AliveRows(commit, 0, 5, &rows)) return std::string("all");
    std::string text;
    for (const uint32_t row : rows) text += std::to_string(row);
    return text;
  };
  EXPECT_EQ(alive(1), "01");
  EXPECT_EQ(alive(2), "0123");
  EXPECT_EQ(alive(3), "0234");
  EXPECT_EQ(alive(4), "023");
  std::vector<uint32_t> rows;
  EXPECT_TRUE(segment->AliveRows(2, 1, 3, &rows)) << "rows 1 to 3 are all alive at 2";
}

TEST_F(SegmentTest, AFlippedBitInAColumnIsDataLossAndStays) {
  fetcher.stored[kStart][6] ^= 1;
  const auto segment = Made();
  ReadAll(*segment, kTeam);
  EXPECT_OK(segment->status());
  EXPECT_THAT(ReadAll(*segment, kStart, 0), ElementsAre(0, 0, 0, 0, 0));
  EXPECT_THAT(segment->status(), ::supportkpi::testing::StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checksum")));
  EXPECT_EQ(fetcher.failures, 1);
}

TEST_F(SegmentTest, AHeaderComesBackAndNoFlippedBitPasses) {
  const std::string bytes = EncodeHeader(header);
  const auto decoded = DecodeHeader(bytes);
  ASSERT_OK(decoded);
  EXPECT_EQ(decoded->columns.size(), 7u);
  EXPECT_EQ(decoded->Find(kTeamNow)->stored_as, kTeam);
  EXPECT_EQ(EncodeHeader(*decoded), bytes);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    ASSERT_EQ(DecodeHeader(damaged).status().code(), absl::StatusCode::kDataLoss) << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) ASSERT_FALSE(DecodeHeader(bytes.substr(0, size)).ok());
}

TEST(Deaths, KeepTheFirstDeathOfARow) {
  Deaths deaths;
  deaths.Add({{5000, 7}, {3, 7}});
  deaths.Add({{3, 9}, {4, 9}, {4, 10}});
  EXPECT_THAT(deaths.All(), ElementsAre(Death{3, 7}, Death{4, 9}, Death{5000, 7}));
  EXPECT_EQ(deaths.count(), 3u);
  EXPECT_TRUE(deaths.IsDead(5000));
  EXPECT_FALSE(deaths.IsDead(5001));
}

TEST(Deaths, AreStoredAndDamageIsFound) {
  const std::vector<Death> deaths = {{0, 4}, {1, 300}, {60000, 1'000'000}};
  const std::string bytes = EncodeDeaths(deaths);
  std::vector<Death> decoded;
  ASSERT_OK(DecodeDeaths(bytes, 65536, &decoded));
  EXPECT_EQ(decoded, deaths);
  decoded.clear();
  EXPECT_FALSE(DecodeDeaths(bytes, 60000, &decoded).ok()) << "row 60000 of 60000 rows";
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    decoded.clear();
    ASSERT_FALSE(DecodeDeaths(damaged, 65536, &decoded).ok());
  }
}

}  // namespace
}  // namespace supportkpi::column
