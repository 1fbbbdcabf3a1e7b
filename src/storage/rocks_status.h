// RocksDB's statuses as absl's, decided once. Messages name what failed but no path and no stored bytes; the library's
// own text travels as a payload for the log.
#ifndef SUPPORTKPI_STORAGE_ROCKS_STATUS_H_
#define SUPPORTKPI_STORAGE_ROCKS_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/status.h"

namespace supportkpi::storage {

// Payload type of the library's own text.
inline constexpr absl::string_view kDetailPayload = "supportkpi/storage-detail";

// `what` is the action in words: "write", "read".
absl::Status FromRocks(const rocksdb::Status& status, absl::string_view what);

}  // namespace supportkpi::storage

#endif  // SUPPORTKPI_STORAGE_ROCKS_STATUS_H_
