// The bytes of a column, little-endian; stored on disk, do not renumber:
//
//   kind u8, then by kind
//   1 packed     per block of 1024 rows {base i64, offset u32, width u8, reserved u8, 0 u16}; packed codes; 8 bytes of 0
//   2 runs       count u32, ends u32[count] (rows before the end of each run), a column (kind 1) of the runs' values
//   3 constant   value i64
//   4 lists      value count u32, starts u32[blocks + 1] (first value of each block of rows),
//                bytes of lengths u32, lengths (kind 1, 2 or 3), values (kind 1, 2 or 3)
//
// A packed code is value - base + (how many special values the block reserves codes for); the reserved codes come first:
// 0 for the first of kNull, kForever that occurs, 1 for the second. `offset` counts from the end of the directory.
// Width 64 holds the values themselves: base 0, nothing reserved.
#include "column/encoding.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "column/bitpack.h"
#include "column/target_clones.h"
#include "column/bytes.h"
#include "status/macros.h"

namespace supportkpi::column {

namespace {

constexpr uint8_t kReservesNull = 1;
constexpr uint8_t kReservesForever = 2;
constexpr size_t kBlockEntryBytes = 16;
// Runs must be this long on average: shorter ones read slower than packed codes.
constexpr uint32_t kRowsPerRunMin = 16;
// The values of so many runs are looked at for a range; of more, the bounds of their blocks.
constexpr uint32_t kRunsReadMax = 8;

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(std::string("column: damaged bytes; ") + std::string(what));
}

uint32_t BlockCount(uint32_t rows) { return (rows + kRowsPerBlock - 1) / kRowsPerBlock; }

int ReservedCount(uint8_t reserved) { return (reserved & 1) + ((reserved >> 1) & 1); }

}  // namespace

enum class EncodedColumn::Kind : uint8_t { kPacked = 1, kRuns = 2, kConstant = 3, kLists = 4 };

void Extend(const ColumnRange& other, ColumnRange* range) {
  range->min = std::min(range->min, other.min);
  range->max = std::max(range->max, other.max);
  range->has_null |= other.has_null;
  range->has_forever |= other.has_forever;
}

ColumnRange Within(const ColumnRange& whole, const ColumnRange& some) {
  return {std::max(whole.min, some.min), std::min(whole.max, some.max), whole.has_null && some.has_null,
          whole.has_forever && some.has_forever};
}

bool IsConstant(const ColumnRange& range) {
  const bool has_value = range.min <= range.max;
  if (has_value && range.min != range.max) return false;
  return has_value + range.has_null + range.has_forever == 1;
}

// Numbers of one width only, so that the compiler makes vector code of it.
SUPPORTKPI_TARGET_CLONES
ColumnRange RangeOf(absl::Span<const int64_t> values) {
  const int64_t* const cells = values.data();
  int64_t min = kForever, max = kNull, nulls = 0, forevers = 0;
  for (size_t i = 0, count = values.size(); i < count; ++i) {
    const int64_t value = cells[i];
    const int64_t small = value == kNull ? kForever : value, large = value == kForever ? kNull : value;
    nulls |= small ^ value;
    forevers |= large ^ value;
    min = small < min ? small : min;
    max = large > max ? large : max;
  }
  return {min, max, nulls != 0, forevers != 0};
}

// How many of the values differ from the one before them.
SUPPORTKPI_TARGET_CLONES
size_t CountChanges(const int64_t* values, size_t count) {
  int64_t changes = 0;
  for (size_t i = 1; i < count; ++i) changes += values[i] != values[i - 1] ? 1 : 0;
  return static_cast<size_t>(changes);
}

// Writes one column of scalars.
class ScalarEncoder {
 public:
  explicit ScalarEncoder(absl::Span<const int64_t> values) : values_(values) {}

  std::string Encode() {
    Survey();
    std::string out;
    const size_t rows = values_.size();
    if (run_count_ <= 1) {
      out.push_back(static_cast<char>(Kind::kConstant));
      AppendFixed<int64_t>(rows == 0 ? kNull : values_[0], &out);
      return out;
    }
    const size_t run_bytes = run_count_ * 2 * sizeof(uint32_t);  // at least
    if (run_count_ * kRowsPerRunMin <= rows && run_bytes < packed_bytes_) return EncodeRuns();
    EncodePacked(&out);
    return out;
  }

