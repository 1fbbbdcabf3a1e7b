// In bytes and words nodes are what they are in 64 bits, whichever way they are told, in chunks in which columns fit and in others.
#include "exec/native/narrow_values.h"

#include <array>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "exec/native/batch.h"
#include "exec/native/evaluator.h"
#include "exec/native/narrow_loops.h"
#include "exec/native/value_rules.h"
#include "gtest/gtest.h"
#include "tests/support/fake_snapshot.h"

namespace supportkpi::exec::native {
namespace {

constexpr uint32_t kRows = 700;
constexpr column::ColumnKey kAbsent = 90;
// What the values of a column are below; then from where on they begin.
struct Kind {
  int64_t below;
  int64_t from = 0;
  bool with_nulls = false;
};
constexpr Kind kKinds[] = {{2}, {7}, {7, 1}, {256}, {257}, {30, 1, true}, {1'000'000, 1}, {1'000, -500}, {int64_t{1} << 40, 1}};

class NarrowValuesOfNodes : public ::testing::Test {
 protected:
  NarrowValuesOfNodes() {
    for (column::ColumnKey key = 0; key < std::size(kKinds); ++key) columns.push_back(Column(key, kNull));
    columns.push_back(Column(kAbsent, 0));
    columns.push_back(Column(kAbsent + 1, kNull));
    for (const NodeId a : columns) AddOf(a);
    const std::vector<NodeId> conditions = {OneOf(columns[1], {1, 4}), Add(NodeOp::kLess, columns[6], columns[8]),
                                            Add(NodeOp::kNot, OneOf(columns[5], {3}))};
    for (const NodeId a : conditions) {
      for (const NodeId b : conditions) {
        Add(NodeOp::kAnd, a, b);
        Add(NodeOp::kOr, a, b);
      }
    }
    for (const NodeId a : columns) {
      for (const NodeId b : columns) {
        const NodeId first = Add(NodeOp::kFirstNamed, a, b);
        OneOf(first, {1, 2, 5});
        Add(NodeOp::kNot, OneOf(first, {4}));
        Add(NodeOp::kLess, a, b);
        Add(NodeOp::kEqual, a, b);
      }
    }
  }

  NodeId Column(column::ColumnKey key, int64_t missing) { return program.Add({.op = NodeOp::kColumn, .key = key, .constant = missing}); }
  NodeId Add(NodeOp op, NodeId a, NodeId b = kNoNode) { return program.Add({.op = op, .args = {a, b, kNoNode, kNoNode}}); }
  NodeId OneOf(NodeId a, std::vector<int64_t> values) {
    return program.Add({.op = NodeOp::kIsOneOf, .args = {a, kNoNode, kNoNode, kNoNode}, .constants = std::move(values)});
  }
  void AddOf(NodeId a) {
    OneOf(a, {1, 4});
    OneOf(a, {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22});
    Add(NodeOp::kIsNull, a);
    program.Add({.op = NodeOp::kHasBit, .args = {a, kNoNode, kNoNode, kNoNode}, .constant = 2});
    program.TableOf(a, &table, 0);
    for (const NodeOp op : {NodeOp::kLess, NodeOp::kAtMost, NodeOp::kEqual, NodeOp::kNotEqual, NodeOp::kMin, NodeOp::kCoalesce}) {
      Add(op, a, program.Constant(5));
      Add(op, program.Constant(5), a);
    }
  }

  // Chunks differ in which of the columns they have small values of.
  testing::FakeChunk RandomChunk(std::mt19937_64& random) {
    testing::FakeChunk chunk;
    chunk.born.assign(kRows, 0);
    chunk.dead.assign(kRows, kForever);
    for (column::ColumnKey key = 0; key < std::size(kKinds); ++key) {
      const Kind& kind = kKinds[(key + random() % 3) % std::size(kKinds)];
      std::vector<int64_t>& values = chunk.scalars[key];
      for (uint32_t row = 0; row < kRows; ++row) {
        const int64_t value = kind.from + static_cast<int64_t>(random() % static_cast<uint64_t>(kind.below));
        values.push_back(kind.with_nulls && value % 5 == 0 ? kNull : value);
      }
    }
    return chunk;
  }

  void ExpectTheSame(Evaluator& evaluator, const testing::FakeChunk& chunk, uint32_t first, uint32_t count) {
    Batch batch;
    batch.Begin(chunk, first, count, 1);
    evaluator.Begin(&batch);
    evaluator.BeginRun();
    for (NodeId id = 0; id < program.size(); ++id) {
      const uint8_t* marks = evaluator.narrow().Marks(id);
      const uint32_t* words = evaluator.narrow().Words(id);
      const uint8_t* bytes = evaluator.narrow().Bytes(id);
      const int64_t* values = evaluator.AllRows(id);
      for (uint32_t row = 0; row < count; ++row) {
        ASSERT_EQ(marks[row], IsTrue(values[row]) ? kMarked : 0) << "node " << id << " of " << values[row];
        ASSERT_EQ(words[row], values[row] < 0 || values[row] > 0xffffffff ? 0xffffffff : values[row]) << "node " << id;
        ASSERT_TRUE(bytes == nullptr || bytes[row] == values[row]) << "node " << id;
      }
    }
  }

  Program program;
  std::vector<NodeId> columns;
  const std::vector<int64_t> table = {0, 3, 3, 0, kNull, 300, -1, 7};
};

TEST_F(NarrowValuesOfNodes, AreTheirValues) {
  std::mt19937_64 random(17);
  Evaluator evaluator(program);
  for (int i = 0; i < 20; ++i) {
    const testing::FakeChunk chunk = RandomChunk(random);
    evaluator.BeginChunk();
    ASSERT_NO_FATAL_FAILURE(ExpectTheSame(evaluator, chunk, 0, 512)) << "chunk " << i;
    ASSERT_NO_FATAL_FAILURE(ExpectTheSame(evaluator, chunk, 512, kRows - 512)) << "chunk " << i;
  }
}

TEST_F(NarrowValuesOfNodes, AreBytesOfSmallColumnsAlone) {
  testing::FakeChunk chunk;
  chunk.born.assign(3, 0);
  chunk.dead.assign(3, kForever);
  chunk.scalars[0] = {0, 255, 7};
  chunk.scalars[1] = {0, 256, 7};
  chunk.scalars[2] = {-1, 0, 7};
  chunk.scalars[3] = {kNull, 0, 7};
  chunk.scalars[4] = {kForever, 0, 7};
  Evaluator evaluator(program);
  evaluator.BeginChunk();
  Batch batch;
  batch.Begin(chunk, 0, 3, 1);
  evaluator.Begin(&batch);
  EXPECT_NE(evaluator.narrow().Bytes(columns[0]), nullptr);
  for (size_t key = 1; key < 5; ++key) EXPECT_EQ(evaluator.narrow().Bytes(columns[key]), nullptr) << key;
}

TEST(NarrowLoops, CountWordsByVerdict) {
  std::mt19937 random(3);
  for (const size_t places : {size_t{1}, size_t{2}, size_t{17}, size_t{5000}}) {
    const size_t lanes = places < 100 ? kLanes : 1;
    for (const size_t count : {size_t{0}, size_t{1}, size_t{3}, size_t{2047}}) {
      std::vector<uint32_t> words(count), counts(places * lanes, 0), each(2 * places * lanes, 0), expected(places, 0), others(places, 0);
      std::vector<uint8_t> bytes(count), verdicts(count);
      for (size_t i = 0; i < count; ++i) {
        words[i] = static_cast<uint32_t>(random() % places);
        bytes[i] = static_cast<uint8_t>(words[i]);
        verdicts[i] = random() % 3 == 0 ? uint8_t{2} : uint8_t{0xff};
        ++(verdicts[i] == 0xff ? expected : others)[words[i]];
      }
      const auto sums_of = [&](const std::vector<uint32_t>& counters, size_t first) {
        std::vector<uint32_t> sums(places, 0);
        for (size_t i = 0; i < places * lanes; ++i) sums[i / lanes] += counters[first * places * lanes + i];
        return sums;
      };
      CountWords(words.data(), verdicts.data(), count, lanes, counts.data());
      EXPECT_EQ(sums_of(counts, 0), expected) << places << " places, " << count << " rows";
      std::array<uint32_t, 256> first_of_verdict = {};
      first_of_verdict[2] = static_cast<uint32_t>(places * lanes);
      CountByVerdict(words.data(), verdicts.data(), count, first_of_verdict.data(), lanes, each.data());
      EXPECT_EQ(sums_of(each, 0), expected) << places << " places, " << count << " rows";
      EXPECT_EQ(sums_of(each, 1), others) << places << " places, " << count << " rows";
      std::vector<uint8_t> classes(count);
      ClassesOf(verdicts.data(), count, 4, classes.data());
      for (size_t i = 0; i < count; ++i) EXPECT_EQ(classes[i], verdicts[i] == 0xff ? 0 : 3);
      if (places * 6 > 256) continue;
      PackWords(bytes.data(), count, static_cast<uint32_t>(places), classes.data());
      std::vector<uint32_t> of_classes(6 * places * kLanes, 0);
      CountBytes(classes.data(), count, of_classes.data());
      ASSERT_EQ(lanes, kLanes);
      const auto sums_of_classes = [&](size_t first) {
        std::vector<uint32_t> sums(places, 0);
        for (size_t i = 0; i < places * kLanes; ++i) sums[i / kLanes] += of_classes[first * places * kLanes + i];
        return sums;
      };
      EXPECT_EQ(sums_of_classes(0), expected);
      EXPECT_EQ(sums_of_classes(3), others);
    }
  }
}

TEST(NarrowLoops, PackBytesAsWords) {
  std::mt19937 random(4);
  constexpr size_t kCount = 1000;
  std::vector<uint8_t> first(kCount), second(kCount), bytes(kCount);
  std::vector<uint32_t> first_words(kCount), second_words(kCount), words(kCount);
  std::vector<int32_t> buckets(kCount);
  for (size_t i = 0; i < kCount; ++i) {
    first_words[i] = first[i] = static_cast<uint8_t>(random() % 9);
    second_words[i] = second[i] = static_cast<uint8_t>(random() % 5);
    buckets[i] = static_cast<int32_t>(7 + random() % 5);
  }
  for (const absl::Span<const int32_t> of_word : {absl::MakeConstSpan(buckets), absl::MakeConstSpan(buckets).first(1)}) {
    BeginWords(first.data(), kCount, 8, bytes.data());
    PackWords(second.data(), kCount, 6, bytes.data());
    PackBuckets(of_word, kCount, 7, 5, bytes.data());
    BeginWords(first_words.data(), kCount, 8, words.data());
    PackWords(second_words.data(), kCount, 6, words.data());
    PackBuckets(of_word, kCount, 7, 5, words.data());
    for (size_t i = 0; i < kCount; ++i) {
      const uint32_t bucket = static_cast<uint32_t>(of_word[of_word.size() == 1 ? 0 : i] - 7);
      EXPECT_EQ(words[i], (std::min(first_words[i], 7u) * 6 + second_words[i]) * 5 + bucket);
      EXPECT_EQ(bytes[i], static_cast<uint8_t>(words[i])) << i;
    }
  }
  EXPECT_TRUE(AllBelow(first.data(), kCount, 9));
  EXPECT_FALSE(AllBelow(first.data(), kCount, 8));
}

}  // namespace
}  // namespace supportkpi::exec::native
