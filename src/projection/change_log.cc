#include "projection/change_log.h"

#include "column/bytes.h"
#include "column/crc32c.h"

namespace supportkpi::projection {

namespace {

using column::AppendFixed;
using column::AppendVarint;
using column::ByteReader;

constexpr uint8_t kFormat = 1;

void AppendChecksum(std::string* out) { AppendFixed(column::Crc32c(*out), out); }

// The bytes before the checksum; damaged: empty.
absl::string_view Checked(absl::string_view bytes) {
  if (bytes.size() < sizeof(uint32_t)) return {};
  const absl::string_view body = bytes.substr(0, bytes.size() - sizeof(uint32_t));
  return ByteReader(bytes.substr(body.size())).Fixed<uint32_t>() == column::Crc32c(body) ? body : absl::string_view();
}

}  // namespace

std::string EncodeManifest(const Manifest& manifest) {
  std::string out;
  AppendFixed(kFormat, &out);
  AppendFixed(manifest.derivation, &out);
  AppendFixed(manifest.sealed_commit, &out);
  AppendFixed(manifest.next_segment_id, &out);
  AppendChecksum(&out);
  return out;
}

absl::StatusOr<Manifest> DecodeManifest(absl::string_view bytes) {
  ByteReader reader(Checked(bytes));
  if (reader.Fixed<uint8_t>() != kFormat) return absl::DataLossError("manifest: damaged bytes");
  Manifest manifest;
  manifest.derivation = reader.Fixed<uint32_t>();
  manifest.sealed_commit = reader.Fixed<int64_t>();
  manifest.next_segment_id = reader.Fixed<uint64_t>();
  if (!reader.AtEnd()) return absl::DataLossError("manifest: damaged bytes");
  return manifest;
}

std::string EncodeLogEntry(const LogEntry& entry) {
  std::string out;
  AppendFixed(kFormat, &out);
  AppendVarint(entry.families.size(), &out);
  for (const std::string& family : entry.families) {
    AppendVarint(family.size(), &out);
    out += family;
  }
  AppendVarint(entry.deaths.size(), &out);
  for (const auto& [segment, rows] : entry.deaths) {
    AppendVarint(segment, &out);
    AppendVarint(rows.size(), &out);
    uint32_t before = 0;
    for (const uint32_t row : rows) {
      AppendVarint(row - before, &out);
      before = row;
    }
  }
  AppendChecksum(&out);
  return out;
}

absl::StatusOr<LogEntry> DecodeLogEntry(absl::string_view bytes) {
  ByteReader reader(Checked(bytes));
  if (reader.Fixed<uint8_t>() != kFormat) return absl::DataLossError("change log: damaged bytes");
  LogEntry entry;
  for (uint64_t count = reader.Varint(); count > 0 && reader.ok(); --count) {
    entry.families.emplace_back(reader.Take(reader.Varint()));
  }
  for (uint64_t count = reader.Varint(); count > 0 && reader.ok(); --count) {
    auto& rows = entry.deaths[reader.Varint()];
    uint64_t row = 0;
    for (uint64_t left = reader.Varint(); left > 0 && reader.ok(); --left) {
      row += reader.Varint();
      rows.push_back(static_cast<uint32_t>(row));
    }
  }
  if (!reader.AtEnd()) return absl::DataLossError("change log: damaged bytes");
  return entry;
}

}  // namespace supportkpi::projection