 private:
  using Kind = EncodedColumn::Kind;
  using Block = EncodedColumn::Block;

  // Fills blocks_, run_count_ and packed_bytes_.
  void Survey() {
    const size_t rows = values_.size();
    blocks_.reserve(BlockCount(static_cast<uint32_t>(rows)));
    run_count_ = rows == 0 ? 0 : 1 + CountChanges(values_.data(), rows);
    uint64_t offset = 0;
    for (size_t first = 0; first < rows; first += kRowsPerBlock) {
      const auto part = values_.subspan(first, kRowsPerBlock);
      Block block = BlockOf(RangeOf(part));
      block.offset = static_cast<uint32_t>(offset);
      offset += PackedBytes(block.width, part.size());
      blocks_.push_back(block);
    }
    packed_bytes_ = blocks_.size() * kBlockEntryBytes + offset;
  }

  static Block BlockOf(const ColumnRange& range) {
    Block block{};
    block.reserved = static_cast<uint8_t>((range.has_null ? kReservesNull : 0) | (range.has_forever ? kReservesForever : 0));
    const auto reserved = static_cast<uint64_t>(ReservedCount(block.reserved));
    if (range.min > range.max) {
      block.width = static_cast<uint8_t>(PackWidth(reserved - 1));
      return block;
    }
    const uint64_t span = static_cast<uint64_t>(range.max) - static_cast<uint64_t>(range.min);
    const int width = PackWidth(span > ~uint64_t{0} - reserved ? ~uint64_t{0} : span + reserved);
    if (width == 64) return {0, 0, 64, 0, 0};
    block.base = range.min;
    block.width = static_cast<uint8_t>(width);
    return block;
  }

  void EncodePacked(std::string* out) const {
    out->reserve(out->size() + 1 + packed_bytes_ + kPackPadding);
    out->push_back(static_cast<char>(Kind::kPacked));
    for (const Block& block : blocks_) {
      AppendFixed(block.base, out);
      AppendFixed(block.offset, out);
      AppendFixed(block.width, out);
      AppendFixed(block.reserved, out);
      AppendFixed<uint16_t>(0, out);
    }
    std::array<uint64_t, kRowsPerBlock> codes;
    for (size_t b = 0; b < blocks_.size(); ++b) {
      const Block& block = blocks_[b];
      const auto part = values_.subspan(b * kRowsPerBlock, kRowsPerBlock);
      const auto reserved = static_cast<uint64_t>(ReservedCount(block.reserved));
      const uint64_t subtract = static_cast<uint64_t>(block.base) - reserved;
      if (reserved == 0) {
        for (size_t i = 0; i < part.size(); ++i) codes[i] = static_cast<uint64_t>(part[i]) - subtract;
      } else {
        const uint64_t forever_code = reserved - 1;
        for (size_t i = 0; i < part.size(); ++i) {
          const int64_t value = part[i];
          uint64_t code = static_cast<uint64_t>(value) - subtract;
          code = value == kNull ? 0 : code;
          codes[i] = value == kForever ? forever_code : code;
        }
      }
      Pack(codes.data(), part.size(), block.width, out);
    }
    out->append(kPackPadding, '\0');
  }

  std::string EncodeRuns() const {
    std::vector<int64_t> run_values;
    std::vector<uint32_t> ends;
    run_values.reserve(run_count_);
    ends.reserve(run_count_);
    for (size_t row = 0; row < values_.size(); ++row) {
      if (run_values.empty() || run_values.back() != values_[row]) {
        run_values.push_back(values_[row]);
        ends.push_back(0);
      }
      ends.back() = static_cast<uint32_t>(row + 1);
    }
    std::string out;
    out.push_back(static_cast<char>(Kind::kRuns));
    AppendFixed(static_cast<uint32_t>(ends.size()), &out);
    out.append(reinterpret_cast<const char*>(ends.data()), ends.size() * sizeof(uint32_t));
    ScalarEncoder inner(run_values);
    inner.Survey();
    inner.EncodePacked(&out);
    return out;
  }

