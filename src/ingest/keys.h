// Keys of the truth table. This is the only place where they are made. Stored on disk: do not renumber.
//
//   R TENANT 0 FAMILY ROW         a record, an event, a tombstone, a head                      (row.h)
//   I TENANT 0 KIND source id     where a survey or agent time lives, its version              (row.h)
//   L TENANT 0 FAMILY FAMILY      a ticket's family, a call that names it                      ""
//   Q TENANT 0 request id         a request that was answered                                  (request_log.h)
//   E time TENANT 0 request id    the same by age, to forget it                                ""
//   X TENANT 0 stream id          an import stream's epoch and position                        (stream_log.h)
//   C TENANT 0                    settings                                                     (tenant_settings.h)
//   0xFD name                     what the server keeps for itself, not here: the key of page tokens (service/page_token.cc)
//
//   FAMILY   T source id     a ticket            ROW   1           its head: the ticket or a place for it
//                                                      2 event id  an event ("place N" where it has no id)
//                                                      3 source id a survey that names the ticket
//            S source id     a lone survey             3
//            C source call   a call                    0           its head: the tickets that its legs name
//                                                      4 leg
//            A agent day     an agent's UTC day        5 source id each agent time that touches it
//            P source id     a customer period         6
//            M source id     a support cost            7
//            U id            a customer                8
//            G id            an agent                  9
//
// Texts but the last of a key are ordered texts (coding.h), so a family is never the prefix of another one and the rows of
// a family stand together. `day` is an ordered int: days since 1970-01-01.
#ifndef SUPPORTKPI_INGEST_KEYS_H_
#define SUPPORTKPI_INGEST_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace supportkpi::ingest {

enum class RowKind : uint8_t {
  kCallHead = 0,
  kTicket = 1,
  kEvent = 2,
  kSurvey = 3,
  kLeg = 4,
  kAgentTime = 5,
  kPeriod = 6,
  kCost = 7,
  kCustomer = 8,
  kAgent = 9,
};

// First letter of a family.
inline constexpr char kTicketFamily = 'T';
inline constexpr char kSurveyFamily = 'S';
inline constexpr char kCallFamily = 'C';
inline constexpr char kAgentDayFamily = 'A';
inline constexpr char kPeriodFamily = 'P';
inline constexpr char kCostFamily = 'M';
inline constexpr char kCustomerFamily = 'U';
inline constexpr char kAgentFamily = 'G';

// Families with facts, in the order of their letters.
inline constexpr char kFactFamilies[] = {kAgentDayFamily, kCallFamily,   kCostFamily,
                                         kPeriodFamily,   kSurveyFamily, kTicketFamily};

std::string NamedFamily(char letter, absl::string_view source, absl::string_view id);  // T S C P M
std::string LookUpFamily(char letter, absl::string_view id);                           // U G
std::string AgentDayFamily(absl::string_view agent, int64_t day);

// What a family's key says; texts of other families are empty.
struct FamilyName {
  char letter = 0;
  std::string source;
  std::string id;  // of an agent's day: the agent
  int64_t day = 0;
};
// Takes a family off the front of `key`; false: it is none.
bool TakeFamily(absl::string_view* key, FamilyName* name);

// ROW: the kind alone, with an id, with source and id.
std::string RowSuffix(RowKind kind);
std::string RowSuffix(RowKind kind, absl::string_view id);
std::string RowSuffix(RowKind kind, absl::string_view source, absl::string_view id);

std::string RowKey(absl::string_view tenant, absl::string_view family, absl::string_view suffix);
// Every row of all families that begin with `start` ("", a letter, a family).
std::string RowPrefix(absl::string_view tenant, absl::string_view start);
std::string IndexKey(absl::string_view tenant, RowKind kind, absl::string_view source, absl::string_view id);
std::string IndexPrefix(absl::string_view tenant, RowKind kind);
std::string LinkKey(absl::string_view tenant, absl::string_view ticket_family, absl::string_view call_family);
std::string LinkPrefix(absl::string_view tenant, absl::string_view ticket_family);
std::string RequestKey(absl::string_view tenant, absl::string_view request_id);
std::string RequestAgeKey(int64_t answered_at, absl::string_view tenant, absl::string_view request_id);
std::string RequestAgePrefix();
// Reads a key of RequestAgeKey.
bool TakeRequestAge(absl::string_view key, int64_t* answered_at, std::string* tenant, std::string* request_id);
std::string StreamKey(absl::string_view tenant, absl::string_view stream_id);
std::string SettingsKey(absl::string_view tenant);

// "place 3": the identity of an event without id.
std::string PlaceId(int32_t place);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_KEYS_H_
