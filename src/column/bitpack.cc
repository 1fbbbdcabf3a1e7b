#include "column/bitpack.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "column/target_clones.h"

namespace supportkpi::column {

namespace {

constexpr int kWidestShifted = 56;
// Four values of 16 bits at most, or two of 28, lie inside 64 bits that begin at their first byte.
constexpr int kWidestDeposited = 28;

inline uint64_t Load(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

template <int kWidth>
constexpr uint64_t Mask() {
  return (uint64_t{1} << kWidth) - 1;
}

template <int kWidth>
inline uint64_t ValueAt(const char* packed, size_t index) {
  const size_t bit = index * kWidth;
  return (Load(packed + bit / 8) >> (bit % 8)) & Mask<kWidth>();
}

// Unpacks `count` values, a multiple of eight, of which the first begins a byte: eight take whole bytes.
template <class Word>
using Eights = void (*)(const char* at, size_t count, Word add, Word* out);

template <class Word, int kWidth>
void EightsShifted(const char* at, size_t count, Word add, Word* out) {
  for (size_t i = 0; i < count; i += 8, at += kWidth) {
#pragma GCC unroll 8
    for (int k = 0; k < 8; ++k)
      out[i + k] = static_cast<Word>(((Load(at + k * kWidth / 8) >> (k * kWidth % 8)) & Mask<kWidth>()) + add);
  }
}

#if defined(__x86_64__)
template <class Narrow, class Word>
inline void WidenEach(const Narrow* places, size_t count, Word add, Word* out) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<Word>(places[i] + add);
}
// A template has no clones.
#define SUPPORTKPI_WIDEN(Narrow, Word) \
  SUPPORTKPI_TARGET_CLONES void Widen(const Narrow* places, size_t count, Word add, Word* out) { WidenEach(places, count, add, out); }
SUPPORTKPI_WIDEN(uint8_t, uint8_t)
SUPPORTKPI_WIDEN(uint8_t, uint32_t)
SUPPORTKPI_WIDEN(uint8_t, uint64_t)
SUPPORTKPI_WIDEN(uint16_t, uint32_t)
SUPPORTKPI_WIDEN(uint16_t, uint64_t)
SUPPORTKPI_WIDEN(uint32_t, uint32_t)
SUPPORTKPI_WIDEN(uint32_t, uint64_t)
#undef SUPPORTKPI_WIDEN

// Deposits as many values at once as fit into 64 bits, each into a number of its own, and widens these.
template <class Word, int kWidth>
__attribute__((target("bmi2"))) void EightsDeposited(const char* at, size_t count, Word add, Word* out) {
  using Narrow = std::conditional_t<kWidth <= 8, uint8_t, std::conditional_t<kWidth <= 16, uint16_t, uint32_t>>;
  constexpr int kAtOnce = sizeof(uint64_t) / sizeof(Narrow);
  constexpr uint64_t kPlaces = ~uint64_t{0} / std::numeric_limits<Narrow>::max() * Mask<kWidth>();
  std::array<Narrow, 256> places;
  for (size_t done = 0; done < count;) {
    const size_t some = std::min(places.size(), count - done);
    for (size_t i = 0; i < some; i += 8, at += kWidth) {
#pragma GCC unroll 8
      for (int k = 0; k < 8; k += kAtOnce) {
        const uint64_t deposited = _pdep_u64(Load(at + k * kWidth / 8) >> (k * kWidth % 8), kPlaces);
        std::memcpy(&places[i + k], &deposited, sizeof(deposited));
      }
    }
    Widen(places.data(), some, add, out + done);
    done += some;
  }
}

// The first and the last bits of a value that begins anywhere in a byte lie inside a number of the wanted size.
template <class Word>
constexpr int kWidestPermuted = sizeof(Word) == 1 ? 8 : 8 * static_cast<int>(sizeof(Word)) - 7;

// For 64 bytes of numbers, where the bytes that hold them stand and by how many bits these are to be shifted. Numbers of 8 bits
// are cut out of eight bytes that hold eight values.
template <class Word, int kWidth>
struct Permutation {
  alignas(64) std::array<uint8_t, 64> byte_at = {};
  alignas(64) std::array<Word, 64 / sizeof(Word)> shift = {};

