// What is held for the next page: by use, by bytes, by time.
#include "service/pages.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "plan/planner.h"
#include "service/answer_shelf.h"
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

constexpr char kTenant[] = "acme";

void Put(AnswerShelf& shelf, const char* key, const std::shared_ptr<const Asked>& asked, int64_t now_ms) {
  shelf.Put(kTenant, key, asked, shelf.Begin(), now_ms);
}
std::shared_ptr<const Asked> Find(AnswerShelf& shelf, const char* key, int64_t now_ms) {
  return shelf.Find(kTenant, key, now_ms);
}
AnswerMessage Message(const std::string& bytes) { return {grpc::Slice(bytes), 7}; }
std::string TextOf(const std::optional<AnswerMessage>& message) {
  if (!message.has_value()) return "(none)";
  return std::string(reinterpret_cast<const char*>(message->bytes.begin()), message->bytes.size());
}

// What the shelf counts for an entry with a key of one character.
int64_t HeldBytes(const std::shared_ptr<const Asked>& asked) {
  AnswerShelf shelf(INT64_MAX, 10);
  Put(shelf, "k", asked, 0);
  return shelf.totals().bytes;
}

TEST(AnswerShelf, HoldsForItsLifetimeSinceTheLastUse) {
  AnswerShelf shelf(1 << 20, 10);
  const auto asked = Answer(3);
  Put(shelf, "k", asked, 100);
  EXPECT_EQ(Find(shelf, "k", 109), asked);
  EXPECT_EQ(Find(shelf, "k", 118), asked);
  EXPECT_EQ(Find(shelf, "k", 128), nullptr);
  EXPECT_EQ(Find(shelf, "k", 100), nullptr) << "gone for good";
  EXPECT_EQ(Find(shelf, "other", 100), nullptr);
  EXPECT_EQ(shelf.totals().bytes, 0);
}

TEST(AnswerShelf, HoldsSoManyBytesAndDropsTheLastUsedLast) {
  const auto first = Answer(3), second = Answer(3);
  const int64_t bytes = HeldBytes(first);
  for (const int64_t spare : {-1, 0, 1}) {
    AnswerShelf shelf(2 * bytes + spare, 10);
    Put(shelf, "1", first, 0);
    Put(shelf, "2", second, 0);
    EXPECT_EQ(Find(shelf, "1", 0) != nullptr, spare >= 0) << spare;
    EXPECT_EQ(Find(shelf, "2", 0), second);
  }
  AnswerShelf shelf(2 * bytes, 10);
  Put(shelf, "1", first, 0);
  Put(shelf, "2", second, 0);
  Find(shelf, "1", 0);
  Put(shelf, "3", first, 0);
  EXPECT_EQ(Find(shelf, "2", 0), nullptr);
  EXPECT_EQ(Find(shelf, "1", 0), first);
  EXPECT_EQ(Find(shelf, "3", 0), first);
  shelf.SetBytesMax(bytes);
  EXPECT_EQ(Find(shelf, "1", 0), nullptr);
  EXPECT_EQ(Find(shelf, "3", 0), first);
  shelf.SetBytesMax(0);
  EXPECT_EQ(shelf.totals().answers, 0);
  EXPECT_FALSE(shelf.is_on());
}

