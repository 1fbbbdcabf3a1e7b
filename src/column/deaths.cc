#include "column/deaths.h"

#include <algorithm>
#include <utility>

#include "column/bytes.h"
#include "column/crc32c.h"
#include "column/encoding.h"

namespace supportkpi::column {

Deaths::Deaths() : list_(std::make_shared<const List>()) {}

std::shared_ptr<const Deaths::List> Deaths::list() const {
  absl::MutexLock lock(&mutex_);
  return list_;
}

void Deaths::Add(std::vector<Death> deaths) {
  if (deaths.empty()) return;
  std::sort(deaths.begin(), deaths.end());
  auto next = std::make_shared<List>(*list());
  for (size_t i = 0; i < deaths.size();) {
    const uint32_t block = deaths[i].row / kRowsPerBlock;
    if (next->blocks.size() <= block) next->blocks.resize(block + 1);
    auto merged = std::make_shared<std::vector<Death>>();
    if (next->blocks[block] != nullptr) *merged = *next->blocks[block];
    const size_t known = merged->size();
    for (; i < deaths.size() && deaths[i].row / kRowsPerBlock == block; ++i) {
      const auto same_row = [&](const Death& death) { return death.row == deaths[i].row; };
      const auto known_end = merged->begin() + static_cast<ptrdiff_t>(known);
      const auto at = std::lower_bound(merged->begin(), known_end, Death{deaths[i].row, kNull});
      if ((at != known_end && same_row(*at)) || (merged->size() > known && same_row(merged->back()))) continue;
      merged->push_back(deaths[i]);
      ++next->count;
      next->first_commit = std::min(next->first_commit, deaths[i].commit);
      next->last_commit = std::max(next->last_commit, deaths[i].commit);
    }
    std::inplace_merge(merged->begin(), merged->begin() + static_cast<ptrdiff_t>(known), merged->end());
    next->blocks[block] = std::move(merged);
  }
  absl::MutexLock lock(&mutex_);
  list_ = std::move(next);
}

bool Deaths::IsDead(uint32_t row) const {
  const auto held = list();
  const uint32_t block = row / kRowsPerBlock;
  if (block >= held->blocks.size() || held->blocks[block] == nullptr) return false;
  const auto& dead = *held->blocks[block];
  const auto at = std::lower_bound(dead.begin(), dead.end(), Death{row, kNull});
  return at != dead.end() && at->row == row;
}

std::vector<Death> Deaths::All() const {
  const auto held = list();
  std::vector<Death> all;
  all.reserve(held->count);
  for (const auto& block : held->blocks) {
    if (block != nullptr) all.insert(all.end(), block->begin(), block->end());
  }
  return all;
}

std::string EncodeDeaths(const std::vector<Death>& deaths) {
  std::string out;
  AppendVarint(deaths.size(), &out);
  uint32_t before = 0;
  for (const Death& death : deaths) {
    AppendVarint(death.row - before, &out);
    AppendVarint(static_cast<uint64_t>(death.commit), &out);
    before = death.row;
  }
  AppendFixed(Crc32c(out), &out);
  return out;
}

absl::Status DecodeDeaths(absl::string_view bytes, uint32_t row_count, std::vector<Death>* deaths) {
  const absl::Status damaged = absl::DataLossError("dead list: damaged bytes");
  if (bytes.size() < sizeof(uint32_t)) return damaged;
  const absl::string_view body = bytes.substr(0, bytes.size() - sizeof(uint32_t));
  if (ByteReader(bytes.substr(body.size())).Fixed<uint32_t>() != Crc32c(body)) return damaged;
  ByteReader reader(body);
  const uint64_t count = reader.Varint();
  if (count > row_count) return damaged;
  uint64_t row = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t step = reader.Varint();
    const auto commit = static_cast<int64_t>(reader.Varint());
    if (!reader.ok() || step >= row_count || (i > 0 && step == 0)) return damaged;
    row += step;
    if (row >= row_count) return damaged;
    deaths->push_back({static_cast<uint32_t>(row), commit});
  }
  return reader.AtEnd() ? absl::OkStatus() : damaged;
}

}  // namespace supportkpi::column
