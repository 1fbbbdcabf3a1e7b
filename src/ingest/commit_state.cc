// Applying records and deletions to the families of a commit.
#include "ingest/commit_state.h"

#include <algorithm>
#include <utility>

#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

// The row of a survey within the family it lives in.
std::string SurveySuffix(absl::string_view family, absl::string_view source, absl::string_view id) {
  return family.front() == kTicketFamily ? RowSuffix(RowKind::kSurvey, source, id) : RowSuffix(RowKind::kSurvey);
}

RowKind KindOfSuffix(absl::string_view suffix) { return static_cast<RowKind>(suffix.front()); }

}  // namespace

void CommitState::Touch(Family& family, Slot& slot, RowKind kind) {
  slot.changed = true;
  changed_ = true;
  family.changed = true;
  if (kind == RowKind::kTicket || kind == RowKind::kEvent) family.ticket_changed = true;
}

CommitState::Outcome CommitState::Put(Family& family, const PreparedRow& row) {
  Slot& slot = family.slots[row.suffix];
  const Side& old = slot.after;
  if (old.stored && old.head.version > row.version) return Outcome::kStale;
  const bool was_live = old.stored && old.head.live;
  Side side;
  side.stored = true;
  side.head = old.head;  // a ticket head keeps its links and its deleted events
  side.head.live = true;
  side.head.version = row.version;
  side.head.place = row.place;
  side.bytes = row.bytes;
  side.message = row.message;
  if (was_live && side.head == old.head && side.bytes == old.bytes) return Outcome::kReplaced;
  slot.after = side;
  Touch(family, slot, row.kind);
  return was_live ? Outcome::kReplaced : Outcome::kNew;
}

CommitState::Outcome CommitState::PutEvent(Family& family, const PreparedRow& row) {
  const auto head = family.slots.find(RowSuffix(RowKind::kTicket));
  if (head != family.slots.end() && head->second.after.head.events_deleted_through >= row.version)
    return Outcome::kStale;
  return Put(family, row);
}

CommitState::Slot& CommitState::TicketHead(Family& family) {
  Slot& head = family.slots[RowSuffix(RowKind::kTicket)];
  if (!head.after.stored) {
    head.after = Side();
    head.after.stored = true;
    head.changed = true;
    changed_ = true;
  }
  return head;
}

void CommitState::Erase(Family& family, absl::string_view suffix) {
  const auto found = family.slots.find(suffix);
  if (found == family.slots.end() || !found->second.after.stored) return;
  found->second.after = Side();
  Touch(family, found->second, KindOfSuffix(suffix));
}

absl::StatusOr<CommitState::Outcome> CommitState::Apply(const PreparedRecord& record) {
  if (record.row.has_value() && record.row->kind == RowKind::kSurvey) return ApplySurvey(record);
  if (record.row.has_value() && record.row->kind == RowKind::kAgentTime) return ApplyAgentTime(record);
  ASSIGN_OR_RETURN(Family * family, Load(record.family));
  Outcome of_row = Outcome::kStale;
  if (record.row.has_value()) of_row = Put(*family, *record.row);
  bool event_came = false;
  bool event_is_new = false;
  for (const PreparedRow& event : record.events) {
    const Outcome of_event = PutEvent(*family, event);
    event_came = event_came || of_event != Outcome::kStale;
    event_is_new = event_is_new || of_event == Outcome::kNew;
  }
  if (family->name.letter == kTicketFamily) TicketHead(*family);
  if (of_row != Outcome::kStale || !event_came) return of_row;
  return !record.row.has_value() && event_is_new ? Outcome::kNew : Outcome::kReplaced;
}

absl::StatusOr<CommitState::Outcome> CommitState::ApplySurvey(const PreparedRecord& record) {
  ASSIGN_OR_RETURN(IndexSlot * index, LoadIndex(RowKind::kSurvey, record.source, record.id));
  std::optional<IndexEntry>& entry = index->entry;
  if (entry.has_value() && entry->version > record.row->version) return Outcome::kStale;
  const bool was_live = entry.has_value() && entry->live;
  if (was_live && entry->family != record.family)
    RETURN_IF_ERROR(EraseIndexed(RowKind::kSurvey, record.source, record.id, *entry));
  ASSIGN_OR_RETURN(Family * family, Load(record.family));
  Put(*family, *record.row);
  if (family->name.letter == kTicketFamily) TicketHead(*family);
  entry = IndexEntry{true, record.row->version, record.family, "", 0, 0};
  index->changed = true;
  return was_live ? Outcome::kReplaced : Outcome::kNew;
}

