// Answers from made-up results of parts: formulas, reasons of absent values, rows, order, units.
#include "answer/answer.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "answer/money.h"
#include "answer/ranking.h"
#include "answer/spike.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kpi/catalogue.h"
#include "status/macros.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::answer {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::supportkpi::testing::StatusIs;

constexpr int64_t kDayMs = 86'400'000;

// A cell as the test puts it together.
struct MadeCell {
  exec::PartCell cell;
  std::vector<int64_t> left_out;
};

// By part: the cells by bucket and names of groups; an empty name is none.
using MadeCells = std::vector<std::map<std::pair<int, std::vector<std::string>>, MadeCell>>;

// Gives the result that the test put together: the groups of a set that keeps fewer dimensions are not added up.
class FixedExecutor : public exec::Executor {
 public:
  absl::StatusOr<exec::Result> Execute(const plan::Plan& plan, const exec::Context& context) override {
    max_groups.push_back(context.max_groups);
    if (context.take_memory != nullptr) RETURN_IF_ERROR(context.take_memory(10));
    exec::Result result{.groups = exec::GroupTable(plan.group_names.size())};
    for (const auto& cells : parts) {
      exec::Cells made;
      for (const auto& [key, cell] : cells) {
        std::vector<exec::GroupValue> values;
        for (const std::string& name : key.second) {
          using Kind = exec::GroupValue::Kind;
          values.push_back({.kind = name.empty() ? Kind::kNone : Kind::kName, .text = name});
        }
        exec::PartCell copy = cell.cell;
        copy.left_out = cell.left_out;
        made.Add({key.first, result.groups.Intern(absl::MakeConstSpan(values))}, std::move(copy));
      }
      result.parts.emplace_back().sets.push_back(std::move(made));
    }
    return result;
  }
  MadeCells parts;
  std::vector<int64_t> max_groups;  // that it was asked with
};

// A question of one KPI over two days, with the cells of its parts as the test says.
class Desk {
 public:
  explicit Desk(const std::string& kpi, std::vector<std::string> groups = {}, int days = 1) {
    const kpi::Definition* definition = kpi::FindKpi(kpi);
    EXPECT_NE(definition, nullptr) << kpi;
    plan_.zone = *time::FindZone("UTC");
    plan_.start_ms = 0;
    plan_.end_ms = days * kDayMs;
    for (int day = 0; day < days; ++day) {
      plan_.buckets.push_back({day * kDayMs, (day + 1) * kDayMs, false, "day " + std::to_string(day)});
    }
    plan_.group_names = std::move(groups);
    plan_.sets = {{}};
    Add(definition);
  }

  void Add(const kpi::Definition* definition) {
    plan::KpiPlan plan;
    plan.alias = definition->id;
    plan.definition = definition;
    plan.form = &definition->forms[0];
    for (const kpi::Part& part : plan.form->parts) {
      plan.parts.push_back(static_cast<int>(plan_.parts.size()));
      plan::PartPlan part_plan;
      part_plan.part = part;
      part_plan.buckets = plan_.buckets;
      plan_.parts.push_back(part_plan);
      executor_.parts.emplace_back();
    }
    plan_.kpis.push_back(plan);
  }

  // The cell of a part, by its name.
  MadeCell& Made(const std::string& name, int bucket = 0, std::vector<std::string> groups = {}) {
    return executor_.parts[IndexOf(name)][{bucket, std::move(groups)}];
  }
  exec::PartCell& Part(const std::string& name, int bucket = 0, std::vector<std::string> groups = {}) {
    return Made(name, bucket, std::move(groups)).cell;
  }
  Desk& Count(const std::string& name, double count, int bucket = 0, std::vector<std::string> groups = {}) {
    exec::PartCell& cell = Part(name, bucket, std::move(groups));
    cell.value = cell.numerator = count;
    cell.facts = static_cast<int64_t>(count);
    return *this;
  }

  std::shared_ptr<const Answer> Ask() {
    auto answer = answer::Ask(plan_, executor_, {});
    EXPECT_OK(answer);
    return *std::move(answer);
  }
  // The answer is kept: its notes point into it.
  Cell AskCell() {
    kept_ = Ask();
    return kept_->CellOf(kept_->rows().at(0), 0);
  }

