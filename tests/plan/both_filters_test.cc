// A filter as a tree and one as text hold together, for the question and for each KPI, and errors say which of them is wrong.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/filter_text.h"
#include "plan/planner.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::plan {
namespace {

using ::supportkpi::testing::StatusIs;
using ::testing::StartsWith;

Question CreatedTickets() {
  Question question;
  question.kpis.push_back({.kpi = "tickets_created"});
  question.end_ms = 1'000;
  return question;
}

Filter Text(absl::string_view text) { return ParseFilterText(text).value(); }

TEST(BothFiltersTest, TreeAndTextOfQuestionAndKpiAllHold) {
  Question question = CreatedTickets();
  question.filter = Text("channel = email");
  question.filter_text = Text("brand = \"x\" OR brand = \"y\"");
  question.kpis[0].filter = Text("language:*");
  question.kpis[0].filter_text = Text("NOT team = a");
  const auto plan = MakePlan(question, settings::Settings(), Limits());
  ASSERT_OK(plan);
  const BoundFilter& filter = plan->parts.at(0).filter;
  EXPECT_EQ(filter.op, BoundFilter::Op::kAll);
  ASSERT_EQ(filter.args.size(), 4u);
  EXPECT_EQ(filter.args[0].op, BoundFilter::Op::kIn);
  EXPECT_EQ(filter.args[1].op, BoundFilter::Op::kAny);
  EXPECT_EQ(filter.args[2].op, BoundFilter::Op::kPresent);
  EXPECT_EQ(filter.args[3].op, BoundFilter::Op::kNot);
}

TEST(BothFiltersTest, TextAloneIsTheFilter) {
  Question question = CreatedTickets();
  question.filter_text = Text("subject_is_unknown:*");
  EXPECT_THAT(MakePlan(question, settings::Settings(), Limits()),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("filter_text.field: ")));
  question.filter_text = Text("channel = email");
  const auto plan = MakePlan(question, settings::Settings(), Limits());
  ASSERT_OK(plan);
  EXPECT_EQ(plan->parts.at(0).filter.op, BoundFilter::Op::kIn);
}

TEST(BothFiltersTest, ErrorsOfAKpisTextNameItsPlace) {
  Question question = CreatedTickets();
  question.kpis[0].filter_text = Text("channel = email AND team = \"\"");
  EXPECT_THAT(MakePlan(question, settings::Settings(), Limits()),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("kpis[0].filter_text.all[1].equals: ")));
}

}  // namespace
}  // namespace supportkpi::plan
