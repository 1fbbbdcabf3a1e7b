// Over RocksDB's BackupEngine, opened anew for every change: only one may write to a folder at a time, and a fresh one knows
// what others, and people, did there meanwhile.
#include "storage/backup.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/env.h"
#include "rocksdb/utilities/backup_engine.h"
#include "status/macros.h"
#include "storage/rocks_backup.h"
#include "storage/rocks_status.h"
#include "storage/sync_folder.h"

namespace supportkpi::storage {

namespace {

namespace fs = std::filesystem;

rocksdb::BackupEngineOptions Options(const std::string& path) {
  rocksdb::BackupEngineOptions options(path);
  options.sync = true;
  options.share_table_files = true;
  // Without it two files of the same number, from before and after a restore, would be taken for one.
  options.share_files_with_checksum = true;
  options.backup_log_files = true;
  return options;
}

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngine>> OpenToChange(const std::string& path) {
  rocksdb::BackupEngine* raw = nullptr;
  const rocksdb::Status status = rocksdb::BackupEngine::Open(Options(path), rocksdb::Env::Default(), &raw);
  std::unique_ptr<rocksdb::BackupEngine> engine(raw);
  if (!status.ok()) return FromRocks(status, "opening the backup folder");
  return engine;
}

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngineReadOnly>> OpenToRead(const std::string& path) {
  rocksdb::BackupEngineReadOnly* raw = nullptr;
  const rocksdb::Status status = rocksdb::BackupEngineReadOnly::Open(Options(path), rocksdb::Env::Default(), &raw);
  std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(raw);
  if (!status.ok()) return FromRocks(status, "opening the backup folder");
  return engine;
}

absl::Status BusyError() {
  return absl::AbortedError("backup: another one is being made, checked or deleted; try again when it is done");
}

absl::Status NoSuchBackup(int64_t id) {
  return absl::NotFoundError(absl::StrCat("id: there is no backup ", id, "; ListBackups names them"));
}

// NOT_FOUND before anything is done, so that a typing error is not told as damage.
absl::Status CheckId(int64_t id) { return id > 0 && id <= UINT32_MAX ? absl::OkStatus() : NoSuchBackup(id); }

absl::StatusOr<std::vector<BackupInfo>> ListIn(const rocksdb::BackupEngineReadOnlyBase& engine) {
  std::vector<rocksdb::BackupInfo> good;
  engine.GetBackupInfo(&good);
  std::vector<BackupInfo> infos;
  for (const rocksdb::BackupInfo& info : good) {
    infos.push_back({info.backup_id, absl::FromUnixSeconds(info.timestamp), info.size, info.number_files, info.app_metadata,
                     false});
  }
  std::vector<rocksdb::BackupID> damaged;
  engine.GetCorruptedBackups(&damaged);
  for (const rocksdb::BackupID id : damaged) {
    BackupInfo info;
    info.id = id;
    info.is_damaged = true;
    infos.push_back(std::move(info));
  }
  std::sort(infos.begin(), infos.end(), [](const BackupInfo& a, const BackupInfo& b) { return a.id < b.id; });
  return infos;
}

absl::Status VerifyIn(const rocksdb::BackupEngineReadOnlyBase& engine, int64_t id) {
  ASSIGN_OR_RETURN(const std::vector<BackupInfo> infos, ListIn(engine));
  const auto found = std::find_if(infos.begin(), infos.end(), [id](const BackupInfo& info) { return info.id == id; });
  if (found == infos.end()) return NoSuchBackup(id);
  const auto damaged = [id](const rocksdb::Status& status) {
    absl::Status result = absl::DataLossError(absl::StrCat("backup ", id, " is damaged: files are missing or changed"));
    result.SetPayload(kDetailPayload, absl::Cord(status.ToString()));
    return result;
  };
  if (found->is_damaged) return damaged(rocksdb::Status::Corruption("listed as such"));
  const rocksdb::Status status = engine.VerifyBackup(static_cast<rocksdb::BackupID>(id), /*verify_with_checksum=*/true);
  if (status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound()) return damaged(status);
  return FromRocks(status, "checking the backup");
}

// The file that makes a folder a database, CURRENT, goes last, so that a half-moved one is none.
absl::Status MoveFiles(const fs::path& from, const fs::path& to) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator file(from, error), end; !error && file != end; file.increment(error)) {
    files.push_back(file->path());
  }
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return (a.filename() == "CURRENT") < (b.filename() == "CURRENT");
  });
  for (const fs::path& file : files) {
    if (error) break;
    if (file.filename() == "CURRENT") RETURN_IF_ERROR(SyncFolder(to));
    fs::rename(file, to / file.filename(), error);
  }
  if (!error) RETURN_IF_ERROR(SyncFolder(to));
  if (!error) fs::remove(from, error);
  if (error) return absl::UnavailableError(absl::StrCat("store: restored files cannot be moved: ", error.message()));
  return SyncFolder(to);
}

