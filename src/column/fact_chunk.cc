#include "column/fact_chunk.h"

#include <algorithm>
#include <cstddef>

#include "column/encoding.h"

namespace supportkpi::column {

bool FactChunk::AliveRows(int64_t commit, uint32_t first, uint32_t count, std::vector<uint32_t>* rows) const {
  const auto dead = deaths_->list();
  const bool some_dead = dead->first_commit <= commit;
  const bool some_unborn = Range(kBorn).max > commit;
  if (!some_dead && !some_unborn) return true;

  std::vector<uint8_t> alive(count, 1);
  if (some_unborn) {
    std::vector<int64_t> born(count);
    Read(kBorn, first, count, kNull, born.data());
    for (uint32_t i = 0; i < count; ++i) alive[i] = born[i] <= commit;
  }
  const size_t blocks = std::min<size_t>(dead->blocks.size(), (size_t{first} + count + kRowsPerBlock - 1) / kRowsPerBlock);
  for (size_t block = first / kRowsPerBlock; some_dead && block < blocks; ++block) {
    if (dead->blocks[block] == nullptr) continue;
    for (const Death& death : *dead->blocks[block]) {
      if (death.row >= first && death.row - first < count && death.commit <= commit) alive[death.row - first] = 0;
    }
  }
  if (std::find(alive.begin(), alive.end(), 0) == alive.end()) return true;
  for (uint32_t i = 0; i < count; ++i) {
    if (alive[i] != 0) rows->push_back(i);
  }
  return false;
}

std::optional<uint32_t> FactChunk::DeadRows(int64_t commit) const {
  if (Range(kBorn).max > commit) return std::nullopt;
  const auto dead = deaths_->list();
  if (dead->first_commit > commit) return 0;
  return dead->last_commit <= commit ? std::optional<uint32_t>(dead->count) : std::nullopt;
}

}  // namespace supportkpi::column