  plan::Plan plan_;
  FixedExecutor executor_;

 private:
  std::shared_ptr<const Answer> kept_;

  size_t IndexOf(const std::string& name) {
    for (size_t i = 0; i < plan_.parts.size(); ++i) {
      if (plan_.parts[i].part.name == name) return i;
    }
    ADD_FAILURE() << "no part " << name;
    return 0;
  }
};

std::string PartNames(const std::string& kpi) {
  std::string names;
  for (const kpi::Part& part : kpi::FindKpi(kpi)->forms[0].parts) names += part.name + " ";
  return names;
}

TEST(Formula, RetentionOf100Customers90AtTheEnd15OfThemNewIs75Percent) {
  Desk desk("customer_retention_rate");
  desk.Count("at_start", 100).Count("at_end", 90).Count("new", 15);
  EXPECT_THAT(desk.AskCell().value, Optional(75.0)) << PartNames("customer_retention_rate");
}

TEST(Formula, RetentionWithAJoinerWhoLeftTooIs74Percent) {
  Desk desk("customer_retention_rate");
  desk.Count("at_start", 100).Count("at_end", 89).Count("new", 15);
  EXPECT_THAT(desk.AskCell().value, Optional(74.0));
}

TEST(Formula, ChurnByLostIsOfTheStart) {
  Desk desk("customer_churn_rate");
  desk.Count("at_start", 100).Count("lost", 26);
  EXPECT_THAT(desk.AskCell().value, Optional(26.0));
}

