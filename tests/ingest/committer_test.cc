// What a commit promises: versions, tombstones, request ids, streams, settings, refusals, failed writes.
#include "ingest/committer.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ingest/desk.h"

namespace supportkpi::ingest {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

std::string Counts(const absl::StatusOr<UpsertResult>& result) {
  if (!result.ok()) return result.status().ToString();
  return absl::StrCat("new ", result->accepted, ", replaced ", result->replaced, ", stale ", result->ignored_stale,
                      result->replayed ? ", replayed" : "");
}

constexpr char kTicket[] = "ticket { id: 't' created_at { seconds: 1000 } channel: 'email' }";
constexpr char kReply[] = "ticket_event { ticket: 't' id: 'e1' kind: TICKET_EVENT_KIND_AGENT_REPLY at { seconds: 1060 } actor_agent: 'ann' }";

TEST(CommitTest, ARecordIsStoredReplacedOrStale) {
  Desk desk;
  EXPECT_EQ(Counts(desk.Upsert({"ticket { id: 't' version: 2 created_at { seconds: 1000 } }"})), "new 1, replaced 0, stale 0");
  EXPECT_EQ(Counts(desk.Upsert({"ticket { id: 't' version: 1 created_at { seconds: 1000 } channel: 'chat' }"})),
            "new 0, replaced 0, stale 1");
  EXPECT_EQ(Counts(desk.Upsert({"ticket { id: 't' version: 2 created_at { seconds: 1000 } channel: 'web' }"})),
            "new 0, replaced 1, stale 0");
  EXPECT_EQ(desk.Get(Ticket("t"))->ticket().channel(), "web");
  EXPECT_THAT(desk.Facts(), HasSubstr("channel=web"));
}

TEST(CommitTest, CommitsCountPerTenantAndOnlyWhenSomethingChanges) {
  Desk desk;
  EXPECT_EQ(desk.Upsert({kTicket})->commit, 1);
  EXPECT_EQ(desk.Upsert({kTicket})->commit, 1);
  EXPECT_EQ(desk.Upsert({kReply})->commit, 2);
}

TEST(CommitTest, AllRecordsOfARequestOrNone) {
  Desk desk;
  const auto result = desk.Upsert({kTicket, "survey { id: 's' kind: SURVEY_KIND_NPS score: 11 }", "ticket {}"});
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("records[1].survey.score: 11 outside 0..10")));
  EXPECT_EQ(record::ViolationsOf(result.status()).size(), 3u);
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET), "");
  EXPECT_EQ(desk.store.write_count(), 0);
}

TEST(CommitTest, AnImportKeepsTheGoodRecordsAndTellsTheBadOnes) {
  Desk desk;
  const auto result = desk.Import({kTicket, "ticket { id: 'u' }", "ticket { id: 'v' created_at {} }"});
  ASSERT_OK(result);
  EXPECT_EQ(result->counts.accepted, 2);
  EXPECT_EQ(result->rejected_count, 1);
  EXPECT_EQ(result->rejected[0].index, 1);
  EXPECT_EQ(result->rejected[0].violations[0].path, "ticket.created_at");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET), "t v ");
}

TEST(CommitTest, OneVersionWithTwoContentsInOneRequestIsRefused) {
  Desk desk;
  EXPECT_OK(desk.Upsert({kTicket, kTicket}));
  EXPECT_THAT(desk.Upsert({kTicket, "ticket { id: 't' created_at { seconds: 2000 } }"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("records[1].ticket.id: repeats records[0] with other content and the same version")));
  EXPECT_OK(desk.Upsert({kTicket, "ticket { id: 't' version: 1 created_at { seconds: 2000 } }"}));
}

TEST(CommitTest, BatchesHaveAnEnd) {
  Desk desk;
  EXPECT_THAT(desk.Upsert({}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("records: empty")));
  const std::vector<std::string> many(10'001, kTicket);
  EXPECT_THAT(desk.Upsert(many), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("records: 10001 entries; at most 10000")));
}

TEST(CommitTest, AgentTimeOfOneRequestHasAnEnd) {
  Desk desk;
  std::vector<std::string> years;
  for (int i = 0; i < 60; ++i)
    years.push_back(absl::StrCat("agent_time { id: '", i, "' agent: 'a' state: 1 from {} to { seconds: 316224000 } }"));
  EXPECT_THAT(desk.Upsert(years),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("records: agent time over 219540 days in all")));
}

