// States of old chunks are looked for among the few rows that were still open at their end; what is found is the same.
#include "exec/native/open_rows.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
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
using kpi::Const;
using kpi::Mode;
using record::Domain;

constexpr int kTickets = 4000, kTicketsPerDay = 50, kRowsPerChunk = 500;

class OpenStates : public ::testing::Test {
 protected:
  // Eighty days of tickets; most are resolved within a day, one in forty after weeks, one in a hundred never. Some are gone.
  OpenStates() {
    std::string table = "ticket created_at first_resolved_at channel team_initial team_step_at team_step exclusion dead\n";
    for (int i = 0; i < kTickets; ++i) {
      Ticket ticket{.created = i / kTicketsPerDay, .resolved = 1000, .channel = i % 3 == 0 ? "chat" : "email", .gone = i % 71 == 0};
      if (i % 100 != 7) ticket.resolved = ticket.created + (i % 40 == 3 ? 20 + i % 23 : 1);
      absl::StrAppendFormat(&table, "t%d %s %s %s red %s %s 0 %d\n", i, Day(ticket.created),
                            ticket.resolved >= 1000 ? "-" : Day(ticket.resolved), ticket.channel, Day(ticket.created + 3),
                            i % 2 == 0 ? "blue" : "none", ticket.gone ? 1 : 9);
      tickets.push_back(ticket);
    }
    store.Add(FactSet::kTicket, table);
    store.rows_per_chunk = kRowsPerChunk;
    open.at = Col(Column::kCreatedAt);
    open.to = kpi::Coalesce({Col(Column::kFirstResolvedAt), Const(column::kForever)});
    ask.Group("channel", Col(Column::kChannel), Domain::kChannel);
  }

  static std::string Day(int day) { return absl::StrFormat("%02d-%02d", 1 + day / 28, 1 + day % 28); }
  void AskForEndsOf(std::vector<int> days) {
    ask.buckets.clear();
    for (const int day : days) ask.buckets.push_back(Day(day));
  }
  exec::Result Answer(const kpi::Part& part) {
    auto result = executor.Execute(ask.WholePlan({ask.PlanOf(part)}), ask.context);
    EXPECT_OK(result);
    return *std::move(result);
  }
  // Of the buckets between the days: created before the end and not resolved until then.
  std::string Wanted(const std::vector<int>& days) const {
    std::string wanted;
    for (size_t bucket = 0; bucket + 1 < days.size(); ++bucket) {
      std::map<std::string, int> counts;
      for (const Ticket& ticket : tickets)
        counts[ticket.channel] += !ticket.gone && ticket.created < days[bucket + 1] && ticket.resolved >= days[bucket + 1];
      for (const auto& [channel, count] : counts) absl::StrAppend(&wanted, bucket, " ", channel, ": ", count, "\n");
    }
    return wanted;
  }

  struct Ticket {
    int created, resolved;
    std::string channel;
    bool gone;
  };
  std::vector<Ticket> tickets;
  FakeStore store;
  Ask ask{&store};
  kpi::Part open{.name = "open", .mode = Mode::kAtBucketEnd};
  exec::native::NativeExecutor executor{store, 1, {.partials = {.bytes_max = 0}}};
};

TEST_F(OpenStates, OfOldChunksReadAFewRows) {
  for (const std::vector<int>& days : {std::vector<int>{70, 75, 79}, {40, 41}, {78, 90, 120}, {0, 79}, {5, 6, 7, 8, 30, 60}}) {
    AskForEndsOf(days);
    const exec::Result result = Answer(open);
    EXPECT_EQ(ask.Print(result, open), Wanted(days));
    const int whole_chunks = (std::max(0, kTicketsPerDay * (days.back() - days[1])) + 2 * kRowsPerChunk) / kRowsPerChunk;
    EXPECT_LE(result.facts_read, whole_chunks * kRowsPerChunk + kTickets / 16) << days[0];
  }
  AskForEndsOf({78, 79});
  EXPECT_LT(Answer(open).facts_read, 2 * kRowsPerChunk);
}

TEST_F(OpenStates, WithListsAreReadWholeUnlessNextToNoneIsOpen) {
  ask.Group("team", kpi::StepAt(Col(Column::kTeamInitial), Column::kTeamStepAt, Column::kTeamStep, kpi::BucketEnd()), Domain::kTeam);
  AskForEndsOf({70, 79});
  const exec::Result result = Answer(open);
  EXPECT_EQ(result.facts_read, kTickets);
}

TEST_F(OpenStates, BesideOtherPartsAreReadWithThem) {
  AskForEndsOf({70, 79});
  kpi::Part created{.name = "created"};
  created.at = Col(Column::kCreatedAt);
  const std::vector<plan::PartPlan> plans = {ask.PlanOf(open), ask.PlanOf(created)};
  const auto result = executor.Execute(ask.WholePlan(plans), ask.context);
  ASSERT_OK(result);
  EXPECT_EQ(ask.Print(*result, open), Wanted({70, 79}));
  EXPECT_GE(result->facts_read, Answer(open).facts_read);
}

TEST_F(OpenStates, TellWhatIsOpenUntilAnInstantOrLonger) {
  const auto chunk = (*store.TakeSnapshot(""))->Chunks(FactSet::kTicket)[0];
  exec::native::Program program;
  const auto column = [&](Column key) {
    return program.Add({.op = exec::native::NodeOp::kColumn, .key = static_cast<column::ColumnKey>(key), .constant = column::kNull});
  };
  const exec::native::NodeId at = column(Column::kCreatedAt), to = column(Column::kFirstResolvedAt);
  const exec::native::NodeId chat = program.Add({.op = exec::native::NodeOp::kIsOneOf, .args = {column(Column::kChannel), -1, -1, -1},
                                                 .constants = {store.Code(Domain::kChannel, "chat")}});
  const exec::native::OpenRows rows(program, {.at = at, .to = to, .conditions = {chat}}, *chunk);
  std::vector<int64_t> created(chunk->row_count()), resolved(chunk->row_count());
  chunk->Read(static_cast<column::ColumnKey>(Column::kCreatedAt), 0, chunk->row_count(), column::kNull, created.data());
  chunk->Read(static_cast<column::ColumnKey>(Column::kFirstResolvedAt), 0, chunk->row_count(), column::kNull, resolved.data());
  int64_t last = column::kNull;
  for (uint32_t row = 0; row < chunk->row_count(); row += 3) last = std::max(last, created[row]);
  EXPECT_GE(rows.told_after(), last);
  const int64_t after = rows.told_after();
  for (const int64_t instant : {after + 1, after + 5 * int64_t{86'400'000}, after + 30 * int64_t{86'400'000}, column::kForever}) {
    std::vector<uint32_t> wanted;
    for (uint32_t row = 0; row < chunk->row_count(); row += 3)  // those by chat
      if (resolved[row] >= instant) wanted.push_back(row);  // kNull is before all
    EXPECT_EQ(rows.RowsUntil(instant), wanted);
    EXPECT_EQ(rows.CountUntil(instant), wanted.size());
  }
}

}  // namespace
}  // namespace supportkpi::testing
