// What a stored row says besides its message.
//
//   flags (1 byte: 1 live, 2 event without id, 4 ticket head with links, 8 a version stands), then varints: version (8),
//   place (2), events deleted through (ticket heads: version + 1, 0 none), then the message (live rows) to the end.
//
// A row that is not live is a tombstone (with a version) or only holds the place of a ticket that has not come (without).
#ifndef SUPPORTKPI_INGEST_ROW_H_
#define SUPPORTKPI_INGEST_ROW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "ingest/keys.h"

namespace supportkpi::ingest {

inline constexpr int64_t kNoVersion = -1;

struct RowHead {
  bool live = false;
  bool has_links = false;               // ticket heads: calls may name it
  int64_t version = kNoVersion;
  int32_t place = -1;                   // events without id
  int64_t events_deleted_through = kNoVersion;  // ticket heads: events of no higher version are gone whenever they come

  bool operator==(const RowHead&) const = default;
};

void AppendRow(RowKind kind, const RowHead& head, absl::string_view message, std::string* value);
// False: damaged. `message` points into `value`.
bool ReadRow(RowKind kind, absl::string_view value, RowHead* head, absl::string_view* message);

// A call's head: the families of the tickets that its legs name, one after the other.
std::string EncodeCallHead(const std::vector<std::string>& ticket_families);
bool ReadCallHead(absl::string_view value, std::vector<std::string>* ticket_families);

// Where a survey or an agent time lives, as the index tells: live (1 byte), version, family, agent, first and last day.
struct IndexEntry {
  bool live = false;
  int64_t version = kNoVersion;
  std::string family;     // surveys: the family
  std::string agent;      // agent time: the agent and the days it touches
  int64_t first_day = 0;
  int64_t last_day = 0;
};
std::string EncodeIndexEntry(const IndexEntry& entry);
bool ReadIndexEntry(absl::string_view value, IndexEntry* entry);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_ROW_H_