TEST(CommitTest, ThereAreThreeWaysToSendAnEvent) {
  Desk inside, alone, before;
  inside.Upsert({"ticket { id: 't' created_at { seconds: 1000 } channel: 'email' events { id: 'e1' "
                 "kind: TICKET_EVENT_KIND_AGENT_REPLY at { seconds: 1060 } actor_agent: 'ann' } }"}).IgnoreError();
  alone.Upsert({kTicket}).IgnoreError();
  alone.Upsert({kReply}).IgnoreError();
  before.Upsert({kReply}).IgnoreError();
  EXPECT_EQ(before.Facts(), "");
  before.Upsert({kTicket}).IgnoreError();
  EXPECT_THAT(inside.Facts(), HasSubstr("ann"));
  EXPECT_EQ(inside.Facts(), alone.Facts());
  EXPECT_EQ(inside.Facts(), before.Facts());
}

TEST(CommitTest, AShorterListRemovesNothing) {
  Desk desk;
  const std::string head = "ticket { id: 't' created_at { seconds: 1000 } events { kind: TICKET_EVENT_KIND_PRIVATE_NOTE at { seconds: 1 } }";
  EXPECT_OK(desk.Upsert({head + " events { kind: TICKET_EVENT_KIND_AGENT_REPLY at { seconds: 1060 } } }"}));
  const std::string facts = desk.Facts();
  EXPECT_OK(desk.Upsert({head + " }"}));
  EXPECT_EQ(desk.Facts(), facts);
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET_EVENT), "t#place 0 t#place 1 ");
  EXPECT_TRUE(desk.Delete(Event("t", "place 1"))->deleted);
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET_EVENT), "t#place 0 ");
}

TEST(TombstoneTest, AnOlderCopyThatComesLateDoesNotReturn) {
  Desk desk;
  EXPECT_OK(desk.Upsert({"ticket { id: 't' version: 5 created_at { seconds: 1000 } }"}));
  EXPECT_TRUE(desk.Delete(Ticket("t"), 6)->deleted);
  EXPECT_THAT(desk.Get(Ticket("t")), StatusIs(absl::StatusCode::kNotFound, HasSubstr("no ticket \"t\"")));
  EXPECT_EQ(desk.Facts(), "");
  EXPECT_EQ(Counts(desk.Upsert({"ticket { id: 't' version: 5 created_at { seconds: 1000 } }"})), "new 0, replaced 0, stale 1");
  EXPECT_EQ(Counts(desk.Upsert({"ticket { id: 't' version: 7 created_at { seconds: 1000 } }"})), "new 1, replaced 0, stale 0");
  EXPECT_OK(desk.Get(Ticket("t")));
}

TEST(TombstoneTest, ADeletionThatIsOlderChangesNothing) {
  Desk desk;
  EXPECT_OK(desk.Upsert({"ticket { id: 't' version: 5 created_at { seconds: 1000 } }"}));
  EXPECT_FALSE(desk.Delete(Ticket("t"), 4)->deleted);
  EXPECT_OK(desk.Get(Ticket("t")));
}

TEST(TombstoneTest, WithoutAVersionWhatIsStoredGoes) {
  Desk desk;
  EXPECT_OK(desk.Upsert({"ticket { id: 't' version: 5 created_at { seconds: 1000 } events { id: 'e' version: 9 "
                         "kind: TICKET_EVENT_KIND_AGENT_REPLY at { seconds: 1060 } } }"}));
  EXPECT_TRUE(desk.Delete(Ticket("t"))->deleted);
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET_EVENT), "");
  EXPECT_FALSE(desk.Delete(Ticket("t"))->deleted);
}

