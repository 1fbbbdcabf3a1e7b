// What is held for the next page: by use, by bytes, by time.
#include "service/pages.h"

#include "gtest/gtest.h"
#include "plan/planner.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::service {
namespace {

// Answers with nothing: its size is that of no rows.
class EmptyExecutor final : public exec::Executor {
 public:
  absl::StatusOr<exec::Result> Execute(const plan::Plan& plan, const exec::Context&) override {
    exec::Result result;
    result.parts.resize(plan.parts.size());
    return result;
  }
};

std::shared_ptr<const Asked> Answer(int64_t days) {
  plan::Question question;
  question.kpis.emplace_back().kpi = "tickets_created";
  question.grain.unit = time::GrainUnit::kDay;
  question.end_ms = days * 86'400'000;
  auto plan = plan::MakePlan(question, settings::Settings(), plan::Limits());
  EXPECT_OK(plan);
  EmptyExecutor executor;
  auto answer = answer::Ask(*std::move(plan), executor, exec::Context());
  EXPECT_OK(answer);
  auto asked = std::make_shared<Asked>();
  asked->answer = *std::move(answer);
  return asked;
}

// What the shelf counts for an entry with a key of one character.
int64_t HeldBytes(const std::shared_ptr<const Asked>& asked) {
  for (int64_t bytes = BytesOf(*asked); ; ++bytes) {
    AnswerShelf shelf(bytes, 10);
    shelf.Put("k", asked, 0);
    if (shelf.Find("k", 0) != nullptr) return bytes;
  }
}

TEST(AnswerShelf, HoldsForItsLifetimeSinceTheLastUse) {
  AnswerShelf shelf(1 << 20, 10);
  const auto asked = Answer(3);
  shelf.Put("k", asked, 100);
  EXPECT_EQ(shelf.Find("k", 109), asked);
  EXPECT_EQ(shelf.Find("k", 118), asked);
  EXPECT_EQ(shelf.Find("k", 128), nullptr);
  EXPECT_EQ(shelf.Find("k", 100), nullptr) << "gone for good";
  EXPECT_EQ(shelf.Find("other", 100), nullptr);
}

TEST(AnswerShelf, HoldsSoManyBytesAndDropsTheLastUsedLast) {
  const auto first = Answer(3), second = Answer(3);
  const int64_t bytes = HeldBytes(first);
  for (const int64_t spare : {-1, 0, 1}) {
    AnswerShelf shelf(2 * bytes + spare, 10);
    shelf.Put("1", first, 0);
    shelf.Put("2", second, 0);
    EXPECT_EQ(shelf.Find("1", 0) != nullptr, spare >= 0) << spare;
    EXPECT_EQ(shelf.Find("2", 0), second);
  }
  AnswerShelf shelf(2 * bytes, 10);
  shelf.Put("1", first, 0);
  shelf.Put("2", second, 0);
  shelf.Find("1", 0);
  shelf.Put("3", first, 0);
  EXPECT_EQ(shelf.Find("2", 0), nullptr);
  EXPECT_EQ(shelf.Find("1", 0), first);
  EXPECT_EQ(shelf.Find("3", 0), first);
}

TEST(AnswerShelf, WhatIsTooLargePushesNothingOut) {
  const auto small = Answer(1), large = Answer(10'000);
  ASSERT_GT(BytesOf(*large), 100 * HeldBytes(small));
  AnswerShelf shelf(HeldBytes(small), 10);
  shelf.Put("1", small, 0);
  shelf.Put("2", large, 0);
  EXPECT_EQ(shelf.Find("1", 0), small);
  EXPECT_EQ(shelf.Find("2", 0), nullptr);
}

TEST(AnswerShelf, PutsAnEntryOnce) {
  const auto asked = Answer(3);
  AnswerShelf shelf(HeldBytes(asked), 10);
  for (int i = 0; i < 3; ++i) shelf.Put("k", asked, i * 9);
  EXPECT_EQ(shelf.Find("k", 27), asked);
}

TEST(AnswerBudget, HasRoomForSoManyBytesAndForWhoeverIsAlone) {
  for (const int64_t more : {39, 40, 41}) {
    AnswerBudget budget(100);
    const auto first = budget.Take(60);
    EXPECT_NE(first, nullptr);
    EXPECT_EQ(budget.Take(more) != nullptr, more <= 40) << more;
  }
  AnswerBudget budget(100);
  auto large = budget.Take(1000);
  EXPECT_NE(large, nullptr);
  EXPECT_EQ(budget.Take(1), nullptr);
  large.reset();
  const auto full = budget.Take(100);
  EXPECT_NE(full, nullptr);
  EXPECT_EQ(budget.Take(1), nullptr) << "what was refused takes nothing";
  EXPECT_EQ(budget.Take(1), nullptr);
}

}  // namespace
}  // namespace supportkpi::service
