// A family's live records, gathered from rows, and their reduction to facts.
#ifndef SUPPORTKPI_INGEST_FAMILY_H_
#define SUPPORTKPI_INGEST_FAMILY_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "fact/reduction.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "ingest/keys.h"
#include "ingest/row.h"
#include "storage/store.h"

namespace supportkpi::ingest {

// Points to messages that somebody else keeps.
struct LiveFamily {
  fact::TicketFamily ticket;
  std::vector<const v1::CallLeg*> legs;
  std::vector<const v1::AgentTime*> times;
  const v1::Survey* lone_survey = nullptr;
  const v1::CustomerPeriod* period = nullptr;
  const v1::SupportCost* cost = nullptr;

  // Rows come in the order of their keys.
  void Add(char family_letter, RowKind kind, const RowHead& head, const google::protobuf::Message& message);
};

// Facts of the family. `named_tickets`: of a call, those that its legs name.
void ReduceFamily(const FamilyName& name, const LiveFamily& family, absl::Span<const fact::TicketFamily> named_tickets,
                  fact::Codes& codes, std::vector<fact::Fact>* facts);

// The families of the tickets that the call's legs name, ascending, each once.
std::vector<std::string> TicketFamiliesOfCall(const LiveFamily& call);

// A row's message on the arena; nullptr: damaged.
const google::protobuf::Message* ParseMessage(RowKind kind, absl::string_view bytes, google::protobuf::Arena* arena);

using RowVisitor = std::function<absl::Status(RowKind kind, absl::string_view suffix, absl::string_view value)>;
// The stored rows of a family in the order of their keys, a call's head left out.
absl::Status ForEachRow(const storage::View& view, absl::string_view tenant, absl::string_view family,
                        const RowVisitor& visit);

// Reads the live rows of a family onto the arena.
absl::Status LoadFamily(const storage::View& view, absl::string_view tenant, absl::string_view family,
                        google::protobuf::Arena* arena, LiveFamily* live);

// DATA_LOSS; says where, never what.
absl::Status DamagedRow(absl::string_view what);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_FAMILY_H_