TEST(TombstoneTest, ATicketsDeletionTakesItsEventsOfNoHigherVersionWheneverTheyCome) {
  Desk desk;
  EXPECT_OK(desk.Delete(Ticket("t"), 5));
  for (const char* version : {"4", "5", "6"})
    EXPECT_OK(desk.Upsert({absl::StrCat("ticket_event { ticket: 't' id: 'e", version, "' version: ", version,
                                        " kind: TICKET_EVENT_KIND_AGENT_REPLY at { seconds: 1060 } }")}));
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET_EVENT), "t#e6 ");
  EXPECT_OK(desk.Upsert({"ticket { id: 't' version: 9 created_at { seconds: 1000 } }"}));
  EXPECT_OK(desk.Upsert({"ticket_event { ticket: 't' id: 'e3' version: 3 kind: TICKET_EVENT_KIND_PRIVATE_NOTE at {} }"}));
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET_EVENT), "t#e6 ");
}

TEST(MoveTest, ASurveyFollowsItsTicket) {
  Desk desk;
  const std::string survey = "survey { id: 's' kind: SURVEY_KIND_NPS score: 9 sent_at { seconds: 1 } responded_at { seconds: 2 }";
  EXPECT_OK(desk.Upsert({kTicket, "ticket { id: 'u' created_at { seconds: 1000 } channel: 'chat' }"}));
  EXPECT_OK(desk.Upsert({survey + " }"}));
  EXPECT_OK(desk.Upsert({survey + " ticket: 't' }"}));
  EXPECT_THAT(desk.Facts(), HasSubstr("ticket_channel=email"));
  EXPECT_OK(desk.Upsert({survey + " ticket: 'u' }"}));
  EXPECT_THAT(desk.Facts(), HasSubstr("ticket_channel=chat"));
  EXPECT_EQ(desk.List(v1::RECORD_KIND_SURVEY), "s ");
  EXPECT_EQ(desk.Get(Survey("s"))->survey().ticket(), "u");
  EXPECT_TRUE(desk.Delete(Survey("s"))->deleted);
  EXPECT_THAT(desk.Facts(), ::testing::Not(HasSubstr("survey")));
  EXPECT_THAT(desk.Get(Survey("s")), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
}

TEST(MoveTest, ASurveyWaitsForItsTicket) {
  Desk desk;
  EXPECT_OK(desk.Upsert({"survey { id: 's' kind: SURVEY_KIND_NPS score: 9 sent_at { seconds: 1 } ticket: 't' }"}));
  EXPECT_THAT(desk.Facts(), ::testing::Not(HasSubstr("ticket_channel")));
  EXPECT_OK(desk.Upsert({kTicket}));
  EXPECT_THAT(desk.Facts(), HasSubstr("ticket_channel=email"));
}

TEST(MoveTest, AgentTimeLivesUnderEachDayItTouches) {
  Desk desk;
  const std::string head = "agent_time { id: 'x' agent: 'ann' state: AGENT_STATE_HANDLING from { seconds: 82800 } to ";
  EXPECT_OK(desk.Upsert({head + "{ seconds: 90000 } }"}));
  EXPECT_THAT(desk.Facts(), HasSubstr("start_at=86400000 end_at=90000000"));
  EXPECT_OK(desk.Upsert({head + "{ seconds: 86400 } }"}));
  EXPECT_THAT(desk.Facts(), ::testing::Not(HasSubstr("start_at=86400000")));
  EXPECT_EQ(desk.List(v1::RECORD_KIND_AGENT_TIME), "x ");
  EXPECT_TRUE(desk.Delete(Time("x"))->deleted);
  EXPECT_EQ(desk.Facts(), "");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_AGENT_TIME), "");
}

TEST(DependencyTest, ACallSeesTheTicketItNames) {
  Desk desk;
  const std::string leg = "call_leg { call: 'c' leg: '1' started_at { seconds: 500 } ended_at { seconds: 600 } ticket: ";
  EXPECT_OK(desk.Upsert({leg + "'t' }"}));
  EXPECT_OK(desk.Upsert({kTicket, "ticket { id: 'u' created_at { seconds: 1000 } channel: 'chat' }"}));
  EXPECT_THAT(desk.Facts(), HasSubstr("call ticket=t"));
  EXPECT_OK(desk.Upsert({"ticket { id: 't' created_at { seconds: 1000 } channel: 'web' }"}));
  EXPECT_THAT(desk.Facts(), HasSubstr("ticket_channel=web"));
  EXPECT_OK(desk.Upsert({leg + "'u' }"}));
  EXPECT_THAT(desk.Facts(), HasSubstr("ticket_channel=chat"));
  EXPECT_OK(desk.Upsert({"ticket { id: 'u' created_at { seconds: 1000 } channel: 'app' }"}));
  EXPECT_THAT(desk.Facts(), HasSubstr("ticket_channel=app"));
  EXPECT_OK(desk.Delete(Leg("c", "1")));
  EXPECT_THAT(desk.Facts(), ::testing::Not(HasSubstr("call ")));
}

