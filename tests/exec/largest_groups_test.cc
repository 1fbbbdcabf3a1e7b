// A ranking by numbers of facts names few groups: those that it leaves out must be none of the first, whatever threads, chunks
// and partials there are.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "exec/native/native_executor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/exec/part_language.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::testing {
namespace {

using fact::Column;
using fact::FactSet;
using kpi::Col;
using record::Domain;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kTickets[] = R"(
    ticket created_at customer team exclusion
    t1     01-01      ann      red  0
    t2     01-02      bob      red  0
    t3     01-03      ann      blue 0
    t4     01-04      -        red  0
    t5     01-05      cy       red  0
    t6     01-06      bob      red  0
    t7     01-07      ann      red  0
    t8     01-08      dee      blue 2
    t9     01-09      eve      blue 0)";

class LargestGroups : public ::testing::Test {
 protected:
  LargestGroups() {
    store.Add(FactSet::kTicket, kTickets);
    part.at = Col(Column::kCreatedAt);
    part.honours_exclusion = true;
    ask.Group("customer", Col(Column::kCustomer), Domain::kCustomer);
    ask.sets = {{false}};
  }

  // Facts by group, of those in the result; the same for all threads, chunks and partials.
  std::map<std::string, int64_t> FactsOf(int64_t largest) {
    std::map<std::string, int64_t> first;
    for (const int threads : {1, 2, 8}) {
      for (const size_t rows : {size_t{65536}, size_t{1}, size_t{4}}) {
        store.rows_per_chunk = rows;
        ask.context.threads = threads;
        exec::native::NativeExecutor executor(store, 7, {.partials = {.chunk_rows_min = 1}});
        for (int time = 0; time < 3; ++time) {
          const std::map<std::string, int64_t> facts = FactsOnce(executor, largest);
          if (threads == 1 && rows == 65536 && time == 0) first = facts;
          EXPECT_EQ(facts, first) << threads << " threads, chunks of " << rows << ", time " << time;
        }
      }
    }
    return first;
  }

  std::map<std::string, int64_t> FactsOnce(exec::native::NativeExecutor& executor, int64_t largest) {
    ask.context.largest_groups = largest;
    const auto result = executor.Execute(ask.WholePlan({ask.PlanOf(part)}), ask.context);
    EXPECT_OK(result);
    std::map<std::string, int64_t> facts;
    if (!result.ok()) return facts;
    const exec::Cells& cells = result->parts[0].sets[0];
    for (size_t i = 0; i < cells.size(); ++i) {
      std::string group;
      for (size_t d = 0; d < ask.groups.size(); ++d)
        absl::StrAppend(&group, d == 0 ? "" : " ", result->groups.ValueOf(cells.key(i).group, d).name().value_or("none"));
      facts[group] = cells.cell(i).facts;
    }
    return facts;
  }

  FakeStore store;
  Ask ask{&store};
  kpi::Part part{.name = "tickets"};
};

TEST_F(LargestGroups, AreLeftWithThoseThatEqualTheLastOfThem) {
  EXPECT_THAT(FactsOf(1), UnorderedElementsAre(Pair("ann", 3), Pair("none", 1)));
  EXPECT_THAT(FactsOf(2), UnorderedElementsAre(Pair("ann", 3), Pair("bob", 2), Pair("none", 1)));
  EXPECT_THAT(FactsOf(3), UnorderedElementsAre(Pair("ann", 3), Pair("bob", 2), Pair("cy", 1), Pair("eve", 1), Pair("none", 1)));
}

TEST_F(LargestGroups, AreAllWhereThereAreNoMoreOrNoneAreAskedFor) {
  const std::map<std::string, int64_t> all = FactsOf(0);
  EXPECT_THAT(all, UnorderedElementsAre(Pair("ann", 3), Pair("bob", 2), Pair("cy", 1), Pair("dee", 0), Pair("eve", 1), Pair("none", 1)));
  for (const int64_t count : {6, 7, 1'000'000}) EXPECT_EQ(FactsOf(count), all) << count;
}

TEST_F(LargestGroups, OfSeveralFieldsAreToldByAllOfThem) {
  ask.Group("team", Col(Column::kTeam), Domain::kTeam);
  EXPECT_THAT(FactsOf(1), UnorderedElementsAre(Pair("ann red", 2), Pair("bob red", 2), Pair("none red", 1)));
}

