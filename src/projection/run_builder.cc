#include "projection/run_builder.h"

#include <algorithm>
#include <map>
#include <utility>

#include "projection/layout.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using column::ColumnKey;
using column::kForever;
using column::kNull;
using column::Lists;

constexpr size_t kBatchBytes = 8u << 20;

bool IsAttribute(ColumnKey key) { return key >= column::kAttributeBase; }

}  // namespace

void Run::TakeOverDeaths() const {
  std::vector<std::vector<column::Death>> deaths(segments_.size());
  for (const Source& source : sources_) {
    for (const column::Death& death : source.chunk->deaths()->All()) {
      const auto row = std::lower_bound(source.rows.begin(), source.rows.end(), death.row);
      if (row == source.rows.end() || *row != death.row) continue;  // was dead before
      const uint32_t place = place_of_[source.first + static_cast<uint32_t>(row - source.rows.begin())];
      const auto part = std::upper_bound(parts_.begin(), parts_.end(), place,
                                         [](uint32_t wanted, const Part& other) { return wanted < other.first; }) - 1;
      deaths[static_cast<size_t>(part - parts_.begin())].push_back({place - part->first, death.commit});
    }
  }
  for (size_t i = 0; i < segments_.size(); ++i) segments_[i]->deaths()->Add(std::move(deaths[i]));
}

void RunBuilder::TakeRows(const std::vector<std::shared_ptr<const column::FactChunk>>& chunks) {
  for (const auto& chunk : chunks) {
    Run::Source source;
    source.chunk = chunk;
    source.first = row_count_;
    const std::vector<column::Death> deaths = chunk->deaths()->All();
    source.rows.reserve(chunk->row_count() - deaths.size());
    auto death = deaths.begin();
    for (uint32_t row = 0; row < chunk->row_count(); ++row) {
      if (death != deaths.end() && death->row == row) {
        const bool is_out = death->commit <= options_.horizon;
        ++death;
        if (is_out) continue;
      }
      source.rows.push_back(row);
    }
    row_count_ += static_cast<uint32_t>(source.rows.size());
    run_.sources_.push_back(std::move(source));
  }
}

void RunBuilder::Sort(fact::FactSet set) {
  struct Entry {
    int64_t sort_value;
    int64_t identity;
    uint32_t number;
    bool passes;
  };
  const SetLayout& layout = LayoutOf(set);
  std::vector<Entry> entries(row_count_);
  std::vector<int64_t> sort_values, identities, known_to;
  lasting_count_ = 0;
  for (const Run::Source& source : run_.sources_) {
    const uint32_t rows = source.chunk->row_count();
    sort_values.resize(rows);
    identities.resize(rows);
    known_to.assign(rows, kForever);
    source.chunk->Read(layout.sort_column, 0, rows, kNull, sort_values.data());
    source.chunk->Read(layout.identity_column, 0, rows, kNull, identities.data());
    if (layout.known_to_column.has_value()) {
      source.chunk->Read(*layout.known_to_column, 0, rows, kNull, known_to.data());
    }
    uint32_t number = source.first;
    for (const uint32_t row : source.rows) {
      const bool passes = known_to[row] != kForever;
      entries[number] = {sort_values[row], identities[row], number, passes};
      lasting_count_ += passes ? 0 : 1;
      ++number;
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.passes != b.passes) return b.passes;
    if (a.sort_value != b.sort_value) return a.sort_value < b.sort_value;
    if (a.identity != b.identity) return a.identity < b.identity;
    return a.number < b.number;
  });
  order_.resize(row_count_);
  run_.place_of_.resize(row_count_);
  for (uint32_t place = 0; place < row_count_; ++place) {
    order_[place] = entries[place].number;
    run_.place_of_[entries[place].number] = place;
  }
}

void RunBuilder::Cut(fact::FactSet set, uint32_t first, uint32_t end) {
  const SetLayout& layout = LayoutOf(set);
  for (; first < end; first += run_.parts_.back().count) {
    const uint32_t count = std::min(options_.rows_per_segment, end - first);
    run_.parts_.push_back({first, count});
    writers_.emplace_back(static_cast<uint8_t>(set), count, layout.sort_column, layout.identity_column);
  }
}

absl::Status RunBuilder::Put(uint64_t id, ColumnKey key, const std::string& bytes) {
  batch_->Put(storage::Table::kSegments, keys_.Column(id, key), bytes);
  return batch_->byte_count() < kBatchBytes ? absl::OkStatus() : WriteBatch();
}

