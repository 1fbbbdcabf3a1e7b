// Cells of results by key and by column, groups whose names are asked for later.
#include "exec/result.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

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
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;
using Kind = GroupValue::Kind;

TEST(Cells, FindsEachByItsKeyWhetherKeysLieCloseOrFarApart) {
  for (const int32_t step : {1, 1'000'003}) {
    Cells cells;
    for (int32_t i = 0; i < 2000; ++i) cells.Add({.bucket = i % 3 - 1, .group = i * step}, {.value = i, .facts = i});
    for (const bool is_indexed : {false, true}) {
      if (is_indexed) cells.Index();
      for (const int32_t i : {0, 1, 2, 777, 1999}) {
        const CellRef cell = cells.Find({.bucket = i % 3 - 1, .group = i * step});
        ASSERT_TRUE(cell) << i;
        EXPECT_THAT(cell.value(), Optional(double(i)));
        EXPECT_FALSE(cells.Find({.bucket = (i + 1) % 3 - 1, .group = i * step})) << i;
      }
      EXPECT_FALSE(cells.Find({.bucket = 2, .group = 0}));
      EXPECT_FALSE(cells.Find({.bucket = -1, .group = -1}));
      EXPECT_FALSE(cells.Find({.bucket = -1, .group = 2000 * step}));
    }
  }
  Cells none;
  none.Index();
  EXPECT_FALSE(none.Find({}));
}

TEST(Cells, KeepWhatOnlySomeOfThemHave) {
  const std::array<int64_t, 2> left_out = {0, 3}, zeros = {0, 0};
  const std::vector<std::pair<int64_t, int64_t>> covered = {{1, 2}, {4, 5}};
  Cells cells;
  cells.Add({.group = 0}, {.value = 7, .numerator = 7, .facts = 2, .left_out = zeros});
  cells.Add({.group = 1}, {.value = 8, .numerator = 9, .denominator = 2, .left_out = left_out, .currency = "EUR"});
  cells.Add({.group = 2}, {.no_schedule = true, .notes = left_out, .record = "t1", .covered = covered});
  cells.Add({.group = 3}, {.numerator = 5, .mixed_currencies = true, .currency = "USD"});
  EXPECT_THAT(cells.numerator(0), Optional(7.0));
  EXPECT_THAT(cells.numerator(1), Optional(9.0));
  EXPECT_EQ(cells.numerator(2), std::nullopt);
  EXPECT_THAT(cells.numerator(3), Optional(5.0));
  EXPECT_EQ(cells.value(3), std::nullopt);
  EXPECT_EQ(cells.denominator(0), std::nullopt);
  EXPECT_THAT(cells.denominator(1), Optional(2.0));
  EXPECT_THAT(cells.left_out(0), IsEmpty());
  EXPECT_THAT(cells.left_out(1), ElementsAre(0, 3));
  EXPECT_THAT(cells.left_out(3), IsEmpty());
  EXPECT_THAT(cells.notes(2), ElementsAre(0, 3));
  EXPECT_EQ(cells.currency(0), "");
  EXPECT_EQ(cells.currency(1), "EUR");
  EXPECT_EQ(cells.currency(3), "USD");
  EXPECT_THAT(cells.currencies(), ElementsAre("EUR", "USD"));
  EXPECT_EQ(cells.record(1), "");
  EXPECT_EQ(cells.record(2), "t1");
  EXPECT_THAT(cells.covered(1), IsEmpty());
  EXPECT_THAT(cells.covered(2), ElementsAre(Pair(1, 2), Pair(4, 5)));
  EXPECT_THAT(cells.covered(3), IsEmpty());
  EXPECT_TRUE(cells.no_schedule(2) && cells.mixed_currencies(3) && !cells.no_schedule(3) && !cells.mixed_currencies(2));
  EXPECT_TRUE(cells.occurs(0) && cells.occurs(1));
  EXPECT_FALSE(cells.occurs(2));  // notes alone are no occurrence
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
