#include "column/bitpack.h"

#include <array>
#include <cstring>
#include <utility>

namespace supportkpi::column {

namespace {

constexpr int kWidestShifted = 56;

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
void UnpackWidth(const char* packed, size_t first, size_t count, uint64_t add, uint64_t* out) {
  if constexpr (kWidth == 0) {
    for (size_t i = 0; i < count; ++i) out[i] = add;
  } else {
    size_t i = 0;
    const auto one = [&](size_t index) {
      const size_t bit = index * kWidth;
      return ((Load(packed + bit / 8) >> (bit % 8)) & Mask<kWidth>()) + add;
    };
    for (; i < count && (first + i) % 8 != 0; ++i) out[i] = one(first + i);
    // Eight values take kWidth whole bytes: shifts and offsets are constants.
    const char* at = packed + (first + i) / 8 * kWidth;
    for (; i + 8 <= count; i += 8, at += kWidth) {
#pragma GCC unroll 8
      for (int k = 0; k < 8; ++k) {
        out[i + k] = ((Load(at + k * kWidth / 8) >> (k * kWidth % 8)) & Mask<kWidth>()) + add;
      }
    }
    for (; i < count; ++i) out[i] = one(first + i);
  }
}

using Unpacker = void (*)(const char*, size_t, size_t, uint64_t, uint64_t*);

template <int... kWidths>
constexpr std::array<Unpacker, sizeof...(kWidths)> Unpackers(std::integer_sequence<int, kWidths...>) {
  return {&UnpackWidth<kWidths>...};
}
constexpr auto kUnpackers = Unpackers(std::make_integer_sequence<int, kWidestShifted + 1>());

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
  kUnpackers[static_cast<size_t>(width)](packed, first, count, add, out);
}

uint64_t UnpackOne(const char* packed, int width, size_t index) {
  if (width == 0) return 0;
  if (width == 64) return Load(packed + index * 8);
  const size_t bit = index * static_cast<size_t>(width);
  return (Load(packed + bit / 8) >> (bit % 8)) & ((uint64_t{1} << width) - 1);
}

}  // namespace supportkpi::column
