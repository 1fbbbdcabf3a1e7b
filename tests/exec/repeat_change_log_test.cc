// When changed tickets were created, and what stays true of tickets that no change concerns.
#include "exec/native/repeat_change_log.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exec/native/native_executor.h"
#include "gtest/gtest.h"
#include "tests/exec/part_language.h"
#include "tests/support/dice.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::testing {
namespace {

using exec::native::RepeatChangeLog;
using fact::Column;
using fact::FactSet;
using kpi::Col;
using kpi::Const;
using kpi::Op;

TEST(RepeatChangeLogOf, FewCommitsTellsTheLastOneExactly) {
  RepeatChangeLog log(3);
  log.Add(5, {100, 50});
  log.Add(6, {});
  log.Add(8, {70});
  const RepeatChangeLog before = log;
  log.Add(9, {200});
  EXPECT_EQ(log.LastIn(51, 69), 3);
  EXPECT_EQ(log.LastIn(50, 50), 5);
  EXPECT_EQ(log.LastIn(70, 100), 8);
  EXPECT_EQ(log.LastIn(71, 150), 5);
  EXPECT_EQ(log.LastIn(0, 500), 9);
  EXPECT_EQ(log.LastIn(101, 199), 3);
  EXPECT_EQ(before.LastIn(0, 500), 8) << "a copy stays as it was";
}

TEST(RepeatChangeLogOf, ManyCommitsNeverTellsAnEarlierOneThanTheLast) {
  Dice dice{4};
  RepeatChangeLog log(1);
  std::vector<std::pair<int64_t, int64_t>> all;  // created at, commit
  for (int64_t commit = 2; commit < 3000; ++commit) {
    std::vector<int64_t> created_at;
    for (int i = dice.Below(4); i > 0; --i) created_at.push_back(commit * 10 - dice.Below(dice.Below(20) == 0 ? 20'000 : 50));
    if (commit == 1000)
      for (int i = 0; i < 5000; ++i) created_at.push_back(i * 2);  // so many are told by the first and the last
    for (const int64_t at : created_at) all.push_back({at, commit});
    log.Add(commit, created_at);
    if (commit % 50 != 0) continue;
    for (int i = 0; i < 20; ++i) {
      const int64_t from = dice.Below(30'000), until = from + dice.Below(500);
      int64_t last = 1;
      for (const auto& [at, of] : all)
        if (at >= from && at <= until) last = std::max(last, of);
      EXPECT_GE(log.LastIn(from, until), last);
      EXPECT_LE(log.LastIn(from, until), commit);
    }
  }
  EXPECT_EQ(log.LastIn(40'000, 50'000), 1);
}

// Each commit brings tickets that are created later than all before, each third one other versions of a few that are there, or their end.
class OtherTickets : public ::testing::Test {
 protected:
  static constexpr int kCommits = 40, kNew = 20, kChanged = 2;

  OtherTickets() {
    struct Version {
      std::string row;
      int born, dead = 0;
    };
    std::vector<Version> versions;
    std::vector<size_t> last;  // by ticket
    for (int commit = 1; commit <= kCommits; ++commit) {
      const int there = static_cast<int>(last.size());
      for (int i = 0; i < kNew + kChanged; ++i) {
        const bool is_new = i < kNew || there == 0;
        // Mostly one of the tickets that came last.
        const int ticket = is_new ? static_cast<int>(last.size()) : dice.Below(4) == 0 ? dice.Below(there) : there - 1 - dice.Below(std::min(there, 30));
        if (!is_new && (commit % 3 != 0 || versions[last[ticket]].born == commit || versions[last[ticket]].dead != 0)) continue;
        if (is_new) last.push_back(0);
        if (!is_new) versions[last[ticket]].dead = commit;
        if (!is_new && dice.Below(2) == 0) continue;
        last[ticket] = versions.size();
        const bool late = dice.Below(6) == 0;
        versions.push_back({absl::StrFormat("t%d %s p%d - %s c%d %s %d %s never", ticket, Hour(ticket), dice.Below(9), late ? "-" : absl::StrCat("c", dice.Below(2)),
                                            dice.Below(2), late ? Hour(ticket + dice.Below(200)) : "never", dice.Below(10) == 0 ? 2 : 0,
                                            dice.Below(3) == 0 ? "never" : Hour(ticket + dice.Below(60))),
                            commit});
      }
    }
    std::string table = "ticket created_at customer issue_key category_at_event category_first category_first_at exclusion resolved_from resolved_to born dead\n";
    for (const Version& version : versions)
      absl::StrAppend(&table, version.row, " ", version.born, " ", version.dead == 0 ? kCommits + 1 : version.dead, "\n");
    store.Add(FactSet::kTicket, table);
    store.rows_per_chunk = kNew + kChanged;
    ask.buckets = {"01-01", "01-15", "03-01", "12-28"};
    ask.evidence = true;
  }

  // Tickets of each part by the executor; the note tells of windows that are open at the data's end.
  std::string Answer(exec::native::NativeExecutor& by) {
    const kpi::Expr created = Col(Column::kCreatedAt), end = kpi::Sum(created, Const(kWindowMs));
    kpi::Part repeats{.name = "repeats", .at = created, .where = kpi::AtMost(kpi::Make(Op::kRepeatGap, {Col(Column::kTicket)}), Const(kWindowMs))};
    kpi::Part alone{.name = "alone", .at = created};
    const kpi::Expr next = kpi::Make(Op::kNextSameIssueAt, {Col(Column::kTicket), created, end});
    alone.where = kpi::Greater(next, end);
    alone.notes = {{"open_windows", kpi::Greater(end, kpi::Make(Op::kDataUntil, {}))}};
    auto result = by.Execute(ask.WholePlan({ask.PlanOf(repeats), ask.PlanOf(alone)}), ask.context);
    EXPECT_OK(result);
    facts_read = result->facts_read;
    return absl::StrCat(ask.Print(*result, repeats, 0), ask.Print(*result, alone, 1));
  }

  static constexpr int64_t kWindowMs = 30 * 3'600'000;
  Dice dice{12};
  FakeStore store;
  Ask ask{&store};
  int64_t facts_read = 0;
};

TEST_F(OtherTickets, LeaveWhatTheyDoNotConcernAsItWasTold) {
  exec::native::NativeExecutor executor(store, 1, {.partials = {.chunk_rows_min = 1}});
  int64_t read = 0, rows = 0;
  for (int commit = 1; commit <= kCommits; ++commit) {
    store.snapshot().commit_number = commit;
    store.snapshot().data_until = At(Hour(commit * kNew));
    exec::native::NativeExecutor plain(store, 1, {.partials = {.bytes_max = 0}});
    const std::string expected = Answer(plain);
    const int64_t all = facts_read;
    for (int time = 0; time < 3; ++time) {
      EXPECT_EQ(Answer(executor), expected) << "commit " << commit << ", time " << time;
      if (time == 0 && commit > kCommits / 2) read += facts_read, rows += all;
    }
    *store.snapshot().data_until += kWindowMs / 2;  // something came in that is no ticket
    EXPECT_EQ(Answer(executor), Answer(plain)) << "commit " << commit;
  }
  EXPECT_GT(executor.partial_counts().found, 0);
  EXPECT_LT(read, rows) << "after a commit some chunks need not be read again";
  for (int commit = kCommits; commit > 0; commit -= 7) {  // as of then
    store.snapshot().commit_number = commit;
    store.snapshot().data_until = At(Hour(commit * kNew));
    exec::native::NativeExecutor plain(store, 1, {.partials = {.bytes_max = 0}});
    EXPECT_EQ(Answer(executor), Answer(plain));
  }
}

}  // namespace
}  // namespace supportkpi::testing