absl::Status RunBuilder::WriteBatch() {
  RETURN_IF_ERROR(store_.Write(*batch_, false));
  batch_ = store_.NewBatch();
  return absl::OkStatus();
}

absl::Status RunBuilder::WriteScalars(ColumnKey key, uint64_t first_id) {
  const int64_t missing = IsAttribute(key) ? 0 : kNull;
  std::vector<int64_t> taken(row_count_), read;
  for (const Run::Source& source : run_.sources_) {
    const uint32_t rows = source.chunk->row_count();
    int64_t* out = taken.data() + source.first;
    if (source.rows.size() == rows) {
      source.chunk->Read(key, 0, rows, missing, out);
      continue;
    }
    read.resize(rows);
    source.chunk->Read(key, 0, rows, missing, read.data());
    for (const uint32_t row : source.rows) *out++ = read[row];
  }
  std::vector<int64_t> sorted;
  for (size_t i = 0; i < writers_.size(); ++i) {
    const Run::Part& part = run_.parts_[i];
    sorted.resize(part.count);
    for (uint32_t row = 0; row < part.count; ++row) sorted[row] = taken[order_[part.first + row]];
    if (IsAttribute(key) && std::all_of(sorted.begin(), sorted.end(), [](int64_t code) { return code == 0; })) continue;
    const auto bytes = writers_[i].AddScalars(key, sorted);
    if (bytes.has_value()) RETURN_IF_ERROR(Put(first_id + i, key, *bytes));
  }
  return absl::OkStatus();
}

absl::Status RunBuilder::WriteLists(ColumnKey key, uint64_t first_id) {
  std::vector<uint32_t> starts(row_count_), lengths(row_count_);
  std::vector<int64_t> values;
  Lists lists;
  for (const Run::Source& source : run_.sources_) {
    source.chunk->ReadLists(key, 0, source.chunk->row_count(), &lists);
    uint32_t number = source.first;
    for (const uint32_t row : source.rows) {
      starts[number] = static_cast<uint32_t>(values.size()) + lists.offsets[row];
      lengths[number] = lists.offsets[row + 1] - lists.offsets[row];
      ++number;
    }
    values.insert(values.end(), lists.values.begin(), lists.values.end());
  }
  std::vector<uint32_t> offsets;
  std::vector<int64_t> sorted;
  for (size_t i = 0; i < writers_.size(); ++i) {
    const Run::Part& part = run_.parts_[i];
    offsets.assign(1, 0);
    sorted.clear();
    for (uint32_t row = 0; row < part.count; ++row) {
      const uint32_t number = order_[part.first + row];
      const auto first = values.begin() + starts[number];
      sorted.insert(sorted.end(), first, first + lengths[number]);
      offsets.push_back(static_cast<uint32_t>(sorted.size()));
    }
    const auto bytes = writers_[i].AddLists(key, offsets, sorted);
    if (bytes.has_value()) RETURN_IF_ERROR(Put(first_id + i, key, *bytes));
  }
  return absl::OkStatus();
}

absl::StatusOr<Run> RunBuilder::Build(fact::FactSet set,
                                      const std::vector<std::shared_ptr<const column::FactChunk>>& chunks,
                                      uint64_t* next_id) {
  run_ = Run();
  row_count_ = 0;
  writers_.clear();
  TakeRows(chunks);
  if (row_count_ == 0) return std::move(run_);
  Sort(set);
  Cut(set, 0, lasting_count_);
  Cut(set, lasting_count_, row_count_);
  std::map<ColumnKey, bool> columns = {{column::kBorn, false}};
  for (const column::ColumnSpec& column : LayoutOf(set).columns->columns) columns.emplace(column.key, column.is_list);
  for (const auto& chunk : chunks) {
    for (const column::ColumnSpec& column : chunk->Columns()) columns.emplace(column.key, column.is_list);
  }
  const uint64_t first_id = *next_id;
  batch_ = store_.NewBatch();
  for (const auto& [key, is_list] : columns) {
    RETURN_IF_ERROR(is_list ? WriteLists(key, first_id) : WriteScalars(key, first_id));
  }
  RETURN_IF_ERROR(WriteBatch());
  for (const auto& chunk : chunks) RETURN_IF_ERROR(chunk->status());
  for (column::SegmentWriter& writer : writers_) run_.segments_.push_back(shelf_.Make((*next_id)++, writer.Finish()));
  return std::move(run_);
}

}  // namespace supportkpi::projection