TEST(Formula, AcquisitionCostIsInTheMainUnitWithTheExactNumerator) {
  Desk desk("customer_acquisition_cost");
  desk.Count("spent", 1'000'000).Count("new", 20'000);
  desk.Part("spent").currency = "USD";
  const Cell cell = desk.AskCell();
  EXPECT_THAT(cell.value, Optional(0.5));
  EXPECT_THAT(cell.numerator, Optional(1'000'000.0));
  EXPECT_EQ(cell.currency, "USD");
}

TEST(Formula, YenHaveNoMinorUnitAndDinarsHaveThousandths) {
  EXPECT_EQ(MinorUnitsPerMainUnit("JPY"), 1);
  EXPECT_EQ(MinorUnitsPerMainUnit("KWD"), 1000);
  EXPECT_EQ(MinorUnitsPerMainUnit("EUR"), 100);
}

TEST(Formula, SecondsComeFromMilliseconds) {
  Desk desk("first_response_time");
  exec::PartCell& cell = desk.Part(desk.plan_.parts[0].part.name);
  cell.value = 4'500'000.0;
  cell.numerator = 9'000'000.0;
  cell.denominator = 2;
  cell.facts = 2;
  EXPECT_THAT(desk.AskCell().value, Optional(4500.0));
}

TEST(Absent, ARatioOfNothingHasNoDataAndOneWithFactsHasAZeroDenominator) {
  Desk desk("customer_acquisition_cost");
  EXPECT_EQ(desk.AskCell().reason, AbsentReason::kNoData);
  desk.Count("spent", 500).Count("new", 0);
  desk.Part("spent").facts = 1;
  EXPECT_EQ(desk.AskCell().reason, AbsentReason::kZeroDenominator);
}

TEST(Absent, AMeanOfFactsThatAllLackAScheduleSaysSo) {
  Desk desk("first_response_time");
  exec::PartCell& cell = desk.Part(desk.plan_.parts[0].part.name);
  cell.no_schedule = true;
  EXPECT_EQ(desk.AskCell().reason, AbsentReason::kNoSchedule);
}

TEST(Absent, MixedCurrenciesAreNotAdded) {
  Desk desk("support_cost");
  desk.Part("cost").mixed_currencies = true;
  EXPECT_EQ(desk.AskCell().reason, AbsentReason::kMixedCurrencies);
}

TEST(Absent, AnEmptyRangeHasZeroForCountsAndNothingForTheRest) {
  for (const auto& [kpi, zero] : std::map<std::string, bool>{
           {"tickets_created", true}, {"backlog", false}, {"csat", false}, {"first_response_time", false},
           {"support_cost", true}, {"tickets_per_hour", false}}) {
    Desk desk(kpi);
    desk.plan_.end_ms = desk.plan_.start_ms;
    const Cell cell = desk.AskCell();
    EXPECT_EQ(cell.value.has_value(), zero) << kpi;
    EXPECT_EQ(cell.reason, zero ? AbsentReason::kPresent : AbsentReason::kEmptyRange) << kpi;
  }
}

TEST(Evidence, RulesThatLeftFactsOutAreNamedAndCounted) {
  Desk desk("tickets_created");
  desk.Count("tickets", 7);
  const std::map<std::string, int64_t> counts = {{"deleted", 2}, {"spam", 1}};
  for (const std::string& name : exec::LeftOutNames(desk.plan_.parts[0].part)) {
    desk.Made("tickets").left_out.push_back(counts.count(name) == 0 ? 0 : counts.at(name));
  }
  const Cell cell = desk.AskCell();
  EXPECT_EQ(cell.facts, 7);
  EXPECT_THAT(cell.left_out, ElementsAre(CountedNote{"deleted", 2}, CountedNote{"spam", 1}));
}

TEST(Shares, AreOfAllGroupsOfTheBucket) {
  Desk desk("channel_share", {"channel"}, 2);
  desk.plan_.kpis[0].share_group = 0;
  desk.Count("tickets", 3, 0, {"email"}).Count("tickets", 1, 0, {""}).Count("tickets", 5, 1, {"email"});
  std::vector<std::optional<double>> values;
  const auto answer = desk.Ask();
  for (const Row& row : answer->rows()) values.push_back(answer->CellOf(row, 0).value);
  // day 0: email, none; day 1: email, none (dense)
  EXPECT_THAT(values, ElementsAre(Optional(75.0), Optional(25.0), Optional(100.0), Optional(0.0)));
}

TEST(PerHour, DividesByTheHoursThatOccur) {
  Desk desk("tickets_per_hour", {"hour_of_day"}, 2);
  desk.plan_.buckets = {{0, 2 * kDayMs, false, ""}};
  desk.Count("tickets", 5, 0, {"13"});
  const Cell cell = desk.AskCell();
  EXPECT_THAT(cell.value, Optional(2.5));
  EXPECT_THAT(cell.denominator, Optional(2.0));
}

TEST(SpikeOf, IsTheRobustDistanceFromEarlierCounts) {
  EXPECT_EQ(SpikeOf(10, {1, 2, 3}), std::nullopt);
  const auto spike = SpikeOf(30, {10, 12, 11, 9, 10, 13, 8, 11});
  ASSERT_TRUE(spike.has_value());
  // median 10.5, MAD 1.0, so the square root of the median is the larger scale.
  EXPECT_DOUBLE_EQ(spike->distance, 19.5);
  EXPECT_THAT(spike->scale, DoubleNear(3.2403703492, 1e-9));
  EXPECT_EQ(SpikeOf(0, {0, 0, 0, 0})->scale, 1);
}

TEST(Rows, AreDenseOverBucketsAndGroupsUnlessSparseIsAsked) {
  Desk desk("tickets_created", {"channel"}, 3);
  desk.Count("tickets", 1, 0, {"chat"}).Count("tickets", 2, 2, {"email"});
  EXPECT_EQ(desk.Ask()->rows().size(), 6u);
  desk.plan_.shape.sparse = true;
  EXPECT_EQ(desk.Ask()->rows().size(), 2u);
}

TEST(Rows, OrderByValuePutsAbsentLastAndBreaksTiesByKey) {
  Desk desk("customer_churn_rate", {"segment"});
  desk.Count("at_start", 100, 0, {"b"}).Count("lost", 10, 0, {"b"});
  desk.Count("at_start", 100, 0, {"a"}).Count("lost", 10, 0, {"a"});
  desk.Count("at_start", 100, 0, {"c"}).Count("lost", 30, 0, {"c"});
  desk.Count("lost", 1, 0, {"d"});
  desk.plan_.shape.order = {{plan::OrderColumn::Kind::kKpi, 0, true}};
  desk.plan_.shape.limit = 3;
  const auto answer = desk.Ask();
  std::vector<std::string> names;
  for (const Row& row : answer->rows()) names.push_back(answer->groups().ValueOf(row.key.group, 0).text);
  EXPECT_THAT(names, ElementsAre("c", "a", "b"));
  EXPECT_EQ(answer->row_count(), 4);
  EXPECT_THAT(answer->warnings(), ElementsAre(HasSubstr("limit: 4 rows")));
}

TEST(Rows, OfMoreThanTheLimitAreRefused) {
  Desk desk("tickets_created", {"channel"}, 3);
  desk.Count("tickets", 1, 0, {"chat"}).Count("tickets", 2, 2, {"email"});  // 2 groups in 3 buckets
  for (const int64_t rows_max : {7, 6, 5}) {
    const auto answer = answer::Ask(desk.plan_, desk.executor_, {}, rows_max);
    if (rows_max >= 6) {
      EXPECT_OK(answer);
    } else {
      EXPECT_THAT(answer, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("6 rows; at most 5")));
    }
  }
}

