// Expressions as text, and what becomes of parameters.
#include "kpi/expr.h"

#include "gtest/gtest.h"

namespace supportkpi::kpi {
namespace {

using fact::Column;

TEST(Dump, ReadsLikeTheExpression) {
  EXPECT_EQ(Dump(Subtract(Col(Column::kCreatedAt), RangeEnd())), "Subtract(created_at, range_end)");
  EXPECT_EQ(Dump(IsOneOf(Col(Column::kStatus), {1, 2})), "IsOneOf(status, {1,2})");
  EXPECT_EQ(Dump(ElapsedByTicket(Col(Column::kStartAt), BucketEnd())),
            "Elapsed(start_at, bucket_end, team_initial, team_step_at/team_step)");
  EXPECT_EQ(Dump(Lookup(LookupField::kCustomerSegment, {Col(Column::kCustomer)})), "Lookup(customer.segment, customer)");
  EXPECT_EQ(Dump(TimeInStatus(18, Col(Column::kCreatedAt), Col(Column::kStartAt))), "TimeInStatus(created_at, start_at, bits=18)");
  EXPECT_EQ(Dump(Less(Const(column::kNull), Const(column::kForever))), "Less(null, forever)");
  EXPECT_EQ(Dump(Param("window")), "$window");
}

TEST(Substitute, PutsParametersInAndFoldsWhatIsConstant) {
  const auto folded = [](const Expr& expr) { return Dump(Substitute(expr, {{"p", 5}, {"q", 0}})); };
  EXPECT_EQ(folded(Param("p")), "5");
  EXPECT_EQ(folded(Param("r")), "$r");
  EXPECT_EQ(folded(Sum(Param("p"), Const(2))), "7");
  EXPECT_EQ(folded(And({Equal(Param("p"), Const(5)), Col(Column::kFlat)})), "And(flat)");
  EXPECT_EQ(folded(And({Equal(Param("p"), Const(4)), Col(Column::kFlat)})), "0");
  EXPECT_EQ(folded(Or({Equal(Param("p"), Const(5)), Col(Column::kFlat)})), "1");
  EXPECT_EQ(folded(Or({Equal(Param("p"), Const(4)), Equal(Param("q"), Const(1))})), "0");
  EXPECT_EQ(folded(If(Param("q"), Col(Column::kFlat), Col(Column::kStatus))), "status");
  EXPECT_EQ(folded(Subtract(Col(Column::kWaitMs), If(Equal(Param("q"), Const(1)), Col(Column::kIvrMs), Const(0)))), "wait_ms");
}

TEST(Substitute, KeepsTheRulesOfAbsentAndForever) {
  const auto folded = [](const Expr& expr) { return Dump(Substitute(expr, {})); };
  const Expr null = Const(column::kNull), forever = Const(column::kForever);
  EXPECT_EQ(folded(Sum(null, Const(1))), "null");
  EXPECT_EQ(folded(Sum(forever, Const(1))), "forever");
  EXPECT_EQ(folded(Less(null, Const(1))), "0");
  EXPECT_EQ(folded(NotEqual(null, Const(1))), "0");
  EXPECT_EQ(folded(Min(null, Const(1))), "1");
  EXPECT_EQ(folded(Less(Const(1), forever)), "1");
  EXPECT_EQ(folded(IsNull(null)), "1");
}

}  // namespace
}  // namespace supportkpi::kpi