  const absl::Span<const int64_t> values_;
  std::vector<Block> blocks_;
  size_t run_count_ = 0;
  size_t packed_bytes_ = 0;
};

std::string EncodeScalars(absl::Span<const int64_t> values) { return ScalarEncoder(values).Encode(); }

std::string EncodeLists(absl::Span<const uint32_t> offsets, absl::Span<const int64_t> values) {
  const auto rows = static_cast<uint32_t>(offsets.size() - 1);
  std::vector<int64_t> lengths(rows);
  for (uint32_t row = 0; row < rows; ++row) lengths[row] = offsets[row + 1] - offsets[row];
  const std::string encoded_lengths = EncodeScalars(lengths);
  std::string out;
  out.push_back(4);
  AppendFixed(static_cast<uint32_t>(values.size()), &out);
  for (uint32_t block = 0; block < BlockCount(rows); ++block) AppendFixed(offsets[block * kRowsPerBlock], &out);
  AppendFixed(offsets[rows], &out);
  AppendFixed(static_cast<uint32_t>(encoded_lengths.size()), &out);
  out += encoded_lengths;
  out += EncodeScalars(values);
  return out;
}

std::unique_ptr<EncodedColumn> EncodedColumn::Constant(int64_t value, uint32_t row_count) {
  std::unique_ptr<EncodedColumn> column(new EncodedColumn());
  column->row_count_ = row_count;
  // A single run.
  column->run_ends_ = {row_count};
  column->values_.reset(new EncodedColumn());
  column->values_->row_count_ = 1;
  column->values_->blocks_ = {{value, 0, 0, 0, 0}};
  column->values_->bytes_.assign(kPackPadding, '\0');
  return column;
}

absl::StatusOr<std::unique_ptr<EncodedColumn>> EncodedColumn::Parse(std::string bytes, uint32_t row_count) {
  if (bytes.empty()) return Damaged("nothing there");
  if (row_count > kMostValues) return Damaged("too many rows");
  const auto kind = static_cast<Kind>(bytes[0]);
  if (kind == Kind::kConstant) {
    ByteReader reader(absl::string_view(bytes).substr(1));
    const auto value = reader.Fixed<int64_t>();
    if (!reader.AtEnd()) return Damaged("constant");
    return Constant(value, row_count);
  }
  std::unique_ptr<EncodedColumn> column(new EncodedColumn());
  column->bytes_ = std::move(bytes);
  column->row_count_ = row_count;
  const absl::string_view body = absl::string_view(column->bytes_).substr(1);
  switch (kind) {
    case Kind::kPacked: {
      RETURN_IF_ERROR(column->ParseBlocks(body));
      return column;
    }
    case Kind::kRuns: {
      RETURN_IF_ERROR(column->ParseRuns(body));
      column->bytes_.clear();
      return column;
    }
    case Kind::kLists: {
      RETURN_IF_ERROR(column->ParseListParts(body));
      column->bytes_.clear();
      return column;
    }
    case Kind::kConstant: break;
  }
  return Damaged("unknown kind");
}

// Parts nest at most lists of runs of packed values.
bool EncodedColumn::HasKind(absl::string_view bytes, Kind least, Kind most) {
  return !bytes.empty() && static_cast<Kind>(bytes[0]) >= least && static_cast<Kind>(bytes[0]) <= most;
}

absl::Status EncodedColumn::ParseBlocks(absl::string_view body) {
  const uint32_t count = BlockCount(row_count_);
  if (body.size() < count * kBlockEntryBytes + kPackPadding) return Damaged("short directory");
  const size_t data = 1 + count * kBlockEntryBytes;
  const size_t data_bytes = bytes_.size() - data - kPackPadding;
  ByteReader reader(body);
  blocks_.reserve(count);
  for (uint32_t b = 0; b < count; ++b) {
    Block block{};
    block.base = reader.Fixed<int64_t>();
    block.offset = reader.Fixed<uint32_t>();
    block.width = reader.Fixed<uint8_t>();
    block.reserved = reader.Fixed<uint8_t>();
    block.unused = reader.Fixed<uint16_t>();
    if (block.width > 56 && block.width != 64) return Damaged("width");
    if (block.reserved > (kReservesNull | kReservesForever)) return Damaged("reserved codes");
    const size_t rows = std::min(kRowsPerBlock, row_count_ - b * kRowsPerBlock);
    if (block.offset + PackedBytes(block.width, rows) > data_bytes) return Damaged("block beyond the end");
    if (data + block.offset > ~uint32_t{0}) return Damaged("too long");
    block.offset += static_cast<uint32_t>(data);
    blocks_.push_back(block);
  }
  return absl::OkStatus();
}

