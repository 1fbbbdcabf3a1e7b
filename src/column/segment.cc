// The header of a segment, little-endian; stored on disk, do not renumber:
//
//   format u8 (1), fact set u8, rows u32, sort column u32, identity column u32, column count u32, then per column
//     key u32, flags u8 (1 list, 2 constant, 4 has null, 8 has forever), min i64, max i64,
//     constant: value i64; else: stored as u32, bytes u32, crc32c u32
//   crc32c u32 of all before
//
// The columns' bytes (encoding.cc) are stored apart, one value each, so that a question reads only what it needs.
#include "column/segment.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "column/bytes.h"
#include "column/crc32c.h"
#include "column/hash.h"
#include "status/macros.h"

namespace supportkpi::column {

namespace {

constexpr uint8_t kFormat = 1;
constexpr uint8_t kList = 1, kConstant = 2, kHasNull = 4, kHasForever = 8;
constexpr uint32_t kColumnsMax = 1u << 20;

absl::Status DamagedHeader(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("segment header: damaged bytes; ", what));
}

SegmentColumn ReadColumn(ByteReader& reader) {
  SegmentColumn column;
  column.key = reader.Fixed<uint32_t>();
  const auto flags = reader.Fixed<uint8_t>();
  column.is_list = (flags & kList) != 0;
  column.is_constant = (flags & kConstant) != 0;
  column.range.has_null = (flags & kHasNull) != 0;
  column.range.has_forever = (flags & kHasForever) != 0;
  column.range.min = reader.Fixed<int64_t>();
  column.range.max = reader.Fixed<int64_t>();
  if (column.is_constant) {
    column.constant = reader.Fixed<int64_t>();
  } else {
    column.stored_as = reader.Fixed<uint32_t>();
    column.byte_count = reader.Fixed<uint32_t>();
    column.crc32c = reader.Fixed<uint32_t>();
  }
  return column;
}

}  // namespace

const SegmentColumn* SegmentHeader::Find(ColumnKey key) const {
  const auto at = std::lower_bound(columns.begin(), columns.end(), key,
                                   [](const SegmentColumn& column, ColumnKey wanted) { return column.key < wanted; });
  return at != columns.end() && at->key == key ? &*at : nullptr;
}

int64_t SegmentHeader::byte_count() const {
  int64_t bytes = 0;
  for (const SegmentColumn& column : columns) {
    if (!column.is_constant && column.stored_as == column.key) bytes += column.byte_count;
  }
  return bytes;
}

std::string EncodeHeader(const SegmentHeader& header) {
  std::string out;
  AppendFixed(kFormat, &out);
  AppendFixed(header.fact_set, &out);
  AppendFixed(header.row_count, &out);
  AppendFixed(header.sort_column, &out);
  AppendFixed(header.identity_column, &out);
  AppendFixed(static_cast<uint32_t>(header.columns.size()), &out);
  for (const SegmentColumn& column : header.columns) {
    AppendFixed(column.key, &out);
    AppendFixed(static_cast<uint8_t>((column.is_list ? kList : 0) | (column.is_constant ? kConstant : 0) |
                                     (column.range.has_null ? kHasNull : 0) |
                                     (column.range.has_forever ? kHasForever : 0)),
                &out);
    AppendFixed(column.range.min, &out);
    AppendFixed(column.range.max, &out);
    if (column.is_constant) {
      AppendFixed(column.constant, &out);
    } else {
      AppendFixed(column.stored_as, &out);
      AppendFixed(column.byte_count, &out);
      AppendFixed(column.crc32c, &out);
    }
  }
  AppendFixed(Crc32c(out), &out);
  return out;
}

absl::StatusOr<SegmentHeader> DecodeHeader(absl::string_view bytes) {
  if (bytes.size() < sizeof(uint32_t)) return DamagedHeader("too short");
  const absl::string_view body = bytes.substr(0, bytes.size() - sizeof(uint32_t));
  if (ByteReader(bytes.substr(body.size())).Fixed<uint32_t>() != Crc32c(body)) return DamagedHeader("checksum");
  ByteReader reader(body);
  if (reader.Fixed<uint8_t>() != kFormat) return absl::DataLossError("segment header: unknown format");
  SegmentHeader header;
  header.fact_set = reader.Fixed<uint8_t>();
  header.row_count = reader.Fixed<uint32_t>();
  header.sort_column = reader.Fixed<uint32_t>();
  header.identity_column = reader.Fixed<uint32_t>();
  const auto count = reader.Fixed<uint32_t>();
  if (header.row_count > kRowsPerChunk) return DamagedHeader("too many rows");
  if (count > kColumnsMax) return DamagedHeader("too many columns");
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    header.columns.push_back(ReadColumn(reader));
    const size_t size = header.columns.size();
    if (size > 1 && header.columns[size - 2].key >= header.columns[size - 1].key) return DamagedHeader("column order");
  }
  if (!reader.AtEnd()) return DamagedHeader("length");
  for (const SegmentColumn& column : header.columns) {
    if (column.is_constant || column.stored_as == column.key) continue;
    const SegmentColumn* same = header.Find(column.stored_as);
    if (same == nullptr || same->is_constant || same->stored_as != same->key || same->is_list != column.is_list)
      return DamagedHeader("a column is stored as one that is not");
  }
  for (const ColumnKey key : {header.sort_column, header.identity_column, kBorn}) {
    const SegmentColumn* column = header.Find(key);
    if (column == nullptr || column->is_list) return DamagedHeader("no sort, identity or born column");
  }
  return header;
}