TEST(DependencyTest, AnAgentThatTurnsOutToBeABotAnswersNobody) {
  Desk desk;
  EXPECT_OK(desk.Upsert({kTicket, kReply}));
  EXPECT_THAT(desk.Facts(), HasSubstr("first_replied_at=1060000"));
  EXPECT_OK(desk.Upsert({"agent { id: 'ann' kind: AGENT_KIND_BOT }"}));
  EXPECT_THAT(desk.Facts(), ::testing::Not(HasSubstr("first_replied_at=1060000")));
  EXPECT_OK(desk.Delete({v1::RECORD_KIND_AGENT, "", "ann", ""}));
  EXPECT_THAT(desk.Facts(), HasSubstr("first_replied_at=1060000"));
}

TEST(RequestIdTest, ARepetitionGetsTheFirstAnswer) {
  Desk desk;
  const auto first = desk.Upsert({kTicket}, "r1");
  EXPECT_EQ(Counts(first), "new 1, replaced 0, stale 0");
  EXPECT_OK(desk.Upsert({"ticket { id: 't' version: 3 created_at { seconds: 1000 } }"}));
  const auto again = desk.Upsert({kTicket}, "r1");
  EXPECT_EQ(Counts(again), "new 1, replaced 0, stale 0, replayed");
  EXPECT_EQ(again->commit, first->commit);
  EXPECT_EQ(desk.Get(Ticket("t"))->ticket().version(), 3);
}

