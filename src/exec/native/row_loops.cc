#include "exec/native/row_loops.h"

#include <algorithm>
#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "column/target_clones.h"
#include "exec/native/narrow_loops.h"
#include "exec/native/value_rules.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {
namespace {

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
Reach ReachWithin(const int64_t* values, size_t count, int64_t first, int64_t end) {
  const auto length = static_cast<uint64_t>(end) - static_cast<uint64_t>(first);
  uint64_t least = ~uint64_t{0}, most = 0;  // since `first`
  for (size_t i = 0; i < count; ++i) {
    const uint64_t since = static_cast<uint64_t>(values[i]) - static_cast<uint64_t>(first);
    const uint64_t outside = -static_cast<uint64_t>(since >= length);  // of a choice the compiler makes a branch
    least = std::min(least, since | outside);
    most = std::max(most, since & ~outside);
  }
  if (least > most) return {kForever, kNull};
  return {static_cast<int64_t>(static_cast<uint64_t>(first) + least), static_cast<int64_t>(static_cast<uint64_t>(first) + most)};
}

SUPPORTKPI_TARGET_CLONES
bool AreAscending(const int64_t* values, size_t count) {
  constexpr size_t kStretch = 128;  // where one does not ascend, the others need no look
  for (size_t begin = 1; begin < count; begin += kStretch) {
    const size_t end = std::min(begin + kStretch, count);
    int64_t descends = 0;
    for (size_t i = begin; i < end; ++i) descends |= values[i] < values[i - 1];
    if (descends != 0) return false;
  }
  return true;
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
  CountWords(cells, verdicts, count, kLanes, lanes.data());
  for (size_t cell = 0; cell < cell_count; ++cell)
    for (size_t lane = 0; lane < kLanes; ++lane) (*counters)[cell] += lanes[cell * kLanes + lane];
}

namespace {

// Places are gathered for so many rows at a time before they are appended: a vector that grows to all rows is filled twice.
constexpr size_t kPortion = 1024;

// Appends the places of verdicts from `first` on, counted from `before`; how many there are then. There is room for `count`.
size_t AppendPlaces(const uint8_t* verdicts, size_t first, size_t count, size_t before, size_t counted, uint32_t* places) {
  for (size_t i = first; i < count; ++i) {
    places[counted] = static_cast<uint32_t>(before + i);
    counted += verdicts[i] == kCounted;
  }
  return counted;
}

#if defined(__x86_64__)
// Sixteen places at a time are pressed together and written whole; the next ones overwrite what is behind the counted. Where few
// rows count, most of four times as many have none.
__attribute__((target("avx512f,avx512bw,avx512vl"))) size_t PressPlaces(const uint8_t* verdicts, size_t count, size_t before,
                                                                            uint32_t* places) {
  constexpr size_t kAtOnce = 16, kLooked = 64;
  const __m512i all_counted = _mm512_set1_epi8(static_cast<char>(kCounted));
  const __m512i first_here = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  size_t counted = 0, i = 0;
  for (; i + kLooked <= count; i += kLooked) {
    uint64_t some = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(verdicts + i), all_counted);
    for (size_t k = i; some != 0; k += kAtOnce, some >>= kAtOnce) {
      const __m512i here = _mm512_add_epi32(first_here, _mm512_set1_epi32(static_cast<int>(before + k)));
      _mm512_storeu_si512(places + counted, _mm512_maskz_compress_epi32(static_cast<__mmask16>(some), here));
      counted += static_cast<size_t>(__builtin_popcount(static_cast<uint16_t>(some)));
    }
  }
  return AppendPlaces(verdicts, i, count, before, counted, places);
}

bool CanPress() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#endif

size_t PlacesOfPortion(const uint8_t* verdicts, size_t count, size_t before, uint32_t* places) {
#if defined(__x86_64__)
  static const bool can_press = CanPress();
  if (can_press) return PressPlaces(verdicts, count, before, places);
#endif
  return AppendPlaces(verdicts, 0, count, before, 0, places);
}

}  // namespace

void PlacesCounted(const uint8_t* verdicts, size_t count, std::vector<uint32_t>* places) {
  places->clear();
  std::array<uint32_t, kPortion> portion;
  for (size_t first = 0; first < count; first += kPortion) {
    const size_t rows = std::min(kPortion, count - first);
    const auto end = portion.begin() + static_cast<ptrdiff_t>(PlacesOfPortion(verdicts + first, rows, first, portion.data()));
    places->insert(places->end(), portion.begin(), end);
  }
}

}  // namespace supportkpi::exec::native
