#include "exec/native/batch.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

#include "column/encoding.h"

namespace supportkpi::exec::native {

void Batch::BeginRowsOf(const column::Chunk& chunk, uint32_t count) {
  assert(chunk_ == nullptr || chunk_ == &chunk);
  chunk_ = &chunk;
  count_ = count;
  ++number_;
  read_some_.swap(read_some_before_);
  read_some_.clear();
}

void Batch::Begin(const column::Chunk& chunk, uint32_t first, uint32_t count, int64_t commit) {
  BeginRowsOf(chunk, count);
  first_ = first;
  chosen_ = {};
  some_alive_.clear();
  if (!chunk.AliveRows(commit, first, count, &some_alive_)) {
    alive_.swap(some_alive_);
    lists_all_ = false;
  } else if (!lists_all_ || alive_.size() != count) {
    alive_.resize(count);
    std::iota(alive_.begin(), alive_.end(), 0u);
    lists_all_ = true;
  }
}

void Batch::BeginChosen(const column::Chunk& chunk, absl::Span<const uint32_t> rows, int64_t commit) {
  BeginRowsOf(chunk, static_cast<uint32_t>(rows.size()));
  chosen_ = rows;
  alive_.clear();
  lists_all_ = false;
  const bool all_alive = chunk.DeadRows(commit) == 0u;
  std::vector<uint32_t> itself;
  for (uint32_t i = 0; i < count_; ++i) {
    itself.clear();
    if (all_alive || chunk.AliveRows(commit, rows[i], 1, &itself) || !itself.empty()) alive_.push_back(i);
  }
}

// Looked up once a chunk: a look-up takes a lock, and a batch of few columns has little else to do.
const column::EncodedColumn* Batch::Stored(column::ColumnKey key) {
  const auto [at, is_new] = stored_.try_emplace(key);
  if (is_new) at->second = chunk_->Stored(key);
  return at->second.get();
}

template <class Word>
void Batch::ReadConsecutive(column::ColumnKey key, int64_t missing, Word* out) {
  if (const column::EncodedColumn* column = Stored(key); column != nullptr)
    column->Read(first_, count_, out);
  else
    chunk_->Read(key, first_, count_, missing, out);
}

void Batch::ReadRows(column::ColumnKey key, absl::Span<const uint32_t> rows, int64_t missing, int64_t* out) {
  if (const column::EncodedColumn* column = Stored(key); column != nullptr)
    column->ReadEach(rows, out);
  else
    chunk_->ReadRows(key, rows, missing, out);
}

void Batch::Read(column::ColumnKey key, int64_t missing, int64_t* out) {
  if (chosen_.empty())
    ReadConsecutive(key, missing, out);
  else
    ReadRows(key, chosen_, missing, out);
}

// Rows far apart each wait for memory; those of several columns wait together.
void Batch::PrefetchSome(absl::Span<const uint32_t> rows) {
  for (const column::ColumnKey key : read_some_before_)
    if (const column::EncodedColumn* column = Stored(key); column != nullptr) column->Prefetch(rows);
}

void Batch::ReadSome(column::ColumnKey key, int64_t missing, absl::Span<const uint32_t> rows, int64_t* out) {
  some_rows_.resize(rows.size());
  some_values_.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) some_rows_[i] = chosen_.empty() ? first_ + rows[i] : chosen_[rows[i]];
  if (read_some_.empty()) PrefetchSome(some_rows_);
  read_some_.push_back(key);
  ReadRows(key, some_rows_, missing, some_values_.data());
  for (size_t i = 0; i < rows.size(); ++i) out[rows[i]] = some_values_[i];
}

column::ColumnRange Batch::RangeOf(column::ColumnKey key, int64_t missing) const {
  if (chunk_->Has(key)) return chunk_->Range(key);
  column::ColumnRange range;
  column::Extend(missing, &range);
  return range;
}

template <class Word>
void Batch::ReadNarrow(column::ColumnKey key, int64_t missing, Word* out) {
  if (chosen_.empty()) return ReadConsecutive(key, missing, out);
  std::array<int64_t, kBatchRows> values;
  ReadRows(key, chosen_, missing, values.data());
  std::copy_n(values.data(), count_, out);
}
template void Batch::ReadNarrow(column::ColumnKey, int64_t, uint8_t*);
template void Batch::ReadNarrow(column::ColumnKey, int64_t, uint32_t*);

void Batch::ReadChosenLists(column::ColumnKey key, column::Lists* out) const {
  out->offsets.assign(1, 0);
  out->values.clear();
  column::Lists one;
  for (const uint32_t row : chosen_) {
    chunk_->ReadLists(key, row, 1, &one);
    out->values.insert(out->values.end(), one.values.begin(), one.values.end());
    out->offsets.push_back(static_cast<uint32_t>(out->values.size()));
  }
}

const column::Lists& Batch::ListsOf(column::ColumnKey key) {
  auto& decoded = lists_[key];
  if (decoded == nullptr) decoded = std::make_unique<Decoded>();
  if (decoded->batch != number_) {
    if (chosen_.empty())
      chunk_->ReadLists(key, first_, count_, &decoded->lists);
    else
      ReadChosenLists(key, &decoded->lists);
    decoded->batch = number_;
  }
  return decoded->lists;
}

}  // namespace supportkpi::exec::native
