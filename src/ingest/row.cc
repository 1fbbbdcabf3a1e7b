// See row.h for the layout.
#include "ingest/row.h"

#include "absl/strings/str_join.h"
#include "ingest/coding.h"

namespace supportkpi::ingest {
namespace {

constexpr uint8_t kLive = 1;
constexpr uint8_t kHasPlace = 2;
constexpr uint8_t kHasLinks = 4;
constexpr uint8_t kHasVersion = 8;

}  // namespace

void AppendRow(RowKind kind, const RowHead& head, absl::string_view message, std::string* value) {
  uint8_t flags = 0;
  if (head.live) flags |= kLive;
  if (head.place >= 0) flags |= kHasPlace;
  if (head.has_links) flags |= kHasLinks;
  if (head.version != kNoVersion) flags |= kHasVersion;
  value->push_back(static_cast<char>(flags));
  if (head.version != kNoVersion) AppendVarint(static_cast<uint64_t>(head.version), value);
  if (head.place >= 0) AppendVarint(static_cast<uint64_t>(head.place), value);
  if (kind == RowKind::kTicket) AppendVarint(static_cast<uint64_t>(head.events_deleted_through + 1), value);
  value->append(message.data(), message.size());
}

bool ReadRow(RowKind kind, absl::string_view value, RowHead* head, absl::string_view* message) {
  *head = RowHead();
  if (value.empty()) return false;
  const auto flags = static_cast<uint8_t>(value.front());
  value.remove_prefix(1);
  uint64_t number = 0;
  head->live = (flags & kLive) != 0;
  head->has_links = (flags & kHasLinks) != 0;
  if (flags & kHasVersion) {
    if (!TakeVarint(&value, &number)) return false;
    head->version = static_cast<int64_t>(number);
  }
  if (flags & kHasPlace) {
    if (!TakeVarint(&value, &number)) return false;
    head->place = static_cast<int32_t>(number);
  }
  if (kind == RowKind::kTicket) {
    if (!TakeVarint(&value, &number)) return false;
    head->events_deleted_through = static_cast<int64_t>(number) - 1;
  }
  *message = value;
  return true;
}

std::string EncodeCallHead(const std::vector<std::string>& ticket_families) {
  return absl::StrJoin(ticket_families, "");
}

bool ReadCallHead(absl::string_view value, std::vector<std::string>* ticket_families) {
  while (!value.empty()) {
    const absl::string_view start = value;
    FamilyName name;
    if (!TakeFamily(&value, &name)) return false;
    ticket_families->emplace_back(start.substr(0, start.size() - value.size()));
  }
  return true;
}

std::string EncodeIndexEntry(const IndexEntry& entry) {
  std::string value(1, entry.live ? '\x01' : '\0');
  AppendVarint(static_cast<uint64_t>(entry.version), &value);
  AppendText(entry.family, &value);
  AppendText(entry.agent, &value);
  AppendOrderedInt(entry.first_day, &value);
  AppendOrderedInt(entry.last_day, &value);
  return value;
}

bool ReadIndexEntry(absl::string_view value, IndexEntry* entry) {
  if (value.empty()) return false;
  entry->live = value.front() != '\0';
  value.remove_prefix(1);
  uint64_t version = 0;
  absl::string_view family;
  absl::string_view agent;
  if (!TakeVarint(&value, &version) || !TakeText(&value, &family) || !TakeText(&value, &agent)) return false;
  entry->version = static_cast<int64_t>(version);
  entry->family = std::string(family);
  entry->agent = std::string(agent);
  return TakeOrderedInt(&value, &entry->first_day) && TakeOrderedInt(&value, &entry->last_day);
}

}  // namespace supportkpi::ingest
