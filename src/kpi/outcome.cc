// Rows: what became of tickets.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

Form FirstContact(std::string variant, std::vector<LeftOut> rules, Expr condition) {
  const Part resolved = Leaving(ResolvedTickets("resolved"), std::move(rules));
  return Percent(std::move(variant), "resolution", Among(resolved, "first_contact", std::move(condition)), resolved);
}

Form NoRepeat() {
  const Expr window_end = Sum(Col(Column::kStartAt), Param("window"));
  const Expr next = Make(Op::kNextSameIssueAt, {Col(Column::kTicket), Col(Column::kStartAt), window_end});
  Part resolved = ResolvedTickets("resolved");
  resolved.notes = {{"open_windows", And({Greater(window_end, Make(Op::kDataUntil, {})), Greater(next, window_end)})}};
  return Percent("no_repeat", "resolution", Among(resolved, "first_contact", Greater(next, window_end)), resolved);
}

Definition FirstContactResolution() {
  const auto unknown = [](const char* rule, Column column) { return LeftOut{rule, IsNull(Col(column))}; };
  return Definition{
      .id = "first_contact_resolution_rate",
      .title = "First contact resolution rate",
      .formula_text = "100 x tickets resolved at first contact / tickets resolved. one_reply: one public reply by a human and no "
                      "reopening so far; single_agent: one agent involved; no_followup: one contact; no_repeat: no later ticket of "
                      "the customer on the same issue within the window after the resolution",
      .unit = Unit::kPercent,
      .direction = Direction::kHigher,
      .asked_by = {"S1", "S2"},
      .attributions = OfResolution(),
      .parameters = {DurationParameter("window", "of variant no_repeat: how long after the resolution a later ticket counts as a repeat",
                                       "7d")},
      .forms = {FirstContact("one_reply",
                             {{"no_customer_message", IsNot(Column::kHasCustomerMessage)},
                              unknown("unknown_replies", Column::kReplies),
                              unknown("unknown_reopens", Column::kReopens)},
                             And({Equal(Col(Column::kReplies), Const(1)), Equal(Col(Column::kReopens), Const(0))})),
                FirstContact("single_agent", {unknown("unknown_agents", Column::kAgentsInvolved)},
                             Equal(Col(Column::kAgentsInvolved), Const(1))),
                FirstContact("no_followup", {unknown("unknown_contacts", Column::kContacts)},
                             Equal(Col(Column::kContacts), Const(1))),
                NoRepeat()},
      .left_out_text = std::string(kFlagged) + "; one_reply: tickets without a customer message; flat tickets that do not know the "
                                               "replies, reopenings, agents or contacts that the variant needs",
  };
}

Definition ReopenRate() {
  Part first;
  first.name = "first_resolved";
  first.set = FactSet::kResolution;
  first.at = Col(Column::kStartAt);
  first.where = Is(Column::kIsFirst);
  first.left_out = {{"unknown_reopens", IsNull(Col(Column::kReopens))}};
  const Expr reopened = Or({Less(Col(Column::kEndAt), RangeEnd()),
                            And({Is(Column::kFlat), Greater(Col(Column::kReopens), Const(0))})});
  return Definition{
      .id = "reopen_rate",
      .title = "Reopen rate",
      .formula_text = "100 x tickets first resolved in the bucket that were reopened before the range's end / tickets first "
                      "resolved in the bucket",
      .unit = Unit::kPercent,
      .direction = Direction::kLower,
      .asked_by = {"S4"},
      .attributions = OfResolution(),
      .forms = {Percent("", "first_resolution", Among(first, "reopened", reopened), first)},
      .left_out_text = std::string(kFlagged) + "; flat tickets that do not know their reopenings",
  };
}