TEST(AnswerShelf, WhatIsTooLargePushesNothingOut) {
  const auto small = Answer(1), large = Answer(10'000);
  ASSERT_GT(BytesOf(*large), 50 * HeldBytes(small));
  AnswerShelf shelf(HeldBytes(small), 10);
  Put(shelf, "1", small, 0);
  Put(shelf, "2", large, 0);
  EXPECT_EQ(Find(shelf, "1", 0), small);
  EXPECT_EQ(Find(shelf, "2", 0), nullptr);
}

TEST(AnswerShelf, HoldsNoMessageThatIsLargerThanItself) {
  AnswerShelf any(INT64_MAX, 10);
  any.PutMessage(kTenant, "q", 5, Message("five"), any.Begin(), 0);
  const int64_t bytes = any.totals().bytes;
  for (const int spare : {-1, 0, 1}) {
    AnswerShelf shelf(bytes + spare, 10);
    shelf.PutMessage(kTenant, "q", 5, Message("five"), shelf.Begin(), 0);
    EXPECT_EQ(TextOf(shelf.FindMessage(kTenant, "q", 5, 0)), spare < 0 ? "(none)" : "five") << spare;
  }
}

TEST(AnswerShelf, PutsAnEntryOnce) {
  const auto asked = Answer(3);
  AnswerShelf shelf(HeldBytes(asked), 10);
  for (int i = 0; i < 3; ++i) Put(shelf, "k", asked, i * 9);
  EXPECT_EQ(Find(shelf, "k", 27), asked);
}

TEST(AnswerShelf, MessagesAreOfATenantAQuestionAndACommit) {
  AnswerShelf shelf(1 << 20, 10);
  shelf.PutMessage("acme", "q", 5, Message("five"), shelf.Begin(), 0);
  EXPECT_EQ(TextOf(shelf.FindMessage("acme", "q", 5, 0)), "five");
  EXPECT_EQ(TextOf(shelf.FindMessage("acme", "other", 5, 0)), "(none)");
  EXPECT_EQ(TextOf(shelf.FindMessage("other", "q", 5, 0)), "(none)");
  EXPECT_EQ(TextOf(shelf.FindMessage("acme", "q", 6, 0)), "(none)");
  EXPECT_EQ(Find(shelf, "q", 0), nullptr);
  EXPECT_EQ(shelf.totals().hits, 1);
  EXPECT_EQ(shelf.totals().misses, 3);
}

TEST(AnswerShelf, ANewerCommitTakesTheOlderMessagesAway) {
  AnswerShelf shelf(1 << 20, 10);
  const auto asked = Answer(3);
  Put(shelf, "k", asked, 0);
  shelf.PutMessage(kTenant, "1", 5, Message("one"), shelf.Begin(), 0);
  shelf.PutMessage(kTenant, "2", 5, Message("two"), shelf.Begin(), 0);
  shelf.PutMessage(kTenant, "1", 6, Message("new"), shelf.Begin(), 0);
  EXPECT_EQ(shelf.totals().answers, 2);
  shelf.PutMessage(kTenant, "2", 5, Message("late"), shelf.Begin(), 0);
  EXPECT_EQ(TextOf(shelf.FindMessage(kTenant, "2", 5, 0)), "(none)");
  EXPECT_EQ(TextOf(shelf.FindMessage(kTenant, "1", 6, 0)), "new");
  EXPECT_EQ(Find(shelf, "k", 0), asked) << "somebody may come for its next page";
}

TEST(AnswerShelf, ForgetsATenantAndWhatWasBegunBefore) {
  AnswerShelf shelf(1 << 20, 10);
  const auto asked = Answer(3);
  const int64_t before = shelf.Begin();
  Put(shelf, "k", asked, 0);
  shelf.PutMessage(kTenant, "q", 5, Message("five"), before, 0);
  shelf.PutMessage("other", "q", 5, Message("five"), before, 0);
  shelf.Forget(kTenant);
  EXPECT_EQ(shelf.totals().answers, 1);
  EXPECT_FALSE(shelf.IsCurrent(kTenant, before));
  EXPECT_TRUE(shelf.IsCurrent("other", before));
  shelf.Put(kTenant, "k", asked, before, 0);
  shelf.PutMessage(kTenant, "q", 5, Message("five"), before, 0);
  EXPECT_EQ(Find(shelf, "k", 0), nullptr);
  EXPECT_EQ(TextOf(shelf.FindMessage(kTenant, "q", 5, 0)), "(none)");
  EXPECT_EQ(TextOf(shelf.FindMessage("other", "q", 5, 0)), "five");
  Put(shelf, "k", asked, 0);
  EXPECT_EQ(Find(shelf, "k", 0), asked);
}

TEST(AnswerShelf, ForgettingManyTenantsForgetsNoneOfThem) {
  AnswerShelf shelf(1 << 20, 10);
  const int64_t before = shelf.Begin();
  for (int i = 0; i < 2500; ++i) shelf.Forget(absl::StrCat("tenant-", i));
  for (int i = 0; i < 2500; ++i) EXPECT_FALSE(shelf.IsCurrent(absl::StrCat("tenant-", i), before)) << i;
  const int64_t after = shelf.Begin();
  for (int i = 0; i < 2500; ++i) EXPECT_TRUE(shelf.IsCurrent(absl::StrCat("tenant-", i), after)) << i;
}

TEST(AnswerShelf, DropsMessagesThatAreToBeComputedAnew) {
  AnswerShelf shelf(1 << 20, 10);
  const auto asked = Answer(3);
  Put(shelf, "k", asked, 0);
  const int64_t before = shelf.Begin();
  shelf.PutMessage(kTenant, "q", 5, Message("old"), before, 0);
  shelf.DropMessages(kTenant);
  shelf.PutMessage(kTenant, "q", 5, Message("begun before"), before, 0);
  EXPECT_EQ(TextOf(shelf.FindMessage(kTenant, "q", 5, 0)), "(none)");
  EXPECT_EQ(Find(shelf, "k", 0), asked);
  EXPECT_TRUE(shelf.IsCurrent(kTenant, before)) << "what is being read may be read to its end";
  shelf.PutMessage(kTenant, "q", 5, Message("new"), shelf.Begin(), 0);
  EXPECT_EQ(TextOf(shelf.FindMessage(kTenant, "q", 5, 0)), "new");
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
