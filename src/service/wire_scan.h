// A look at a request's bytes before anything is allocated for them: how many entries its lists have, what it will take.
#ifndef SUPPORTKPI_SERVICE_WIRE_SCAN_H_
#define SUPPORTKPI_SERVICE_WIRE_SCAN_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/zero_copy_stream.h"

namespace supportkpi::service {

// About how many bytes of memory the message will take, rather more than less. INVALID_ARGUMENT `records: 10001 entries; at most 10000` where a list at the top has too many entries, and
// `request: more than 500000 elements; ...` where all messages and lists together have. Bytes that are no message of this
// type are left to the parser: OK, with what the bytes before the fault will take.
absl::StatusOr<int64_t> ScanEntries(const google::protobuf::Descriptor& type, google::protobuf::io::ZeroCopyInputStream* bytes);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_WIRE_SCAN_H_
