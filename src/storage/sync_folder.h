// Makes what was created, renamed or removed in a folder survive a crash.
#ifndef SUPPORTKPI_STORAGE_SYNC_FOLDER_H_
#define SUPPORTKPI_STORAGE_SYNC_FOLDER_H_

#include <string>

#include "absl/status/status.h"

namespace supportkpi::storage {

// UNAVAILABLE: the folder cannot be opened or synced.
absl::Status SyncFolder(const std::string& path);

}  // namespace supportkpi::storage

#endif  // SUPPORTKPI_STORAGE_SYNC_FOLDER_H_
