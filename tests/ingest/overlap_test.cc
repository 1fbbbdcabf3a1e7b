// While one commit is being written the next one is prepared: the outcome must be that of one after the other.
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/ingest/desk.h"

namespace supportkpi::ingest {
namespace {

constexpr absl::Duration kSlow = absl::Milliseconds(1);

// Every request a group of its own, and the next one prepared before the first is written.
CommitterOptions OneByOne() {
  CommitterOptions options;
  options.group_bytes_max = 1;
  return options;
}

std::string At(int hour) { return absl::StrCat("{ seconds: ", 1'780'000'000 + hour * 3600, " }"); }

// One change of few records, so that nearly every one meets what another one has just changed.
struct Change {
  std::string record;  // empty: a deletion
  RecordName deleted;
  std::optional<int64_t> version;
};

Change Draw(std::mt19937& bits) {
  const auto below = [&bits](int n) { return static_cast<int>(bits() % static_cast<uint32_t>(n)); };
  const int number = below(4), hour = below(50), version = below(6);
  const std::string of = absl::StrCat("version: ", version, " ");
  switch (below(9)) {
    case 0:
      return {absl::StrCat("ticket { id: 't", number, "' created_at ", At(hour), " team: 'team", below(3), "' ", of, "}"), {}, {}};
    case 1:
    case 2:
      return {absl::StrCat("ticket_event { ticket: 't", number, "' id: 'e", below(5), "' at ", At(hour),
                           " kind: TICKET_EVENT_KIND_AGENT_REPLY actor_agent: 'agent", below(3), "' ", of, "}"), {}, {}};
    case 3:
      return {absl::StrCat("survey { id: 's", below(3), "' kind: SURVEY_KIND_NPS score: ", below(11), " ticket: 't", number,
                           "' sent_at ", At(hour), " ", of, "}"), {}, {}};
    case 4:
      return {absl::StrCat("call_leg { call: 'c", below(2), "' leg: '", below(2), "' started_at ", At(hour), " ticket: 't", number,
                           "' ", of, "}"), {}, {}};
    case 5:
      return {absl::StrCat("agent { id: 'agent", below(3), "' kind: AGENT_KIND_", below(2) == 0 ? "BOT" : "HUMAN", " ", of, "}"), {}, {}};
    case 6:
      return {absl::StrCat("agent_time { id: 'w", below(3), "' agent: 'agent", below(2), "' state: AGENT_STATE_AVAILABLE from ", At(hour),
                           " to ", At(hour + below(40)), " ", of, "}"), {}, {}};
    case 7:
      return {"", Ticket(absl::StrCat("t", number)), version};
    default:
      return {"", Event(absl::StrCat("t", number), absl::StrCat("e", below(5))), std::nullopt};
  }
}

std::string Show(const absl::Status& status) { return std::string(absl::StatusCodeToString(status.code())); }
std::string Show(const absl::StatusOr<UpsertResult>& result) {
  return result.ok() ? absl::StrCat(result->commit, ": ", result->accepted, " ", result->replaced, " ", result->ignored_stale, " ",
                                    result->replayed)
                     : Show(result.status());
}
std::string Show(const absl::StatusOr<DeleteResult>& result) {
  return result.ok() ? absl::StrCat(result->commit, ": ", result->deleted) : Show(result.status());
}

// Sends all changes, waiting for each or only at the end; what was answered.
std::vector<std::string> Send(Desk& desk, const std::vector<Change>& changes, bool waits) {
  std::vector<std::function<std::string()>> answers;
  std::vector<std::string> shown;
  for (size_t i = 0; i < changes.size(); ++i) {
    const Change& change = changes[i];
    // Some twice under one id.
    const std::string id = i % 5 == 0 ? absl::StrCat("request", i / 10, change.record.size()) : "";
    if (change.record.empty()) {
      Waiter<DeleteResult> waiter;
      desk.committer->Delete(kTenant, "", change.deleted, change.version, waiter.done());
      answers.push_back([waiter]() mutable { return Show(waiter.Wait()); });
    } else {
      Waiter<UpsertResult> waiter;
      desk.committer->Upsert(kTenant, id, ParseRecords({change.record}), waiter.done());
      answers.push_back([waiter]() mutable { return Show(waiter.Wait()); });
    }
    if (waits) shown.push_back(answers.back()());
  }
  if (!waits)
    for (auto& answer : answers) shown.push_back(answer());
  return shown;
}

TEST(OverlapTest, TheOutcomeIsThatOfOneAfterTheOther) {
  for (uint32_t seed = 0; seed < 6; ++seed) {
    std::mt19937 bits(seed);
    std::vector<Change> changes;
    for (int i = 0; i < 250; ++i) changes.push_back(Draw(bits));
    Desk one_after_the_other(OneByOne()), overlapping(OneByOne());
    overlapping.store.SlowWrites(kSlow);
    const auto expected = Send(one_after_the_other, changes, /*waits=*/true);
    EXPECT_EQ(Send(overlapping, changes, /*waits=*/false), expected) << "seed " << seed;
    EXPECT_EQ(overlapping.Facts(), one_after_the_other.Facts()) << "seed " << seed;
    EXPECT_EQ(overlapping.projection.abandoned, 0);
  }
}

TEST(OverlapTest, ADamagedRowHurtsOnlyWhoTouchesIt) {
  std::mt19937 bits(1);
  std::vector<Change> changes;
  for (int i = 0; i < 250; ++i) changes.push_back(Draw(bits));
  std::vector<std::string> answers[2];
  for (const bool waits : {true, false}) {
    Desk desk(OneByOne());
    if (!waits) desk.store.SlowWrites(kSlow);
    const auto damage = desk.store.NewBatch();
    damage->Put(storage::Table::kTruth, RowKey(kTenant, NamedFamily(kTicketFamily, "", "t2"), RowSuffix(RowKind::kTicket)), "\xff");
    ASSERT_OK(desk.store.Write(*damage, true));
    answers[waits] = Send(desk, changes, waits);
  }
  EXPECT_EQ(answers[false], answers[true]);
  EXPECT_THAT(answers[true], ::testing::Contains("DATA_LOSS"));
}

TEST(OverlapTest, AfterAFailedWriteWhatWasPreparedMeanwhileIsNotWritten) {
  Desk desk(OneByOne());
  desk.store.SlowWrites(absl::Milliseconds(20));
  desk.store.FailWrites(absl::DataLossError("the disk is gone"));
  std::vector<Waiter<UpsertResult>> waiters(5);
  for (int i = 0; i < 5; ++i)
    desk.committer->Upsert(kTenant, "", ParseRecords({absl::StrCat("ticket { id: 't", i, "' created_at ", At(i), " }")}), waiters[i].done());
  for (auto& waiter : waiters) EXPECT_EQ(waiter.Wait().status().code(), absl::StatusCode::kUnavailable);
  desk.store.FailWrites(absl::OkStatus());
  EXPECT_EQ(desk.Upsert({absl::StrCat("ticket { id: 'late' created_at ", At(1), " }")}).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(desk.store.write_count(), 0);
  desk.Stop();
  desk.Start();
  EXPECT_OK(desk.Upsert({absl::StrCat("ticket { id: 'again' created_at ", At(1), " }")}));
}

TEST(OverlapTest, AStreamGoesOnBehindWhatIsBeingWritten) {
  Desk desk(OneByOne());
  desk.store.SlowWrites(kSlow);
  EXPECT_OK(desk.Open("nightly", 1));
  std::vector<Waiter<ImportResult>> waiters(61);
  for (int position = 1; position <= 60; ++position) {
    desk.committer->ImportChunk(kTenant, "nightly", 1, position,
                                ParseRecords({absl::StrCat("ticket { id: 't", position, "' created_at ", At(1), " }")}),
                                waiters[position].done());
  }
  desk.committer->ImportChunk(kTenant, "nightly", 1, 60, ParseRecords({absl::StrCat("ticket { id: 't60' created_at ", At(1), " }")}),
                              waiters[0].done());
  for (int position = 1; position <= 60; ++position) {
    const auto result = waiters[position].Wait();
    ASSERT_OK(result);
    EXPECT_EQ(result->durable_through, position);
    EXPECT_EQ(result->counts.accepted, 1);
    EXPECT_EQ(result->counts.commit, position);
  }
  EXPECT_TRUE(waiters[0].Wait()->duplicate);
}

}  // namespace
}  // namespace supportkpi::ingest