TEST(RequestIdTest, AnotherRequestUnderTheSameIdIsRefused) {
  Desk desk;
  EXPECT_OK(desk.Upsert({kTicket}, "r1"));
  EXPECT_THAT(desk.Upsert({kReply}, "r1"),
              StatusIs(absl::StatusCode::kAlreadyExists, "request_id: \"r1\" was used with another request"));
  EXPECT_THAT(desk.Delete(Ticket("t"), 1, "r1"), StatusIs(absl::StatusCode::kAlreadyExists, ::testing::_));
  EXPECT_THAT(desk.Upsert({kReply}, std::string(65, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, "request_id: 65 bytes; at most 64"));
}

TEST(RequestIdTest, RejectionsAndDeletionsAreRepeatedToo) {
  Desk desk;
  EXPECT_OK(desk.Import({kTicket, "ticket { id: 'u' }"}, "r1"));
  const auto again = desk.Import({kTicket, "ticket { id: 'u' }"}, "r1");
  EXPECT_TRUE(again->counts.replayed);
  EXPECT_EQ(again->rejected[0].violations[0].path, "ticket.created_at");
  EXPECT_TRUE(desk.Delete(Ticket("t"), 1, "r2")->deleted);
  const auto deleted = desk.Delete(Ticket("t"), 1, "r2");
  EXPECT_TRUE(deleted->deleted && deleted->replayed);
}

TEST(RequestIdTest, AnswersAreForgottenAfterAWeek) {
  Desk desk;
  EXPECT_OK(desk.Upsert({kTicket}, "r1"));
  desk.clock.Advance(7LL * 24 * 3600 * 1000);
  EXPECT_OK(desk.Upsert({kTicket}, "r2"));
  EXPECT_TRUE(desk.Upsert({kTicket}, "r1")->replayed);
  desk.clock.Advance(2'000);
  EXPECT_OK(desk.Upsert({kTicket}, "r3"));
  EXPECT_FALSE(desk.Upsert({kTicket}, "r1")->replayed);
}

TEST(RequestIdTest, TwinsInOneGroupAreOneRequest) {
  Desk desk;
  std::vector<Waiter<UpsertResult>> waiters(20);
  for (auto& waiter : waiters) desk.committer->Upsert(kTenant, "r1", ParseRecords({kTicket}), waiter.done());
  int replayed = 0;
  for (auto& waiter : waiters) {
    const auto result = waiter.Wait();
    ASSERT_OK(result);
    EXPECT_EQ(result->accepted, 1);
    EXPECT_EQ(result->commit, 1);
    replayed += result->replayed ? 1 : 0;
  }
  EXPECT_EQ(replayed, 19);
}

TEST(StreamTest, GoesOnWhereItIsDurable) {
  Desk desk;
  EXPECT_EQ(*desk.Open("import", 1), 0);
  EXPECT_EQ(desk.Chunk("import", 1, 1, {kTicket, "ticket { id: 'u' }"})->durable_through, 1);
  EXPECT_EQ(desk.Chunk("import", 1, 2, {kReply})->durable_through, 2);
  desk.Stop();
  desk.Start();
  EXPECT_EQ(*desk.Open("import", 2), 2);
  const auto duplicate = desk.Chunk("import", 2, 1, {kTicket, "ticket { id: 'u' }"});
  EXPECT_TRUE(duplicate->duplicate);
  EXPECT_EQ(duplicate->durable_through, 2);
  EXPECT_EQ(duplicate->rejected_count, 1);
  EXPECT_THAT(desk.Chunk("import", 2, 4, {kReply}),
              StatusIs(absl::StatusCode::kOutOfRange, "chunk.position: got 4, expected 3"));
  EXPECT_EQ(desk.Chunk("import", 2, 3, {kReply})->durable_through, 3);
}

TEST(StreamTest, TheHigherEpochFencesTheLower) {
  Desk desk;
  EXPECT_OK(desk.Open("import", 4));
  EXPECT_OK(desk.Open("import", 5));
  EXPECT_THAT(desk.Chunk("import", 4, 1, {kTicket}), StatusIs(absl::StatusCode::kAborted, "epoch: superseded by epoch 5"));
  EXPECT_THAT(desk.Open("import", 3), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("epoch: 3 is lower than 5")));
  EXPECT_THAT(desk.Chunk("import", 6, 1, {kTicket}), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not opened")));
  EXPECT_OK(desk.Chunk("import", 5, 1, {kTicket}));
  EXPECT_OK(desk.Open("other", 0));
}

TEST(SettingsTest, ChangeByVersionAndSurviveARestart) {
  Desk desk;
  EXPECT_EQ(desk.committer->GetSettings(kTenant)->version, 0);
  EXPECT_EQ(desk.SetSettings("time_zone: 'Europe/Berlin'", 0)->version, 1);
  EXPECT_THAT(desk.SetSettings("time_zone: 'UTC'", 0),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("expected_version: 0 is not the version now, 1")));
  EXPECT_THAT(desk.SetSettings("time_zone: 'Mars/Base'"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("settings.time_zone")));
  desk.Stop();
  desk.Start();
  const auto settings = desk.committer->GetSettings(kTenant);
  EXPECT_EQ(settings->version, 1);
  EXPECT_EQ(settings->settings.time_zone(), "Europe/Berlin");
  EXPECT_EQ((*desk.deriver.SettingsOf(kTenant))->time_zone, "Europe/Berlin");
}

TEST(SettingsTest, AQuestionsScaleIsStoredWithTheSurvey) {
  Desk desk;
  const std::string survey = "survey { id: 's' kind: SURVEY_KIND_CSAT question: 'mood' score: 3 }";
  EXPECT_THAT(desk.Upsert({survey}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("scale_min: missing")));
  EXPECT_OK(desk.SetSettings("questions { question: 'mood' scale_min: 1 scale_max: 5 low_is_good: true }"));
  EXPECT_OK(desk.Upsert({survey}));
  EXPECT_OK(desk.SetSettings(""));
  EXPECT_EQ(desk.Get(Survey("s"))->survey().scale_max(), 5);
  EXPECT_EQ(desk.Get(Survey("s"))->survey().direction(), v1::SCALE_DIRECTION_LOW_IS_GOOD);
}

TEST(FailureTest, AFailedWriteStopsTheCommitter) {
  Desk desk;
  EXPECT_OK(desk.Upsert({kTicket}));
  desk.store.FailWrites(absl::UnavailableError("store: write failed: input/output error"));
  EXPECT_THAT(desk.Upsert({kReply}), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("it is not known what was stored")));
  desk.store.FailWrites(absl::OkStatus());
  EXPECT_THAT(desk.Upsert({kReply}), StatusIs(absl::StatusCode::kUnavailable, ::testing::_));
  EXPECT_FALSE(desk.committer->Health().ok());
  EXPECT_EQ(desk.projection.abandoned, 1);
}

