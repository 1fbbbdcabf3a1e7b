#include "exec/native/row_loops.h"

#include <algorithm>
#include <array>
#include <limits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "column/target_clones.h"
#include "exec/native/value_rules.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {
namespace {

// Counters beside each other for neighbouring rows: one that is added to in every row would wait for itself.
constexpr size_t kLanes = 4;
constexpr size_t kLaneCells = 256;

}  // namespace

SUPPORTKPI_TARGET_CLONES
Reach ReachOf(const int64_t* values, size_t count) {
  int64_t min = kForever, max = kNull;
  for (size_t i = 0; i < count; ++i) {
    min = std::min(min, values[i]);
    max = std::max(max, values[i]);
  }
  return {min, max};
}

SUPPORTKPI_TARGET_CLONES
Reach ReachOf(const int32_t* values, size_t count) {
  int32_t min = std::numeric_limits<int32_t>::max(), max = std::numeric_limits<int32_t>::min();
  for (size_t i = 0; i < count; ++i) {
    min = std::min(min, values[i]);
    max = std::max(max, values[i]);
  }
  return {min, max};
}

SUPPORTKPI_TARGET_CLONES
bool AllTrue(const int64_t* values, size_t count) {
  int64_t some_false = 0;
  for (size_t i = 0; i < count; ++i) some_false |= (values[i] == 0) | (values[i] <= kNoSchedule);
  return some_false == 0;
}

SUPPORTKPI_TARGET_CLONES
bool AllAlike(const uint32_t* cells, size_t count) {
  uint32_t differences = 0;
  for (size_t i = 1; i < count; ++i) differences |= cells[i] ^ cells[0];
  return differences == 0;
}

bool AllAlike(const int32_t* buckets, size_t count) { return AllAlike(reinterpret_cast<const uint32_t*>(buckets), count); }

void CountByCell(const uint32_t* cells, const uint8_t* verdicts, size_t count, std::vector<int64_t>* counters) {
  if (count == 0) return;
  if (AllAlike(cells, count)) {
    (*counters)[cells[0]] += static_cast<int64_t>(CountedAmong({verdicts, count}));
    return;
  }
  const size_t cell_count = counters->size();
  if (cell_count > kLaneCells || count < 2 * cell_count) {
    for (size_t i = 0; i < count; ++i) (*counters)[cells[i]] += verdicts[i] == kCounted;
    return;
  }
  std::array<uint32_t, kLanes * kLaneCells> lanes;
  std::fill_n(lanes.begin(), kLanes * cell_count, 0);
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane) lanes[cells[i + lane] * kLanes + lane] += verdicts[i + lane] == kCounted;
  for (; i < count; ++i) lanes[cells[i] * kLanes] += verdicts[i] == kCounted;
  for (size_t cell = 0; cell < cell_count; ++cell)
    for (size_t lane = 0; lane < kLanes; ++lane) (*counters)[cell] += lanes[cell * kLanes + lane];
}

void PlacesCounted(const uint8_t* verdicts, size_t count, std::vector<uint32_t>* places) {
  places->resize(count);
  uint32_t* const all = places->data();
  size_t counted = 0, i = 0;
#if defined(__SSE2__)
  constexpr uint32_t kAll = 0xffff;
  for (; i + 16 <= count; i += 16) {
    const __m128i some = _mm_loadu_si128(reinterpret_cast<const __m128i*>(verdicts + i));
    auto bits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(some, _mm_set1_epi8(static_cast<char>(kCounted)))));
    if (bits == kAll) {
      for (size_t k = 0; k < 16; ++k) all[counted + k] = static_cast<uint32_t>(i + k);
      counted += 16;
      continue;
    }
    for (; bits != 0; bits &= bits - 1) all[counted++] = static_cast<uint32_t>(i) + static_cast<uint32_t>(__builtin_ctz(bits));
  }
#endif
  for (; i < count; ++i) {
    all[counted] = static_cast<uint32_t>(i);
    counted += verdicts[i] == kCounted;
  }
  places->resize(counted);
}

}  // namespace supportkpi::exec::native