Segment::Segment(uint64_t id, SegmentHeader header, std::shared_ptr<Deaths> deaths,
                 std::shared_ptr<ColumnFetcher> fetcher)
    : FactChunk(std::move(deaths)),
      id_(id),
      header_(std::move(header)),
      fetcher_(std::move(fetcher)),
      slots_(header_.columns.size()) {}

Segment::~Segment() {
  {
    absl::MutexLock lock(&mutex_);
    for (const Slot& slot : slots_) {
      if (slot.column != nullptr) fetcher_->Released(slot.column->byte_count());
    }
  }
  fetcher_->Gone(id_);
}

ColumnRange Segment::Range(ColumnKey column) const {
  const SegmentColumn* info = header_.Find(column);
  return info == nullptr ? ColumnRange() : info->range;
}

ColumnRange Segment::RangeWithin(ColumnKey key, uint32_t first, uint32_t count) const {
  const SegmentColumn* info = header_.Find(key);
  if (info == nullptr || info->is_constant || info->is_list || count == 0) return Range(key);
  const auto column = Column(key);
  if (!column.ok() || (*column)->is_list()) return info->range;
  return Within(info->range, (*column)->RangeWithin(first, count));
}

std::vector<ColumnSpec> Segment::Columns() const {
  std::vector<ColumnSpec> columns;
  columns.reserve(header_.columns.size());
  for (const SegmentColumn& column : header_.columns) {
    if (column.key != kBorn) columns.push_back({column.key, column.is_list});
  }
  return columns;
}

absl::Status Segment::status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

void Segment::NoteFailure(const absl::Status& status) const {
  {
    absl::MutexLock lock(&mutex_);
    if (status_.ok()) status_ = status;
  }
  fetcher_->Failed(*this, status);
}

absl::StatusOr<std::shared_ptr<const EncodedColumn>> Segment::FetchAndParse(const SegmentColumn& info) const {
  ASSIGN_OR_RETURN(std::string bytes, fetcher_->Fetch(*this, info.stored_as));
  if (bytes.size() != info.byte_count || Crc32c(bytes) != info.crc32c) {
    return absl::DataLossError(absl::StrCat("segment ", id_, ": checksum of column ", info.key, " does not match"));
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const EncodedColumn> column, EncodedColumn::Parse(std::move(bytes), row_count()));
  if (column->is_list() != info.is_list) {
    return absl::DataLossError(absl::StrCat("segment ", id_, ": column ", info.key, " is of the wrong kind"));
  }
  return column;
}

absl::StatusOr<std::shared_ptr<const EncodedColumn>> Segment::Column(ColumnKey key) const {
  const SegmentColumn* info = header_.Find(key);
  if (info == nullptr) return std::shared_ptr<const EncodedColumn>();
  // Columns of the same bytes are one in memory too: what reads several finds the others' values near the processor.
  if (!info->is_constant && info->stored_as != key) return Column(info->stored_as);
  const auto place = static_cast<size_t>(info - header_.columns.data());
  std::shared_ptr<const EncodedColumn> column;
  {
    absl::MutexLock lock(&mutex_);
    column = slots_[place].column;
    if (column != nullptr) slots_[place].used = true;
  }
  if (column != nullptr) {
    fetcher_->Found();
    return column;
  }
  if (info->is_constant) {
    column = EncodedColumn::Constant(info->constant, row_count());
  } else {
    auto fetched = FetchAndParse(*info);
    if (!fetched.ok()) {
      NoteFailure(fetched.status());
      return fetched.status();
    }
    column = *std::move(fetched);
  }
  {
    absl::MutexLock lock(&mutex_);
    if (slots_[place].column != nullptr) return slots_[place].column;
    slots_[place] = {column, true};
  }
  fetcher_->Held(shared_from_this(), place, column->byte_count());
  return column;
}

bool Segment::DropUnlessUsed(size_t place) const {
  std::shared_ptr<const EncodedColumn> dropped;
  {
    absl::MutexLock lock(&mutex_);
    Slot& slot = slots_[place];
    if (slot.used) {
      slot.used = false;
      return false;
    }
    dropped = std::move(slot.column);
    slot.column = nullptr;
  }
  if (dropped != nullptr) fetcher_->Released(dropped->byte_count());
  return true;
}

