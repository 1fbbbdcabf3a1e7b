// Protobuf times as int64 milliseconds; finer is cut towards the past.
#ifndef SUPPORTKPI_FACT_INSTANTS_H_
#define SUPPORTKPI_FACT_INSTANTS_H_

#include <cstdint>

#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace supportkpi::fact {

inline int64_t MsOf(const google::protobuf::Timestamp& time) {
  // nanos are never negative, so that cutting them is flooring the instant.
  return time.seconds() * 1000 + time.nanos() / 1'000'000;
}

inline int64_t MsOf(const google::protobuf::Duration& duration) {
  return duration.seconds() * 1000 + duration.nanos() / 1'000'000;
}

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_INSTANTS_H_
