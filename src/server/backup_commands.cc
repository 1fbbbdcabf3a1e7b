// `supportkpid backup`, which asks a running server, and `supportkpid restore`, which needs none.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "server/commands.h"
#include "server/connection.h"
#include "service/grpc_status.h"
#include "status/macros.h"
#include "storage/backup.h"
#include "supportkpi/v1/admin_service.grpc.pb.h"

namespace supportkpi::server {

namespace {

using v1::AdminService;

// A copy may take longer than any question; the server's own longest deadline holds.
constexpr absl::Duration kUsualTimeout = absl::Hours(1);

absl::StatusOr<std::string> Json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return absl::InternalError("no JSON");
  return text;
}

// Calls one method and prints what it answers.
template <class Request, class Response>
absl::StatusOr<std::string> Call(const Connection& connection, const Request& request,
                                 grpc::Status (AdminService::Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  grpc::ClientContext context;
  connection.Prepare(&context);
  const auto stub = AdminService::NewStub(connection.channel());
  Response response;
  const grpc::Status status = ((*stub).*method)(&context, request, &response);
  if (status.ok()) return Json(response);
  return absl::UnavailableError(status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED
                                    ? "the time is over; the server goes on by itself: `supportkpid backup list` tells"
                                    : service::Printable(status.error_message()));
}

absl::StatusOr<std::string> Backup(const std::vector<std::string>& arguments) {
  std::set<std::string> known = ConnectionFlags();
  known.insert({"label", "id"});
  ASSIGN_OR_RETURN(const CommandFlags flags, CommandFlags::Parse(arguments, known));
  const std::string verb = flags.words().size() == 1 ? flags.words()[0] : "";
  if (verb != "create" && verb != "list" && verb != "verify" && verb != "delete") {
    return absl::InvalidArgumentError("say what to do: create, list, verify or delete");
  }
  ASSIGN_OR_RETURN(const int64_t id, flags.Id("id", 0));
  if ((verb == "verify" || verb == "delete") != (id != 0)) {
    return absl::InvalidArgumentError("--id: required for verify and delete, and for nothing else");
  }
  ASSIGN_OR_RETURN(const Connection connection, Connection::FromFlags(flags, kUsualTimeout));
  if (verb == "create") {
    v1::CreateBackupRequest request;
    request.set_label(flags.Text("label"));
    return Call(connection, request, &AdminService::Stub::CreateBackup);
  }
  if (verb == "list") return Call(connection, v1::ListBackupsRequest(), &AdminService::Stub::ListBackups);
  if (verb == "verify") {
    v1::VerifyBackupRequest request;
    request.set_id(id);
    return Call(connection, request, &AdminService::Stub::VerifyBackup);
  }
  v1::DeleteBackupRequest request;
  request.set_id(id);
  return Call(connection, request, &AdminService::Stub::DeleteBackup);
}

absl::StatusOr<std::string> Restore(const std::vector<std::string>& arguments) {
  ASSIGN_OR_RETURN(const CommandFlags flags, CommandFlags::Parse(arguments, {"backup_dir", "backup_id", "data_dir"}));
  for (const char* name : {"backup_dir", "data_dir"}) {
    if (flags.Text(name).empty()) return absl::InvalidArgumentError(absl::StrCat("--", name, ": required"));
  }
  if (!flags.words().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(service::Printable(flags.words()[0]), ": not expected; only flags"));
  }
  ASSIGN_OR_RETURN(const int64_t id, flags.Id("backup_id", 0));
  ASSIGN_OR_RETURN(const int64_t restored, storage::RestoreBackup(flags.Text("backup_dir"), id, flags.Text("data_dir")));
  return absl::StrCat("restored backup ", restored, " to ", flags.Text("data_dir"), "\n");
}

int ExitCodeOfRestore(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return 64;
    case absl::StatusCode::kDataLoss:
      return 65;
    case absl::StatusCode::kNotFound:
      return 66;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
      return 73;
    default:
      return 70;
  }
}

}  // namespace

int RunBackup(const std::vector<std::string>& arguments) {
  const auto answer = Backup(arguments);
  if (answer.ok()) {
    std::cout << *answer;
    return 0;
  }
  std::cerr << "supportkpid backup: " << answer.status().message() << "\n";
  return absl::IsInvalidArgument(answer.status()) ? 64 : 1;
}

int RunRestore(const std::vector<std::string>& arguments) {
  const auto answer = Restore(arguments);
  if (answer.ok()) {
    std::cout << *answer;
    return 0;
  }
  std::cerr << "supportkpid restore: " << answer.status().message() << "\n";
  return ExitCodeOfRestore(answer.status());
}

}  // namespace supportkpi::server
