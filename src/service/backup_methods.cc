// AdminService's backups.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "record/instant.h"
#include "record/violation.h"
#include "service/grpc_status.h"
#include "service/rooms.h"
#include "status/macros.h"
#include "supportkpi/v1/admin_service.grpc.pb.h"

#ifndef SUPPORTKPI_VERSION
#error "the build says the version"
#endif

namespace supportkpi::service {

namespace {

using v1::AdminService;

constexpr size_t kLabelBytesMax = 200;

// The note of a backup is stored: VERSION '\n' LABEL.
std::string NoteOf(absl::string_view label) { return absl::StrCat(SUPPORTKPI_VERSION, "\n", label); }

v1::Backup ToWire(const storage::BackupInfo& info) {
  v1::Backup message;
  message.set_id(info.id);
  message.set_damaged(info.is_damaged);
  if (info.is_damaged) return message;
  *message.mutable_create_time() = record::ToTimestamp(absl::ToUnixMillis(info.created_at));
  message.set_size_bytes(static_cast<int64_t>(info.byte_count));
  message.set_file_count(info.file_count);
  const size_t end_of_version = info.note.find('\n');
  if (end_of_version == std::string::npos) return message;  // somebody else's
  message.set_server_version(info.note.substr(0, end_of_version));
  message.set_label(info.note.substr(end_of_version + 1));
  return message;
}

google::protobuf::Duration Since(absl::Time start) {
  return record::ToDuration(absl::ToInt64Milliseconds(absl::Now() - start));
}

absl::StatusOr<storage::Backups*> BackupsOf(const Rooms& rooms) {
  if (rooms.backups != nullptr) return rooms.backups;
  return WithReason(absl::FailedPreconditionError("this server makes no backups; start it with --backup_dir"), "NO_BACKUP_DIR");
}

absl::Status CheckLabel(absl::string_view label) {
  if (label.size() > kLabelBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("label: ", label.size(), " bytes; at most ", kLabelBytesMax));
  }
  for (const char c : label) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return absl::InvalidArgumentError(absl::StrCat("label: ", record::Quoted(label), " has control characters; none are allowed"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::CreateBackupResponse> Create(const Rooms& rooms, const v1::CreateBackupRequest& request, const Call&) {
  const absl::Time start = absl::Now();
  RETURN_IF_ERROR(CheckLabel(request.label()));
  ASSIGN_OR_RETURN(storage::Backups* const backups, BackupsOf(rooms));
  ASSIGN_OR_RETURN(const storage::BackupInfo made, backups->Create(*rooms.store, NoteOf(request.label())));
  v1::CreateBackupResponse response;
  *response.mutable_backup() = ToWire(made);
  if (rooms.backup_keep > 0) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> deleted, backups->KeepNewest(rooms.backup_keep));
    for (const int64_t id : deleted) response.add_deleted_ids(id);
  }
  *response.mutable_duration() = Since(start);
  return response;
}

absl::StatusOr<v1::ListBackupsResponse> List(const Rooms& rooms, const v1::ListBackupsRequest&, const Call&) {
  ASSIGN_OR_RETURN(const storage::Backups* const backups, BackupsOf(rooms));
  ASSIGN_OR_RETURN(const std::vector<storage::BackupInfo> infos, backups->List());
  v1::ListBackupsResponse response;
  for (const storage::BackupInfo& info : infos) *response.add_backups() = ToWire(info);
  return response;
}

absl::StatusOr<v1::VerifyBackupResponse> Verify(const Rooms& rooms, const v1::VerifyBackupRequest& request, const Call&) {
  const absl::Time start = absl::Now();
  ASSIGN_OR_RETURN(storage::Backups* const backups, BackupsOf(rooms));
  RETURN_IF_ERROR(backups->Verify(request.id()));
  ASSIGN_OR_RETURN(const storage::BackupInfo info, backups->Find(request.id()));
  v1::VerifyBackupResponse response;
  *response.mutable_backup() = ToWire(info);
  *response.mutable_duration() = Since(start);
  return response;
}

absl::StatusOr<v1::DeleteBackupResponse> Delete(const Rooms& rooms, const v1::DeleteBackupRequest& request, const Call&) {
  ASSIGN_OR_RETURN(storage::Backups* const backups, BackupsOf(rooms));
  RETURN_IF_ERROR(backups->Delete(request.id()));
  return v1::DeleteBackupResponse();
}

}  // namespace

std::vector<Method> BackupMethods(const Rooms& rooms) {
  return {
      Unary<AdminService, v1::CreateBackupRequest>("CreateBackup", Work::kAdmin, rooms, Create),
      Unary<AdminService, v1::ListBackupsRequest>("ListBackups", Work::kAdmin, rooms, List),
      Unary<AdminService, v1::VerifyBackupRequest>("VerifyBackup", Work::kAdmin, rooms, Verify),
      Unary<AdminService, v1::DeleteBackupRequest>("DeleteBackup", Work::kAdmin, rooms, Delete),
  };
}

}  // namespace supportkpi::service
