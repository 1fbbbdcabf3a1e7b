#include "column/plain_chunk.h"

#include <algorithm>
#include <cstring>

#include "column/encoding.h"

namespace supportkpi::column {

namespace {

constexpr uint32_t kFirstCapacity = 16;
// List values of one column of a chunk: bounds what a reader of a chunk holds at once.
constexpr size_t kListValuesMax = 4u << 20;

constexpr size_t kRowsAtOnce = 16;

PlainArrays::Cells NewCells(size_t count) { return PlainArrays::Cells(new int64_t[count]); }

PlainArrays::Cells Copied(const PlainArrays::Cells& from, size_t used, size_t capacity) {
  auto cells = NewCells(capacity);
  if (used > 0) std::memcpy(cells.get(), from.get(), used * sizeof(int64_t));
  return cells;
}

}  // namespace

PlainLayout::PlainLayout(std::vector<ColumnSpec> specs) : columns(std::move(specs)) {
  for (size_t place = 0; place < columns.size(); ++place) {
    places.emplace(columns[place].key, place);
    scalar_count += !columns[place].is_list;
  }
}

const int64_t* PlainChunk::CellsOf(ColumnKey column) const {
  if (column == kBorn) return arrays_->born.get();
  if (const auto place = layout_->places.find(column); place != layout_->places.end()) {
    return place->second < layout_->scalar_count ? arrays_->scalars[place->second].get() : nullptr;
  }
  const auto attribute = arrays_->attributes.find(column);
  return attribute == arrays_->attributes.end() ? nullptr : attribute->second.get();
}

bool PlainChunk::Has(ColumnKey column) const {
  return column == kBorn || layout_->places.contains(column) || arrays_->attributes.contains(column);
}

ColumnRange PlainChunk::Range(ColumnKey column) const {
  if (column == kBorn) return born_range_;
  if (const auto place = layout_->places.find(column); place != layout_->places.end()) return ranges_[place->second];
  const auto attribute = attribute_ranges_.find(column);
  return attribute == attribute_ranges_.end() ? ColumnRange() : attribute->second;
}

void PlainChunk::Read(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, int64_t* out) const {
  const int64_t* cells = CellsOf(column);
  if (cells == nullptr) {
    std::fill_n(out, count, missing);
  } else if (count > 0) {
    std::memcpy(out, cells + first, size_t{count} * sizeof(int64_t));
  }
}

void PlainChunk::ReadLists(ColumnKey column, uint32_t first, uint32_t count, Lists* out) const {
  out->offsets.assign(size_t{count} + 1, 0);
  out->values.clear();
  const auto place = layout_->places.find(column);
  if (place == layout_->places.end() || place->second < layout_->scalar_count) return;
  const auto& list = arrays_->lists[place->second - layout_->scalar_count];
  const uint32_t* offsets = list.offsets.get() + first;
  for (uint32_t i = 0; i <= count; ++i) out->offsets[i] = offsets[i] - offsets[0];
  out->values.assign(list.values.get() + offsets[0], list.values.get() + offsets[count]);
}

std::vector<ColumnSpec> PlainChunk::Columns() const {
  std::vector<ColumnSpec> columns = layout_->columns;
  for (const auto& [key, cells] : arrays_->attributes) columns.push_back({key, false});
  return columns;
}

PlainAppender::PlainAppender(std::shared_ptr<const PlainLayout> layout)
    : layout_(std::move(layout)),
      deaths_(std::make_shared<Deaths>()),
      arrays_(std::make_shared<PlainArrays>()),
      ranges_(layout_->columns.size()) {
  arrays_->scalars.resize(layout_->scalar_count);
  arrays_->lists.resize(layout_->columns.size() - layout_->scalar_count);
}

void PlainAppender::Reserve(const PlainRow& row) {
  const bool more_rows = row_count_ == arrays_->capacity;
  bool more_values = false;
  for (size_t i = 0; i < arrays_->lists.size(); ++i) {
    more_values |= UsedValues(i) + row.List(i).size() > arrays_->lists[i].value_capacity;
  }
  if (!more_rows && !more_values) return;

  auto next = std::make_shared<PlainArrays>(*arrays_);
  if (more_rows) {
    next->capacity = std::min(std::max(kFirstCapacity, arrays_->capacity * 2), kRowsPerChunk);
    next->born = Copied(arrays_->born, row_count_, next->capacity);
    for (auto& [key, cells] : next->attributes) cells = Copied(cells, row_count_, next->capacity);
    for (auto& cells : next->scalars) cells = Copied(cells, row_count_, next->capacity);
  }
  for (size_t i = 0; i < next->lists.size(); ++i) {
    auto& list = next->lists[i];
    const size_t used = UsedValues(i);
    if (more_rows) {
      std::shared_ptr<uint32_t[]> offsets(new uint32_t[size_t{next->capacity} + 1]);
      offsets[0] = 0;
      if (row_count_ > 0) std::memcpy(offsets.get(), list.offsets.get(), (size_t{row_count_} + 1) * sizeof(uint32_t));
      list.offsets = std::move(offsets);
    }
    const size_t needed = used + row.List(i).size();
    if (needed > list.value_capacity) {
      list.value_capacity = std::max<size_t>(needed * 2, kFirstCapacity);
      list.values = Copied(list.values, used, list.value_capacity);
    }
  }
  arrays_ = std::move(next);
}

size_t PlainAppender::UsedValues(size_t list) const {
  return row_count_ == 0 ? 0 : arrays_->lists[list].offsets[row_count_];
}

bool PlainAppender::HasRoomForLists(const PlainRow& row) const {
  for (size_t i = 0; row_count_ > 0 && i < arrays_->lists.size(); ++i) {
    if (UsedValues(i) + row.List(i).size() > kListValuesMax) return false;
  }
  return true;
}

// Row by row would write to as many places as there are columns for each row: a few rows at a time stay in the fastest cache
// while each column takes its values of all of them.
size_t PlainAppender::Append(absl::Span<const PlainRow> rows, int64_t born) {
  size_t appended = 0;
  while (appended < rows.size() && row_count_ < kRowsPerChunk && HasRoomForLists(rows[appended])) {
    Reserve(rows[appended]);
    const auto few = rows.subspan(appended, std::min<size_t>(kRowsAtOnce, arrays_->capacity - row_count_));
    const uint32_t first = row_count_;
    size_t count = 0;
    do {
      BeginRow(few[count++], born);
      if (count == few.size() || !HasRoomForLists(few[count])) break;
      Reserve(few[count]);
    } while (true);
    for (size_t place = 0; place < layout_->scalar_count; ++place) {
      int64_t* const cells = arrays_->scalars[place].get() + first;
      for (size_t i = 0; i < count; ++i) cells[i] = few[i].scalars[place];
    }
    appended += count;
  }
  return appended;
}

void PlainAppender::BeginRow(const PlainRow& row, int64_t born) {
  for (size_t i = 0; i < arrays_->lists.size(); ++i) {
    auto& list = arrays_->lists[i];
    const absl::Span<const int64_t> values = row.List(i);
    const uint32_t begin = list.offsets[row_count_];
    std::copy(values.begin(), values.end(), list.values.get() + begin);
    list.offsets[row_count_ + 1] = begin + static_cast<uint32_t>(values.size());
  }
  arrays_->born[row_count_] = born;
  for (const auto& [key, cells] : arrays_->attributes) cells[row_count_] = 0;
  AppendAttributes(row.attributes, kAttributeBase);
  AppendAttributes(row.ticket_attributes, kTicketAttributeBase);
  ++row_count_;
}

void PlainAppender::AppendAttributes(absl::Span<const std::pair<int64_t, int64_t>> attributes, ColumnKey base) {
  for (const auto& [name, value] : attributes) {
    const ColumnKey key = base + static_cast<ColumnKey>(name);
    auto found = arrays_->attributes.find(key);
    if (found == arrays_->attributes.end()) {
      // Readers may walk the map of arrays that were shown: a new name makes a new map over the same arrays.
      arrays_ = std::make_shared<PlainArrays>(*arrays_);
      auto cells = NewCells(arrays_->capacity);
      std::fill_n(cells.get(), row_count_ + 1, 0);
      found = arrays_->attributes.emplace(key, std::move(cells)).first;
    }
    found->second[row_count_] = value;
  }
}

void PlainAppender::ExtendRanges() {
  const size_t count = row_count_ - ranged_rows_;
  if (count == 0) return;
  const auto cover = [&](const PlainArrays::Cells& cells, size_t first, size_t last, ColumnRange* range) {
    if (first < last) Extend(RangeOf(absl::MakeConstSpan(cells.get() + first, last - first)), range);
  };
  for (size_t place = 0; place < layout_->scalar_count; ++place) {
    cover(arrays_->scalars[place], ranged_rows_, row_count_, &ranges_[place]);
  }
  for (size_t i = 0; i < arrays_->lists.size(); ++i) {
    const auto& list = arrays_->lists[i];
    cover(list.values, list.offsets[ranged_rows_], list.offsets[row_count_], &ranges_[layout_->scalar_count + i]);
  }
  cover(arrays_->born, ranged_rows_, row_count_, &born_range_);
  for (const auto& [key, cells] : arrays_->attributes) {
    const auto [range, is_new] = attribute_ranges_.try_emplace(key);
    cover(cells, is_new ? 0 : ranged_rows_, row_count_, &range->second);
  }
  ranged_rows_ = row_count_;
}

bool PlainAppender::EqualAttributes(uint32_t row, const PlainRow& other) const {
  size_t present = 0;
  for (const auto& [key, cells] : arrays_->attributes) present += cells[row] != 0;
  const auto all_equal = [&](absl::Span<const std::pair<int64_t, int64_t>> attributes, ColumnKey base) {
    for (const auto& [name, value] : attributes) {
      if (value == 0) continue;
      const auto found = arrays_->attributes.find(base + static_cast<ColumnKey>(name));
      if (found == arrays_->attributes.end() || found->second[row] != value || present == 0) return false;
      --present;
    }
    return true;
  };
  return all_equal(other.attributes, kAttributeBase) && all_equal(other.ticket_attributes, kTicketAttributeBase) &&
         present == 0;
}

bool PlainAppender::Equals(uint32_t row, const PlainRow& other) const {
  for (size_t place = 0; place < layout_->scalar_count; ++place) {
    if (arrays_->scalars[place][row] != other.scalars[place]) return false;
  }
  for (size_t i = 0; i < arrays_->lists.size(); ++i) {
    const auto& list = arrays_->lists[i];
    const uint32_t begin = list.offsets[row], end = list.offsets[row + 1];
    if (absl::MakeConstSpan(list.values.get() + begin, end - begin) != other.List(i)) return false;
  }
  return EqualAttributes(row, other);
}

int64_t PlainAppender::byte_count() const {
  int64_t cells = int64_t{arrays_->capacity} * (static_cast<int64_t>(layout_->columns.size()) + 1);
  cells += int64_t{arrays_->capacity} * static_cast<int64_t>(arrays_->attributes.size());
  for (const auto& list : arrays_->lists) cells += static_cast<int64_t>(list.value_capacity);
  return cells * static_cast<int64_t>(sizeof(int64_t));
}

std::shared_ptr<const PlainChunk> PlainAppender::Show() {
  ExtendRanges();
  std::shared_ptr<PlainChunk> chunk(new PlainChunk(deaths_));
  chunk->layout_ = layout_;
  chunk->arrays_ = arrays_;
  chunk->row_count_ = row_count_;
  chunk->ranges_ = ranges_;
  chunk->born_range_ = born_range_;
  chunk->attribute_ranges_ = attribute_ranges_;
  return chunk;
}

}  // namespace supportkpi::column
