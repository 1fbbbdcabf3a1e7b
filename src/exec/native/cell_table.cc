#include "exec/native/cell_table.h"

#include <algorithm>
#include <utility>

#include "column/target_clones.h"
#include "exec/native/narrow_loops.h"
#include "exec/native/row_loops.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {
namespace {

// Adds a dimension to packed keys; values outside it share its last place.
SUPPORTKPI_TARGET_CLONES
void PackValues(const int64_t* __restrict values, size_t count, uint64_t size, uint64_t* __restrict keys) {
  for (size_t i = 0; i < count; ++i) keys[i] = keys[i] * size + std::min(static_cast<uint64_t>(values[i]), size - 1);
}

// Looks cells up by key and bucket. False: some have none yet.
SUPPORTKPI_TARGET_CLONES
bool LookUp(const uint64_t* __restrict keys, const int32_t* __restrict buckets, size_t count, int32_t first_bucket,
            uint64_t bucket_count, const uint32_t* __restrict cell_of_key, uint32_t no_cell, uint32_t* __restrict cells) {
  uint32_t missing = 0;
  for (size_t i = 0; i < count; ++i) {
    cells[i] = cell_of_key[keys[i] * bucket_count + static_cast<uint64_t>(buckets[i] - first_bucket)];
    missing |= static_cast<uint32_t>(cells[i] == no_cell);
  }
  return missing == 0;
}

// The same by place. What is dropped may have no cell, and is given one that there is. False: others have none yet.
SUPPORTKPI_TARGET_CLONES
bool LookUpJudged(const uint32_t* __restrict places, const uint8_t* __restrict verdicts, size_t count,
                  const uint32_t* __restrict cell_of_place, uint32_t no_cell, uint32_t* __restrict cells) {
  for (size_t i = 0; i < count; ++i) cells[i] = cell_of_place[places[i]];
  uint32_t missing = 0;
  for (size_t i = 0; i < count; ++i) {
    const bool is_missing = cells[i] == no_cell;
    missing |= static_cast<uint32_t>(is_missing & (verdicts[i] != kDropped));
    cells[i] = is_missing ? 0 : cells[i];
  }
  return missing == 0;
}

}  // namespace

CellTable::CellTable(std::vector<int64_t> sizes, int32_t first_bucket, int64_t bucket_count, int64_t max_groups,
                     size_t expected_items)
    : sizes_(std::move(sizes)),
      first_bucket_(first_bucket),
      bucket_count_(std::max<int64_t>(bucket_count, 1)),
      one_bucket_(bucket_count_ == 1),
      max_groups_(static_cast<size_t>(std::max<int64_t>(max_groups, 1))),
      steps_(sizes_.size()) {
  // Keys stay below 2^64 / buckets, so that the bucket always fits beside them.
  const uint64_t limit = ~uint64_t{0} / bucket_count_;
  uint64_t product = 1;
  bool unbounded = false;
  for (size_t d = 0; d < sizes_.size(); ++d) {
    Step& step = steps_[d];
    step.intern_value = sizes_[d] <= 0 || static_cast<uint64_t>(sizes_[d]) >= limit / kInternedMax;
    step.size = step.intern_value ? kInternedMax : static_cast<uint64_t>(sizes_[d]) + 1;
    unbounded = unbounded || step.intern_value;
    if (product > limit / step.size) {
      step.intern_key = true;
      product = kInternedMax;
    }
    product *= step.size;
  }
  const uint64_t most = std::clamp<uint64_t>(expected_items, kDenseMin, kDenseMax);
  dense_ = !unbounded && product <= most / std::min(bucket_count_, most);
  if (!dense_) return;
  dense_cells_.assign(product * bucket_count_, kNoCell);
  if (!one_bucket_) dense_groups_.assign(product, kNoGroup);
}