absl::StatusOr<CommitState::Outcome> CommitState::ApplyAgentTime(const PreparedRecord& record) {
  ASSIGN_OR_RETURN(IndexSlot * index, LoadIndex(RowKind::kAgentTime, record.source, record.id));
  std::optional<IndexEntry>& entry = index->entry;
  if (entry.has_value() && entry->version > record.row->version) return Outcome::kStale;
  const bool was_live = entry.has_value() && entry->live;
  if (was_live && (entry->agent != record.agent || entry->first_day != record.first_day || entry->last_day != record.last_day))
    RETURN_IF_ERROR(EraseIndexed(RowKind::kAgentTime, record.source, record.id, *entry));
  for (int64_t day = record.first_day; day <= record.last_day; ++day) {
    ASSIGN_OR_RETURN(Family * family, Load(AgentDayFamily(record.agent, day)));
    Put(*family, *record.row);
  }
  entry = IndexEntry{true, record.row->version, "", record.agent, record.first_day, record.last_day};
  index->changed = true;
  return was_live ? Outcome::kReplaced : Outcome::kNew;
}

absl::Status CommitState::EraseIndexed(RowKind kind, absl::string_view source, absl::string_view id,
                                       const IndexEntry& entry) {
  if (kind == RowKind::kSurvey) {
    ASSIGN_OR_RETURN(Family * family, Load(entry.family));
    Erase(*family, SurveySuffix(entry.family, source, id));
    return absl::OkStatus();
  }
  for (int64_t day = entry.first_day; day <= entry.last_day; ++day) {
    ASSIGN_OR_RETURN(Family * family, Load(AgentDayFamily(entry.agent, day)));
    Erase(*family, RowSuffix(kind, source, id));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CommitState::Delete(const RecordPlace& place, const RecordName& name,
                                         std::optional<int64_t> version) {
  if (place.kind == RowKind::kSurvey || place.kind == RowKind::kAgentTime) return DeleteIndexed(place.kind, name, version);
  ASSIGN_OR_RETURN(Family * family, Load(place.family));
  return place.kind == RowKind::kTicket ? DeleteTicket(*family, version) : DeleteRow(*family, place, version);
}

absl::StatusOr<bool> CommitState::DeleteIndexed(RowKind kind, const RecordName& name, std::optional<int64_t> version) {
  ASSIGN_OR_RETURN(IndexSlot * index, LoadIndex(kind, name.source, name.id));
  std::optional<IndexEntry>& entry = index->entry;
  const int64_t stored = entry.has_value() ? entry->version : 0;
  const int64_t through = version.value_or(stored);
  if (entry.has_value() && through < stored) return false;
  const bool was_live = entry.has_value() && entry->live;
  if (was_live) RETURN_IF_ERROR(EraseIndexed(kind, name.source, name.id, *entry));
  entry = IndexEntry{false, through, "", "", 0, 0};
  index->changed = true;
  changed_ = true;
  return was_live;
}

bool CommitState::DeleteTicket(Family& family, std::optional<int64_t> version) {
  Slot& head = TicketHead(family);
  // Of what is stored; kNoVersion where nothing is: then no event that may come is deleted in advance.
  int64_t stored = head.after.head.version;
  for (const auto& [suffix, slot] : family.slots)
    if (KindOfSuffix(suffix) == RowKind::kEvent && slot.after.stored && slot.after.head.live)
      stored = std::max(stored, slot.after.head.version);
  const int64_t events_through = version.value_or(stored);
  const int64_t through = std::max<int64_t>(events_through, 0);
  const bool was_live = head.after.head.live;
  Side side = head.after;
  side.head.events_deleted_through = std::max(side.head.events_deleted_through, events_through);
  const bool goes = through >= head.after.head.version;
  if (goes) {
    side.head.live = false;
    side.head.version = through;
    side.bytes = {};
    side.message = nullptr;
  }
  if (!(side.head == head.after.head)) {
    head.after = side;
    Touch(family, head, RowKind::kTicket);
  }
  for (auto& [suffix, slot] : family.slots)
    if (KindOfSuffix(suffix) == RowKind::kEvent && slot.after.stored && slot.after.head.version <= events_through)
      Erase(family, suffix);
  return was_live && goes;
}

bool CommitState::DeleteRow(Family& family, const RecordPlace& place, std::optional<int64_t> version) {
  Slot& slot = family.slots[place.suffix];
  const int64_t stored = slot.after.stored ? slot.after.head.version : 0;
  const int64_t through = version.value_or(stored);
  if (slot.after.stored && through < stored) return false;
  const bool was_live = slot.after.stored && slot.after.head.live;
  if (place.kind == RowKind::kEvent && TicketHead(family).after.head.events_deleted_through >= through && !slot.after.stored)
    return false;  // the ticket's deletion stands in the way already
  const Side tombstone{true, RowHead{false, false, through, -1, kNoVersion}, {}, nullptr};
  if (slot.after.stored && slot.after.head == tombstone.head) return false;
  slot.after = tombstone;
  Touch(family, slot, place.kind);
  return was_live;
}

}  // namespace supportkpi::ingest
