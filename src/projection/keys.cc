#include "projection/keys.h"

namespace supportkpi::projection {

namespace {

template <typename T>
void AppendBigEndian(T number, std::string* key) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    key->push_back(static_cast<char>(number >> shift));
  }
}

std::string PrefixOf(absl::string_view tenant) {
  std::string prefix = "\xFE";
  prefix.push_back(static_cast<char>(tenant.size()));
  prefix.append(tenant.data(), tenant.size());
  return prefix;
}

}  // namespace

Keys::Keys(absl::string_view tenant) : prefix_(PrefixOf(tenant)) {}

std::string Keys::WithNumber(char kind, uint64_t number) const {
  std::string key = prefix_ + kind;
  AppendBigEndian(number, &key);
  return key;
}

std::string Keys::Log(int64_t commit) const { return WithNumber('L', static_cast<uint64_t>(commit)); }
std::string Keys::Header(uint64_t segment) const { return WithNumber('H', segment); }
std::string Keys::ColumnsOf(uint64_t segment) const { return WithNumber('V', segment); }
std::string Keys::Deaths(uint64_t segment) const { return WithNumber('D', segment); }
std::string Keys::Garbage(uint64_t segment) const { return WithNumber('G', segment); }

std::string Keys::Column(uint64_t segment, uint32_t column) const {
  std::string key = ColumnsOf(segment);
  AppendBigEndian(column, &key);
  return key;
}

std::string Keys::NamePrefix(record::Domain domain) const { return prefix_ + 'N' + static_cast<char>(domain); }

std::string Keys::Name(record::Domain domain, int64_t code) const {
  std::string key = NamePrefix(domain);
  AppendBigEndian(static_cast<uint64_t>(code), &key);
  return key;
}

std::string Keys::Code(record::Domain domain, absl::string_view text) const {
  std::string key = prefix_ + 'C' + static_cast<char>(domain);
  key.append(text.data(), text.size());
  return key;
}

std::string Keys::CodeCount(record::Domain domain) const { return prefix_ + 'K' + static_cast<char>(domain); }

uint64_t Keys::NumberAt(absl::string_view key, size_t at) {
  if (key.size() < at + sizeof(uint64_t)) return 0;
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof(uint64_t); ++i) number = number << 8 | static_cast<uint8_t>(key[at + i]);
  return number;
}

}  // namespace supportkpi::projection
