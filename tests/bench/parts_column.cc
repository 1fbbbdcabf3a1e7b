// Columns: a chunk of 65,536 rows encoded and decoded, by the width of its values, as runs and as lists; the bits below; hashes.
#include <cstring>
#include <memory>
#include <string>
#include <unordered_set>

#include "benchmark/benchmark.h"
#include "column/bitpack.h"
#include "column/encoding.h"
#include "column/hash.h"
#include "tests/bench/parts.h"

namespace supportkpi::column {
namespace {

using parts::CheckOnce;
using parts::Filled;
using parts::Random;

constexpr uint32_t kRows = kRowsPerChunk;
constexpr uint32_t kReadRows = 2048;  // at a time, as questions read them

uint64_t LowBits(int width) { return width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

std::vector<int64_t> OfWidth(int width) {
  std::mt19937_64 random(1);
  return Filled(kRows, [&](size_t) { return static_cast<int64_t>(random() & LowBits(width)); });
}
// Every seventh is not there, every eleventh has not come.
std::vector<int64_t> WithReserved() {
  Random random(2);
  return Filled(kRows, [&](size_t i) { return i % 7 == 0 ? kNull : i % 11 == 0 ? kForever : random.Below(1 << 20); });
}
std::vector<int64_t> InRuns() {
  return Filled(kRows, [](size_t i) { return static_cast<int64_t>(i / 500) * 1'000'003; });
}

std::unique_ptr<EncodedColumn> Parsed(const std::string& bytes) {
  auto column = EncodedColumn::Parse(bytes, kRows);
  return column.ok() ? *std::move(column) : EncodedColumn::Constant(0, kRows);
}
void ReadAll(const EncodedColumn& column, int64_t* out) {
  for (uint32_t first = 0; first < kRows; first += kReadRows) column.Read(first, kReadRows, out + first);
}
bool ComesBack(const std::vector<int64_t>& values) {
  const auto column = Parsed(EncodeScalars(values));
  std::vector<int64_t> read(kRows);
  ReadAll(*column, read.data());
  for (uint32_t row = 0; row < kRows; row += 13)
    if (column->At(row) != values[row]) return false;
  return read == values;
}

void SetValues(benchmark::State& state, size_t values_per_iteration) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * values_per_iteration));
}

void Encode(benchmark::State& state, const std::string& name, const std::vector<int64_t>& values) {
  CheckOnce(name, [&] { return ComesBack(values); });
  for (auto _ : state) {
    std::string bytes = EncodeScalars(values);
    benchmark::DoNotOptimize(bytes.data());
  }
  SetValues(state, kRows);
}
void Decode(benchmark::State& state, const std::string& name, const std::vector<int64_t>& values) {
  CheckOnce(name, [&] { return ComesBack(values); });
  const auto column = Parsed(EncodeScalars(values));
  std::vector<int64_t> out(kReadRows);
  for (auto _ : state) {
    for (uint32_t first = 0; first < kRows; first += kReadRows) {
      column->Read(first, kReadRows, out.data());
      benchmark::DoNotOptimize(out.data());
      benchmark::ClobberMemory();
    }
  }
  SetValues(state, kRows);
}

void ReadOneByOne(benchmark::State& state, const std::string& name, const std::vector<int64_t>& values) {
  CheckOnce(name, [&] { return ComesBack(values); });
  const auto column = Parsed(EncodeScalars(values));
  Random random(3);
  const auto rows = Filled(kReadRows, [&](size_t) { return static_cast<uint32_t>(random.Below(kRows)); });
  for (auto _ : state)
    for (const uint32_t row : rows) benchmark::DoNotOptimize(column->At(row));
  SetValues(state, rows.size());
}

