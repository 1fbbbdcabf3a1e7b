#include "projection/data_until.h"

#include <algorithm>
#include <utility>

#include "projection/layout.h"

namespace supportkpi::projection {

namespace {

using column::kForever;
using column::kNull;

// The latest instant of the rows of a chunk that are alive at the commit.
int64_t LatestOfRows(const column::Chunk& chunk, const SetLayout& layout, int64_t commit) {
  std::vector<uint32_t> rows;
  const uint32_t count = chunk.row_count();
  if (chunk.AliveRows(commit, 0, count, &rows)) {
    rows.resize(count);
    for (uint32_t row = 0; row < count; ++row) rows[row] = row;
  }
  int64_t latest = kNull;
  const auto consider = [&latest](int64_t instant) { latest = std::max(latest, instant == kForever ? kNull : instant); };
  std::vector<int64_t> values(count);
  column::Lists lists;
  for (const column::ColumnKey key : layout.instant_columns) {
    if (chunk.Range(key).max <= latest) continue;
    if (layout.columns->places.at(key) < layout.columns->scalar_count) {
      chunk.Read(key, 0, count, kNull, values.data());
      for (const uint32_t row : rows) consider(values[row]);
      continue;
    }
    chunk.ReadLists(key, 0, count, &lists);
    for (const uint32_t row : rows) {
      for (uint32_t i = lists.offsets[row]; i < lists.offsets[row + 1]; ++i) consider(lists.values[i]);
    }
  }
  return latest;
}

int64_t LatestOf(const AllChunks& chunks, int64_t commit) {
  struct Candidate {
    int64_t bound;
    const column::Chunk* chunk;
    const SetLayout* layout;
  };
  std::vector<Candidate> candidates;
  for (int set = 0; set < fact::kFactSetCount; ++set) {
    const SetLayout& layout = LayoutOf(static_cast<fact::FactSet>(set));
    for (const auto& chunk : *chunks[static_cast<size_t>(set)]) {
      int64_t bound = kNull;
      for (const column::ColumnKey key : layout.instant_columns) bound = std::max(bound, chunk->Range(key).max);
      candidates.push_back({bound, chunk.get(), &layout});
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.bound > b.bound; });
  int64_t latest = kNull;
  for (const Candidate& candidate : candidates) {
    if (candidate.bound <= latest) break;
    latest = std::max(latest, LatestOfRows(*candidate.chunk, *candidate.layout, commit));
  }
  return latest;
}

}  // namespace

InstantBound After(const InstantBound& before, int64_t latest_born_ms, int64_t latest_died_ms) {
  if (latest_born_ms != kNull && latest_born_ms >= before.at_ms) return {latest_born_ms, true};
  if (latest_died_ms != kNull && latest_died_ms >= before.at_ms) return {before.at_ms, false};
  return before;
}

std::optional<int64_t> DataUntil::At(const AllChunks& chunks, int64_t commit) const {
  absl::MutexLock lock(&mutex_);
  if (!bound_.exact) bound_ = {LatestOf(chunks, commit), true};
  if (bound_.at_ms == kNull) return std::nullopt;
  return bound_.at_ms;
}

InstantBound DataUntil::bound() const {
  absl::MutexLock lock(&mutex_);
  return bound_;
}

}  // namespace supportkpi::projection
