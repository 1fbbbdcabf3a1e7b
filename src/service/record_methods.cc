// RecordService but for the import stream.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ingest/record_reader.h"
#include "record/violation.h"
#include "service/import_session.h"
#include "service/limits.h"
#include "service/record_filter.h"
#include "service/rooms.h"
#include "status/macros.h"
#include "supportkpi/v1/record_service.grpc.pb.h"

namespace supportkpi::service {

namespace {

using v1::RecordService;

absl::Status CheckKind(v1::RecordKind kind, absl::string_view path) {
  if (kind == v1::RECORD_KIND_UNSPECIFIED) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": required; such as RECORD_KIND_TICKET"));
  }
  if (!v1::RecordKind_IsValid(kind)) return absl::InvalidArgumentError(absl::StrCat(path, ": unknown value ", kind));
  return absl::OkStatus();
}

absl::StatusOr<ingest::RecordName> NameFromWire(const v1::RecordName& message) {
  RETURN_IF_ERROR(CheckKind(message.kind(), "name.kind"));
  if (message.id().empty()) return absl::InvalidArgumentError("name.id: required");
  const bool is_part =
      message.kind() == v1::RECORD_KIND_TICKET_EVENT || message.kind() == v1::RECORD_KIND_CALL_LEG;
  if (is_part && message.parent().empty()) {
    return absl::InvalidArgumentError("name.parent: required; the ticket of an event, the call of a leg");
  }
  if (!is_part && !message.parent().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("name.parent: ", record::Quoted(message.parent()), "; only events and legs are part of something"));
  }
  return ingest::RecordName{message.kind(), message.source(), message.id(), message.parent()};
}

absl::StatusOr<v1::BatchUpsertRecordsResponse> BatchUpsert(const Rooms& rooms, v1::BatchUpsertRecordsRequest& request,
                                                           const Call& call) {
  RETURN_IF_ERROR(call.TakeRecords(request.records_size()));
  ASSIGN_OR_RETURN(const ingest::UpsertResult result, Await<ingest::UpsertResult>([&](auto done) {
                     rooms.committer->Upsert(call.tenant, request.request_id(), std::move(*request.mutable_records()),
                                             std::move(done));
                   }));
  v1::BatchUpsertRecordsResponse response;
  response.set_commit(result.commit);
  response.set_accepted(result.accepted);
  response.set_replaced(result.replaced);
  response.set_ignored_stale(result.ignored_stale);
  response.set_replayed(result.replayed);
  return response;
}

absl::StatusOr<v1::GetRecordResponse> Get(const Rooms& rooms, const v1::GetRecordRequest& request, const Call& call) {
  ASSIGN_OR_RETURN(const ingest::RecordName name, NameFromWire(request.name()));
  v1::GetRecordResponse response;
  ASSIGN_OR_RETURN(*response.mutable_record(), ingest::GetRecord(*rooms.store->TakeView(), call.tenant, name));
  return response;
}

absl::StatusOr<v1::ListRecordsResponse> List(const Rooms& rooms, const v1::ListRecordsRequest& request,
                                             const Call& call) {
  RETURN_IF_ERROR(CheckKind(request.kind(), "kind"));
  if (request.page_size() < 0) {
    return absl::InvalidArgumentError(absl::StrCat("page_size: ", request.page_size(), " below 0"));
  }
  ingest::ListQuestion question;
  question.kind = request.kind();
  question.page_size =
      request.page_size() == 0 ? kPageRecordsDefault : std::min(request.page_size(), kPageRecordsMax);
  ASSIGN_OR_RETURN(question.start, StartOfPage(call.tenant, request));
  if (request.has_filter()) {
    ASSIGN_OR_RETURN(question.accept, RecordFilterFromWire(request.filter()));
  }
  const auto view = rooms.store->TakeView();
  while (true) {
    ASSIGN_OR_RETURN(ingest::ListPage page, ingest::ListRecords(*view, call.tenant, question));
    v1::ListRecordsResponse response;
    for (v1::Record& record : page.records) *response.add_records() = std::move(record);
    response.set_next_page_token(PageToken(call.tenant, request, page.next));
    if (question.page_size == 1 || response.ByteSizeLong() <= static_cast<size_t>(kPageBytes)) return response;
    question.page_size /= 2;  // large records: a smaller page instead of an answer that no client accepts
  }
}

absl::StatusOr<v1::DeleteRecordResponse> Delete(const Rooms& rooms, const v1::DeleteRecordRequest& request,
                                                const Call& call) {
  ASSIGN_OR_RETURN(const ingest::RecordName name, NameFromWire(request.name()));
  const std::optional<int64_t> version = request.has_version() ? std::optional(request.version()) : std::nullopt;
  ASSIGN_OR_RETURN(const ingest::DeleteResult result, Await<ingest::DeleteResult>([&](auto done) {
                     rooms.committer->Delete(call.tenant, request.request_id(), name, version, std::move(done));
                   }));
  v1::DeleteRecordResponse response;
  response.set_commit(result.commit);
  response.set_deleted(result.deleted);
  response.set_replayed(result.replayed);
  return response;
}

}  // namespace

std::vector<Method> RecordMethods(const Rooms& rooms) {
  return {
      Unary<RecordService, v1::BatchUpsertRecordsRequest>("BatchUpsertRecords", Work::kRecords, rooms, BatchUpsert),
      Unary<RecordService, v1::GetRecordRequest>("GetRecord", Work::kRecords, rooms, Get),
      Unary<RecordService, v1::ListRecordsRequest>("ListRecords", Work::kRecords, rooms, List),
      Unary<RecordService, v1::DeleteRecordRequest>("DeleteRecord", Work::kRecords, rooms, Delete),
      Bidi<RecordService>("ImportRecords", Work::kRecords, [rooms] { return MakeImportSession(*rooms.committer); }),
  };
}

}  // namespace supportkpi::service
