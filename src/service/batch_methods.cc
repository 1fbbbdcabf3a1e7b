// KpiService.BatchQueryKpis.
#include <utility>

#include "absl/strings/str_cat.h"
#include "record/violation.h"
#include "service/grpc_status.h"
#include "service/kpi_methods.h"
#include "service/limits.h"
#include "service/pages.h"
#include "service/request.h"
#include "status/macros.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"

namespace supportkpi::service {

namespace {

absl::Status Check(const v1::BatchQueryKpisRequest& request) {
  if (request.queries().empty()) {
    return absl::InvalidArgumentError(absl::StrCat("queries: empty; 1 to ", kBatchQuestionsMax, " entries"));
  }
  if (request.queries_size() > kBatchQuestionsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("queries: ", request.queries_size(), " entries; at most ", kBatchQuestionsMax));
  }
  for (int i = 0; i < request.queries_size(); ++i) {
    const v1::QueryKpisRequest& query = request.queries(i);
    if (!query.tenant().empty() && query.tenant() != request.tenant()) {
      return absl::InvalidArgumentError(absl::StrCat("queries[", i, "].tenant: ", record::Quoted(query.tenant()),
                                                     " is not the batch's, ", record::Quoted(request.tenant()),
                                                     "; leave it empty"));
    }
    if (!query.page_token().empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("queries[", i, "].page_token: not in a batch, whose answers are of one commit; ask QueryKpis with it"));
    }
  }
  return absl::OkStatus();
}

void SetStatus(const absl::Status& status, const Call& call, google::rpc::Status* message) {
  const grpc::Status told = ToGrpcStatus(status, call.record == nullptr ? "" : call.record->request_id);
  message->ParseFromString(told.error_details());  // code, message and details
}

// The bytes of a BatchQueryKpisItem. An answer is bytes already, and they are its field as they are.
std::string ItemOf(const absl::StatusOr<std::string>& answer, const Call& call) {
  v1::BatchQueryKpisItem item;
  if (!answer.ok()) {
    SetStatus(answer.status(), call, item.mutable_status());
    return item.SerializeAsString();
  }
  item.mutable_status();  // OK
  std::string bytes = item.SerializeAsString();
  AppendMessageField(v1::BatchQueryKpisItem::kAnswerFieldNumber, *answer, &bytes);
  return bytes;
}

absl::StatusOr<std::string> Batch(const Rooms& rooms, Pages& pages, const v1::BatchQueryKpisRequest& request,
                                  const Call& call) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(const Pages::Moment moment, Pages::Now(rooms, call));
  // Room for a status instead of each answer.
  const size_t answer_bytes_max = kPartBytesMax - request.queries_size() * 2 * kErrorDetailsBytesMax;
  std::string response;
  size_t answer_bytes = 0;
  for (const v1::QueryKpisRequest& query : request.queries()) {
    absl::StatusOr<std::string> answer = pages.AnswerAt(rooms, query, call, moment);
    // What ends the call is no matter of one question.
    if (absl::IsCancelled(answer.status()) || absl::IsDeadlineExceeded(answer.status())) return answer.status();
    if (answer.ok() && answer_bytes + answer->size() > answer_bytes_max) {
      answer = WithReason(
          absl::ResourceExhaustedError(absl::StrCat("answer: ", answer->size(), " bytes do not fit beside the answers before "
                                                    "it; ask the question by itself, or with a page_size")),
          "RESPONSE_SIZE");
    }
    if (answer.ok()) answer_bytes += answer->size();
    AppendMessageField(v1::BatchQueryKpisResponse::kItemsFieldNumber, ItemOf(answer, call), &response);
  }
  return response;
}

}  // namespace

Method BatchQueryKpisMethod(const Rooms& rooms, std::shared_ptr<Pages> pages) {
  return Unary<v1::KpiService, v1::BatchQueryKpisRequest>(
      "BatchQueryKpis", Work::kQuery, rooms,
      [pages = std::move(pages)](const Rooms& its_rooms, const v1::BatchQueryKpisRequest& request, const Call& call) {
        return Batch(its_rooms, *pages, request, call);
      });
}

}  // namespace supportkpi::service