void CellTable::Pack(size_t count, absl::Span<const int64_t* const> values) {
  keys_.assign(count, 0);
  for (size_t d = 0; d < steps_.size(); ++d) {
    Step& step = steps_[d];
    const int64_t* of_item = values[d];
    if (step.intern_key) {
      for (size_t i = 0; i < count; ++i)
        keys_[i] = step.key_numbers.try_emplace(keys_[i], step.key_numbers.size()).first->second;
    }
    if (step.intern_value) {
      for (size_t i = 0; i < count; ++i)
        keys_[i] = keys_[i] * step.size + step.value_numbers.try_emplace(of_item[i], step.value_numbers.size()).first->second;
    } else {
      PackValues(of_item, count, step.size, keys_.data());
    }
  }
}

bool CellTable::AddCell(uint64_t key, int32_t bucket, absl::FunctionRef<int64_t(size_t dimension)> value_of) {
  const auto add_group = [&] {
    for (size_t d = 0; d < sizes_.size(); ++d) values_.push_back(value_of(d));
    return group_count_++;
  };
  if (one_bucket_) {
    add_group();
    return group_count_ <= max_groups_;
  }
  buckets_.push_back(bucket);
  uint32_t& group = dense_ ? dense_groups_[key] : groups_.try_emplace(key, kNoGroup).first->second;
  if (group == kNoGroup) group = add_group();
  cell_groups_.push_back(group);
  return group_count_ <= max_groups_;
}

template <class Word>
void CellTable::PackPlaces(size_t count, absl::Span<const int32_t> buckets, int32_t first_bucket, uint32_t bucket_count,
                           absl::Span<const Word* const> words, std::vector<Word>* places) const {
  places->resize(count);
  if (words.empty()) std::fill(places->begin(), places->end(), Word{0});
  for (size_t d = 0; d < words.size(); ++d) {
    const auto size = static_cast<uint32_t>(steps_[d].size);
    if (d == 0)
      BeginWords(words[d], count, size, places->data());
    else
      PackWords(words[d], count, size, places->data());
  }
  if (bucket_count > 1) PackBuckets(buckets, count, first_bucket, bucket_count, places->data());
}

template <class Word>
const Word* CellTable::PlaceAmong(size_t count, absl::Span<const int32_t> buckets, int32_t first_bucket, uint32_t bucket_count,
                                  absl::Span<const Word* const> words, std::vector<Word>* places) const {
  for (size_t d = 0; d < words.size(); ++d)
    if (!AllBelow(words[d], count, static_cast<uint32_t>(steps_[d].size) - 1)) return nullptr;
  if (words.size() == 1 && bucket_count == 1) return words[0];
  PackPlaces(count, buckets, first_bucket, bucket_count, words, places);
  return places->data();
}
template const uint8_t* CellTable::PlaceAmong(size_t, absl::Span<const int32_t>, int32_t, uint32_t, absl::Span<const uint8_t* const>,
                                              std::vector<uint8_t>*) const;
template const uint32_t* CellTable::PlaceAmong(size_t, absl::Span<const int32_t>, int32_t, uint32_t, absl::Span<const uint32_t* const>,
                                               std::vector<uint32_t>*) const;

int64_t CellTable::ValueAt(uint32_t place, uint32_t bucket_count, size_t dimension) const {
  uint64_t rest = place / bucket_count;
  for (size_t d = steps_.size() - 1; d > dimension; --d) rest /= steps_[d].size;
  return static_cast<int64_t>(rest % steps_[dimension].size);
}

bool CellTable::CellAt(uint32_t place, int32_t first_bucket, uint32_t bucket_count, uint32_t* cell) {
  const uint64_t key = place / bucket_count;
  const int32_t bucket = first_bucket + static_cast<int32_t>(place % bucket_count);
  uint32_t& known = dense_cells_[key * bucket_count_ + static_cast<uint64_t>(bucket - first_bucket_)];
  if (known == kNoCell) {
    known = size();
    if (!AddCell(key, bucket, [&](size_t d) { return ValueAt(place, bucket_count, d); })) return false;
  }
  *cell = known;
  return true;
}

