// A fast 64-bit hash for tables in memory. Not stored anywhere, not for secrets.
#ifndef SUPPORTKPI_COLUMN_HASH_H_
#define SUPPORTKPI_COLUMN_HASH_H_

#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace supportkpi::column {

inline uint64_t MixHash(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a ^ 0xA0761D6478BD642Full) * (b ^ 0xE7037ED1A0B428DBull);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t HashWords(uint64_t seed, absl::Span<const int64_t> words) {
  uint64_t hash = MixHash(seed, words.size() + 0x9E3779B97F4A7C15ull);
  size_t i = 0;
  if (words.size() >= 16) {  // four chains side by side: none waits for the multiplication before
    const auto word = [&words](size_t at) { return static_cast<uint64_t>(words[at]); };
    uint64_t a = hash, b = hash + 1, c = hash + 2, d = hash + 3;
    for (; i + 8 <= words.size(); i += 8) {
      a = MixHash(word(i) ^ a, word(i + 1) + i);
      b = MixHash(word(i + 2) ^ b, word(i + 3) + i);
      c = MixHash(word(i + 4) ^ c, word(i + 5) + i);
      d = MixHash(word(i + 6) ^ d, word(i + 7) + i);
    }
    hash = MixHash(MixHash(a, b), MixHash(c, d));
  }
  for (; i + 2 <= words.size(); i += 2) {
    hash = MixHash(static_cast<uint64_t>(words[i]) ^ hash, static_cast<uint64_t>(words[i + 1]) + i);
  }
  if (i < words.size()) hash = MixHash(static_cast<uint64_t>(words[i]) ^ hash, i);
  return hash;
}

inline uint64_t HashBytes(uint64_t seed, absl::string_view bytes) {
  uint64_t hash = MixHash(seed, bytes.size() + 0x9E3779B97F4A7C15ull);
  for (size_t i = 0; i < bytes.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, bytes.size() - i < 8 ? bytes.size() - i : 8);
    hash = MixHash(word ^ hash, i + 0x8EBC6AF09C88C6E3ull);
  }
  return hash;
}

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_HASH_H_
