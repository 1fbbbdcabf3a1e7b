#include "exec/native/stretches.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "column/target_clones.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {
namespace {

// Of a whole number of days the lowest bits are all 0; of other whole seconds, those of one in 128.
constexpr uint32_t kBitsOfPartOfDay = (1 << 10) - 1;
static_assert(kDayMs % (kBitsOfPartOfDay + 1) == 0);

// By cell, in each by record and time.
void Sort(size_t cell_count, std::vector<Stretch>* stretches) {
  const auto before = [](const Stretch& a, const Stretch& b) {
    return std::tie(a.cell, a.record, a.from) < std::tie(b.cell, b.record, b.from);
  };
  if (stretches->size() < cell_count) return std::sort(stretches->begin(), stretches->end(), before);
  std::vector<uint32_t> ends(cell_count, 0);  // of each cell where the next one is placed; in the end where the next cell begins
  for (const Stretch& stretch : *stretches) ++ends[stretch.cell];
  uint32_t begin = 0;
  for (uint32_t& end : ends) begin += std::exchange(end, begin);
  std::vector<Stretch> placed(stretches->size());
  for (const Stretch& stretch : *stretches) placed[ends[stretch.cell]++] = stretch;
  begin = 0;
  for (const uint32_t end : ends) {
    std::sort(placed.begin() + begin, placed.begin() + end, before);
    begin = end;
  }
  *stretches = std::move(placed);
}

}  // namespace

SUPPORTKPI_TARGET_CLONES
void DropUncut(const int64_t* __restrict from, const int64_t* __restrict to, size_t count, uint8_t* __restrict verdicts) {
  for (size_t i = 0; i < count; ++i) {
    const bool may_be_cut =
        ((static_cast<uint32_t>(from[i]) & kBitsOfPartOfDay) == 0) | ((static_cast<uint32_t>(to[i]) & kBitsOfPartOfDay) == 0);
    verdicts[i] = may_be_cut ? verdicts[i] : kDropped;
  }
}

void JoinStretches(size_t cell_count, std::vector<Stretch>* stretches, std::vector<int64_t>* facts) {
  Sort(cell_count, stretches);
  size_t left = 0;
  for (size_t i = 0; i < stretches->size();) {
    Stretch joined = (*stretches)[i];
    for (++i; i < stretches->size(); ++i) {
      const Stretch& next = (*stretches)[i];
      if (next.cell != joined.cell || next.record != joined.record || next.from != joined.to) break;
      joined.to = next.to;
      --(*facts)[joined.cell];
    }
    if (TouchesMidnight(joined.from, joined.to)) (*stretches)[left++] = joined;
  }
  stretches->resize(left);
}

}  // namespace supportkpi::exec::native
