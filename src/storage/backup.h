// Copies of a store in a folder of their own: made while it serves, checked, deleted, and restored where nothing runs.
#ifndef SUPPORTKPI_STORAGE_BACKUP_H_
#define SUPPORTKPI_STORAGE_BACKUP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "storage/store.h"

namespace supportkpi::storage {

struct BackupInfo {
  int64_t id = 0;             // ascending, from 1
  absl::Time created_at;      // full seconds
  uint64_t byte_count = 0;    // of all its files, those that it shares with other backups too
  int64_t file_count = 0;
  std::string note;           // as given to Create
  bool is_damaged = false;    // files are missing or of the wrong size; only `id` is known
};

// The backups of one folder. Files that do not change are kept once for all backups, so each but the first costs what is new.
// Any thread. Only messages of Open name the folder.
class Backups {
 public:
  // UNAVAILABLE: the folder is not there and cannot be made.
  static absl::StatusOr<std::unique_ptr<Backups>> Open(const std::string& path);

  // The store as of a moment during the call, with everything that was acknowledged before it. Synced when it returns.
  // ABORTED: another backup of the folder is being made, checked or deleted. RESOURCE_EXHAUSTED: the disk is full.
  absl::StatusOr<BackupInfo> Create(Store& store, absl::string_view note) ABSL_LOCKS_EXCLUDED(changes_);
  // Oldest first.
  absl::StatusOr<std::vector<BackupInfo>> List() const ABSL_LOCKS_EXCLUDED(summary_mutex_);
  // NOT_FOUND: there is none of that id.
  absl::StatusOr<BackupInfo> Find(int64_t id) const;
  // Reads every byte and compares checksums. DATA_LOSS: it cannot be restored. NOT_FOUND, ABORTED as above.
  absl::Status Verify(int64_t id) ABSL_LOCKS_EXCLUDED(changes_);
  // Other backups keep the files that they share with it. NOT_FOUND, ABORTED as above.
  absl::Status Delete(int64_t id) ABSL_LOCKS_EXCLUDED(changes_);
  // Deletes the oldest beyond `keep`; the ids of those that are gone. Damaged ones are left for people to look at.
  absl::StatusOr<std::vector<int64_t>> KeepNewest(int64_t keep) ABSL_LOCKS_EXCLUDED(changes_);

  // As of the last List, Find, Create or Delete; for whoever watches. Reads nothing.
  struct Summary {
    int64_t count = 0;          // that are not damaged
    int64_t damaged_count = 0;
    absl::Time newest_at = absl::InfinitePast();
  };
  Summary summary() const ABSL_LOCKS_EXCLUDED(summary_mutex_);

 private:
  explicit Backups(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  mutable absl::Mutex summary_mutex_;
  mutable Summary summary_ ABSL_GUARDED_BY(summary_mutex_);
  absl::Mutex changes_;  // only tried: a backup may take long
};

// Makes a store of a backup (id 0: the newest) in a folder that is empty or not there, checks it, and only then gives it its
// place: a folder that a restore left unfinished cannot be opened. Returns the id. FAILED_PRECONDITION: the folder is not
// empty. NOT_FOUND: no such backup. DATA_LOSS: it is damaged.
absl::StatusOr<int64_t> RestoreBackup(const std::string& backup_path, int64_t id, const std::string& store_path);

}  // namespace supportkpi::storage

#endif  // SUPPORTKPI_STORAGE_BACKUP_H_
