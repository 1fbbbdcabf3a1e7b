// Little-endian bytes of stored formats: appending, and reading that never leaves its bounds.
#ifndef SUPPORTKPI_COLUMN_BYTES_H_
#define SUPPORTKPI_COLUMN_BYTES_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"

namespace supportkpi::column {

template <typename T>
void AppendFixed(T value, std::string* out) {
  static_assert(std::is_integral_v<T>);
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

inline void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

// Reads from the front. After a read beyond the end ok() is false and every further value is 0.
class ByteReader {
 public:
  explicit ByteReader(absl::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  absl::string_view rest() const { return bytes_; }
  bool AtEnd() const { return ok_ && bytes_.empty(); }

  template <typename T>
  T Fixed() {
    T value = 0;
    const absl::string_view taken = Take(sizeof(T));
    if (ok_) std::memcpy(&value, taken.data(), sizeof(T));
    return value;
  }
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Fixed<uint8_t>();
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  absl::string_view Take(size_t count) {
    if (!ok_ || count > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const absl::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

 private:
  absl::string_view bytes_;
  bool ok_ = true;
};

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_BYTES_H_
