// Rows back to the records that callers sent.
#include "ingest/record_reader.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ingest/coding.h"
#include "ingest/family.h"
#include "ingest/keys.h"
#include "ingest/prepare.h"
#include "ingest/row.h"
#include "record/schema.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

using storage::Table;

// Nullopt: the row is no live record.
absl::StatusOr<std::optional<v1::Record>> RecordOfRow(const FamilyName& family, absl::string_view suffix,
                                                      absl::string_view value) {
  const auto kind = static_cast<RowKind>(suffix.front());
  RowHead head;
  absl::string_view bytes;
  if (!ReadRow(kind, value, &head, &bytes)) return DamagedRow("a record");
  if (!head.live) return std::optional<v1::Record>();
  v1::Record record;
  const auto parse = [&bytes](google::protobuf::Message* message) {
    return message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  };
  bool good = false;
  switch (kind) {
    case RowKind::kTicket: good = parse(record.mutable_ticket()); break;
    case RowKind::kEvent: {
      v1::TicketEvent& event = *record.mutable_ticket_event();
      good = parse(&event);
      event.set_ticket(family.id);
      event.set_source(family.source);
      event.set_version(head.version);
      if (head.place >= 0) event.set_id(PlaceId(head.place));
      break;
    }
    case RowKind::kSurvey: good = parse(record.mutable_survey()); break;
    case RowKind::kLeg: good = parse(record.mutable_call_leg()); break;
    case RowKind::kAgentTime: good = parse(record.mutable_agent_time()); break;
    case RowKind::kPeriod: good = parse(record.mutable_customer_period()); break;
    case RowKind::kCost: good = parse(record.mutable_support_cost()); break;
    case RowKind::kCustomer: good = parse(record.mutable_customer()); break;
    case RowKind::kAgent: good = parse(record.mutable_agent()); break;
    case RowKind::kCallHead: break;
  }
  if (!good) return DamagedRow("a record");
  return std::optional<v1::Record>(std::move(record));
}

absl::StatusOr<std::optional<v1::Record>> ReadRecord(const storage::View& view, absl::string_view tenant,
                                                     const std::string& family, const std::string& suffix) {
  ASSIGN_OR_RETURN(const std::optional<std::string> value, view.Get(Table::kTruth, RowKey(tenant, family, suffix)));
  if (!value.has_value()) return std::optional<v1::Record>();
  absl::string_view rest = family;
  FamilyName name;
  if (!TakeFamily(&rest, &name)) return DamagedRow("a record");
  return RecordOfRow(name, suffix, *value);
}

// A survey or agent time, where its index entry says.
absl::StatusOr<std::optional<v1::Record>> ReadIndexed(const storage::View& view, absl::string_view tenant, RowKind kind,
                                                      absl::string_view source, absl::string_view id,
                                                      absl::string_view entry_bytes) {
  IndexEntry entry;
  if (!ReadIndexEntry(entry_bytes, &entry)) return DamagedRow("the index");
  if (!entry.live) return std::optional<v1::Record>();
  if (kind == RowKind::kAgentTime)
    return ReadRecord(view, tenant, AgentDayFamily(entry.agent, entry.first_day), RowSuffix(kind, source, id));
  return ReadRecord(view, tenant, entry.family,
                    entry.family.front() == kTicketFamily ? RowSuffix(kind, source, id) : RowSuffix(kind));
}

struct KindPlace {
  RowKind row;
  char family;  // 0: found by the index
};

KindPlace PlaceOfKind(v1::RecordKind kind) {
  switch (kind) {
    case v1::RECORD_KIND_TICKET: return {RowKind::kTicket, kTicketFamily};
    case v1::RECORD_KIND_TICKET_EVENT: return {RowKind::kEvent, kTicketFamily};
    case v1::RECORD_KIND_SURVEY: return {RowKind::kSurvey, 0};
    case v1::RECORD_KIND_CALL_LEG: return {RowKind::kLeg, kCallFamily};
    case v1::RECORD_KIND_AGENT_TIME: return {RowKind::kAgentTime, 0};
    case v1::RECORD_KIND_CUSTOMER_PERIOD: return {RowKind::kPeriod, kPeriodFamily};
    case v1::RECORD_KIND_SUPPORT_COST: return {RowKind::kCost, kCostFamily};
    case v1::RECORD_KIND_CUSTOMER: return {RowKind::kCustomer, kCustomerFamily};
    default: return {RowKind::kAgent, kAgentFamily};
  }
}

