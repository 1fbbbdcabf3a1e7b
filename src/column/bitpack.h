// Fixed-width integers in a stream of bits: value i of width w stands at bit i * w, low bits first. Widths 0..56 and 64;
// a value of width w <= 56 lies inside 8 bytes that begin at its first byte, so reading is one load, shift and mask.
#ifndef SUPPORTKPI_COLUMN_BITPACK_H_
#define SUPPORTKPI_COLUMN_BITPACK_H_

#include <cstdint>
#include <cstring>
#include <string>

namespace supportkpi::column {

// Bytes that must be readable behind the last packed value.
inline constexpr size_t kPackPadding = 8;

// The smallest width that holds `largest`.
int PackWidth(uint64_t largest);

inline constexpr size_t PackedBytes(int width, size_t count) { return (static_cast<size_t>(width) * count + 7) / 8; }

// Appends PackedBytes(width, count) bytes (no padding); every value < 2^width.
void Pack(const uint64_t* values, size_t count, int width, std::string* out);

// out[i] = value first + i, plus `add` (modulo 2^64), for i < count. kPackPadding bytes behind must be readable.
void Unpack(const char* packed, int width, size_t first, size_t count, uint64_t add, uint64_t* out);

// The same as numbers of 8 bits, of widths up to 8, and of 32 bits, of widths up to 32; sums that need more lose what is above.
void Unpack(const char* packed, int width, size_t first, size_t count, uint8_t add, uint8_t* out);
void Unpack(const char* packed, int width, size_t first, size_t count, uint32_t add, uint32_t* out);

// The value at `index`.
inline uint64_t UnpackOne(const char* packed, int width, size_t index) {
  if (width == 0) return 0;
  const size_t bit = index * static_cast<size_t>(width);
  uint64_t word;
  std::memcpy(&word, packed + bit / 8, sizeof(word));
  return (word >> (bit % 8)) & (~uint64_t{0} >> (64 - width));
}

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_BITPACK_H_