absl::Status EncodedColumn::ParseRuns(absl::string_view body) {
  ByteReader reader(body);
  const auto count = reader.Fixed<uint32_t>();
  const absl::string_view ends = reader.Take(size_t{count} * sizeof(uint32_t));
  if (!reader.ok() || count == 0) return Damaged("runs");
  run_ends_.resize(count);
  std::memcpy(run_ends_.data(), ends.data(), ends.size());
  uint32_t before = 0;
  for (const uint32_t end : run_ends_) {
    if (end <= before) return Damaged("run ends");
    before = end;
  }
  if (before != row_count_) return Damaged("run ends");
  if (!HasKind(reader.rest(), Kind::kPacked, Kind::kPacked)) return Damaged("values of runs");
  ASSIGN_OR_RETURN(values_, Parse(std::string(reader.rest()), count));
  return absl::OkStatus();
}

absl::Status EncodedColumn::ParseListParts(absl::string_view body) {
  ByteReader reader(body);
  const auto value_count = reader.Fixed<uint32_t>();
  const uint32_t blocks = BlockCount(row_count_);
  const absl::string_view starts = reader.Take((size_t{blocks} + 1) * sizeof(uint32_t));
  const auto length_bytes = reader.Fixed<uint32_t>();
  const absl::string_view lengths = reader.Take(length_bytes);
  if (!reader.ok()) return Damaged("short lists");
  block_starts_.resize(size_t{blocks} + 1);
  std::memcpy(block_starts_.data(), starts.data(), starts.size());
  if (!HasKind(lengths, Kind::kPacked, Kind::kConstant)) return Damaged("lengths of lists");
  if (!HasKind(reader.rest(), Kind::kPacked, Kind::kConstant)) return Damaged("values of lists");
  ASSIGN_OR_RETURN(lengths_, Parse(std::string(lengths), row_count_));
  ASSIGN_OR_RETURN(values_, Parse(std::string(reader.rest()), value_count));
  uint64_t total = 0;
  std::array<int64_t, kRowsPerBlock> block_lengths;
  for (uint32_t b = 0; b < blocks; ++b) {
    if (block_starts_[b] != total) return Damaged("list starts");
    const uint32_t rows = std::min(kRowsPerBlock, row_count_ - b * kRowsPerBlock);
    lengths_->Read(b * kRowsPerBlock, rows, block_lengths.data());
    for (uint32_t i = 0; i < rows; ++i) {
      if (block_lengths[i] < 0 || block_lengths[i] > value_count) return Damaged("list length");
      total += static_cast<uint64_t>(block_lengths[i]);
    }
  }
  if (total != value_count || block_starts_[blocks] != total) return Damaged("list lengths");
  return absl::OkStatus();
}

// Codes become the values that they stand for.
SUPPORTKPI_TARGET_CLONES
void EncodedColumn::ToValues(const Block& block, uint64_t* codes, size_t count) {
  const auto reserved = static_cast<uint64_t>(ReservedCount(block.reserved));
  const uint64_t add = static_cast<uint64_t>(block.base) - reserved;
  const auto first_special = static_cast<uint64_t>((block.reserved & kReservesNull) != 0 ? kNull : kForever);
  const auto second_special = static_cast<uint64_t>(kForever);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t code = codes[i];
    const uint64_t special = code == 0 ? first_special : second_special;
    codes[i] = code < reserved ? special : code + add;
  }
}

void EncodedColumn::ReadBlock(const Block& block, uint32_t first, uint32_t count, int64_t* out) const {
  auto* raw = reinterpret_cast<uint64_t*>(out);
  const char* packed = bytes_.data() + block.offset;
  if (block.reserved == 0) {
    Unpack(packed, block.width, first, count, static_cast<uint64_t>(block.base), raw);
    return;
  }
  Unpack(packed, block.width, first, count, 0, raw);
  ToValues(block, raw, count);
}

