// Records to rows.
#include "ingest/prepare.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "record/instant.h"
#include "record/schema.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

using google::protobuf::Message;
using record::Violations;

constexpr int64_t kDayMs = 24LL * 3600 * 1000;
// Days that the agent time of one request may touch in all: each costs a row and a reduction.
constexpr int64_t kAgentDaysMax = 200'000;

int64_t DayOf(int64_t at_ms) { return at_ms >= 0 ? at_ms / kDayMs : -((-at_ms + kDayMs - 1) / kDayMs); }

PreparedRow MakeRow(RowKind kind, std::string suffix, int64_t version, const Message& message) {
  return {kind, std::move(suffix), version, -1, &message, SerializeOrdered(message)};
}

// Leaves in an event only what it says of itself: ticket, source and version are told by its row.
PreparedRow MakeEventRow(v1::TicketEvent& event, int64_t version, int32_t place) {
  event.clear_ticket();
  event.clear_source();
  event.clear_version();
  PreparedRow row = MakeRow(RowKind::kEvent,
                            RowSuffix(RowKind::kEvent, place < 0 ? event.id() : PlaceId(place)), version, event);
  row.place = place;
  return row;
}

void PrepareTicket(v1::Ticket& ticket, PreparedBatch& batch, PreparedRecord* record) {
  record->family = NamedFamily(kTicketFamily, ticket.source(), ticket.id());
  auto& events = batch.events.emplace_back();
  events.Swap(ticket.mutable_events());
  record->events.reserve(events.size());
  for (int i = 0; i < events.size(); ++i) {
    v1::TicketEvent& event = events[i];
    const int64_t version = event.has_version() ? event.version() : ticket.version();
    record->events.push_back(MakeEventRow(event, version, event.id().empty() ? i : -1));
  }
  record->row = MakeRow(RowKind::kTicket, RowSuffix(RowKind::kTicket), ticket.version(), ticket);
}

void PrepareSurvey(const v1::Survey& survey, PreparedRecord* record) {
  record->source = survey.source();
  record->id = survey.id();
  if (survey.ticket().empty()) {
    record->family = NamedFamily(kSurveyFamily, survey.source(), survey.id());
    record->row = MakeRow(RowKind::kSurvey, RowSuffix(RowKind::kSurvey), survey.version(), survey);
    return;
  }
  record->family = NamedFamily(
      kTicketFamily, survey.ticket_source().empty() ? survey.source() : survey.ticket_source(), survey.ticket());
  record->row = MakeRow(RowKind::kSurvey, RowSuffix(RowKind::kSurvey, survey.source(), survey.id()), survey.version(),
                        survey);
}

void PrepareAgentTime(const v1::AgentTime& time, PreparedRecord* record) {
  record->source = time.source();
  record->id = time.id();
  record->agent = time.agent();
  const int64_t from_ms = record::ToMs(time.from());
  const int64_t to_ms = record::ToMs(time.to());
  record->first_day = DayOf(from_ms);
  record->last_day = to_ms > from_ms ? DayOf(to_ms - 1) : record->first_day;
  record->row = MakeRow(RowKind::kAgentTime, RowSuffix(RowKind::kAgentTime, time.source(), time.id()), time.version(), time);
}

template <typename T>
void PrepareSimple(char letter, RowKind kind, const T& message, PreparedRecord* record) {
  record->family = NamedFamily(letter, message.source(), message.id());
  record->row = MakeRow(kind, RowSuffix(kind), message.version(), message);
}

template <typename T>
void PrepareLookUp(char letter, RowKind kind, const T& message, PreparedRecord* record) {
  record->family = LookUpFamily(letter, message.id());
  record->row = MakeRow(kind, RowSuffix(kind), message.version(), message);
}