  constexpr Permutation() {
    for (size_t i = 0; i < byte_at.size(); ++i) {
      const size_t value = i / sizeof(Word), first_bit = sizeof(Word) == 1 ? value / 8 * 8 * kWidth : value * kWidth;
      byte_at[i] = static_cast<uint8_t>(first_bit / 8 + i % (sizeof(Word) == 1 ? 8 : sizeof(Word)));
      shift[value] = static_cast<Word>(sizeof(Word) == 1 ? value % 8 * kWidth : first_bit % 8);
    }
  }
};

// Moves the bytes of 64 bytes of numbers to their places at once, and shifts each.
template <class Word, int kWidth>
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi"))) void EightsPermuted(const char* at, size_t count, Word add, Word* out) {
  typedef Word Words __attribute__((vector_size(64)));
  constexpr size_t kAtOnce = 64 / sizeof(Word);
  constexpr __mmask64 kWhole = ~__mmask64{0};
  static constexpr Permutation<Word, kWidth> kPermutation;
  const __m512i byte_at = _mm512_load_si512(kPermutation.byte_at.data()), shift = _mm512_load_si512(kPermutation.shift.data());
  for (size_t done = 0; done < count; done += kAtOnce, at += kAtOnce * kWidth / 8) {
    const size_t some = std::min(kAtOnce, count - done);
    const __m512i packed = _mm512_maskz_loadu_epi8(kWhole >> (64 - some * kWidth / 8), at);
    const __m512i moved = _mm512_maskz_permutexvar_epi8(kWhole, byte_at, packed);
    Words values;
    if constexpr (sizeof(Word) == 1)
      values = reinterpret_cast<Words>(_mm512_maskz_multishift_epi64_epi8(kWhole, shift, moved));
    else
      values = reinterpret_cast<Words>(moved) >> reinterpret_cast<Words>(shift);
    values = (values & static_cast<Word>(Mask<kWidth>())) + add;
    _mm512_mask_storeu_epi8(out + done, kWhole >> (64 - some * sizeof(Word)), reinterpret_cast<__m512i>(values));
  }
}

bool Permutes() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512vbmi") != 0;
}

// Some processors have the instruction, but take a loop for it.
bool DepositsFast() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_is("znver1") == 0 && __builtin_cpu_is("znver2") == 0;
}
#endif

template <class Word, int kWidth, Eights<Word> kEights>
void UnpackWidth(const char* packed, size_t first, size_t count, Word add, Word* out) {
  if constexpr (kWidth == 0) {
    std::fill_n(out, count, add);
  } else {
    const auto one = [&](size_t i) { out[i] = static_cast<Word>(ValueAt<kWidth>(packed, first + i) + add); };
    const size_t head = std::min(count, (8 - first % 8) % 8);
    const size_t eights = (count - head) / 8 * 8;
    for (size_t i = 0; i < head; ++i) one(i);
    kEights(packed + (first + head) / 8 * kWidth, eights, add, out + head);
    for (size_t i = head + eights; i < count; ++i) one(i);
  }
}

template <class Word>
using Unpacker = void (*)(const char*, size_t, size_t, Word, Word*);

template <class Word, int... kWidths>
std::array<Unpacker<Word>, sizeof...(kWidths)> Unpackers(std::integer_sequence<int, kWidths...>) {
  std::array<Unpacker<Word>, sizeof...(kWidths)> all = {&UnpackWidth<Word, kWidths, EightsShifted<Word, kWidths>>...};
#if defined(__x86_64__)
  const bool deposits = DepositsFast(), permutes = Permutes();
  const auto choose = [&]<int kWidth>(std::integral_constant<int, kWidth>) {
    if constexpr (kWidth > 0 && kWidth <= kWidestDeposited)
      if (deposits) all[kWidth] = &UnpackWidth<Word, kWidth, EightsDeposited<Word, kWidth>>;
    if constexpr (kWidth > 0 && kWidth <= kWidestPermuted<Word>)
      if (permutes) all[kWidth] = &UnpackWidth<Word, kWidth, EightsPermuted<Word, kWidth>>;
  };
  (choose(std::integral_constant<int, kWidths>()), ...);
#endif
  return all;
}

template <class Word, int kWidest>
void UnpackAny(const char* packed, int width, size_t first, size_t count, Word add, Word* out) {
  static const auto unpackers = Unpackers<Word>(std::make_integer_sequence<int, kWidest + 1>());
  unpackers[static_cast<size_t>(width)](packed, first, count, add, out);
}

}  // namespace

int PackWidth(uint64_t largest) {
  const int width = largest == 0 ? 0 : 64 - __builtin_clzll(largest);
  return width > kWidestShifted ? 64 : width;
}

void Pack(const uint64_t* values, size_t count, int width, std::string* out) {
  if (width == 0) return;
  const size_t start = out->size();
  out->resize(start + PackedBytes(width, count));
  char* at = out->data() + start;
  if (width == 64) {
    std::memcpy(at, values, count * 8);
    return;
  }
  uint64_t word = 0;
  int filled = 0;
  for (size_t i = 0; i < count; ++i) {
    word |= values[i] << filled;
    filled += width;
    if (filled >= 64) {
      std::memcpy(at, &word, 8);
      at += 8;
      filled -= 64;
      word = filled == 0 ? 0 : values[i] >> (width - filled);
    }
  }
  std::memcpy(at, &word, static_cast<size_t>(filled + 7) / 8);
}

void Unpack(const char* packed, int width, size_t first, size_t count, uint64_t add, uint64_t* out) {
  if (width == 64) {
    for (size_t i = 0; i < count; ++i) out[i] = Load(packed + (first + i) * 8) + add;
    return;
  }
  UnpackAny<uint64_t, kWidestShifted>(packed, width, first, count, add, out);
}

void Unpack(const char* packed, int width, size_t first, size_t count, uint8_t add, uint8_t* out) {
  UnpackAny<uint8_t, 8>(packed, width, first, count, add, out);
}

void Unpack(const char* packed, int width, size_t first, size_t count, uint32_t add, uint32_t* out) {
  UnpackAny<uint32_t, 32>(packed, width, first, count, add, out);
}

}  // namespace supportkpi::column
