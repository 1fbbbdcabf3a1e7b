// Rows: what agents spend their time on.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

constexpr const char* kOverlaps =
    "nothing; where records of one agent overlap, each instant belongs to the busiest state, then the later start";

// Time inside the bucket of stretches for which all conditions hold.
Part Time(std::string name, std::vector<Expr> conditions) {
  Part part;
  part.name = std::move(name);
  part.set = FactSet::kAgentTime;
  part.mode = Mode::kClipped;
  part.at = Col(Column::kStartAt);
  part.to = Col(Column::kEndAt);
  part.where = And(std::move(conditions));
  part.aggregate = Aggregate::kSum;
  part.value = Elapsed(Max(Col(Column::kStartAt), BucketStart()), Min(Col(Column::kEndAt), BucketEnd()));
  part.value_is_duration = true;
  part.honours_exclusion = false;
  return part;
}

Definition ShareOfTime(std::string id, std::string title, std::string text, std::vector<std::string> asked_by, Part whole,
                       std::vector<int64_t> states) {
  Part some = Among(whole, "counted", IsOneOf(Col(Column::kAgentState), std::move(states)));
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .unit = Unit::kPercent,
      .asked_by = std::move(asked_by),
      .forms = {Percent("", "clipped", some, whole)},
      .left_out_text = kOverlaps,
  };
}

}  // namespace

std::vector<Definition> AgentRows() {
  const Part paid = Time("paid", {Is(Column::kPaid)});
  const Part on_call = Time("handling_or_available", {IsOneOf(Col(Column::kAgentState), {kHandling, kAvailable})});
  std::vector<Definition> rows;
  rows.push_back({
      .id = "agent_state_time",
      .title = "Time in agent states",
      .formula_text = "time of agents inside the bucket; asked with group_by state",
      .unit = Unit::kSeconds,
      .asked_by = {"S2"},
      .statistics = {"sum"},
      .forms = {Single("", "clipped", Time("time", {}))},
      .left_out_text = kOverlaps,
      .example_group = "state",
  });
  rows.push_back(ShareOfTime("utilization", "Utilization",
                             "100 x paid time handling or on other support work / paid time, inside the bucket", {"S2", "S3"},
                             paid, {kHandling, kOtherSupportWork}));
  rows.push_back(ShareOfTime("occupancy", "Occupancy", "100 x time handling / (time handling + time available), inside the bucket",
                             {"S2"}, on_call, {kHandling}));
  rows.push_back(ShareOfTime("online_share", "Online share",
                             "100 x paid time available, handling or on other support work / paid time, inside the bucket", {"S3"},
                             paid, {kAvailable, kHandling, kOtherSupportWork}));
  return rows;
}

}  // namespace supportkpi::kpi::rows
