// Messages of the API as plain values and back. Into plain values everything that a message can say but cannot mean is
// refused: instants out of range, unset oneofs, unknown enum numbers. What needs knowledge of KPIs or settings is left to
// the planner.
#ifndef SUPPORTKPI_SERVICE_WIRE_H_
#define SUPPORTKPI_SERVICE_WIRE_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "answer/answer.h"
#include "google/protobuf/timestamp.pb.h"
#include "kpi/definition.h"
#include "plan/plan.h"
#include "plan/question.h"
#include "settings/settings.h"
#include "supportkpi/v1/kpi_service.pb.h"

namespace supportkpi::service {

// INVALID_ARGUMENT `PATH.nanos: 1000000000 outside 0..999999999` and the like.
absl::StatusOr<int64_t> InstantFromWire(const google::protobuf::Timestamp& at, absl::string_view path);

// A month of 0 in grain.fiscal_first_month becomes the tenant's. A range in words is read at `now_ms` in the question's
// zone, else the tenant's.
absl::StatusOr<plan::Question> QuestionFromWire(const v1::QueryKpisRequest& request, const settings::Settings& settings,
                                                int64_t now_ms);

// Rows from `begin` up to, not with, `end`; cut to those that there are.
struct RowRange {
  int64_t begin = 0;
  int64_t end = std::numeric_limits<int64_t>::max();
};

// All but the duration, which is known last.
v1::AnswerMetadata MetadataToWire(const answer::Answer& answer);

// Calls body(i) for each i below `count`, perhaps on several threads; returns when all have ended.
using ForEach = std::function<void(size_t count, const std::function<void(size_t)>& body)>;

// The bytes of a QueryKpisResponse: those rows, the totals if wanted, and what `rest` has.
std::string AnswerToWire(const answer::Answer& answer, v1::AnswerLayout layout, RowRange range, bool with_totals,
                         const v1::QueryKpisResponse& rest, const ForEach& for_each);

v1::KpiDefinition DefinitionToWire(const kpi::Definition& definition);

v1::Unit ToWire(kpi::Unit unit);
v1::Direction ToWire(kpi::Direction direction);
v1::Clock ToWire(kpi::Clock clock);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_WIRE_H_
