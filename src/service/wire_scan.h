// A look at a request's bytes before anything is allocated for them: how many entries its lists have.
#ifndef SUPPORTKPI_SERVICE_WIRE_SCAN_H_
#define SUPPORTKPI_SERVICE_WIRE_SCAN_H_

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/zero_copy_stream.h"

namespace supportkpi::service {

// INVALID_ARGUMENT `records: 10001 entries; at most 10000` where a list at the top has too many entries, and
// `request: more than 500000 elements; ...` where all messages and lists together have. Bytes that are no message of this
// type are left to the parser: OK.
absl::Status ScanEntries(const google::protobuf::Descriptor& type, google::protobuf::io::ZeroCopyInputStream* bytes);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_WIRE_SCAN_H_