void PrepareRecord(v1::Record& message, PreparedBatch& batch, PreparedRecord* record) {
  switch (message.kind_case()) {
    case v1::Record::kTicket:
      return PrepareTicket(*message.mutable_ticket(), batch, record);
    case v1::Record::kTicketEvent: {
      v1::TicketEvent& event = *message.mutable_ticket_event();
      record->family = NamedFamily(kTicketFamily, event.source(), event.ticket());
      record->events.push_back(MakeEventRow(event, event.version(), -1));
      return;
    }
    case v1::Record::kSurvey:
      return PrepareSurvey(message.survey(), record);
    case v1::Record::kCallLeg: {
      const v1::CallLeg& leg = message.call_leg();
      record->family = NamedFamily(kCallFamily, leg.source(), leg.call());
      record->row = MakeRow(RowKind::kLeg, RowSuffix(RowKind::kLeg, leg.leg()), leg.version(), leg);
      return;
    }
    case v1::Record::kAgentTime:
      return PrepareAgentTime(message.agent_time(), record);
    case v1::Record::kCustomerPeriod:
      return PrepareSimple(kPeriodFamily, RowKind::kPeriod, message.customer_period(), record);
    case v1::Record::kSupportCost:
      return PrepareSimple(kCostFamily, RowKind::kCost, message.support_cost(), record);
    case v1::Record::kCustomer:
      return PrepareLookUp(kCustomerFamily, RowKind::kCustomer, message.customer(), record);
    case v1::Record::kAgent:
      return PrepareLookUp(kAgentFamily, RowKind::kAgent, message.agent(), record);
    case v1::Record::KIND_NOT_SET:
      return;
  }
}

// Finds records and events that stand twice in a request with one version and different contents: which of them would
// stand is not for the order inside a request to say. Compares hashes of 64 bits.
class RepetitionCheck {
 public:
  void Check(const PreparedRecord& record, absl::string_view kind, absl::string_view path, Violations* violations) {
    const std::string root = absl::StrCat(path, path.empty() ? "" : ".", kind);
    if (record.row.has_value()) CheckRow(record, *record.row, root, -1, violations);
    const bool is_lone_event = !record.row.has_value();
    for (size_t i = 0; i < record.events.size(); ++i)
      CheckRow(record, record.events[i], root, is_lone_event ? -1 : static_cast<int>(i), violations);
  }

 private:
  struct Seen {
    int64_t index;
    size_t content;
  };

  void CheckRow(const PreparedRecord& record, const PreparedRow& row, const std::string& root, int event,
                Violations* violations) {
    const bool is_indexed = row.kind == RowKind::kSurvey || row.kind == RowKind::kAgentTime;
    const size_t name = is_indexed ? absl::HashOf(static_cast<int>(row.kind), record.source, record.id, row.version)
                                   : absl::HashOf(record.family, row.suffix, row.version);
    const Seen now{record.index, absl::HashOf(row.bytes)};
    const auto [seen, is_new] = seen_.try_emplace(name, now);
    if (is_new || seen->second.content == now.content) return;
    violations->Add(absl::StrCat(root, event < 0 ? "" : absl::StrCat(".events[", event, "]"), ".id"),
                    absl::StrCat("repeats records[", seen->second.index, "] with other content and the same version"));
  }

  absl::flat_hash_map<size_t, Seen> seen_;
};

size_t BytesOf(const PreparedRecord& record) {
  size_t bytes = record.family.size() + (record.row.has_value() ? record.row->bytes.size() + 32 : 0);
  for (const PreparedRow& event : record.events) bytes += event.bytes.size() + record.family.size() + 32;
  return bytes + static_cast<size_t>(record.last_day - record.first_day) * 64;
}

void Reject(int64_t index, const Violations& violations, PreparedBatch& batch) {
  if (static_cast<size_t>(++batch.rejected_count) <= kRejectedKept) batch.rejected.push_back({index, violations.kept()});
}

}  // namespace

std::string SerializeOrdered(const Message& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeWithCachedSizes(&coded);
  }
  return bytes;
}