bool CellTable::AssignJudged(size_t count, const int32_t* buckets, absl::Span<const uint32_t* const> words,
                             const uint8_t* verdicts, ValueOf value_of, uint32_t* cells) {
  const auto bucket_count = static_cast<uint32_t>(bucket_count_);
  PackPlaces(count, {buckets, count}, first_bucket_, bucket_count, words, &places_);
  if (LookUpJudged(places_.data(), verdicts, count, dense_cells_.data(), kNoCell, cells)) return true;
  for (size_t i = 0; i < count; ++i) {
    uint32_t& cell = dense_cells_[places_[i]];
    if (verdicts[i] == kDropped) continue;
    if (cell == kNoCell) {
      cell = size();
      if (!AddCell(places_[i] / bucket_count, buckets[i], [&](size_t d) { return value_of(d, i); })) return false;
    }
    cells[i] = cell;
  }
  return true;
}

bool CellTable::Assign(size_t count, const int32_t* buckets, absl::Span<const int64_t* const> values, uint32_t* cells) {
  if (values.empty() && count > 1 && AllAlike(buckets, count)) {
    const bool ok = Assign(1, buckets, values, cells);
    std::fill_n(cells + 1, count - 1, cells[0]);
    return ok;
  }
  Pack(count, values);
  if (dense_ && LookUp(keys_.data(), buckets, count, first_bucket_, bucket_count_, dense_cells_.data(), kNoCell, cells)) return true;
  uint64_t last_key = 0;
  uint32_t last_cell = kNoCell;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t key = keys_[i] * bucket_count_ + static_cast<uint64_t>(buckets[i] - first_bucket_);
    if (key == last_key && last_cell != kNoCell) {
      cells[i] = last_cell;
      continue;
    }
    uint32_t* cell = dense_ ? &dense_cells_[key] : &cells_.try_emplace(key, kNoCell).first->second;
    if (*cell == kNoCell) {
      *cell = size();
      if (!AddCell(keys_[i], buckets[i], [&](size_t d) { return values[d][i]; })) return false;
    }
    cells[i] = last_cell = *cell;
    last_key = key;
  }
  return true;
}

int64_t CellTable::bytes() const {
  const auto of_map = [](const auto& map) { return map.capacity() * (sizeof(*map.begin()) + 1); };
  size_t bytes = (dense_cells_.capacity() + dense_groups_.capacity()) * sizeof(uint32_t) + buckets_.capacity() * sizeof(int32_t) +
                 cell_groups_.capacity() * sizeof(uint32_t) + values_.capacity() * sizeof(int64_t) + of_map(cells_) + of_map(groups_);
  for (const Step& step : steps_) bytes += of_map(step.value_numbers) + of_map(step.key_numbers);
  return static_cast<int64_t>(bytes);
}

bool CellTable::Assign(int32_t bucket, absl::Span<const int64_t> values, uint32_t* cell) {
  std::vector<const int64_t*> of_item;
  for (const int64_t& value : values) of_item.push_back(&value);
  return Assign(1, &bucket, of_item, cell);
}

bool CellTable::AssignLike(const CellTable& other, absl::Span<const uint32_t> cells, std::vector<uint32_t>* mine) {
  std::vector<int32_t> buckets;
  buckets.reserve(cells.size());
  for (const uint32_t cell : cells) buckets.push_back(other.BucketOf(cell));
  std::vector<std::vector<int64_t>> values(sizes_.size());
  std::vector<const int64_t*> columns;
  for (size_t d = 0; d < values.size(); ++d) {
    values[d].reserve(cells.size());
    for (const uint32_t cell : cells) values[d].push_back(other.ValuesOf(other.GroupOf(cell))[d]);
    columns.push_back(values[d].data());
  }
  mine->resize(cells.size());
  return Assign(cells.size(), buckets.data(), columns, mine->data());
}

uint32_t CellTable::CellOf(int32_t bucket, uint32_t group) {
  uint32_t cell = kNoCell;
  Assign(bucket, ValuesOf(group), &cell);  // a known group is no group too many
  return cell;
}

}  // namespace supportkpi::exec::native
