// Protobuf's instants and durations as int64 milliseconds and back; the one place where finer than a millisecond is cut
// (towards the past).
#ifndef SUPPORTKPI_RECORD_INSTANT_H_
#define SUPPORTKPI_RECORD_INSTANT_H_

#include <cstdint>

#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace supportkpi::record {

// The years 0001 to 9999.
inline constexpr int64_t kFirstSecond = -62'135'596'800;
inline constexpr int64_t kLastSecond = 253'402'300'799;

// Requires validated messages.
inline int64_t ToMs(const google::protobuf::Timestamp& at) { return at.seconds() * 1000 + at.nanos() / 1'000'000; }
inline int64_t ToMs(const google::protobuf::Duration& length) {
  const int64_t ms = length.seconds() * 1000 + length.nanos() / 1'000'000;
  return length.nanos() % 1'000'000 < 0 ? ms - 1 : ms;
}

inline google::protobuf::Timestamp ToTimestamp(int64_t at_ms) {
  google::protobuf::Timestamp at;
  int64_t seconds = at_ms / 1000;
  if (at_ms % 1000 < 0) --seconds;
  at.set_seconds(seconds);
  at.set_nanos(static_cast<int32_t>(at_ms - seconds * 1000) * 1'000'000);
  return at;
}
inline google::protobuf::Duration ToDuration(int64_t ms) {
  google::protobuf::Duration length;
  length.set_seconds(ms / 1000);
  length.set_nanos(static_cast<int32_t>(ms % 1000) * 1'000'000);
  return length;
}

}  // namespace supportkpi::record

#endif  // SUPPORTKPI_RECORD_INSTANT_H_
