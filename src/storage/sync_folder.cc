#include "storage/sync_folder.h"

#include <fcntl.h>
#include <unistd.h>

namespace supportkpi::storage {

absl::Status SyncFolder(const std::string& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return absl::UnavailableError("store: the folder cannot be opened");
  const bool is_synced = fsync(folder) == 0;
  close(folder);
  return is_synced ? absl::OkStatus() : absl::UnavailableError("store: the folder cannot be synced");
}

}  // namespace supportkpi::storage
