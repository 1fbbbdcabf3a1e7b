// Groups of results: numbered tuples, dimensions taken together, groups folded into one, names that are asked for later.
#include <algorithm>
#include <string>
#include <vector>

#include "exec/group_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kpi/expr.h"
#include "tests/exec/part_language.h"
#include "tests/support/fake_snapshot.h"

namespace supportkpi::exec {
namespace {

using fact::Column;
using fact::FactSet;
using kpi::Col;
using record::Domain;
using ::testing::ElementsAre;
using Kind = GroupValue::Kind;

TEST(GroupTable, GivesEqualTuplesOneNumber) {
  GroupTable table(2);
  const std::vector<GroupValue> email_red = {{.text = "email"}, {.text = "red"}};
  const std::vector<GroupValue> none_red = {{.kind = Kind::kNone}, {.text = "red"}};
  const int32_t first = table.Intern(absl::MakeConstSpan(email_red));
  EXPECT_NE(table.Intern(absl::MakeConstSpan(none_red)), first);
  EXPECT_EQ(table.Intern(absl::MakeConstSpan(email_red)), first);
  EXPECT_EQ(table.size(), 2);
  EXPECT_EQ(table.Find(absl::MakeConstSpan(email_red)), first);
  EXPECT_EQ(table.ValueOf(first, 0).text, "email");
  EXPECT_EQ(table.Find(absl::MakeConstSpan(std::vector<GroupValue>{{.text = "email"}, {.text = "blue"}})), std::nullopt);
}

TEST(GroupTable, RanksNamesThenNoneThenOtherThenAll) {
  GroupTable table(1);
  for (const GroupValue& value : {GroupValue{.kind = Kind::kAll}, GroupValue{.text = "b"}, GroupValue{.kind = Kind::kOther},
                                  GroupValue{.kind = Kind::kNone}, GroupValue{.text = "a"}})
    table.NumberOf(0, value);
  EXPECT_THAT(table.RanksOf(0), ElementsAre(4, 1, 3, 2, 0));
}

class Groups : public ::testing::Test {
 protected:
  Groups() {
    store.Add(FactSet::kTicket, R"(
      ticket created_at channel team tags
      t1     01-01      email   red  vip,slow
      t2     01-02      email   blue slow,late
      t3     01-03      chat    red  late,new
      t4     01-04      -       red  -)");
    ask.Group("channel", Col(Column::kChannel), Domain::kChannel);
    ask.Group("team", Col(Column::kTeam), Domain::kTeam);
    part.at = Col(Column::kCreatedAt);
  }
  testing::FakeStore store;
  testing::Ask ask{&store};
  kpi::Part part{.name = "tickets"};
};

TEST_F(Groups, DimensionsThatASetDoesNotKeepAreTakenTogether) {
  ask.sets = {{true, plan::MaskOf(1)}};
  EXPECT_EQ(ask.Run(part), "0 any blue: 1\n0 any red: 3\n");
  ask.sets = {{true, plan::MaskOf(0)}};
  EXPECT_EQ(ask.Run(part), "0 chat any: 1\n0 email any: 2\n0 none any: 1\n");
}

TEST_F(Groups, GroupsThatAreNotKeptAreOne) {
  ask.fold = plan::Fold{.dimensions = plan::kAllDimensions, .kept = {{"email", "red"}, {std::nullopt, "red"}}};
  EXPECT_EQ(ask.Run(part), "0 email red: 1\n0 none red: 1\n0 other other: 2\n");
  ask.fold = plan::Fold{.dimensions = plan::MaskOf(0), .kept = {{"email"}}};
  EXPECT_EQ(ask.Run(part), "0 email blue: 1\n0 email red: 1\n0 other red: 2\n");
}

TEST_F(Groups, ATotalOverWhatIsFoldedCountsEveryFact) {
  ask.fold = plan::Fold{.dimensions = plan::MaskOf(0), .kept = {{"email"}}};
  ask.sets = {{false, plan::MaskOf(1)}};
  EXPECT_EQ(ask.Run(part), "all any blue: 1\nall any red: 3\n");
}

TEST_F(Groups, AFactOfSeveralOtherTagsCountsOnce) {
  ask.groups.clear();
  ask.GroupList("tags", Column::kTags, Domain::kTag);
  EXPECT_EQ(ask.Run(part), "0 late: 2\n0 new: 1\n0 slow: 2\n0 vip: 1\n0 none: 1\n");
  ask.fold = plan::Fold{.dimensions = plan::kAllDimensions, .kept = {{"slow"}}};
  EXPECT_EQ(ask.Run(part), "0 slow: 2\n0 other: 4\n") << "t1 by vip, t2 by late, t3 once for late and new, t4 by none";
}

TEST(GroupTable, NamesSomeGroupsAndGivesErasedNamesTheGroupOfNone) {
  testing::FakeStore store;
  store.Add(FactSet::kTicket, "ticket channel\nt1 email\nt2 chat\nt3 web");
  const auto snapshot = *store.TakeSnapshot("default");
  const projection::Names& names = snapshot->NamesOf(Domain::kChannel);
  GroupTable table(2, snapshot);
  const int32_t all = table.NumberOf(1, {.kind = Kind::kAll});
  std::vector<int32_t> groups;
  for (const char* name : {"email", "chat", "web"})
    groups.push_back(table.Intern({table.AddUnnamed(0, Domain::kChannel, *names.CodeOf(name)), all}));
  groups.push_back(table.Intern({table.AddUnnamed(0, Domain::kChannel, names.code_count() + 1), all}));  // no such name
  groups.push_back(table.Intern({table.NumberOf(0, {.kind = Kind::kNone}), all}));
  EXPECT_EQ(table.ValueOf(groups[0], 0).text, "");
  std::vector<int32_t> numbers;
  const GroupTable named = table.Named({groups[2], groups[3], groups[0], groups[4]}, &numbers);
  ASSERT_EQ(numbers.size(), 4);
  EXPECT_EQ(named.ValueOf(numbers[0], 0).text, "web");
  EXPECT_EQ(named.ValueOf(numbers[1], 0).kind, Kind::kNone);
  EXPECT_EQ(named.ValueOf(numbers[2], 0).text, "email");
  EXPECT_EQ(named.ValueOf(numbers[2], 1).kind, Kind::kAll);
  EXPECT_EQ(numbers[3], numbers[1]);
  EXPECT_EQ(named.size(), 3);
  table.NameAll(0);
  EXPECT_EQ(table.ValueOf(groups[1], 0).text, "chat");
  const std::vector<GroupValue> chat = {{.text = "chat"}, {.kind = Kind::kAll}};
  EXPECT_EQ(table.Find(absl::MakeConstSpan(chat)), groups[1]);
  EXPECT_EQ(table.Intern(absl::MakeConstSpan(chat)), groups[1]);
}

// Two fields of one dimension, as two parts have them: the same texts by other codes.
TEST(GroupNames, OneTextIsOneGroupWhateverItsCodes) {
  testing::FakeStore store;
  store.Add(FactSet::kTicket, R"(
      ticket created_at channel team
      t1     01-01      email   chat
      t2     01-02      chat    red
      t3     01-03      -       email
      t4     01-04      web     web)");
  for (const bool names_later : {false, true}) {
    testing::Ask ask(&store);
    kpi::Part part{.name = "tickets"};
    part.at = Col(Column::kCreatedAt);
    ask.Group("channel", Col(Column::kChannel), Domain::kChannel);
    plan::PartPlan by_channel = ask.PlanOf(part), by_team = by_channel;
    by_team.groups[0].expr = Col(Column::kTeam);
    by_team.groups[0].domain = Domain::kTeam;
    ask.context.names_later = names_later;
    auto result = ask.Execute({by_channel, by_team});
    ASSERT_TRUE(result.ok()) << result.status();
    for (size_t index = 0; index < 2; ++index) {
      std::vector<int32_t> groups, numbers;
      const Cells& cells = result->parts[index].sets[0];
      for (size_t i = 0; i < cells.size(); ++i) groups.push_back(cells.key(i).group);
      const GroupTable named = result->groups.Named(groups, &numbers);
      std::vector<std::string> texts;
      for (const int32_t number : numbers) texts.push_back(named.ValueOf(number, 0).name().value_or("none"));
      std::sort(texts.begin(), texts.end());
      if (index == 0)
        EXPECT_THAT(texts, ElementsAre("chat", "email", "none", "web"));
      else
        EXPECT_THAT(texts, ElementsAre("chat", "email", "red", "web"));
    }
    // email, chat, none, web, red
    std::vector<int32_t> all;
    for (const auto& part_result : result->parts)
      for (size_t i = 0; i < part_result.sets[0].size(); ++i) all.push_back(part_result.sets[0].key(i).group);
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::unique(all.begin(), all.end()) - all.begin(), 5);
  }
}

}  // namespace
}  // namespace supportkpi::exec