// The record of a scanned key, or nullopt if it is of another kind or not live.
absl::StatusOr<std::optional<v1::Record>> RecordAt(const storage::View& view, absl::string_view tenant, KindPlace place,
                                                   absl::string_view key_rest, absl::string_view value) {
  if (place.family == 0) {
    std::string source;
    if (!TakeOrderedText(&key_rest, &source)) return DamagedRow("the index");
    return ReadIndexed(view, tenant, place.row, source, key_rest, value);
  }
  FamilyName family;
  if (!TakeFamily(&key_rest, &family) || key_rest.empty()) return DamagedRow("a record");
  if (static_cast<RowKind>(key_rest.front()) != place.row) return std::optional<v1::Record>();
  return RecordOfRow(family, key_rest, value);
}

}  // namespace

absl::StatusOr<v1::Record> GetRecord(const storage::View& view, absl::string_view tenant, const RecordName& name) {
  ASSIGN_OR_RETURN(const RecordPlace place, PlaceOf(name));
  std::optional<v1::Record> record;
  if (place.kind == RowKind::kSurvey || place.kind == RowKind::kAgentTime) {
    ASSIGN_OR_RETURN(const std::optional<std::string> entry,
                     view.Get(Table::kTruth, IndexKey(tenant, place.kind, name.source, name.id)));
    if (entry.has_value()) {
      ASSIGN_OR_RETURN(record, ReadIndexed(view, tenant, place.kind, name.source, name.id, *entry));
    }
  } else {
    ASSIGN_OR_RETURN(record, ReadRecord(view, tenant, place.family, place.suffix));
  }
  if (record.has_value()) return *std::move(record);
  return absl::NotFoundError(absl::StrCat("name.id: no ", record::KindRowOf(name.kind)->name, " ", record::Quoted(name.id),
                                          name.parent.empty() ? "" : absl::StrCat(" in ", record::Quoted(name.parent)),
                                          " with source ", record::Quoted(name.source)));
}

absl::StatusOr<ListPage> ListRecords(const storage::View& view, absl::string_view tenant, const ListQuestion& question) {
  if (record::KindRowOf(question.kind) == nullptr)
    return absl::InvalidArgumentError("kind: missing or unknown; a kind of record is required");
  const KindPlace place = PlaceOfKind(question.kind);
  // `next` is a key without this prefix, so it cannot lead out of the tenant.
  const std::string space = place.family == 0 ? IndexPrefix(tenant, place.row) : RowPrefix(tenant, "");
  const std::string prefix = place.family == 0 ? space : RowPrefix(tenant, std::string(1, place.family));
  const std::string begin = question.start.empty() ? prefix : absl::StrCat(space, question.start);
  if (begin < prefix) return absl::InvalidArgumentError("page_token: not of this list");
  ListPage page;
  absl::Status status;
  int rows = 0;
  RETURN_IF_ERROR(view.Scan(Table::kTruth, begin, storage::PrefixEnd(prefix),
                            [&](absl::string_view key, absl::string_view value) {
                              const absl::string_view rest = key.substr(space.size());
                              if (static_cast<int>(page.records.size()) >= question.page_size || ++rows > question.rows_max) {
                                page.next = std::string(rest);
                                return false;
                              }
                              auto record = RecordAt(view, tenant, place, rest, value);
                              if (!record.ok()) {
                                status = record.status();
                                return false;
                              }
                              if (record->has_value() && (!question.accept || question.accept(**record)))
                                page.records.push_back(**std::move(record));
                              return true;
                            }));
  RETURN_IF_ERROR(status);
  return page;
}

}  // namespace supportkpi::ingest
