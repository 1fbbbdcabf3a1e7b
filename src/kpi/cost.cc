// Rows: what support costs.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

constexpr const char* kPartlyCovered = "costs of periods partly outside the bucket (counted as partly_covered)";

Part Costs() {
  Part part;
  part.name = "cost";
  part.set = FactSet::kSupportCost;
  part.mode = Mode::kContained;
  part.at = Col(Column::kStartAt);
  part.to = Col(Column::kEndAt);
  part.aggregate = Aggregate::kSum;
  part.value = Col(Column::kCostMinor);
  part.currency = Col(Column::kCurrency);
  part.honours_exclusion = false;
  return part;
}

Part OverCosts(Part part) {
  part.over = "cost";
  return part;
}

Form CostPer(std::string variant, std::vector<Part> counted) {
  Form form;
  form.variant = std::move(variant);
  form.anchor = "period";
  form.numerator = P("cost");
  form.denominator = P(counted.front().name);
  for (size_t i = 1; i < counted.size(); ++i) form.denominator = Add(*form.denominator, P(counted[i].name));
  form.formula = Divide(P("cost"), *form.denominator);
  form.parts = {Costs()};
  for (Part& part : counted) form.parts.push_back(OverCosts(std::move(part)));
  return form;
}

Definition TicketCost() {
  Part part = CreatedTickets("tickets");
  part.where = Not(IsNull(Col(Column::kCostMinor)));
  part.aggregate = Aggregate::kSum;
  part.value = Col(Column::kCostMinor);
  part.currency = Col(Column::kCurrency);
  return Definition{
      .id = "ticket_cost",
      .title = "Cost of tickets",
      .formula_text = "sum of the tickets' own cost",
      .unit = Unit::kMoney,
      .direction = Direction::kLower,
      .asked_by = {"S2", "S3"},
      .attributions = OfCreation(),
      .forms = {Single("", "created", part)},
      .left_out_text = kFlagged,
  };
}

}  // namespace

std::vector<Definition> CostRows(const std::vector<Part>& interactions) {
  std::vector<Definition> rows;
  rows.push_back({
      .id = "support_cost",
      .title = "Support cost",
      .formula_text = "sum of the support costs whose period lies inside the bucket",
      .unit = Unit::kMoney,
      .direction = Direction::kLower,
      .asked_by = {"S2", "S3"},
      .forms = {Single("", "period", Costs())},
      .left_out_text = kPartlyCovered,
  });
  rows.push_back(TicketCost());
  rows.push_back({
      .id = "cost_per_ticket",
      .title = "Cost per ticket",
      .formula_text = "support cost / tickets created in the time those costs cover; variant resolved: / tickets resolved in it",
      .unit = Unit::kMoney,
      .direction = Direction::kLower,
      .asked_by = {"S2"},
      .forms = {CostPer("created", {CreatedTickets("tickets")}), CostPer("resolved", {ResolvedTickets("tickets")})},
      .left_out_text = std::string(kFlagged) + "; " + kPartlyCovered,
  });
  rows.push_back({
      .id = "cost_per_interaction",
      .title = "Cost per interaction",
      .formula_text = "support cost / interactions in the time those costs cover",
      .unit = Unit::kMoney,
      .direction = Direction::kLower,
      .asked_by = {"S3"},
      .forms = {CostPer("", interactions)},
      .left_out_text = std::string(kFlagged) + "; flat tickets whose contacts are not known; " + kPartlyCovered,
  });
  return rows;
}

}  // namespace supportkpi::kpi::rows