TEST_F(LargestGroups, OfErasedNamesAreOneGroupWithAllOfThem) {
  ASSERT_OK(store.TakeSnapshot(""));  // its chunks have codes
  auto& names = store.snapshot().names[Domain::kCustomer];
  for (const char* name : {"bob", "cy", "eve"}) names.Erase(store.Code(Domain::kCustomer, name));
  exec::native::NativeExecutor executor(store, 7);
  EXPECT_THAT(FactsOnce(executor, 1), UnorderedElementsAre(Pair("ann", 3), Pair("dee", 0), Pair("none", 5)));
}

TEST_F(LargestGroups, OfSeveralBucketsAreAllThere) {
  ask.buckets = {"01-01", "01-04", "02-01"};
  ask.sets = {{true}};
  ask.context.largest_groups = 1;
  const auto result = ask.Execute({ask.PlanOf(part)});
  ASSERT_OK(result);
  EXPECT_EQ(result->parts[0].sets[0].size(), 8u);
}

// So many facts of each group that they are counted by place, and only the largest places become cells.
class LargestPlaces : public LargestGroups {
 protected:
  LargestPlaces() {
    std::string tickets = "ticket created_at customer team exclusion\n";
    const char* teams[] = {"red", "blue", "-"};
    for (int i = 0; i < 600; ++i) {
      const int customer = i * i % 23 % 12;
      absl::StrAppend(&tickets, "n", i, " 02-0", 1 + i / 100, " ", customer == 0 ? "-" : absl::StrCat("c", customer), " ", teams[i % 7 % 3],
                      " ", customer == 6 || i % 11 == 0 ? 2 : 0, "\n");
    }
    store.Add(FactSet::kTicket, tickets);
    ask.buckets = {"02-01", "03-01"};
  }

  // Of all groups those with as many facts as the one in place `count`, and those without a name.
  std::map<std::string, int64_t> Expected(size_t count) {
    std::map<std::string, int64_t> all = FactsOf(0);
    std::vector<int64_t> facts;
    for (const auto& [group, number] : all) facts.push_back(number);
    std::sort(facts.begin(), facts.end(), std::greater<>());
    std::erase_if(all, [&](const auto& of) { return of.second < facts[count - 1] && !absl::StrContains(of.first, "none"); });
    return all;
  }
};

TEST_F(LargestPlaces, AreThoseOfAllGroupsThatAreCounted) {
  for (const size_t count : {1, 2, 5, 7}) EXPECT_EQ(FactsOf(static_cast<int64_t>(count)), Expected(count)) << count;
  ask.Group("team", Col(Column::kTeam), Domain::kTeam);
  for (const size_t count : {1, 4, 12, 20}) EXPECT_EQ(FactsOf(static_cast<int64_t>(count)), Expected(count)) << count;
}

TEST_F(LargestPlaces, AreAllWhereTheLastOfThemHasNoFacts) {
  const std::map<std::string, int64_t> all = FactsOf(0);
  EXPECT_EQ(all.at("c6"), 0);
  EXPECT_EQ(FactsOf(static_cast<int64_t>(all.size())), all);
}

TEST_F(LargestPlaces, KeepWhatIsLeftOutOfThem) {
  ask.context.largest_groups = 1;
  ask.evidence = true;
  const std::string largest = ask.Run(part);
  EXPECT_EQ(largest, "all c1: 96 of 96 spam=9\nall none: 71 of 71 spam=8\n");
  ask.context.largest_groups = 0;
  const std::string all = ask.Run(part);
  for (const absl::string_view line : absl::StrSplit(largest, '\n')) EXPECT_TRUE(absl::StrContains(all, line)) << line;
}

TEST_F(LargestPlaces, DoNotHideThatThereAreTooMany) {
  ask.context.largest_groups = 1;
  const size_t groups = FactsOf(0).size();
  ask.context.max_groups = static_cast<int64_t>(groups) - 1;
  EXPECT_EQ(ask.Execute({ask.PlanOf(part)}).status(), exec::TooManyGroupsError(ask.context.max_groups));
  ask.context.max_groups = static_cast<int64_t>(groups);
  EXPECT_OK(ask.Execute({ask.PlanOf(part)}));
}

TEST_F(LargestGroups, DoNotHideThatThereAreTooMany) {
  ask.context.max_groups = 5;
  ask.context.threads = 2;
  store.rows_per_chunk = 4;
  ask.context.largest_groups = 1;
  EXPECT_EQ(ask.Execute({ask.PlanOf(part)}).status(), exec::TooManyGroupsError(5));
  ask.context.max_groups = 6;
  EXPECT_OK(ask.Execute({ask.PlanOf(part)}));
}

}  // namespace
}  // namespace supportkpi::testing
