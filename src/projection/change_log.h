// What is stored so that the tail can be rebuilt at start: the manifest (up to which commit all is sealed) and one entry
// for each later commit.
#ifndef SUPPORTKPI_PROJECTION_CHANGE_LOG_H_
#define SUPPORTKPI_PROJECTION_CHANGE_LOG_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace supportkpi::projection {

// Raise it when the reduction or the fact sets change: stored facts are derived anew at the next start. Not where only the
// rows' places among segments do, as when lasting rows came to stand apart: merging lays those out that are stored.
inline constexpr uint32_t kDerivation = 4;

// format u8, derivation u32, sealed commit i64, next segment id u64, crc32c u32; little-endian.
struct Manifest {
  uint32_t derivation = kDerivation;
  int64_t sealed_commit = 0;     // facts of all commits up to it are in segments
  uint64_t next_segment_id = 1;  // ids are never used again
};

std::string EncodeManifest(const Manifest& manifest);
absl::StatusOr<Manifest> DecodeManifest(absl::string_view bytes);

// The families that a commit changed and the sealed facts that it killed.
// format u8; count varint, per family length varint and key; segments varint, per segment id varint, count varint, rows
// varint each less the one before; crc32c u32.
struct LogEntry {
  std::vector<std::string> families;
  std::map<uint64_t, std::vector<uint32_t>> deaths;  // segment id -> rows, ascending
};

std::string EncodeLogEntry(const LogEntry& entry);
absl::StatusOr<LogEntry> DecodeLogEntry(absl::string_view bytes);

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_CHANGE_LOG_H_
