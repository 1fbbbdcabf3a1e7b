// KpiService.ValidateQuery.
#include "service/kpi_methods.h"
#include "service/question_repair.h"
#include "service/question_words.h"
#include "status/macros.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"

namespace supportkpi::service {

namespace {

absl::StatusOr<v1::ValidateQueryResponse> Validate(const Rooms& rooms, const v1::ValidateQueryRequest& request,
                                                   const Call& call) {
  ASSIGN_OR_RETURN(const auto snapshot, rooms.projection->TakeSnapshot(call.tenant));
  const MendedQuestion mended = Mend(request.query(), *snapshot->TenantSettings(), rooms.clock->NowMs(), call.cancelled);
  if (call.cancelled->load()) return absl::CancelledError("the caller left");
  v1::ValidateQueryResponse response;
  response.set_valid(mended.faults.empty());
  for (const QuestionFault& fault : mended.faults) {
    v1::QueryProblem& problem = *response.add_problems();
    problem.set_field(fault.field);
    problem.set_description(fault.description);
  }
  if (!mended.plan.has_value()) return response;
  response.set_explanation(InWords(*mended.question, *mended.plan));
  if (response.valid()) return response;
  *response.mutable_nearest() = mended.request;
  for (const std::string& change : mended.changes) response.add_changes(change);
  return response;
}

}  // namespace

Method ValidateQueryMethod(const Rooms& rooms) {
  return Unary<v1::KpiService, v1::ValidateQueryRequest>("ValidateQuery", Work::kQuery, rooms, Validate);
}

}  // namespace supportkpi::service
