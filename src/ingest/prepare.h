// What the caller's thread does with a request before it queues: check, normalise and serialise its records, so that the
// committer's thread has only to compare versions and reduce.
#ifndef SUPPORTKPI_INGEST_PREPARE_H_
#define SUPPORTKPI_INGEST_PREPARE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/committer.h"
#include "ingest/keys.h"
#include "record/validate.h"

namespace supportkpi::ingest {

// One row to store.
struct PreparedRow {
  RowKind kind = RowKind::kTicket;
  std::string suffix;
  int64_t version = 0;
  int32_t place = -1;
  const google::protobuf::Message* message = nullptr;
  std::string bytes;
};

// One record: its own row and, of a ticket, its events' rows. A ticket event alone has no row of its own, only `events`.
struct PreparedRecord {
  int64_t index = 0;   // in its request
  bool refused = false;  // it contradicts another record of its request; kept only for the comparison
  std::string family;  // agent time: empty, its families follow from agent and days
  std::optional<PreparedRow> row;
  std::vector<PreparedRow> events;
  // Surveys and agent time: found by the index.
  std::string source;
  std::string id;
  std::string agent;
  int64_t first_day = 0;
  int64_t last_day = 0;
};

struct PreparedBatch {
  Records records;  // keeps the messages
  std::vector<google::protobuf::RepeatedPtrField<v1::TicketEvent>> events;  // taken out of their tickets
  std::vector<PreparedRecord> prepared;
  std::vector<Rejected> rejected;  // the first kRejectedKept
  int64_t rejected_count = 0;
  size_t byte_count = 0;
};

inline constexpr size_t kRejectedKept = 100;

// `all_or_nothing`: INVALID_ARGUMENT with the violations of all records, under "records[i]"; else the bad ones are left
// out and reported, with paths inside the record ("ticket.created_at").
absl::StatusOr<std::unique_ptr<PreparedBatch>> Prepare(Records records, const record::ValidationContext& context,
                                                       bool all_or_nothing);

// Deterministic bytes of a message.
std::string SerializeOrdered(const google::protobuf::Message& message);

// Where a named record lives: family and row suffix; of surveys and agent time only kind, source and id are used.
struct RecordPlace {
  RowKind kind = RowKind::kTicket;
  std::string family;
  std::string suffix;
};
absl::StatusOr<RecordPlace> PlaceOf(const RecordName& name);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_PREPARE_H_
