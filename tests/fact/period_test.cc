// Customer periods and support costs.
#include "gtest/gtest.h"
#include "tests/fact/story_test_support.h"

namespace supportkpi::fact {
namespace {

TEST(CustomerPeriodTest, LostIsGivenElseStartPlusNewMinusEndElseUnknown) {
  TestCodes codes;
  v1::CustomerPeriod period;
  period.set_id("p1");
  *period.mutable_from() = Stamp("1 00:00");
  *period.mutable_to() = Stamp("2 00:00");
  period.set_customers_at_start(100);
  period.set_new_customers(15);
  std::vector<Fact> facts;
  ReduceCustomerPeriod(period, codes, &facts);
  period.set_customers_at_end(90);
  ReduceCustomerPeriod(period, codes, &facts);
  period.set_lost_customers(26);
  ReduceCustomerPeriod(period, codes, &facts);
  EXPECT_EQ(TellFacts(facts, codes, FactSet::kCustomerPeriod,
                      "customers_at_start customers_at_end new_customers lost_customers"),
            "100 - 15 -\n100 90 15 25\n100 90 15 26\n");
}

TEST(CustomerPeriodTest, EachSumHasItsCurrency) {
  TestCodes codes;
  v1::CustomerPeriod period;
  period.set_id("p1");
  period.set_segment("smb");
  period.mutable_revenue()->set_currency("EUR");
  period.mutable_revenue()->set_minor_units(5000);
  period.mutable_acquisition_cost()->set_currency("USD");
  period.mutable_acquisition_cost()->set_minor_units(100);
  period.set_relationship_years(2.5);
  std::vector<Fact> facts;
  ReduceCustomerPeriod(period, codes, &facts);
  EXPECT_EQ(TellFacts(facts, codes, FactSet::kCustomerPeriod,
                      "period segment revenue_minor revenue_currency acquisition_cost_minor acquisition_currency currency "
                      "relationship_years"),
            "p1 smb 5000 EUR 100 USD EUR 2.5\n");
}

TEST(SupportCostTest, KeepsItsMoney) {
  TestCodes codes;
  v1::SupportCost cost;
  cost.set_id("k1");
  cost.set_source("erp");
  cost.set_team("blue");
  cost.set_kind("staff");
  *cost.mutable_from() = Stamp("1 00:00");
  *cost.mutable_to() = Stamp("2 00:00");
  cost.mutable_amount()->set_currency("EUR");
  cost.mutable_amount()->set_minor_units(-7);
  std::vector<Fact> facts;
  ReduceSupportCost(cost, codes, &facts);
  EXPECT_EQ(TellFacts(facts, codes, FactSet::kSupportCost, "cost start_at end_at team cost_kind cost_minor currency"),
            "erp/k1 00:00 2 00:00 blue staff -7 EUR\n");
}

}  // namespace
}  // namespace supportkpi::fact
