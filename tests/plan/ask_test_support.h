// A small language for questions in tests of the planner.
#ifndef SUPPORTKPI_TESTS_PLAN_ASK_TEST_SUPPORT_H_
#define SUPPORTKPI_TESTS_PLAN_ASK_TEST_SUPPORT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "plan/planner.h"
#include "time/calendar.h"

namespace supportkpi::plan {

// A question about January 2026 in UTC, by day.
class Ask {
 public:
  explicit Ask(std::vector<std::string> kpis) {
    for (std::string& id : kpis) {
      KpiSelection selection;
      selection.kpi = std::move(id);
      question.kpis.push_back(std::move(selection));
    }
    Range("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
    question.grain.unit = time::GrainUnit::kDay;
  }

  Ask& Range(const char* start, const char* end) {
    question.start_ms = *time::ParseRfc3339(start);
    question.end_ms = *time::ParseRfc3339(end);
    return *this;
  }
  Ask& By(std::vector<std::string> dimensions) {
    question.group_by = std::move(dimensions);
    return *this;
  }
  Ask& Where(Filter filter) {
    question.filter = std::move(filter);
    return *this;
  }
  Ask& Grain(time::GrainUnit unit) {
    question.grain.unit = unit;
    return *this;
  }
  KpiSelection& Kpi(size_t i = 0) { return question.kpis.at(i); }
  Ask& With(const std::string& name, const std::string& value) {
    Kpi().parameters[name] = value;
    return *this;
  }

  absl::StatusOr<Plan> Plan_() const { return MakePlan(question, settings, Limits()); }
  // "OK" or the message of the refusal.
  std::string Refusal() const {
    const absl::StatusOr<Plan> plan = Plan_();
    if (plan.ok()) return "OK";
    if (!absl::IsInvalidArgument(plan.status())) return plan.status().ToString();
    return std::string(plan.status().message());
  }

  Question question;
  settings::Settings settings;
};

inline Filter Leaf(Filter::Op op, std::string field, std::vector<std::string> values) {
  Filter filter;
  filter.op = op;
  filter.field = std::move(field);
  filter.values = std::move(values);
  return filter;
}
inline Filter Equals(std::string field, std::string value) {
  return Leaf(Filter::Op::kEquals, std::move(field), {std::move(value)});
}
inline Filter Branch(Filter::Op op, std::vector<Filter> args) {
  Filter filter;
  filter.op = op;
  filter.args = std::move(args);
  return filter;
}
inline Filter All(std::vector<Filter> args) { return Branch(Filter::Op::kAll, std::move(args)); }
inline Filter Any(std::vector<Filter> args) { return Branch(Filter::Op::kAny, std::move(args)); }
inline Filter Not(Filter arg) { return Branch(Filter::Op::kNot, {std::move(arg)}); }

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_TESTS_PLAN_ASK_TEST_SUPPORT_H_