TEST(FailureTest, ADamagedRowHurtsOnlyWhoTouchesIt) {
  Desk desk;  // that never wrote the row: it would be remembered for a moment
  auto batch = desk.store.NewBatch();
  batch->Put(storage::Table::kTruth, RowKey(kTenant, NamedFamily(kTicketFamily, "", "t"), RowSuffix(RowKind::kTicket)), "");
  ASSERT_OK(desk.store.Write(*batch, true));
  Waiter<UpsertResult> bad, good;
  desk.committer->Upsert(kTenant, "", ParseRecords({kReply}), bad.done());
  desk.committer->Upsert(kTenant, "", ParseRecords({"ticket { id: 'u' created_at {} }"}), good.done());
  EXPECT_THAT(bad.Wait(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("is damaged")));
  EXPECT_OK(good.Wait());
  EXPECT_OK(desk.committer->Health());
}

TEST(ReaderTest, KindsAreListedInOrderOfTheirNames) {
  Desk desk;
  EXPECT_OK(desk.Upsert({"ticket { id: 'b' created_at {} events { id: 'x' kind: 2 at {} } }", "ticket { id: 'a' created_at {} }",
                         "ticket { id: 'a' source: 'zen' created_at {} }", "call_leg { call: 'c' leg: '2' started_at {} }",
                         "call_leg { call: 'c' leg: '1' started_at {} }", "survey { id: 's2' kind: 1 ticket: 'a' }",
                         "survey { id: 's1' kind: 1 }", "agent_time { id: 'z' agent: 'a' from {} to {} state: 1 }",
                         "agent_time { id: 'y' agent: 'b' from {} to { seconds: 200000 } state: 1 }",
                         "customer { id: 'cu' }", "agent { id: 'ag' }",
                         "customer_period { id: 'p' from {} to { seconds: 1 } }",
                         "support_cost { id: 'm' from {} to { seconds: 1 } amount { currency: 'EUR' } }"}));
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET), "a b zen/a ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET, 1), "a b zen/a ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_TICKET_EVENT), "b#x ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_CALL_LEG, 1), "c#1 c#2 ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_SURVEY), "s1 s2 ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_AGENT_TIME), "y z ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_CUSTOMER), "cu ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_AGENT), "ag ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_CUSTOMER_PERIOD), "p ");
  EXPECT_EQ(desk.List(v1::RECORD_KIND_SUPPORT_COST), "m ");
}

TEST(ReaderTest, AnEventComesBackWithItsTicketAndVersion) {
  Desk desk;
  EXPECT_OK(desk.Upsert({"ticket { id: 't' source: 'zen' version: 4 created_at {} events { kind: 2 at { seconds: 7 } } }"}));
  const auto event = desk.Get({v1::RECORD_KIND_TICKET_EVENT, "zen", "place 0", "t"});
  ASSERT_OK(event);
  EXPECT_EQ(event->ticket_event().ticket(), "t");
  EXPECT_EQ(event->ticket_event().source(), "zen");
  EXPECT_EQ(event->ticket_event().version(), 4);
  EXPECT_EQ(desk.Get({v1::RECORD_KIND_TICKET, "zen", "t", ""})->ticket().events_size(), 0);
}

TEST(ReaderTest, NamesMustBeWhole) {
  Desk desk;
  EXPECT_THAT(desk.Get({}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name.kind")));
  EXPECT_THAT(desk.Get(Ticket("")), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name.id: missing")));
  EXPECT_THAT(desk.Get(Event("", "e")), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name.parent: missing")));
  EXPECT_THAT(desk.Get({v1::RECORD_KIND_TICKET, "", "t", "x"}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name.parent: only")));
}

}  // namespace
}  // namespace supportkpi::ingest
