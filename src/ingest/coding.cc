// See coding.h for the forms.
#include "ingest/coding.h"

namespace supportkpi::ingest {
namespace {

constexpr uint64_t kSignBit = uint64_t{1} << 63;

}  // namespace

void AppendOrderedText(absl::string_view text, std::string* key) {
  for (;;) {
    const size_t zero = text.find('\0');
    if (zero == absl::string_view::npos) break;
    key->append(text.data(), zero + 1);
    key->push_back('\xff');
    text.remove_prefix(zero + 1);
  }
  key->append(text.data(), text.size());
  key->push_back('\0');
  key->push_back('\x01');
}

bool TakeOrderedText(absl::string_view* key, std::string* text) {
  text->clear();
  for (;;) {
    const size_t zero = key->find('\0');
    if (zero == absl::string_view::npos || zero + 1 >= key->size()) return false;
    text->append(key->data(), zero);
    const char mark = (*key)[zero + 1];
    key->remove_prefix(zero + 2);
    if (mark == '\x01') return true;
    if (mark != '\xff') return false;
    text->push_back('\0');
  }
}

void AppendOrderedInt(int64_t value, std::string* key) {
  const uint64_t bits = static_cast<uint64_t>(value) ^ kSignBit;
  for (int shift = 56; shift >= 0; shift -= 8) key->push_back(static_cast<char>(bits >> shift));
}

bool TakeOrderedInt(absl::string_view* key, int64_t* value) {
  if (key->size() < 8) return false;
  uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | static_cast<unsigned char>((*key)[i]);
  key->remove_prefix(8);
  *value = static_cast<int64_t>(bits ^ kSignBit);
  return true;
}

void AppendVarint(uint64_t value, std::string* bytes) {
  while (value >= 0x80) {
    bytes->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes->push_back(static_cast<char>(value));
}

bool TakeVarint(absl::string_view* bytes, uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

void AppendText(absl::string_view text, std::string* bytes) {
  AppendVarint(text.size(), bytes);
  bytes->append(text.data(), text.size());
}

bool TakeText(absl::string_view* bytes, absl::string_view* text) {
  uint64_t size = 0;
  if (!TakeVarint(bytes, &size) || size > bytes->size()) return false;
  *text = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

}  // namespace supportkpi::ingest