absl::Status MakeEmptyFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error && !fs::is_empty(path, error) && !error) {
    return absl::FailedPreconditionError(absl::StrCat("data_dir: ", path, " is not empty; restore into a new folder"));
  }
  if (error) return absl::UnavailableError(absl::StrCat("data_dir: ", path, " cannot be made or read: ", error.message()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> BackUpDatabase(rocksdb::DB& database, const std::string& path, absl::string_view note) {
  ASSIGN_OR_RETURN(const auto engine, OpenToChange(path));
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;  // a short log to copy and, after a restore, to read
  rocksdb::BackupID id = 0;
  const rocksdb::Status status =
      engine->CreateNewBackupWithMetadata(options, &database, std::string(note), &id);
  if (status.ok()) return int64_t{id};
  engine->GarbageCollect().PermitUncheckedError();
  return FromRocks(status, "backup");
}

absl::StatusOr<std::unique_ptr<Backups>> Backups::Open(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat("backup_dir: ", path, " cannot be made: ", error.message()));
  }
  RETURN_IF_ERROR(OpenToChange(path).status());  // makes its folders, and proves that they can be written to
  std::unique_ptr<Backups> backups(new Backups(path));
  RETURN_IF_ERROR(backups->List().status());
  return backups;
}

absl::StatusOr<BackupInfo> Backups::Create(Store& store, absl::string_view note) {
  if (!changes_.TryLock()) return BusyError();
  const absl::StatusOr<int64_t> id = store.BackUp(path_, note);
  changes_.Unlock();
  RETURN_IF_ERROR(id.status());
  return Find(*id);
}

absl::StatusOr<std::vector<BackupInfo>> Backups::List() const {
  ASSIGN_OR_RETURN(const auto engine, OpenToRead(path_));
  ASSIGN_OR_RETURN(std::vector<BackupInfo> infos, ListIn(*engine));
  Summary summary;
  for (const BackupInfo& info : infos) {
    ++(info.is_damaged ? summary.damaged_count : summary.count);
    if (!info.is_damaged) summary.newest_at = std::max(summary.newest_at, info.created_at);
  }
  absl::MutexLock lock(&summary_mutex_);
  summary_ = summary;
  return infos;
}

Backups::Summary Backups::summary() const {
  absl::MutexLock lock(&summary_mutex_);
  return summary_;
}

absl::StatusOr<BackupInfo> Backups::Find(int64_t id) const {
  ASSIGN_OR_RETURN(const std::vector<BackupInfo> infos, List());
  for (const BackupInfo& info : infos) {
    if (info.id == id) return info;
  }
  return NoSuchBackup(id);
}

absl::Status Backups::Verify(int64_t id) {
  RETURN_IF_ERROR(CheckId(id));
  if (!changes_.TryLock()) return BusyError();
  const absl::Status status = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto engine, OpenToRead(path_));
    return VerifyIn(*engine, id);
  }();
  changes_.Unlock();
  return status;
}

absl::Status Backups::Delete(int64_t id) {
  RETURN_IF_ERROR(CheckId(id));
  RETURN_IF_ERROR(Find(id).status());
  if (!changes_.TryLock()) return BusyError();
  const absl::Status status = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto engine, OpenToChange(path_));
    return FromRocks(engine->DeleteBackup(static_cast<rocksdb::BackupID>(id)), "deleting the backup");
  }();
  changes_.Unlock();
  RETURN_IF_ERROR(status);
  return List().status();
}

absl::StatusOr<std::vector<int64_t>> Backups::KeepNewest(int64_t keep) {
  ASSIGN_OR_RETURN(std::vector<BackupInfo> infos, List());
  std::erase_if(infos, [](const BackupInfo& info) { return info.is_damaged; });
  std::vector<int64_t> deleted;
  for (size_t i = 0; i + static_cast<size_t>(keep) < infos.size(); ++i) {
    RETURN_IF_ERROR(Delete(infos[i].id));
    deleted.push_back(infos[i].id);
  }
  return deleted;
}

absl::StatusOr<int64_t> RestoreBackup(const std::string& backup_path, int64_t id, const std::string& store_path) {
  std::error_code error;
  if (!fs::is_directory(backup_path, error)) {
    return absl::NotFoundError(absl::StrCat("backup_dir: ", backup_path, " is no folder"));
  }
  if (!fs::exists(fs::path(backup_path) / "meta", error)) {
    return absl::NotFoundError(absl::StrCat("backup_dir: ", backup_path, " holds no backup"));
  }
  ASSIGN_OR_RETURN(const auto engine, OpenToRead(backup_path));
  if (id == 0) {
    ASSIGN_OR_RETURN(const std::vector<BackupInfo> infos, ListIn(*engine));
    if (infos.empty()) return absl::NotFoundError(absl::StrCat("backup_dir: ", backup_path, " holds no backup"));
    id = infos.back().id;
  }
  RETURN_IF_ERROR(CheckId(id));
  RETURN_IF_ERROR(VerifyIn(*engine, id));
  RETURN_IF_ERROR(MakeEmptyFolder(store_path));
  const std::string work = absl::StrCat(store_path, "/", kUnfinishedRestore);
  RETURN_IF_ERROR(FromRocks(engine->RestoreDBFromBackup(static_cast<rocksdb::BackupID>(id), work, work), "restore"));
  StoreOptions options;
  options.path = work;
  RETURN_IF_ERROR(Store::Open(options).status());  // and closed again
  RETURN_IF_ERROR(MoveFiles(work, store_path));
  return id;
}

}  // namespace supportkpi::storage