// The first groups of the cells with bucket -1, which stand for the whole range.
std::string First(Desk* desk, plan::TopGroups top) {
  desk->plan_.shape.top = top;
  int64_t facts_read = 0;
  const auto first = RankGroups(desk->plan_, desk->executor_, {}, &facts_read);
  EXPECT_OK(first);
  std::string names;
  for (const GroupTexts& texts : first->groups) names += texts[0].value_or("none") + " ";
  return names;
}

TEST(Top, RanksByValueThenByKeyAndPutsGroupsWithoutAValueLast) {
  Desk desk("customer_churn_rate", {"segment"});
  for (const auto& [segment, lost] : std::map<std::string, double>{{"a", 10}, {"b", 30}, {"c", 10}, {"", 20}}) {
    desk.Count("at_start", 100, -1, {segment}).Count("lost", lost, -1, {segment});
  }
  desk.Count("lost", 1, -1, {"d"});  // no value
  EXPECT_EQ(First(&desk, {.count = 9, .descending = true}), "b none a c d ");
  EXPECT_EQ(First(&desk, {.count = 9, .descending = false}), "a c none b d ");
  EXPECT_EQ(First(&desk, {.count = 2, .descending = true}), "b none ");
}

TEST(Top, ChoosesByNameAmongThoseThatAreAsGoodAsTheLast) {
  Desk desk("tickets_created", {"channel"});
  for (const char* channel : {"web", "chat", "email", "phone", "fax"}) desk.Count("tickets", 2, -1, {channel});
  desk.Count("tickets", 9, -1, {"post"}).Count("tickets", 1, -1, {"api"}).Count("tickets", 2, -1, {""});
  EXPECT_EQ(First(&desk, {.count = 3}), "post chat email ");
  EXPECT_EQ(First(&desk, {.count = 6}), "post chat email fax phone web ");
  EXPECT_EQ(First(&desk, {.count = 7}), "post chat email fax phone web none ");
  EXPECT_EQ(First(&desk, {.count = 4, .descending = false}), "api chat email fax ");
}

// The rows of the question asked with others, without their row, and without others, where one run may be enough.
TEST(Top, IsTheSameWhetherOthersAreAskedForOrNot) {
  for (const bool without_other : {false, true}) {
    Desk desk("tickets_created", {"channel"});
    for (const auto& [channel, count] : std::map<std::string, double>{{"web", 2}, {"chat", 5}, {"email", 2}, {"fax", 1}}) {
      desk.Count("tickets", count, -1, {channel}).Count("tickets", count, 0, {channel});
      desk.Made("tickets", -1, {channel}).left_out = desk.Made("tickets", 0, {channel}).left_out = {0, 3, 0, 0, 0, 0, 0};
    }
    desk.plan_.shape.top = plan::TopGroups{.count = 2, .without_other = without_other};
    const auto answer = desk.Ask();
    EXPECT_EQ(desk.executor_.max_groups.size(), without_other ? 1 : 2);
    ASSERT_GE(answer->rows().size(), 2);
    EXPECT_EQ(answer->groups().ValueOf(answer->rows()[0].key.group, 0).text, "chat");
    EXPECT_EQ(answer->groups().ValueOf(answer->rows()[1].key.group, 0).text, "email");
    EXPECT_EQ(answer->rows()[0].key.bucket, 0);
    const Cell cell = answer->CellOf(answer->rows()[1], 0);
    EXPECT_THAT(cell.value, Optional(2.0));
    EXPECT_EQ(cell.facts, 2);
    EXPECT_THAT(cell.left_out, ElementsAre(CountedNote{"spam", 3}));
    if (without_other) {
      EXPECT_EQ(answer->rows().size(), 2);
      EXPECT_EQ(answer->row_count(), 2);
    }
  }
}