// The first run from `from` on that ends behind the row; it is among so many. Which half it lies in is hard to guess, so that
// there is no branch, nor a choice, of which the compiler makes one.
size_t EncodedColumn::RunOf(uint32_t row, size_t from, size_t among) const {
  const uint32_t* first = run_ends_.data() + from;
  for (size_t half; among > 1; among -= half) {
    half = among / 2;
    first += half & -static_cast<size_t>(first[half - 1] <= row);
  }
  return static_cast<size_t>(first - run_ends_.data());
}

// Blocks of numbers of 8 or 32 bits.
template <class Word>
void EncodedColumn::ReadBlock(const Block& block, uint32_t first, uint32_t count, Word* out) const {
  if (block.reserved == 0 && block.width <= static_cast<int>(8 * sizeof(Word))) {
    Unpack(bytes_.data() + block.offset, block.width, first, count, static_cast<Word>(block.base), out);
    return;
  }
  std::array<int64_t, kRowsPerBlock> values;
  ReadBlock(block, first, count, values.data());
  std::copy_n(values.data(), count, out);
}

template <class Word>
void EncodedColumn::ReadRuns(uint32_t first, uint32_t count, Word* out) const {
  size_t run = RunOf(first);
  const uint32_t end = first + count;
  std::array<int64_t, 64> values;  // of the runs from `run` on
  uint32_t row = first;
  while (row < end) {
    const size_t known = std::min(values.size(), run_ends_.size() - run);
    values_->Read(static_cast<uint32_t>(run), static_cast<uint32_t>(known), values.data());
    for (size_t i = 0; i < known && row < end; ++i, ++run) {
      const uint32_t stop = std::min(run_ends_[run], end);
      std::fill(out + (row - first), out + (stop - first), static_cast<Word>(values[i]));
      row = stop;
    }
  }
}

template <class Word>
void EncodedColumn::ReadRows(uint32_t first, uint32_t count, Word* out) const {
  if (count == 0) return;
  if (!run_ends_.empty()) {
    ReadRuns(first, count, out);
    return;
  }
  const uint32_t end = first + count;
  while (first < end) {
    const uint32_t in_block = first % kRowsPerBlock;
    const uint32_t part = std::min(kRowsPerBlock - in_block, end - first);
    ReadBlock(blocks_[first / kRowsPerBlock], in_block, part, out);
    first += part;
    out += part;
  }
}

void EncodedColumn::Read(uint32_t first, uint32_t count, int64_t* out) const { ReadRows(first, count, out); }
void EncodedColumn::Read(uint32_t first, uint32_t count, uint8_t* out) const { ReadRows(first, count, out); }
void EncodedColumn::Read(uint32_t first, uint32_t count, uint32_t* out) const { ReadRows(first, count, out); }

int64_t EncodedColumn::InBlock(const Block& block, uint32_t place) const {
  const uint64_t code = UnpackOne(bytes_.data() + block.offset, block.width, place);
  const auto reserved = static_cast<uint64_t>(ReservedCount(block.reserved));
  if (code >= reserved) return static_cast<int64_t>(static_cast<uint64_t>(block.base) - reserved + code);
  return code == 0 && (block.reserved & kReservesNull) != 0 ? kNull : kForever;
}

int64_t EncodedColumn::At(uint32_t row) const {
  if (!run_ends_.empty()) return values_->At(static_cast<uint32_t>(RunOf(row)));
  return InBlock(blocks_[row / kRowsPerBlock], row % kRowsPerBlock);
}

// First the codes, all loads before any decision: rows far apart each wait for memory, and a branch that guesses wrong on one
// would let the next ones wait for it.
SUPPORTKPI_TARGET_CLONES
void EncodedColumn::ReadEachOf(const Block& block, const uint32_t* rows, size_t count, int64_t* out) const {
  auto* raw = reinterpret_cast<uint64_t*>(out);
  const char* const packed = bytes_.data() + block.offset;
  const int width = block.width;
  if (width == 0)
    std::fill_n(raw, count, uint64_t{0});
  else
    for (size_t i = 0; i < count; ++i) raw[i] = UnpackOne(packed, width, rows[i] % kRowsPerBlock);
  ToValues(block, raw, count);
}

