// What Store and Backups over RocksDB share.
#ifndef SUPPORTKPI_STORAGE_ROCKS_BACKUP_H_
#define SUPPORTKPI_STORAGE_ROCKS_BACKUP_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/db.h"

namespace supportkpi::storage {

// Adds a backup of the database to the folder; its id.
absl::StatusOr<int64_t> BackUpDatabase(rocksdb::DB& database, const std::string& path, absl::string_view note);

// Stands in a store's folder while a restore works there.
inline constexpr char kUnfinishedRestore[] = ".restoring";

}  // namespace supportkpi::storage

#endif  // SUPPORTKPI_STORAGE_ROCKS_BACKUP_H_
