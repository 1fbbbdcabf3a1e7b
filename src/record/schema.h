// THE table of record kinds and their fields: name, type, whether required, limits. `validate` walks it over the messages
// by reflection; a test holds it against the .proto, so a field is either here or the build is red.
#ifndef SUPPORTKPI_RECORD_SCHEMA_H_
#define SUPPORTKPI_RECORD_SCHEMA_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "supportkpi/v1/records.pb.h"

namespace supportkpi::record {

inline constexpr size_t kIdBytesMax = 256;
inline constexpr size_t kTextBytesMax = 4096;
inline constexpr int kTagsMax = 128;
inline constexpr int kAttributesMax = 64;
inline constexpr size_t kAttributeKeyBytesMax = 64;
inline constexpr int kEventsMax = 10'000;
inline constexpr int kTeamsMax = 1'000;
inline constexpr int64_t kCountMax = 1'000'000'000'000;  // sums of millions of them fit int64
inline constexpr double kNumberMax = 1e9;                 // billionths of it fit int64
inline constexpr double kYearsMax = 1000;
inline constexpr int64_t kFutureMaxMs = 24LL * 3600 * 1000;
inline constexpr int64_t kAgentTimeMaxMs = 3660LL * 24 * 3600 * 1000;

enum class FieldType : uint8_t {
  kId,          // text of 1 to 256 bytes (where set)
  kText,        // up to 4096 bytes
  kHappened,    // an instant that is not later than a day from now
  kInstant,     // any instant
  kDuration,    // not negative
  kCount,       // 0 to 10^12
  kVersion,     // not negative
  kNumber,      // -10^9 to 10^9
  kPositiveNumber,  // 0 to 1000
  kFlag,
  kEnum,        // a known value; required: not the unspecified one
  kMoney,       // with a currency
  kTexts,       // list of texts
  kAttributes,  // text to text
  kEvents,      // list of TicketEvent
  kTeams,       // list of TeamMembership
};

struct FieldRow {
  absl::string_view name;
  FieldType type;
  bool required = false;
  // Has it another value than its default? Such a default is good wherever the field is not required.
  bool (*is_set)(const google::protobuf::Message&) = nullptr;
};

struct KindRow {
  v1::RecordKind kind;
  absl::string_view name;  // the field of v1::Record
  const google::protobuf::Descriptor* (*descriptor)();
  absl::Span<const FieldRow> fields;
};

// By v1::RecordKind.
absl::Span<const KindRow> AllKinds();
// nullptr: unspecified or unknown.
const KindRow* KindRowOf(v1::RecordKind kind);
// The kind of the record's message; unspecified where none is set.
v1::RecordKind KindOf(const v1::Record& record);

}  // namespace supportkpi::record

#endif  // SUPPORTKPI_RECORD_SCHEMA_H_
