// Records to facts, one family at a time.
#include "ingest/deriver.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "ingest/family.h"
#include "ingest/keys.h"
#include "ingest/tenant_settings.h"
#include "projection/two_steps.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

using storage::Table;

// Visits the live records of a look-up kind: while one thread reads rows, another takes those before apart.
template <typename T>
absl::Status ForEachLookUp(const storage::View& view, absl::string_view tenant, char letter, RowKind kind,
                           const std::function<void(const T&)>& visit) {
  bool is_whole = true;  // of the second step until it is over
  T message;             // the same for all, so that it keeps its memory
  projection::TwoSteps<std::string> rows([&](const std::string& value) {
    RowHead head;
    absl::string_view bytes;
    if (!is_whole || !ReadRow(kind, value, &head, &bytes)) {
      is_whole = false;
    } else if (head.live) {
      is_whole = message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
      if (is_whole) visit(message);
    }
  });
  RETURN_IF_ERROR(ForEachRow(view, tenant, std::string(1, letter),
                             [&](RowKind, absl::string_view, absl::string_view value) -> absl::Status {
                               rows.Add(std::string(value));
                               return absl::OkStatus();
                             }));
  rows.Finish();
  return is_whole ? absl::OkStatus() : DamagedRow("a look-up table");
}

}  // namespace

absl::Status RecordDeriver::Derive(absl::string_view tenant, absl::string_view family, fact::Codes& codes,
                                   std::vector<fact::Fact>* facts) {
  absl::string_view rest = family;
  FamilyName name;
  if (!TakeFamily(&rest, &name) || !rest.empty()) return DamagedRow("the list of families");
  google::protobuf::Arena arena;
  LiveFamily live;
  RETURN_IF_ERROR(LoadFamily(store_, tenant, family, &arena, &live));
  std::vector<fact::TicketFamily> tickets;
  if (name.letter == kCallFamily) {
    for (const std::string& named : TicketFamiliesOfCall(live)) {
      LiveFamily ticket;
      RETURN_IF_ERROR(LoadFamily(store_, tenant, named, &arena, &ticket));
      tickets.push_back(std::move(ticket.ticket));
    }
  }
  ReduceFamily(name, live, tickets, codes, facts);
  return absl::OkStatus();
}

absl::Status RecordDeriver::ForEachFamily(absl::string_view tenant,
                                          const std::function<absl::Status(absl::string_view family)>& visit) {
  const std::string space = RowPrefix(tenant, "");
  std::string last;
  absl::Status status;
  for (const char letter : kFactFamilies) {
    const std::string prefix = RowPrefix(tenant, std::string(1, letter));
    RETURN_IF_ERROR(store_.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix),
                                [&](absl::string_view key, absl::string_view) {
                                  absl::string_view rest = key.substr(space.size());
                                  if (!last.empty() && absl::StartsWith(rest, last)) return true;
                                  const absl::string_view from_family = rest;
                                  FamilyName name;
                                  if (!TakeFamily(&rest, &name)) {
                                    status = DamagedRow("a family's name");
                                    return false;
                                  }
                                  last = std::string(from_family.substr(0, from_family.size() - rest.size()));
                                  status = visit(last);
                                  return status.ok();
                                }));
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

absl::Status RecordDeriver::ForEachCustomer(absl::string_view tenant,
                                            const std::function<void(const v1::Customer&)>& visit) {
  return ForEachLookUp<v1::Customer>(store_, tenant, kCustomerFamily, RowKind::kCustomer, visit);
}

absl::Status RecordDeriver::ForEachAgent(absl::string_view tenant, const std::function<void(const v1::Agent&)>& visit) {
  return ForEachLookUp<v1::Agent>(store_, tenant, kAgentFamily, RowKind::kAgent, visit);
}

absl::StatusOr<std::shared_ptr<const settings::Settings>> RecordDeriver::SettingsOf(absl::string_view tenant) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const StoredSettings> settings, ReadSettings(store_, tenant));
  return settings->values;
}

}  // namespace supportkpi::ingest