TEST(Top, LeavesOutGroupsWithTooFewFacts) {
  Desk desk("tickets_created", {"channel"});
  desk.Count("tickets", 2, -1, {"chat"}).Count("tickets", 3, -1, {"email"}).Count("tickets", 4, -1, {"web"});
  EXPECT_EQ(First(&desk, {.count = 9, .minimum_facts = 2}), "web email chat ");
  EXPECT_EQ(First(&desk, {.count = 9, .minimum_facts = 3}), "web email ");
  EXPECT_EQ(First(&desk, {.count = 9, .minimum_facts = 4}), "web ");
}

TEST(Top, ChoosesFromMoreGroupsThanAnAnswerMayHave) {
  Desk desk("tickets_created", {"channel"});
  desk.Count("tickets", 2, -1, {"chat"});
  const exec::Context context{.max_groups = 7};
  EXPECT_OK(answer::Ask(desk.plan_, desk.executor_, context));
  desk.plan_.shape.top = plan::TopGroups{.count = 1};
  EXPECT_OK(answer::Ask(desk.plan_, desk.executor_, context));
  EXPECT_THAT(desk.executor_.max_groups, ElementsAre(7, kRankedGroupsMax, kRankedGroupsMax));
}

TEST(Top, GivesBackTheMemoryOfWhatWasRanked) {
  Desk desk("tickets_created", {"channel"});
  desk.Count("tickets", 2, -1, {"chat"});
  desk.plan_.shape.top = plan::TopGroups{.count = 1};
  std::vector<int64_t> held;
  exec::Context context;
  context.take_memory = [&](int64_t bytes) {
    held.push_back(bytes);
    return absl::OkStatus();
  };
  context.give_back_memory = [&](int64_t bytes) { held.push_back(-bytes); };
  EXPECT_OK(answer::Ask(desk.plan_, desk.executor_, context));
  EXPECT_THAT(held, ElementsAre(10, -10, 10));
}

TEST(Having, KeepsRowsByValueAndEvidenceAndIsFalseWhereThereIsNoNumber) {
  Desk desk("customer_churn_rate", {"segment"});
  desk.Count("at_start", 100, 0, {"a"}).Count("lost", 10, 0, {"a"});
  desk.Count("at_start", 100, 0, {"b"}).Count("lost", 30, 0, {"b"});
  desk.Count("lost", 1, 0, {"c"});  // no value
  using Op = plan::Having::Op;
  const auto kept = [&](plan::Having having) {
    desk.plan_.shape.having = std::move(having);
    const auto answer = desk.Ask();
    std::string names;
    for (const Row& row : answer->rows()) names += answer->groups().ValueOf(row.key.group, 0).text;
    return names;
  };
  const plan::Having low{.op = Op::kLessThan, .numbers = {20}};
  EXPECT_EQ(kept(low), "a");
  EXPECT_EQ(kept({.op = Op::kNot, .args = {low}}), "bc");
  EXPECT_EQ(kept({.op = Op::kPresent}), "ab");
  EXPECT_EQ(kept({.op = Op::kAbsent}), "c");
  EXPECT_EQ(kept({.op = Op::kAtLeast, .of = plan::Having::Of::kNumerator, .numbers = {30}}), "b");
  EXPECT_EQ(kept({.op = Op::kAny, .args = {low, {.op = Op::kAbsent}}}), "ac");
  EXPECT_EQ(kept({.op = Op::kIn, .numbers = {10, 30}}), "ab");
}

}  // namespace
}  // namespace supportkpi::answer