template <class Word>
void Segment::ReadScalars(ColumnKey key, uint32_t first, uint32_t count, int64_t missing, Word* out) const {
  const SegmentColumn* info = header_.Find(key);
  if (info != nullptr && info->is_constant) {
    std::fill_n(out, count, static_cast<Word>(info->constant));
    return;
  }
  const auto column = Column(key);
  if (!column.ok() || *column == nullptr || (*column)->is_list()) {
    std::fill_n(out, count, static_cast<Word>(missing));
    return;
  }
  (*column)->Read(first, count, out);
}

void Segment::Read(ColumnKey key, uint32_t first, uint32_t count, int64_t missing, int64_t* out) const {
  ReadScalars(key, first, count, missing, out);
}
void Segment::Read(ColumnKey key, uint32_t first, uint32_t count, int64_t missing, uint8_t* out) const {
  ReadScalars(key, first, count, missing, out);
}
void Segment::Read(ColumnKey key, uint32_t first, uint32_t count, int64_t missing, uint32_t* out) const {
  ReadScalars(key, first, count, missing, out);
}

void Segment::ReadRows(ColumnKey key, absl::Span<const uint32_t> rows, int64_t missing, int64_t* out) const {
  const SegmentColumn* info = header_.Find(key);
  if (info != nullptr && info->is_constant) {
    std::fill_n(out, rows.size(), info->constant);
    return;
  }
  const auto column = Column(key);
  if (!column.ok() || *column == nullptr || (*column)->is_list()) {
    std::fill_n(out, rows.size(), missing);
    return;
  }
  (*column)->ReadEach(rows, out);
}

std::shared_ptr<const EncodedColumn> Segment::Stored(ColumnKey key) const {
  const SegmentColumn* info = header_.Find(key);
  if (info == nullptr || info->is_constant || info->is_list) return nullptr;
  const auto column = Column(key);
  return column.ok() && !(*column)->is_list() ? *column : nullptr;
}

void Segment::ReadLists(ColumnKey key, uint32_t first, uint32_t count, Lists* out) const {
  const auto column = Column(key);
  if (!column.ok() || *column == nullptr || !(*column)->is_list()) {
    out->offsets.assign(size_t{count} + 1, 0);
    out->values.clear();
    return;
  }
  (*column)->ReadLists(first, count, out);
}

absl::StatusOr<uint32_t> Segment::LowerBound(int64_t sort_value, int64_t identity) const {
  ASSIGN_OR_RETURN(const auto sort_values, Column(header_.sort_column));
  ASSIGN_OR_RETURN(const auto identities, Column(header_.identity_column));
  uint32_t first = 0;
  for (uint32_t count = row_count(); count > 0;) {
    const uint32_t half = count / 2;
    const int64_t value = sort_values->At(first + half);
    if (value < sort_value || (value == sort_value && identities->At(first + half) < identity)) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

SegmentWriter::SegmentWriter(uint8_t fact_set, uint32_t row_count, ColumnKey sort_column, ColumnKey identity_column) {
  header_.fact_set = fact_set;
  header_.row_count = row_count;
  header_.sort_column = sort_column;
  header_.identity_column = identity_column;
}

std::optional<std::string> SegmentWriter::AddScalars(ColumnKey key, absl::Span<const int64_t> values) {
  SegmentColumn column;
  column.key = key;
  column.range = RangeOf(values);
  if (IsConstant(column.range)) {
    column.is_constant = true;
    column.constant = values[0];
    header_.columns.push_back(column);
    return std::nullopt;
  }
  return AddBytes(column, EncodeScalars(values));
}

std::optional<std::string> SegmentWriter::AddLists(ColumnKey key, absl::Span<const uint32_t> offsets,
                                                   absl::Span<const int64_t> values) {
  SegmentColumn column;
  column.key = key;
  column.is_list = true;
  column.range = RangeOf(values);
  return AddBytes(column, EncodeLists(offsets, values));
}

std::optional<std::string> SegmentWriter::AddBytes(SegmentColumn column, std::string bytes) {
  column.byte_count = static_cast<uint32_t>(bytes.size());
  column.crc32c = Crc32c(bytes);
  column.stored_as = column.key;
  const Fingerprint print = {HashBytes(1, bytes), HashBytes(2, bytes)};
  const auto [same, is_new] = stored_.emplace(print, column.key);
  if (!is_new) column.stored_as = same->second;
  header_.columns.push_back(column);
  if (!is_new) return std::nullopt;
  return bytes;
}

SegmentHeader SegmentWriter::Finish() {
  std::sort(header_.columns.begin(), header_.columns.end(),
            [](const SegmentColumn& a, const SegmentColumn& b) { return a.key < b.key; });
  return std::move(header_);
}

}  // namespace supportkpi::column
