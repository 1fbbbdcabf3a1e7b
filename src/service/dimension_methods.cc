// KpiService.ListDimensions.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "kpi/catalogue.h"
#include "kpi/dimensions.h"
#include "record/violation.h"
#include "service/dimension_values.h"
#include "service/kpi_methods.h"
#include "service/limits.h"
#include "status/macros.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"

namespace supportkpi::service {

namespace {

v1::DimensionType TypeOf(const DimensionRow& row) {
  switch (row.kind) {
    case kpi::ValueKind::kCode:
    case kpi::ValueKind::kAgentName:
      return v1::DIMENSION_TYPE_TEXT;
    case kpi::ValueKind::kEnum:
      return row.fixed_values == std::vector<std::string>{"false", "true"} ? v1::DIMENSION_TYPE_BOOLEAN
                                                                           : v1::DIMENSION_TYPE_TEXT;
    case kpi::ValueKind::kInteger: {
      const bool is_calendar = row.name == "hour_of_day" || row.name == "weekday" || row.name == "month_of_year";
      return is_calendar ? v1::DIMENSION_TYPE_CALENDAR_PART : v1::DIMENSION_TYPE_NUMBER;
    }
    case kpi::ValueKind::kInstant:
      return v1::DIMENSION_TYPE_INSTANT;
    case kpi::ValueKind::kDuration:
    case kpi::ValueKind::kMoney:
    case kpi::ValueKind::kBillionths:
      return v1::DIMENSION_TYPE_NUMBER;
  }
  return v1::DIMENSION_TYPE_UNSPECIFIED;
}

absl::Status CheckKpis(const v1::ListDimensionsRequest& request) {
  for (int i = 0; i < request.kpis_size(); ++i) {
    if (kpi::FindKpi(request.kpis(i)) != nullptr) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("kpis[", i, "]: unknown kpi ", record::Quoted(request.kpis(i)), "; ", MeantKpis(request.kpis(i))));
  }
  return absl::OkStatus();
}

bool IsOfAll(const DimensionRow& row, const v1::ListDimensionsRequest& request) {
  return std::all_of(request.kpis().begin(), request.kpis().end(), [&](const std::string& kpi) {
    return std::find(row.kpis.begin(), row.kpis.end(), kpi) != row.kpis.end();
  });
}

absl::StatusOr<v1::ListDimensionsResponse> List(const Rooms& rooms, const v1::ListDimensionsRequest& request,
                                                const Call& call) {
  RETURN_IF_ERROR(CheckKpis(request));
  if (request.sample_values() < 0 || request.sample_values() > kSampleValuesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("sample_values: ", request.sample_values(), " outside 0..", kSampleValuesMax));
  }
  ASSIGN_OR_RETURN(const auto snapshot, rooms.projection->TakeSnapshot(call.tenant));
  std::vector<DimensionRow> rows;
  for (const DimensionRow& row : AllDimensions()) {
    if (!row.is_any_attribute()) rows.push_back(row);
  }
  ASSIGN_OR_RETURN(std::vector<DimensionRow> attributes, AttributesOf(*snapshot));
  std::move(attributes.begin(), attributes.end(), std::back_inserter(rows));

  v1::ListDimensionsResponse response;
  for (const DimensionRow& row : rows) {
    if (!IsOfAll(row, request)) continue;
    v1::Dimension& message = *response.add_dimensions();
    message.set_name(row.name);
    message.set_description(kpi::DescriptionOf(row.name));
    message.set_type(TypeOf(row));
    message.set_groupable(true);
    for (const std::string& kpi : row.kpis) message.add_kpis(kpi);
    ASSIGN_OR_RETURN(const DimensionValues values, ValuesOf(row, *snapshot, request.sample_values(), call.cancelled));
    if (values.distinct_count.has_value()) message.set_distinct_count(*values.distinct_count);
    for (const std::string& value : values.first) message.add_sample_values(value);
  }
  return response;
}

}  // namespace

Method ListDimensionsMethod(const Rooms& rooms) {
  return Unary<v1::KpiService, v1::ListDimensionsRequest>("ListDimensions", Work::kQuery, rooms, List);
}

}  // namespace supportkpi::service
