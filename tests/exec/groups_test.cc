// Groups of results: numbered tuples, dimensions taken together, groups folded into one.
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

}  // namespace
}  // namespace supportkpi::exec
