#include "exec/native/open_rows.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/native/batch.h"
#include "exec/native/evaluator.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {

std::vector<NodeId> OpenRows::States::nodes() const {
  std::vector<NodeId> nodes = conditions;
  nodes.insert(nodes.end(), {at, to});
  return nodes;
}

OpenRows::OpenRows(const Program& program, const States& states, const column::Chunk& chunk) {
  Evaluator evaluator(program);
  Batch batch;
  std::vector<uint32_t> rows(kBatchRows);
  std::iota(rows.begin(), rows.end(), 0u);
  const auto each_batch = [&](auto body) {
    for (uint32_t first = 0; first < chunk.row_count(); first += kBatchRows) {
      const uint32_t count = std::min(kBatchRows, chunk.row_count() - first);
      batch.Begin(chunk, first, count, kForever);
      evaluator.Begin(&batch);
      evaluator.BeginRun();
      const auto values_of = [&](NodeId id) { return evaluator.Rows(id, absl::MakeConstSpan(rows).first(count)); };
      const int64_t *starts = values_of(states.at), *ends = values_of(states.to);
      std::vector<const int64_t*> conditions;
      for (const NodeId condition : states.conditions) conditions.push_back(values_of(condition));
      for (uint32_t row = 0; row < count; ++row) {
        const bool counts = std::all_of(conditions.begin(), conditions.end(), [&](const int64_t* holds) { return IsTrue(holds[row]); });
        if (counts && !IsNull(starts[row]) && !IsNull(ends[row])) body(first + row, starts[row], ends[row]);
      }
    }
  };
  each_batch([&](uint32_t, int64_t start, int64_t) { told_after_ = std::max(told_after_, start); });
  each_batch([&](uint32_t row, int64_t, int64_t end) {
    if (end > told_after_) open_.push_back({end, row});
  });
  const auto longer = [](const Open& a, const Open& b) { return a.until > b.until; };
  if (const size_t most = chunk.row_count() / kRowsPerListed; open_.size() > most) {
    std::nth_element(open_.begin(), open_.begin() + static_cast<ptrdiff_t>(most), open_.end(), longer);
    told_after_ = std::max(told_after_, open_[most].until);
    open_.resize(most);
  }
  std::sort(open_.begin(), open_.end(), longer);
  open_.shrink_to_fit();
}

size_t OpenRows::CountUntil(int64_t instant) const {
  return static_cast<size_t>(
      std::partition_point(open_.begin(), open_.end(), [&](const Open& open) { return open.until >= instant; }) - open_.begin());
}

std::vector<uint32_t> OpenRows::RowsUntil(int64_t instant) const {
  std::vector<uint32_t> rows(CountUntil(instant));
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = open_[i].row;
  std::sort(rows.begin(), rows.end());
  return rows;
}

void OpenRowsCache::DropGone() {
  absl::erase_if(entries_, [&](const auto& of_place) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    const Entry& entry = of_place.second;
    const bool is_gone = entry.chunk.expired() || !entry.signature->IsWhole();
    if (is_gone) bytes_ -= entry.rows->bytes();
    return is_gone;
  });
}

std::shared_ptr<const OpenRows> OpenRowsCache::Of(const std::shared_ptr<const column::Chunk>& chunk, const Program& program,
                                                  const OpenRows::States& states,
                                                  const std::shared_ptr<const PartSignature>& signature) {
  const std::pair<const column::Chunk*, uint64_t> place = {chunk.get(), signature->hash};
  {
    absl::MutexLock lock(&mutex_);
    const auto found = entries_.find(place);
    if (found != entries_.end() && found->second.chunk.lock() == chunk && found->second.signature->bytes == signature->bytes &&
        found->second.signature->IsWhole()) {
      return found->second.rows;
    }
  }
  auto rows = std::make_shared<const OpenRows>(program, states, *chunk);
  if (!chunk->status().ok()) return nullptr;
  absl::MutexLock lock(&mutex_);
  if (bytes_ + rows->bytes() > kBytesMax) DropGone();
  if (bytes_ + rows->bytes() > kBytesMax) {
    entries_.clear();
    bytes_ = 0;
  }
  Entry& entry = entries_[place];
  if (entry.rows != nullptr) bytes_ -= entry.rows->bytes();
  entry = {chunk, signature, rows};
  bytes_ += rows->bytes();
  return rows;
}

}  // namespace supportkpi::exec::native
