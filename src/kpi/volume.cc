// Rows: how much comes in and goes out.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

Part Contacts() {
  Part part;
  part.name = "contacts";
  part.set = FactSet::kContact;
  part.at = Col(Column::kAt);
  part.left_out = {{"unknown_contacts", IsNull(Col(Column::kContacts))}};
  part.weight = Col(Column::kContacts);
  return part;
}

Part CallsWithoutTicket() {
  Part part;
  part.name = "calls";
  part.set = FactSet::kCall;
  part.at = Col(Column::kStartAt);
  part.where = And({CallAsSeen(), Equal(Col(Column::kDirection), Const(kInbound)), Equal(Col(Column::kTicket), Const(0))});
  part.honours_exclusion = false;
  return part;
}

Definition ShareOf(const std::string& field, const std::string& title, std::vector<std::string> asked_by) {
  return Definition{
      .id = field + "_share",
      .title = title,
      .formula_text = "100 x tickets created in the group / tickets created in all groups of " + field +
                      " that share the bucket and the other groupings; \"none\" is a group; asked with group_by " + field,
      .unit = Unit::kPercent,
      .asked_by = std::move(asked_by),
      .attributions = OfCreation(),
      .forms = {Single("", "created", CreatedTickets("tickets"))},
      .finish = Finish::kShareOfGroups,
      .share_field = field,
      .left_out_text = kFlagged,
  };
}

Part Moves(Mode mode) {
  Part part;
  part.name = "moves";
  part.set = FactSet::kMove;
  part.mode = mode;
  part.at = Col(Column::kAt);
  return part;
}

Definition TicketsResolved() {
  Part by_first;
  by_first.name = "tickets";
  by_first.set = FactSet::kResolution;
  by_first.at = Col(Column::kStartAt);
  by_first.where = Is(Column::kIsFirst);
  return Definition{
      .id = "tickets_resolved",
      .title = "Tickets resolved",
      .formula_text = "tickets with a resolution that starts in the bucket and still stands at the range's end, each once; "
                      "anchor first: tickets whose first resolution lies in the bucket, reopened since or not",
      .direction = Direction::kHigher,
      .asked_by = {"S0", "S2"},
      .attributions = OfResolution(),
      .forms = {Single("", "resolution", ResolvedTickets("tickets")), Single("", "first", by_first)},
      .left_out_text = kFlagged,
  };
}

Definition StepEvents(std::string id, std::string title, std::string text, Column at, Moment moment) {
  Part part;
  part.name = "steps";
  part.set = FactSet::kResolution;
  part.at = Col(at);
  part.moment = moment;
  // When a flat ticket came out of its first resolution is not known: it was unresolved until the last one.
  part.left_out = {{"unknown_reopening", And({Is(Column::kFlat), Equal(Col(Column::kStartAt), Col(Column::kEndAt))})}};
  std::vector<std::string> attributions = OfResolution();
  if (moment == Moment::kEnd) attributions = {"event", "current"};
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .asked_by = {"S2"},
      .attributions = std::move(attributions),
      .forms = {Single("", "step", part)},
      .left_out_text = std::string(kFlagged) + "; flat tickets' first resolution, where a later one is known, and the reopening "
                                               "between them, whose time is not",
  };
}

Definition MoveRow(std::string id, std::string title, std::string text, Mode mode) {
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .asked_by = {"S0"},
      .forms = {Single("", "change", Moves(mode))},
      .left_out_text = kFlagged,
  };
}

Definition Interactions() {
  Form form;
  form.anchor = "contact";
  form.parts = {Contacts(), CallsWithoutTicket()};
  form.formula = Add(P("contacts"), P("calls"));
  form.numerator = form.formula;
  return Definition{
      .id = "interactions",
      .title = "Interactions",
      .formula_text = "contacts of customers on tickets (the creation by the customer and each wait started later) + inbound "
                      "calls tied to no ticket",
      .asked_by = {"S3"},
      .attributions = OfCreation(),
      .forms = {form},
      .left_out_text = std::string(kFlagged) + "; flat tickets whose contacts are not known",
  };
}

}  // namespace

std::vector<Definition> VolumeRows() {
  std::vector<Definition> rows;
  rows.push_back({
      .id = "tickets_created",
      .title = "Tickets created",
      .formula_text = "number of tickets created",
      .asked_by = {"S0", "S1", "S3"},
      .attributions = OfCreation(),
      .forms = {Single("", "created", CreatedTickets("tickets"))},
      .left_out_text = kFlagged,
  });
  rows.push_back({
      .id = "tickets_per_hour",
      .title = "Tickets per hour",
      .formula_text = "tickets created / occurrences of what groups them: with hour_of_day the hours that occur in the "
                      "bucket, with weekday alone the days, with neither all hours",
      .asked_by = {"S0"},
      .attributions = OfCreation(),
      .forms = {Single("", "created", CreatedTickets("tickets"))},
      .finish = Finish::kPerOccurrence,
      .left_out_text = kFlagged,
  });
  rows.push_back(TicketsResolved());
  rows.push_back(StepEvents("resolution_events", "Resolution events", "number of steps of tickets into a resolved state",
                            Column::kStartAt, Moment::kFact));
  rows.push_back(StepEvents("reopen_events", "Reopen events", "number of steps of tickets from resolved to unresolved",
                            Column::kEndAt, Moment::kEnd));
  rows.push_back(MoveRow("moved_in", "Moved in",
                         "changes of unresolved tickets after their creation into the group or into what the filter holds for",
                         Mode::kMovedIn));
  rows.push_back(MoveRow("moved_out", "Moved out",
                         "changes of unresolved tickets after their creation out of the group or out of what the filter holds "
                         "for",
                         Mode::kMovedOut));
  return rows;
}


std::vector<Definition> ShareRows() {
  std::vector<Definition> rows;
  rows.push_back(ShareOf("channel", "Share of channels", {"S1", "S2"}));
  rows.push_back(ShareOf("type", "Share of types", {"S1", "S2"}));
  rows.push_back(ShareOf("category", "Share of categories", {"S1", "S2"}));
  rows.push_back(Interactions());
  rows.push_back({
      .id = "volume_spike",
      .title = "Volume spike",
      .formula_text = "(x - median) / max(1.4826 MAD, square root of the median, 1) of tickets created, signed, against the 8 "
                      "earlier like buckets (days: same weekday; hours: same weekday and hour; else the 8 before)",
      .unit = Unit::kIndex,
      .asked_by = {"S1"},
      .attributions = OfCreation(),
      .forms = {Single("", "created", CreatedTickets("tickets"))},
      .finish = Finish::kSpike,
      .left_out_text = std::string(kFlagged) + "; absent for partial buckets, totals and with fewer than 4 earlier buckets",
  });
  return rows;
}

}  // namespace supportkpi::kpi::rows