std::vector<Definition> CohortRows() {
  const Part known = Leaving(CreatedTickets("created"), {UnknownState()});
  const Part resolved = Among(known, "resolved", IsResolved(StatusAtEnd()));
  const std::string left_out = std::string(kFlagged) + "; flat tickets resolved at an unknown time";
  Part unresolved = Among(known, "unresolved", IsUnresolved(StatusAtEnd()));
  unresolved.subset = false;
  Part resolved_beside = resolved;
  resolved_beside.subset = false;
  // Both sides leave out the same tickets of unknown state; the evidence says so once.
  resolved_beside.where = And({resolved.where, IsNot(Column::kStateUnknown)});
  resolved_beside.left_out.clear();
  unresolved.where = Or({unresolved.where, Is(Column::kStateUnknown)});
  Form odds;
  odds.anchor = "created";
  odds.parts = {resolved_beside, unresolved};
  odds.formula = Divide(P("resolved"), P("unresolved"));
  odds.numerator = P("resolved");
  odds.denominator = P("unresolved");

  std::vector<Definition> rows;
  rows.push_back({
      .id = "resolution_rate",
      .title = "Resolution rate",
      .formula_text = "100 x tickets created in the bucket that are resolved at the range's end / tickets created in the bucket",
      .unit = Unit::kPercent,
      .direction = Direction::kHigher,
      .asked_by = {"S1", "S2"},
      .attributions = OfCreation(),
      .forms = {Percent("", "created", resolved, known)},
      .left_out_text = left_out,
  });
  rows.push_back({
      .id = "resolved_to_unresolved",
      .title = "Resolved to unresolved",
      .formula_text = "tickets created in the bucket that are resolved at the range's end / those of them that are unresolved",
      .unit = Unit::kIndex,
      .direction = Direction::kHigher,
      .asked_by = {"S1"},
      .attributions = OfCreation(),
      .forms = {odds},
      .left_out_text = left_out,
  });
  return rows;
}

std::vector<Definition> RepeatRows() {
  const Parameter window = DurationParameter(
      "window", "how long before this ticket's creation the earlier one may have been created unresolved or resolved", "7d");
  const Expr is_repeat = AtMost(Make(Op::kRepeatGap, {Col(Column::kTicket)}), Param("window"));
  const LeftOut no_customer = {"no_customer", Equal(Col(Column::kCustomer), Const(0))};
  Part repeats = Leaving(CreatedTickets("repeats"), {no_customer});
  repeats.where = Or({is_repeat, no_customer.when});
  Part customers = repeats;
  customers.name = "customers";
  customers.aggregate = Aggregate::kDistinct;
  customers.entity = Col(Column::kCustomer);
  const Part created = Leaving(CreatedTickets("created"), {no_customer});
  const std::string text =
      " whose customer had an earlier ticket on the same issue (issue_key, else category) that at this one's creation was "
      "unresolved and created, or last resolved, at most the window before";

  std::vector<Definition> rows;
  rows.push_back({
      .id = "repeat_contacts",
      .title = "Repeat contacts",
      .formula_text = "tickets created" + text,
      .direction = Direction::kLower,
      .asked_by = {"S2", "S4"},
      .attributions = OfCreation(),
      .parameters = {window},
      .forms = {Single("", "created", repeats)},
      .left_out_text = std::string(kFlagged) + "; tickets without a customer",
  });
  rows.push_back({
      .id = "repeat_contact_rate",
      .title = "Repeat contact rate",
      .formula_text = "100 x tickets created" + text + " / tickets created with a customer",
      .unit = Unit::kPercent,
      .direction = Direction::kLower,
      .asked_by = {"S2", "S4"},
      .attributions = OfCreation(),
      .parameters = {window},
      .forms = {Percent("", "created", Among(created, "repeats", is_repeat), created)},
      .left_out_text = std::string(kFlagged) + "; tickets without a customer",
  });
  rows.push_back({
      .id = "repeat_contact_customers",
      .title = "Customers with repeat contacts",
      .formula_text = "distinct customers of tickets created" + text,
      .direction = Direction::kLower,
      .asked_by = {"S4"},
      .attributions = OfCreation(),
      .parameters = {window},
      .forms = {Single("", "created", customers)},
      .left_out_text = std::string(kFlagged) + "; tickets without a customer",
  });
  return rows;
}

}  // namespace

std::vector<Definition> OutcomeRows() {
  std::vector<Definition> rows = {FirstContactResolution()};
  for (Definition& row : CohortRows()) rows.push_back(std::move(row));
  rows.push_back(ReopenRate());
  for (Definition& row : RepeatRows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace supportkpi::kpi::rows
