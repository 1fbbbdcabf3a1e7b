// Columns come back as they went in, whole and in parts, and damaged bytes are an error instead of a crash.
#include "column/encoding.h"

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::column {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

struct NamedValues {
  std::string name;
  std::vector<int64_t> values;
};

template <typename Make>
std::vector<int64_t> Filled(size_t count, Make make) {
  std::vector<int64_t> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = make(i);
  return values;
}

std::vector<NamedValues> Columns() {
  std::mt19937_64 random(7);
  const auto below = [&random](uint64_t bound) { return static_cast<int64_t>(random() % bound); };
  std::vector<NamedValues> columns = {
      {"no rows", {}},
      {"one row", {5}},
      {"only null", Filled(3000, [](size_t) { return kNull; })},
      {"only forever", Filled(1024, [](size_t) { return kForever; })},
      {"null and forever", Filled(2000, [](size_t i) { return i % 3 == 0 ? kNull : kForever; })},
      {"extremes", {kNull, kForever, kNull + 1, kForever - 1, 0, -1, 1}},
      {"rising instants", Filled(5000, [&](size_t i) { return 1'700'000'000'000 + static_cast<int64_t>(i) * 997 + below(500); })},
      {"instants, some to come", Filled(4097, [&](size_t i) { return i % 5 == 0 ? kForever : 1'700'000'000'000 + below(1 << 30); })},
      {"sparse", Filled(6000, [&](size_t i) { return i % 1000 == 7 ? below(100) : kNull; })},
      {"long runs", Filled(65536, [](size_t i) { return static_cast<int64_t>(i / 500) * 1'000'003; })},
      {"long runs with null", Filled(10000, [](size_t i) { return i / 700 % 2 == 0 ? kNull : static_cast<int64_t>(i / 700); })},
      {"negative", Filled(1500, [&](size_t) { return -below(1u << 20); })},
      {"wide", Filled(3000, [&](size_t) { return static_cast<int64_t>(random()); })},
      {"a full chunk of codes", Filled(65536, [&](size_t) { return below(12); })},
  };
  for (int width = 1; width <= 32; ++width) {
    columns.push_back({"codes of width " + std::to_string(width), Filled(2100, [&](size_t) { return below(uint64_t{1} << width); })});
  }
  columns.push_back({"small codes behind a null", Filled(2100, [&](size_t i) { return i == 0 ? kNull : below(200); })});
  for (int width = 1; width < 64; ++width) {
    columns.push_back({"width " + std::to_string(width),
                       Filled(1100, [&](size_t) { return below(uint64_t{1} << width) - (int64_t{1} << (width - 1)); })});
  }
  return columns;
}

std::unique_ptr<EncodedColumn> Parsed(const std::string& bytes, size_t rows) {
  auto column = EncodedColumn::Parse(bytes, static_cast<uint32_t>(rows));
  EXPECT_OK(column);
  return column.ok() ? *std::move(column) : nullptr;
}

TEST(Encoding, ScalarsComeBackWhole) {
  for (const auto& [name, values] : Columns()) {
    SCOPED_TRACE(name);
    const auto column = Parsed(EncodeScalars(values), values.size());
    ASSERT_NE(column, nullptr);
    std::vector<int64_t> read(values.size());
    column->Read(0, static_cast<uint32_t>(values.size()), read.data());
    EXPECT_TRUE(read == values);
  }
}

// body(column, its values, first row, number of rows, at least one) for many parts of every column.
template <typename Body>
void ForRandomParts(Body body) {
  std::mt19937 random(11);
  for (const auto& [name, values] : Columns()) {
    SCOPED_TRACE(name);
    if (values.empty()) continue;
    const auto column = Parsed(EncodeScalars(values), values.size());
    ASSERT_NE(column, nullptr);
    for (int i = 0; i < 50; ++i) {
      const auto first = static_cast<uint32_t>(random() % values.size());
      const auto count = static_cast<uint32_t>(1 + random() % (values.size() - first));
      SCOPED_TRACE(std::to_string(first) + ", " + std::to_string(count) + " rows");
      ASSERT_NO_FATAL_FAILURE(body(*column, values, first, count));
    }
  }
}

TEST(Encoding, AnyPartAndAnyRowCanBeReadAlone) {
  ForRandomParts([](const EncodedColumn& column, const std::vector<int64_t>& values, uint32_t first, uint32_t count) {
    std::vector<int64_t> read(count);
    column.Read(first, 0, read.data());
    column.Read(first, count, read.data());
    ASSERT_TRUE(std::equal(read.begin(), read.end(), values.begin() + first));
    ASSERT_EQ(column.At(first), values[first]);
  });
}

TEST(Encoding, ChosenRowsAreReadInAnyOrder) {
  std::mt19937 random(13);
  ForRandomParts([&](const EncodedColumn& column, const std::vector<int64_t>& values, uint32_t first, uint32_t count) {
    std::vector<uint32_t> rows;
    for (uint32_t row = first; row < first + count; row += 1 + random() % 200) rows.push_back(row);
    if (first % 2 == 1) std::shuffle(rows.begin(), rows.end(), random);
    std::vector<int64_t> read(rows.size());
    column.ReadEach({}, read.data());
    column.ReadEach(rows, read.data());
    for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(read[i], values[rows[i]]) << "row " << rows[i];
  });
}

template <typename Word>
void ExpectReadAs(const EncodedColumn& column, absl::Span<const int64_t> part, uint32_t first) {
  const auto fits = [](int64_t value) { return value >= 0 && value <= static_cast<int64_t>(std::numeric_limits<Word>::max()); };
  if (!std::all_of(part.begin(), part.end(), fits)) return;
  std::vector<Word> read(part.size());
  column.Read(first, static_cast<uint32_t>(part.size()), read.data());
  ASSERT_TRUE(std::equal(read.begin(), read.end(), part.begin())) << 8 * sizeof(Word) << " bits";
}

TEST(Encoding, PartsThatFitIntoFewerBitsAreTheSameInThem) {
  ForRandomParts([](const EncodedColumn& column, const std::vector<int64_t>& values, uint32_t first, uint32_t count) {
    const auto part = absl::MakeConstSpan(values).subspan(first, count);
    ASSERT_NO_FATAL_FAILURE(ExpectReadAs<uint8_t>(column, part, first));
    ASSERT_NO_FATAL_FAILURE(ExpectReadAs<uint32_t>(column, part, first));
  });
}

bool Covers(const ColumnRange& range, int64_t value) {
  if (value == kNull) return range.has_null;
  if (value == kForever) return range.has_forever;
  return value >= range.min && value <= range.max;
}

TEST(Encoding, BoundsOfAnyPartCoverItsValues) {
  ForRandomParts([](const EncodedColumn& column, const std::vector<int64_t>& values, uint32_t first, uint32_t count) {
    const ColumnRange range = column.RangeWithin(first, count);
    for (uint32_t row = first; row < first + count; ++row) ASSERT_TRUE(Covers(range, values[row])) << row;
  });
}

TEST(Encoding, BoundsOfAPartAreCloseToItsValues) {
  const auto rising = Filled(8192, [](size_t i) { return static_cast<int64_t>(1000 * i); });
  const ColumnRange block = Parsed(EncodeScalars(rising), rising.size())->RangeWithin(2048, 1024);
  EXPECT_EQ(block.min, 2048 * 1000);
  EXPECT_LT(block.max, 2048 * 1000 + (1 << 20));
  EXPECT_FALSE(block.has_null);
  EXPECT_FALSE(block.has_forever);
  const auto runs = Filled(65536, [](size_t i) { return i < 30'000 ? 0 : i < 40'000 ? kNull : 7; });
  const auto column = Parsed(EncodeScalars(runs), runs.size());
  const ColumnRange zeros = column->RangeWithin(1000, 29'000), sevens = column->RangeWithin(39'999, 2);
  EXPECT_EQ(zeros.max, 0);
  EXPECT_FALSE(zeros.has_null);
  EXPECT_EQ(sevens.min, 7);
  EXPECT_TRUE(sevens.has_null);
  const auto nulls = Filled(3000, [](size_t i) { return i < 1024 ? kNull : 50 + static_cast<int64_t>(i % 3); });
  const ColumnRange none = Parsed(EncodeScalars(nulls), nulls.size())->RangeWithin(0, 1024);
  EXPECT_GT(none.min, none.max) << "no value at all";
}

TEST(Encoding, CodesTakeFewBitsAndRunsFewBytes) {
  EXPECT_LT(EncodeScalars(Filled(65536, [](size_t i) { return static_cast<int64_t>(i * 7 % 12); })).size(), 65536 / 2 + 1200);
  EXPECT_LT(EncodeScalars(Filled(65536, [](size_t i) { return static_cast<int64_t>(i / 1000); })).size(), 1000u);
  EXPECT_LT(EncodeScalars(Filled(65536, [](size_t) { return kForever; })).size(), 10u);
}

TEST(Encoding, ListsComeBackWholeAndInParts) {
  std::mt19937 random(3);
  std::vector<uint32_t> offsets = {0};
  std::vector<int64_t> values;
  for (int row = 0; row < 5000; ++row) {
    for (uint32_t i = random() % 4; i > 0; --i) values.push_back(random() % 7 == 0 ? kForever : static_cast<int64_t>(random()));
    offsets.push_back(static_cast<uint32_t>(values.size()));
  }
  const auto column = Parsed(EncodeLists(offsets, values), 5000);
  ASSERT_NE(column, nullptr);
  for (int i = 0; i < 200; ++i) {
    const uint32_t first = random() % 5000, count = random() % (5000 - first + 1);
    Lists lists;
    column->ReadLists(first, count, &lists);
    ASSERT_EQ(lists.offsets.size(), count + 1);
    for (uint32_t row = 0; row <= count; ++row) ASSERT_EQ(lists.offsets[row], offsets[first + row] - offsets[first]);
    ASSERT_TRUE(std::equal(lists.values.begin(), lists.values.end(), values.begin() + offsets[first]));
  }
}

TEST(Encoding, EmptyListsComeBackEmpty) {
  const std::vector<uint32_t> offsets(11, 0);
  const auto column = Parsed(EncodeLists(offsets, {}), 10);
  ASSERT_NE(column, nullptr);
  Lists lists;
  column->ReadLists(2, 5, &lists);
  EXPECT_THAT(lists.offsets, ElementsAre(0, 0, 0, 0, 0, 0));
  EXPECT_THAT(lists.values, ElementsAre());
}

TEST(Encoding, RangeLeavesOutNullAndForeverButTellsOfThem) {
  const ColumnRange range = RangeOf(std::vector<int64_t>{3, kNull, -4, kForever});
  EXPECT_EQ(range.min, -4);
  EXPECT_EQ(range.max, 3);
  EXPECT_TRUE(range.has_null);
  EXPECT_TRUE(range.has_forever);
  const ColumnRange none = RangeOf(std::vector<int64_t>{kNull});
  EXPECT_GT(none.min, none.max);
}

// Reads everything a column offers; what comes back is of no interest, only that it comes back.
void ReadAll(const EncodedColumn& column) {
  if (column.is_list()) {
    Lists lists;
    column.ReadLists(0, column.row_count(), &lists);
    return;
  }
  std::vector<int64_t> read(column.row_count());
  column.Read(0, column.row_count(), read.data());
  for (uint32_t row = 0; row < column.row_count(); row += 97) column.At(row);
}

TEST(Encoding, DamagedBytesAreRefusedOrReadWithinBounds) {
  std::mt19937 random(5);
  std::vector<std::pair<std::string, uint32_t>> encoded;
  for (const auto& [name, values] : Columns()) encoded.emplace_back(EncodeScalars(values), values.size());
  std::vector<uint32_t> offsets = {0};
  for (uint32_t row = 0; row < 3000; ++row) offsets.push_back(offsets.back() + row % 3);
  encoded.emplace_back(EncodeLists(offsets, Filled(offsets.back(), [](size_t i) { return static_cast<int64_t>(i * i); })), 3000);
  encoded.emplace_back(EncodeLists(offsets, Filled(offsets.back(), [](size_t i) { return static_cast<int64_t>(i / 100); })), 3000);

  for (const auto& [bytes, rows] : encoded) {
    for (int i = 0; i < 300; ++i) {
      std::string damaged = bytes;
      // Most of the structure stands at the front.
      const size_t reach = random() % 2 == 0 ? std::min<size_t>(damaged.size(), 64) : damaged.size();
      for (uint32_t flips = 1 + random() % 3; flips > 0; --flips) {
        damaged[random() % reach] ^= static_cast<char>(1 << (random() % 8));
      }
      if (random() % 4 == 0) damaged.resize(random() % (damaged.size() + 1));
      auto column = EncodedColumn::Parse(std::string(damaged.data(), damaged.size()), rows);
      if (column.ok()) {
        ReadAll(**column);
      } else {
        ASSERT_EQ(column.status().code(), absl::StatusCode::kDataLoss);
      }
    }
  }
}

}  // namespace
}  // namespace supportkpi::column
