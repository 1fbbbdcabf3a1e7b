// Facts of records that are facts already: customer periods and support costs.
#include <algorithm>
#include <cmath>

#include "column/value.h"
#include "fact/fact_row.h"
#include "fact/instants.h"
#include "fact/record_names.h"
#include "fact/reduction.h"

namespace supportkpi::fact {
namespace {

using column::kNull;
using record::Domain;

int64_t CodeOfName(Domain domain, const std::string& name, Codes& codes) {
  return name.empty() ? 0 : codes.CodeOf(domain, name);
}

int64_t LostOf(const v1::CustomerPeriod& period) {
  if (period.has_lost_customers()) return period.lost_customers();
  if (!period.has_customers_at_start() || !period.has_new_customers() || !period.has_customers_at_end()) return kNull;
  return period.customers_at_start() + period.new_customers() - period.customers_at_end();
}

}  // namespace

void ReduceCustomerPeriod(const v1::CustomerPeriod& period, Codes& codes, std::vector<Fact>* facts) {
  const auto minor = [](bool given, const v1::Money& money) { return given ? money.minor_units() : kNull; };
  FactRow<FactSet::kCustomerPeriod> row(facts);
  row.Set<Column::kPeriod>(CodeOfRecord(Domain::kPeriodId, period.source(), period.id(), codes))
      .Set<Column::kSource>(CodeOfName(Domain::kSource, period.source(), codes))
      .Set<Column::kStartAt>(MsOf(period.from()))
      .Set<Column::kEndAt>(MsOf(period.to()))
      .Set<Column::kSegment>(CodeOfName(Domain::kSegment, period.segment(), codes))
      .Set<Column::kPersona>(CodeOfName(Domain::kPersona, period.persona(), codes))
      .Set<Column::kRegion>(CodeOfName(Domain::kRegion, period.region(), codes))
      .Set<Column::kPlan>(CodeOfName(Domain::kPlan, period.plan(), codes))
      .Set<Column::kCustomersAtStart>(period.has_customers_at_start() ? period.customers_at_start() : kNull)
      .Set<Column::kCustomersAtEnd>(period.has_customers_at_end() ? period.customers_at_end() : kNull)
      .Set<Column::kNewCustomers>(period.has_new_customers() ? period.new_customers() : kNull)
      .Set<Column::kLostCustomers>(LostOf(period))
      .Set<Column::kRevenueMinor>(minor(period.has_revenue(), period.revenue()))
      .Set<Column::kAcquisitionCostMinor>(minor(period.has_acquisition_cost(), period.acquisition_cost()));
  constexpr double kYearsMax = 9.2e9;  // fits an int64 in billionths
  row.Set<Column::kRelationshipYears>(
      period.has_relationship_years()
          ? static_cast<int64_t>(std::nearbyint(std::min(period.relationship_years(), kYearsMax) * 1e9))
          : kNull);
  const int64_t revenue_currency = CodeOfName(Domain::kCurrency, period.revenue().currency(), codes);
  const int64_t acquisition_currency = CodeOfName(Domain::kCurrency, period.acquisition_cost().currency(), codes);
  row.Set<Column::kRevenueCurrency>(revenue_currency)
      .Set<Column::kAcquisitionCurrency>(acquisition_currency)
      .Set<Column::kCurrency>(revenue_currency != 0 ? revenue_currency : acquisition_currency);
  row.fact().attributes = AttributesOf(period.attributes(), codes);
}

void ReduceSupportCost(const v1::SupportCost& cost, Codes& codes, std::vector<Fact>* facts) {
  FactRow<FactSet::kSupportCost> row(facts);
  row.Set<Column::kCost>(CodeOfRecord(Domain::kCostId, cost.source(), cost.id(), codes))
      .Set<Column::kSource>(CodeOfName(Domain::kSource, cost.source(), codes))
      .Set<Column::kStartAt>(MsOf(cost.from()))
      .Set<Column::kEndAt>(MsOf(cost.to()))
      .Set<Column::kTeam>(CodeOfName(Domain::kTeam, cost.team(), codes))
      .Set<Column::kChannel>(CodeOfName(Domain::kChannel, cost.channel(), codes))
      .Set<Column::kCostKind>(CodeOfName(Domain::kCostKind, cost.kind(), codes))
      .Set<Column::kCostMinor>(cost.has_amount() ? cost.amount().minor_units() : kNull)
      .Set<Column::kCurrency>(CodeOfName(Domain::kCurrency, cost.amount().currency(), codes));
  row.fact().attributes = AttributesOf(cost.attributes(), codes);
}

}  // namespace supportkpi::fact