// The bits one after the other, as the layout is told.
std::vector<uint64_t> UnpackedBitByBit(const std::string& packed, int width, size_t count) {
  std::vector<uint64_t> values(count, 0);
  for (size_t bit = 0; bit < count * static_cast<size_t>(width); ++bit)
    values[bit / width] |= static_cast<uint64_t>(packed[bit / 8] >> (bit % 8) & 1) << (bit % width);
  return values;
}
void UnpackBits(benchmark::State& state) {
  const int width = static_cast<int>(state.range(0));
  std::mt19937_64 random(4);
  const auto values = Filled(kRowsPerBlock, [&](size_t) { return random() & LowBits(width); });
  std::string packed;
  Pack(values.data(), values.size(), width, &packed);
  packed.append(kPackPadding, '\0');
  std::vector<uint64_t> out(values.size());
  CheckOnce("column/unpack/" + std::to_string(width), [&] {
    Unpack(packed.data(), width, 0, out.size(), 0, out.data());
    return out == values && UnpackedBitByBit(packed, width, out.size()) == values;
  });
  for (auto _ : state) {
    Unpack(packed.data(), width, 0, out.size(), 7, out.data());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  SetValues(state, out.size());
}
BENCHMARK(UnpackBits)->Name("column/unpack")->ArgName("bits")->Arg(1)->Arg(12)->Arg(33)->Arg(64);

struct ManyLists {
  std::vector<uint32_t> offsets = {0};
  std::vector<int64_t> values;
};
ManyLists SomeLists() {
  ManyLists lists;
  Random random(5);
  for (uint32_t row = 0; row < kRows; ++row) {
    for (int64_t left = random.Below(4); left > 0; --left) lists.values.push_back(random.Below(300));
    lists.offsets.push_back(static_cast<uint32_t>(lists.values.size()));
  }
  return lists;
}
bool ListsComeBack(const ManyLists& lists) {
  Lists read;
  Parsed(EncodeLists(lists.offsets, lists.values))->ReadLists(0, kRows, &read);
  return read.offsets == lists.offsets && read.values == lists.values;
}
void EncodeManyLists(benchmark::State& state) {
  const ManyLists lists = SomeLists();
  CheckOnce("column/encode/lists", [&] { return ListsComeBack(lists); });
  for (auto _ : state) {
    std::string bytes = EncodeLists(lists.offsets, lists.values);
    benchmark::DoNotOptimize(bytes.data());
  }
  SetValues(state, lists.values.size());
}
void DecodeManyLists(benchmark::State& state) {
  const ManyLists lists = SomeLists();
  CheckOnce("column/decode/lists", [&] { return ListsComeBack(lists); });
  const auto column = Parsed(EncodeLists(lists.offsets, lists.values));
  Lists out;
  for (auto _ : state) {
    for (uint32_t first = 0; first < kRows; first += kReadRows) {
      column->ReadLists(first, kReadRows, &out);
      benchmark::DoNotOptimize(out.values.data());
      benchmark::ClobberMemory();
    }
  }
  SetValues(state, lists.values.size());
}
BENCHMARK(EncodeManyLists)->Name("column/encode/lists");
BENCHMARK(DecodeManyLists)->Name("column/decode/lists");

// A hash has no second way of being said: what is alike must have the same one, and 65,536 that differ in one word as many.
void HashRows(benchmark::State& state) {
  const auto words = static_cast<size_t>(state.range(0));
  std::vector<int64_t> row(words, 1'700'000'000'000);
  CheckOnce("column/hash_words/" + std::to_string(words), [&] {
    std::unordered_set<uint64_t> seen;
    for (uint32_t i = 0; i < kRows; ++i) {
      std::vector<int64_t> other = row;
      other[i % words] ^= int64_t{i / static_cast<uint32_t>(words) + 1} << 11;
      if (!seen.insert(HashWords(1, other)).second || HashWords(1, other) != HashWords(1, std::vector<int64_t>(other))) return false;
    }
    return true;
  });
  for (auto _ : state) {
    ++row[words / 2];
    benchmark::DoNotOptimize(HashWords(1, row));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * words * sizeof(int64_t)));
}
BENCHMARK(HashRows)->Name("column/hash_words")->ArgName("words")->Arg(8)->Arg(60);

void HashTexts(benchmark::State& state) {
  const auto texts = Filled(1024, [](size_t i) { return "customer-number-" + std::to_string(1'000'000 + i * 37); });
  CheckOnce("column/hash_bytes", [&] {
    std::unordered_set<uint64_t> seen;
    for (const std::string& text : texts)
      if (!seen.insert(HashBytes(1, text)).second || HashBytes(1, text) != HashBytes(1, std::string(text))) return false;
    return true;
  });
  for (auto _ : state)
    for (const std::string& text : texts) benchmark::DoNotOptimize(HashBytes(1, text));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * texts.size() * texts[0].size()));
}
BENCHMARK(HashTexts)->Name("column/hash_bytes");

const bool kRegistered = [] {
  const auto add = [](const std::string& kind, const std::vector<int64_t>& values) {
    const std::string encode = "column/encode/" + kind, decode = "column/decode/" + kind, at = "column/at/" + kind;
    benchmark::RegisterBenchmark(encode.c_str(), [=](benchmark::State& state) { Encode(state, encode, values); });
    benchmark::RegisterBenchmark(decode.c_str(), [=](benchmark::State& state) { Decode(state, decode, values); });
    if (kind == "runs" || kind == "bits:20")
      benchmark::RegisterBenchmark(at.c_str(), [=](benchmark::State& state) { ReadOneByOne(state, at, values); });
  };
  for (const int width : {1, 8, 12, 20, 33, 56, 64}) add("bits:" + std::to_string(width), OfWidth(width));
  add("null_and_forever", WithReserved());
  add("runs", InRuns());
  return true;
}();

}  // namespace
}  // namespace supportkpi::column
