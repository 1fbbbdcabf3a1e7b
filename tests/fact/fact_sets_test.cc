// The tables of fact sets and columns agree with themselves.
#include "fact/fact_sets.h"

#include <set>
#include <string>

#include "fact/fact_columns.h"
#include "gtest/gtest.h"

namespace supportkpi::fact {
namespace {

TEST(FactSetsTest, EverySetStandsAtItsNumber) {
  ASSERT_EQ(AllFactSets().size(), static_cast<size_t>(kFactSetCount));
  for (int i = 0; i < kFactSetCount; ++i) EXPECT_EQ(static_cast<int>(AllFactSets()[i].set), i);
}

TEST(FactSetsTest, EverySetHasItsSortColumnAndEachColumnOnceWithScalarsFirst) {
  for (const FactSetInfo& set : AllFactSets()) {
    SCOPED_TRACE(std::string(set.name));
    EXPECT_TRUE(PositionOf(set.set, set.sort_column).has_value());
    std::set<Column> seen;
    for (size_t i = 0; i < set.columns.size(); ++i) {
      EXPECT_TRUE(seen.insert(set.columns[i]).second) << InfoOf(set.columns[i]).name;
      EXPECT_EQ(PositionOf(set.set, set.columns[i]), static_cast<int>(i));
      EXPECT_EQ(InfoOf(set.columns[i]).is_list, static_cast<int>(i) >= set.scalar_count) << InfoOf(set.columns[i]).name;
    }
  }
}

TEST(FactSetsTest, EveryColumnIsNamedOnceAndBelongsToASet) {
  std::set<std::string> names;
  for (const ColumnInfo& column : AllColumns()) {
    EXPECT_EQ(&InfoOf(column.column), &column);
    EXPECT_TRUE(names.insert(std::string(column.name)).second) << column.name;
    EXPECT_EQ(column.type == ColumnType::kCode, column.domain != record::Domain::kNotCoded) << column.name;
    EXPECT_EQ(column.is_list, IsListColumn(column.column)) << column.name;
    bool used = false;
    for (const FactSetInfo& set : AllFactSets()) used |= PositionOf(set.set, column.column).has_value();
    EXPECT_TRUE(used) << column.name;
  }
}

TEST(FactSetsTest, AColumnThatASetDoesNotHaveHasNoPosition) {
  EXPECT_EQ(PositionOf(FactSet::kAgentTime, Column::kScore), std::nullopt);
  EXPECT_EQ(PositionOf(FactSet::kSurvey, Column::kExclusion), std::nullopt);
}

}  // namespace
}  // namespace supportkpi::fact
