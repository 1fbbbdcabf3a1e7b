// Rows: the customer base. A chain is the periods of one segment, persona, region and plan.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

constexpr const char* kPartlyCovered = "; periods partly outside the bucket (counted as partly_covered)";

Part Periods(std::string name, Aggregate aggregate, Expr value, std::vector<LeftOut> rules) {
  Part part;
  part.name = std::move(name);
  part.set = FactSet::kCustomerPeriod;
  part.mode = Mode::kContained;
  part.at = Col(Column::kStartAt);
  part.to = Col(Column::kEndAt);
  part.aggregate = aggregate;
  part.value = std::move(value);
  part.left_out = std::move(rules);
  part.honours_exclusion = false;
  return part;
}

// The periods that lack one of the columns.
std::vector<LeftOut> Lacking(std::vector<Column> columns) {
  std::vector<Expr> any;
  for (Column column : columns) any.push_back(IsNull(Col(column)));
  return {{"incomplete_period", Or(std::move(any))}};
}

Part AsSubset(Part part) {
  part.subset = true;
  return part;
}

Part InCurrency(Part part, Column currency) {
  part.currency = Col(currency);
  return part;
}

Definition Row(std::string id, std::string title, std::string text, Unit unit, Direction direction,
               std::vector<std::string> asked_by, Form form, std::string lacking) {
  form.anchor = "period";
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .unit = unit,
      .direction = direction,
      .asked_by = std::move(asked_by),
      .forms = {std::move(form)},
      .left_out_text = "periods without " + std::move(lacking) + kPartlyCovered,
  };
}

Form Retention() {
  const auto rules = Lacking({Column::kCustomersAtStart, Column::kCustomersAtEnd, Column::kNewCustomers});
  Form form;
  form.parts = {Periods("at_start", Aggregate::kChainFirst, Col(Column::kCustomersAtStart), rules),
                AsSubset(Periods("at_end", Aggregate::kChainLast, Col(Column::kCustomersAtEnd), rules)),
                AsSubset(Periods("new", Aggregate::kSum, Col(Column::kNewCustomers), rules))};
  form.numerator = Minus(P("at_end"), P("new"));
  form.denominator = P("at_start");
  form.formula = Times(C(100), Divide(*form.numerator, *form.denominator));
  return form;
}

Form Churn() {
  const auto rules = Lacking({Column::kCustomersAtStart, Column::kLostCustomers});
  Form form;
  form.parts = {AsSubset(Periods("lost", Aggregate::kSum, Col(Column::kLostCustomers), rules)),
                Periods("at_start", Aggregate::kChainFirst, Col(Column::kCustomersAtStart), rules)};
  form.numerator = P("lost");
  form.denominator = P("at_start");
  form.formula = Times(C(100), Divide(P("lost"), P("at_start")));
  return form;
}

Part AcquisitionCost(std::vector<LeftOut> rules) {
  return InCurrency(Periods("spent", Aggregate::kSum, Col(Column::kAcquisitionCostMinor), std::move(rules)),
                    Column::kAcquisitionCurrency);
}

Form AcquisitionCostPerCustomer() {
  const auto rules = Lacking({Column::kAcquisitionCostMinor, Column::kNewCustomers});
  Form form;
  form.parts = {AcquisitionCost(rules), AsSubset(Periods("new", Aggregate::kSum, Col(Column::kNewCustomers), rules))};
  form.numerator = P("spent");
  form.denominator = P("new");
  form.formula = Divide(P("spent"), P("new"));
  return form;
}

Form LifetimeValue() {
  const auto rules = Lacking({Column::kRevenueMinor, Column::kCustomersAtStart, Column::kCustomersAtEnd,
                              Column::kAcquisitionCostMinor, Column::kNewCustomers, Column::kRelationshipYears});
  const Expr weight = Sum(Col(Column::kCustomersAtStart), Col(Column::kCustomersAtEnd));
  Form form;
  form.parts = {
      InCurrency(Periods("annual_revenue", Aggregate::kChainAnnual, Col(Column::kRevenueMinor), rules), Column::kRevenueCurrency),
      AsSubset(Periods("at_start", Aggregate::kChainFirst, Col(Column::kCustomersAtStart), rules)),
      AsSubset(Periods("at_end", Aggregate::kChainLast, Col(Column::kCustomersAtEnd), rules)),
      AsSubset(Periods("weighted_years", Aggregate::kSum, Multiply(Col(Column::kRelationshipYears), weight), rules)),
      AsSubset(Periods("weights", Aggregate::kSum, weight, rules)),
      AsSubset(AcquisitionCost(rules)),
      AsSubset(Periods("new", Aggregate::kSum, Col(Column::kNewCustomers), rules)),
  };
  const Formula customers = Divide(Add(P("at_start"), P("at_end")), C(2));
  const Formula years = Divide(Divide(P("weighted_years"), P("weights")), C(kBillion));
  form.formula = Minus(Times(Divide(P("annual_revenue"), customers), years), Divide(P("spent"), P("new")));
  form.numerator = P("annual_revenue");
  form.denominator = customers;
  return form;
}

}  // namespace

std::vector<Definition> CustomerRows() {
  std::vector<Definition> rows;
  rows.push_back(Row("customer_retention_rate", "Customer retention rate",
                     "100 x (E - N) / S; per chain S of the first period in the bucket, E of the last, N summed; chains added",
                     Unit::kPercent, Direction::kHigher, {"S1"}, Retention(), "customers at start, at end or new"));
  rows.push_back(Row("customer_churn_rate", "Customer churn rate",
                     "100 x lost / S; lost as given, else S + N - E of its period, summed; S of each chain's first period",
                     Unit::kPercent, Direction::kLower, {"S1", "S2"}, Churn(), "customers at start or lost"));
  rows.push_back(Row("customer_acquisition_cost", "Customer acquisition cost (CAC)", "sales and marketing cost / new customers",
                     Unit::kMoney, Direction::kLower, {"S1"}, AcquisitionCostPerCustomer(), "acquisition cost or new customers"));
  rows.push_back(Row("customer_lifetime_value", "Customer lifetime value (CLV)",
                     "annual revenue per customer x years of relationship - CAC; annual revenue: per chain revenue x 365.25 days / "
                     "length of its periods, summed; customers: sum of (first S + last E) / 2 of the chains; years: mean over "
                     "periods weighted by (S + E) / 2",
                     Unit::kMoney, Direction::kHigher, {"S1"}, LifetimeValue(),
                     "revenue, customers at start and end, acquisition cost, new customers or years"));
  return rows;
}

}  // namespace supportkpi::kpi::rows