absl::StatusOr<std::unique_ptr<PreparedBatch>> Prepare(Records records, const record::ValidationContext& context,
                                                       bool all_or_nothing) {
  if (records.empty()) return absl::InvalidArgumentError("records: empty; at least one is required");
  if (records.size() > kBatchRecordsMax)
    return absl::InvalidArgumentError(absl::StrCat("records: ", records.size(), " entries; at most ", kBatchRecordsMax));
  auto batch = std::make_unique<PreparedBatch>();
  batch->records.Swap(&records);
  batch->prepared.reserve(batch->records.size());
  Violations of_all;
  RepetitionCheck repetitions;
  std::string path;
  for (int i = 0; i < batch->records.size(); ++i) {
    Violations of_record;
    Violations* violations = all_or_nothing ? &of_all : &of_record;
    const size_t before = violations->count();
    if (all_or_nothing) path = absl::StrCat("records[", i, "]");
    record::ValidateRecord(batch->records[i], context, path, violations);
    if (violations->count() == before) {
      PreparedRecord& prepared = batch->prepared.emplace_back();
      prepared.index = i;
      PrepareRecord(batch->records[i], *batch, &prepared);
      repetitions.Check(prepared, record::KindRowOf(record::KindOf(batch->records[i]))->name, path, violations);
      prepared.refused = violations->count() != before;
      batch->byte_count += BytesOf(prepared);
    }
    if (!all_or_nothing && !of_record.empty()) Reject(i, of_record, *batch);
  }
  RETURN_IF_ERROR(of_all.ToStatus());
  int64_t agent_days = 0;
  for (const PreparedRecord& record : batch->prepared) agent_days += record.last_day - record.first_day;
  if (agent_days > kAgentDaysMax)
    return absl::InvalidArgumentError(absl::StrCat("records: agent time over ", agent_days, " days in all; at most ",
                                                   kAgentDaysMax, " in one request"));
  return batch;
}

absl::StatusOr<RecordPlace> PlaceOf(const RecordName& name) {
  const auto missing = [](absl::string_view field) {
    return absl::InvalidArgumentError(absl::StrCat("name.", field, ": missing; 1 to ", record::kIdBytesMax, " bytes"));
  };
  if (record::KindRowOf(name.kind) == nullptr)
    return absl::InvalidArgumentError("name.kind: missing or unknown; a kind of record is required");
  if (name.id.empty()) return missing("id");
  for (const std::string* text : {&name.id, &name.source, &name.parent})
    if (text->size() > record::kIdBytesMax)
      return absl::InvalidArgumentError(absl::StrCat("name: ", text->size(), " bytes; at most ", record::kIdBytesMax));
  const bool has_parent = name.kind == v1::RECORD_KIND_TICKET_EVENT || name.kind == v1::RECORD_KIND_CALL_LEG;
  if (has_parent && name.parent.empty()) return missing("parent");
  if (!has_parent && !name.parent.empty())
    return absl::InvalidArgumentError("name.parent: only ticket events and call legs have one");
  switch (name.kind) {
    case v1::RECORD_KIND_TICKET:
      return RecordPlace{RowKind::kTicket, NamedFamily(kTicketFamily, name.source, name.id), RowSuffix(RowKind::kTicket)};
    case v1::RECORD_KIND_TICKET_EVENT:
      return RecordPlace{RowKind::kEvent, NamedFamily(kTicketFamily, name.source, name.parent), RowSuffix(RowKind::kEvent, name.id)};
    case v1::RECORD_KIND_SURVEY:
      return RecordPlace{RowKind::kSurvey, "", ""};
    case v1::RECORD_KIND_CALL_LEG:
      return RecordPlace{RowKind::kLeg, NamedFamily(kCallFamily, name.source, name.parent), RowSuffix(RowKind::kLeg, name.id)};
    case v1::RECORD_KIND_AGENT_TIME:
      return RecordPlace{RowKind::kAgentTime, "", RowSuffix(RowKind::kAgentTime, name.source, name.id)};
    case v1::RECORD_KIND_CUSTOMER_PERIOD:
      return RecordPlace{RowKind::kPeriod, NamedFamily(kPeriodFamily, name.source, name.id), RowSuffix(RowKind::kPeriod)};
    case v1::RECORD_KIND_SUPPORT_COST:
      return RecordPlace{RowKind::kCost, NamedFamily(kCostFamily, name.source, name.id), RowSuffix(RowKind::kCost)};
    case v1::RECORD_KIND_CUSTOMER:
      return RecordPlace{RowKind::kCustomer, LookUpFamily(kCustomerFamily, name.id), RowSuffix(RowKind::kCustomer)};
    default:
      return RecordPlace{RowKind::kAgent, LookUpFamily(kAgentFamily, name.id), RowSuffix(RowKind::kAgent)};
  }
}

}  // namespace supportkpi::ingest
