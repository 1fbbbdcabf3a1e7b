// Loading families and index entries into a commit. A new ticket or call costs one look-up of its head; rows are scanned
// only where the head is there.
#include <utility>

#include "ingest/commit_state.h"
#include "status/macros.h"

namespace supportkpi::ingest {

using storage::Table;

absl::StatusOr<CommitState::Family*> CommitState::Load(absl::string_view key) {
  const auto [entry, is_new] = family_by_key_.try_emplace(key, nullptr);
  if (!is_new) return entry->second;
  auto owned = std::make_unique<Family>();
  Family& family = *owned;
  family.key = std::string(key);
  absl::string_view rest = key;
  if (!TakeFamily(&rest, &family.name) || !rest.empty()) return DamagedRow("a family's name");
  entry->second = &family;
  families_.push_back(std::move(owned));
  switch (family.name.letter) {
    case kTicketFamily: {
      RETURN_IF_ERROR(LoadRow(family, RowSuffix(RowKind::kTicket)));
      if (!family.slots.empty()) RETURN_IF_ERROR(LoadRows(family));
      break;
    }
    case kCallFamily: {
      ASSIGN_OR_RETURN(const std::optional<std::string> head,
                       store_.Get(Table::kTruth, RowKey(tenant_, key, RowSuffix(RowKind::kCallHead))));
      family.has_head = head.has_value();
      if (head.has_value()) {
        if (!ReadCallHead(*head, &family.named_before)) return DamagedRow("a call's head");
        RETURN_IF_ERROR(LoadRows(family));
      }
      break;
    }
    case kAgentDayFamily:
      RETURN_IF_ERROR(LoadRows(family));
      break;
    case kSurveyFamily:
      RETURN_IF_ERROR(LoadRow(family, RowSuffix(RowKind::kSurvey)));
      break;
    case kPeriodFamily:
      RETURN_IF_ERROR(LoadRow(family, RowSuffix(RowKind::kPeriod)));
      break;
    case kCostFamily:
      RETURN_IF_ERROR(LoadRow(family, RowSuffix(RowKind::kCost)));
      break;
    case kCustomerFamily:
      RETURN_IF_ERROR(LoadRow(family, RowSuffix(RowKind::kCustomer)));
      break;
    default:
      RETURN_IF_ERROR(LoadRow(family, RowSuffix(RowKind::kAgent)));
      break;
  }
  return &family;
}

absl::Status CommitState::LoadRows(Family& family) {
  return ForEachRow(store_, tenant_, family.key, [&](RowKind, absl::string_view suffix, absl::string_view value) {
    return AddStored(family, suffix, value);
  });
}

absl::Status CommitState::LoadRow(Family& family, absl::string_view suffix) {
  ASSIGN_OR_RETURN(const std::optional<std::string> value,
                   store_.Get(Table::kTruth, RowKey(tenant_, family.key, suffix)));
  return value.has_value() ? AddStored(family, suffix, *value) : absl::OkStatus();
}

absl::Status CommitState::AddStored(Family& family, absl::string_view suffix, absl::string_view value) {
  Slot& slot = family.slots[std::string(suffix)];
  slot.value = std::string(value);
  slot.before.stored = true;
  if (!ReadRow(static_cast<RowKind>(suffix.front()), slot.value, &slot.before.head, &slot.before.bytes))
    return DamagedRow("a family");
  slot.after = slot.before;
  return absl::OkStatus();
}

absl::StatusOr<CommitState::IndexSlot*> CommitState::LoadIndex(RowKind kind, absl::string_view source,
                                                               absl::string_view id) {
  std::string key = IndexKey(tenant_, kind, source, id);
  auto& slot = index_[key];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<IndexSlot>();
  slot->key = std::move(key);
  ASSIGN_OR_RETURN(const std::optional<std::string> value, store_.Get(Table::kTruth, slot->key));
  if (value.has_value() && !ReadIndexEntry(*value, &slot->entry.emplace())) return DamagedRow("the index");
  return slot.get();
}

}  // namespace supportkpi::ingest
