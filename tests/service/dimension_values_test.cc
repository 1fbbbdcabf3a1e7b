// Which values of dimensions occur.
#include "service/dimension_values.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kpi/catalogue.h"
#include "kpi/dimensions.h"
#include "plan/planner.h"
#include "tests/support/fake_snapshot.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::service {
namespace {

using ::testing::ElementsAre;
using fact::FactSet;
using record::Domain;

const DimensionRow& Row(absl::string_view name) {
  return *std::find_if(AllDimensions().begin(), AllDimensions().end(), [&](const auto& row) { return row.name == name; });
}

DimensionValues Values(testing::FakeStore& store, const DimensionRow& row, int32_t values_max = 10) {
  const auto values = ValuesOf(row, **store.TakeSnapshot(""), values_max, nullptr);
  EXPECT_OK(values);
  return values.value_or(DimensionValues());
}

TEST(Dimensions, EachIsDescribedAndCanBeGroupedByWithEachOfItsKpis) {
  for (const DimensionRow& row : AllDimensions()) {
    EXPECT_NE(kpi::DescriptionOf(row.name), "") << row.name;
    EXPECT_FALSE(row.kpis.empty()) << row.name;
    for (const std::string& id : row.kpis) {
      plan::Question question;
      question.kpis.emplace_back().kpi = id;
      const kpi::Definition& definition = *kpi::FindKpi(id);
      for (const kpi::Parameter& parameter : definition.parameters) {
        if (parameter.type == kpi::Parameter::Type::kTarget) question.kpis[0].parameters[parameter.name] = "2d";
        if (parameter.or_group && row.name != parameter.name) question.kpis[0].parameters[parameter.name] = "open";
      }
      question.grain.unit = time::GrainUnit::kDay;
      question.group_by = {row.is_any_attribute() ? row.name + ".any" : row.name};
      if (!definition.share_field.empty() && row.name != definition.share_field &&
          row.name != "ticket." + definition.share_field) {
        question.group_by.push_back(definition.share_field);
      }
      const auto plan = plan::MakePlan(question, settings::Settings(), plan::Limits());
      EXPECT_OK(plan) << id << " by " << row.name;
    }
  }
}

TEST(Dimensions, OnlyNamesThatAKpiHasAreDescribed) {
  EXPECT_EQ(kpi::DescriptionOf("colour"), "");
  EXPECT_EQ(kpi::DescriptionOf("ticket.colour"), "");
  EXPECT_NE(kpi::DescriptionOf("ticket.attributes.any thing"), "");
}

TEST(DimensionValues, AreThoseOfLiveFactsInOrder) {
  testing::FakeStore store;
  store.Add(FactSet::kTicket, R"(
    ticket  channel  tags    born  dead
    t1      web      b,a     0     9
    t2      email    -       0     9
    t3      fax      c       0     1
    t4      chat     d       2     9)");
  store.snapshot().commit_number = 1;
  for (const size_t rows_per_chunk : {1, 2, 4}) {
    store.rows_per_chunk = rows_per_chunk;
    EXPECT_THAT(Values(store, Row("channel")).first, ElementsAre("email", "web"));
    EXPECT_EQ(Values(store, Row("channel")).distinct_count, 2);
    EXPECT_THAT(Values(store, Row("tags")).first, ElementsAre("a", "b"));
    EXPECT_EQ(Values(store, Row("tags"), 1).distinct_count, 2);
    EXPECT_THAT(Values(store, Row("tags"), 1).first, ElementsAre("a"));
    EXPECT_THAT(Values(store, Row("tags"), 0).first, ElementsAre());
  }
}

TEST(DimensionValues, NamesOfOneKindAreToldApartByDimension) {
  testing::FakeStore store;
  store.Add(FactSet::kTicket, "ticket channel team_current\n t1 email alpha");
  store.Add(FactSet::kSupportCost, "channel team\n phone beta");
  store.snapshot().agents->teams = {{}, {{column::kNull, store.Code(Domain::kTeam, "gamma")}}};
  store.snapshot().agents->name = {"", "Ada", "Ada", ""};
  EXPECT_THAT(Values(store, Row("channel")).first, ElementsAre("email", "phone"));
  EXPECT_THAT(Values(store, Row("team")).first, ElementsAre("alpha", "beta"));
  EXPECT_THAT(Values(store, Row("agent.team")).first, ElementsAre("gamma"));
  EXPECT_THAT(Values(store, Row("agent.name")).first, ElementsAre("Ada"));
  EXPECT_EQ(Values(store, Row("agent.name")).distinct_count, 1);
}

TEST(DimensionValues, FixedOnesAreNotCountedNeitherAreNumbersAndInstants) {
  testing::FakeStore store;
  EXPECT_THAT(Values(store, Row("deleted")).first, ElementsAre("false", "true"));
  for (const char* name : {"deleted", "status", "replies", "created_at", "hour_of_day", "score"}) {
    EXPECT_FALSE(Values(store, Row(name)).distinct_count.has_value()) << name;
  }
  EXPECT_EQ(Values(store, Row("channel")).distinct_count, 0);
}

TEST(DimensionValues, AttributesStandByNameWithTheirOwner) {
  testing::FakeStore store;
  store.Add(FactSet::kTicket, "ticket attributes.size attributes.age\n t1 xl - \n t2 s 3");
  store.Add(FactSet::kSurvey, "survey ticket.attributes.size attributes.form\n s1 m short");
  store.snapshot().customers->attributes = {
      {store.Code(Domain::kAttributeName, "tier"), {0, store.Code(Domain::kAttributeValue, "gold")}}};
  const auto rows = AttributesOf(**store.TakeSnapshot(""));
  ASSERT_OK(rows);
  std::vector<std::string> said;
  for (const DimensionRow& row : *rows) said.push_back(row.name + "=" + absl::StrJoin(Values(store, row).first, ","));
  EXPECT_THAT(said, ElementsAre("attributes.age=3", "attributes.form=short", "attributes.size=s,xl",
                                "customer.attributes.tier=gold", "ticket.attributes.age=3",
                                "ticket.attributes.size=m,s,xl"));
}

TEST(DimensionValues, StopWhenTheCallerLeft) {
  testing::FakeStore store;
  store.Add(FactSet::kTicket, "ticket channel\n t1 web");
  const std::atomic<bool> cancelled = true;
  EXPECT_EQ(ValuesOf(Row("channel"), **store.TakeSnapshot(""), 1, &cancelled).status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace supportkpi::service