void EncodedColumn::ReadEach(absl::Span<const uint32_t> rows, int64_t* out) const {
  if (run_ends_.empty()) {
    for (size_t first = 0, end = 0; first < rows.size(); first = end) {
      const uint32_t block = rows[first] / kRowsPerBlock;
      for (end = first + 1; end < rows.size() && rows[end] / kRowsPerBlock == block;) ++end;
      ReadEachOf(blocks_[block], rows.data() + first, end - first, out + first);
    }
    return;
  }
  size_t run = 0;  // of the row before
  uint32_t first = 0, end = run_ends_[0];
  int64_t value = values_->At(0);
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint32_t row = rows[i];
    if (row < first || row >= end) {
      // No run is without a row: there are no more between the two than rows.
      run = row < first ? RunOf(row) : RunOf(row, run + 1, std::min<size_t>(run_ends_.size() - run - 1, row - end + 1));
      first = run == 0 ? 0 : run_ends_[run - 1];
      end = run_ends_[run];
      value = values_->At(static_cast<uint32_t>(run));
    }
    out[i] = value;
  }
}

void EncodedColumn::Prefetch(absl::Span<const uint32_t> rows) const {
  if (!run_ends_.empty()) return;
  for (const uint32_t row : rows) {
    const Block& block = blocks_[row / kRowsPerBlock];
    __builtin_prefetch(bytes_.data() + block.offset + row % kRowsPerBlock * block.width / 8);
  }
}

ColumnRange EncodedColumn::RangeOfBlock(const Block& block) {
  ColumnRange range{kNull + 1, kForever - 1, (block.reserved & kReservesNull) != 0, (block.reserved & kReservesForever) != 0};
  if (block.width == 64) return {kNull + 1, kForever - 1, true, true};
  range.min = block.base;
  const auto most = static_cast<int64_t>((uint64_t{1} << block.width) - 1);
  if (int64_t max; !__builtin_add_overflow(block.base, most - ReservedCount(block.reserved), &max)) range.max = std::min(range.max, max);
  return range;
}

ColumnRange EncodedColumn::RangeWithin(uint32_t first, uint32_t count) const {
  ColumnRange range;
  const uint32_t end = first + count;
  if (run_ends_.empty()) {
    for (uint32_t row = first; row < end; row = (row / kRowsPerBlock + 1) * kRowsPerBlock)
      Extend(RangeOfBlock(blocks_[row / kRowsPerBlock]), &range);
    return range;
  }
  const auto first_run = static_cast<uint32_t>(RunOf(first));
  const size_t among = std::min<size_t>(run_ends_.size() - first_run, count);  // no run is without a row
  const uint32_t runs = static_cast<uint32_t>(RunOf(end - 1, first_run, among)) + 1 - first_run;
  if (runs > kRunsReadMax) return values_->RangeWithin(first_run, runs);
  for (uint32_t run = first_run; run < first_run + runs; ++run) Extend(values_->At(run), &range);
  return range;
}

void EncodedColumn::ReadLists(uint32_t first, uint32_t count, Lists* out) const {
  out->offsets.resize(size_t{count} + 1);
  out->offsets[0] = 0;
  if (count == 0) {
    out->values.clear();
    return;
  }
  const uint32_t block_row = first / kRowsPerBlock * kRowsPerBlock;
  std::vector<int64_t> lengths(first - block_row + count);
  lengths_->Read(block_row, static_cast<uint32_t>(lengths.size()), lengths.data());
  uint32_t start = block_starts_[first / kRowsPerBlock];
  for (uint32_t i = 0; i < first - block_row; ++i) start += static_cast<uint32_t>(lengths[i]);
  const int64_t* length = lengths.data() + (first - block_row);
  for (uint32_t i = 0; i < count; ++i) out->offsets[i + 1] = out->offsets[i] + static_cast<uint32_t>(length[i]);
  out->values.resize(out->offsets[count]);
  values_->Read(start, out->offsets[count], out->values.data());
}

}  // namespace supportkpi::column
