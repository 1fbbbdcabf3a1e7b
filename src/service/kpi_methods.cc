// KpiService.
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ingest/data_issues.h"
#include "kpi/catalogue.h"
#include "record/violation.h"
#include "service/kpi_methods.h"
#include "service/rooms.h"
#include "service/wire.h"
#include "status/macros.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"

namespace supportkpi::service {

namespace {

using v1::KpiService;

absl::StatusOr<v1::ListKpisResponse> List(const Rooms&, const v1::ListKpisRequest&, const Call&) {
  v1::ListKpisResponse response;
  for (const kpi::Definition& definition : kpi::AllKpis()) *response.add_kpis() = DefinitionToWire(definition);
  return response;
}

absl::StatusOr<v1::GetKpiResponse> Get(const Rooms&, const v1::GetKpiRequest& request, const Call&) {
  if (request.kpi().empty()) return absl::InvalidArgumentError("kpi: required; ListKpis names them");
  const kpi::Definition* definition = kpi::FindKpi(request.kpi());
  if (definition == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("kpi: ", record::Quoted(request.kpi()), " is unknown; ", MeantKpis(request.kpi())));
  }
  v1::GetKpiResponse response;
  *response.mutable_kpi() = DefinitionToWire(*definition);
  return response;
}

absl::StatusOr<v1::ListDataIssuesResponse> ListIssues(const Rooms& rooms, const v1::ListDataIssuesRequest&,
                                                      const Call& call) {
  ASSIGN_OR_RETURN(const auto issues, ingest::FindDataIssues(*rooms.store->TakeView(), call.tenant,
                                                             [&] { return call.cancelled->load(); }));
  v1::ListDataIssuesResponse response;
  for (const ingest::DataIssue& issue : issues) {
    v1::DataIssue& message = *response.add_issues();
    message.set_kind(issue.kind);
    message.set_description(issue.description);
    message.set_record_kind(issue.record_kind);
    message.set_count(issue.count);
    for (const std::string& id : issue.first_ids) message.add_first_ids(id);
  }
  return response;
}

}  // namespace

std::string MeantKpis(absl::string_view unknown) {
  const std::vector<std::string> nearest = kpi::NearestKpis(unknown);
  return nearest.empty() ? "ListKpis names them" : absl::StrCat("did you mean \"", absl::StrJoin(nearest, "\" or \""), "\"?");
}

std::vector<Method> KpiMethods(const Rooms& rooms) {
  const auto pages = std::make_shared<Pages>(rooms.store);
  const auto query = [pages](const Rooms& its_rooms, const v1::QueryKpisRequest& request, const Call& call) {
    return pages->Answer(its_rooms, request, call);
  };
  Method query_kpis = Unary<KpiService, v1::QueryKpisRequest>("QueryKpis", Work::kQuery, rooms, query);
  query_kpis.at_once = [pages, rooms](const grpc::ByteBuffer& request, Call* call) {
    return pages->AnswerAtOnce(rooms, request, call);
  };
  return {
      Unary<KpiService, v1::ListKpisRequest>("ListKpis", Work::kQuery, rooms, List),
      Unary<KpiService, v1::GetKpiRequest>("GetKpi", Work::kQuery, rooms, Get),
      std::move(query_kpis),
      BatchQueryKpisMethod(rooms, pages),
      StreamQueryKpisMethod(rooms, pages),
      ValidateQueryMethod(rooms),
      ListDimensionsMethod(rooms),
      Unary<KpiService, v1::ListDataIssuesRequest>("ListDataIssues", Work::kAdmin, rooms, ListIssues),
  };
}

std::vector<Method> AllMethods(const Rooms& rooms) {
  std::vector<Method> methods;
  for (auto rows : {KpiMethods(rooms), RecordMethods(rooms), ConfigMethods(rooms), AdminMethods(rooms)}) {
    methods.insert(methods.end(), rows.begin(), rows.end());
  }
  return methods;
}

}  // namespace supportkpi::service
