// Rows: in which state tickets are.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

Part States(std::string name) {
  Part part;
  part.name = std::move(name);
  part.set = FactSet::kStateSpan;
  part.mode = Mode::kAtBucketEnd;
  part.at = Col(Column::kStartAt);
  part.to = Col(Column::kEndAt);
  part.status = Col(Column::kStatus);
  return part;
}

Part Backlog(std::string name) {
  Part part = States(std::move(name));
  part.where = IsUnresolved(Col(Column::kStatus));
  return part;
}

Form WithUnknownStates(Form form) {
  form.parts.push_back(UnknownStates());
  return form;
}

Definition TicketsByStatus() {
  Form snapshot = WithUnknownStates(Single("snapshot", "bucket_end", States("tickets")));
  return Definition{
      .id = "tickets_by_status",
      .title = "Tickets by status",
      .formula_text = "tickets created in the bucket by their state at the range's end; variant snapshot: all tickets by their "
                      "state at the bucket's end; asked with group_by status",
      .asked_by = {"S2"},
      .attributions = {"creation", "event", "instant", "current"},
      .forms = {Single("cohort", "created", Leaving(CreatedTickets("tickets"), {UnknownState()})), snapshot},
      .left_out_text = std::string(kFlagged) + "; flat tickets resolved at an unknown time",
      .example_group = "status",
  };
}

Definition BacklogToVolume() {
  Part backlog = Backlog("backlog");
  Part created = CreatedTickets("created");
  created.status = Const(0);
  Form form = Percent("", "bucket_end", backlog, created);
  form.parts.push_back(UnknownStates());
  form.parts.back().status = Const(0);
  return Definition{
      .id = "backlog_to_volume",
      .title = "Backlog to volume",
      .formula_text = "100 x unresolved tickets at the end of the bucket / tickets created in the bucket",
      .unit = Unit::kPercent,
      .direction = Direction::kLower,
      .asked_by = {"S0"},
      .attributions = OfState(),
      .forms = {form},
      .left_out_text = std::string(kFlagged) + "; of the backlog, flat tickets resolved at an unknown time",
  };
}

Definition BacklogAge() {
  Part part = WithDuration(Backlog("backlog"), ElapsedByTicket(Col(Column::kCreatedAt), BucketEnd()));
  return Definition{
      .id = "backlog_age",
      .title = "Age of the backlog",
      .formula_text = "time since creation of the tickets that are unresolved at the end of the bucket",
      .unit = Unit::kSeconds,
      .direction = Direction::kLower,
      .asked_by = {"S0"},
      .statistics = AllStatistics(),
      .clocks = BothClocks(),
      .attributions = OfState(),
      .parameters = {ScheduleParameter()},
      .forms = {WithUnknownStates(Single("", "bucket_end", part))},
      .left_out_text = std::string(kFlagged) + "; flat tickets resolved at an unknown time",
  };
}

}  // namespace

std::vector<Definition> StateRows() {
  const Part known = Leaving(CreatedTickets("created"), {UnknownState()});
  std::vector<Definition> rows;
  rows.push_back(TicketsByStatus());
  rows.push_back({
      .id = "backlog",
      .title = "Backlog",
      .formula_text = "unresolved tickets (new, open, pending, on hold) at the end of the bucket",
      .direction = Direction::kLower,
      .asked_by = {"S0"},
      .attributions = OfState(),
      .forms = {WithUnknownStates(Single("", "bucket_end", Backlog("backlog")))},
      .left_out_text = std::string(kFlagged) + "; flat tickets resolved at an unknown time",
  });
  rows.push_back(BacklogToVolume());
  rows.push_back({
      .id = "unresolved_share",
      .title = "Share of unresolved tickets",
      .formula_text = "100 x tickets created in the bucket that are unresolved at the range's end / tickets created in the "
                      "bucket",
      .unit = Unit::kPercent,
      .direction = Direction::kLower,
      .asked_by = {"S0"},
      .attributions = OfCreation(),
      .forms = {Percent("", "created", Among(known, "unresolved", IsUnresolved(StatusAtEnd())), known)},
      .left_out_text = std::string(kFlagged) + "; flat tickets resolved at an unknown time",
  });
  rows.push_back(BacklogAge());
  return rows;
}

}  // namespace supportkpi::kpi::rows
