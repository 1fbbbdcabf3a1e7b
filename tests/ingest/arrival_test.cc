// Order of arrival does not matter among records with different versions: any permutation, split and repetition of the same
// records and deletions leaves the same facts and the same records.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/ingest/desk.h"

namespace supportkpi::ingest {
namespace {

struct Step {
  std::string record;  // text; empty: a deletion
  RecordName name;
  int64_t version = 0;
};

std::vector<Step> Story() {
  const auto event = [](const char* id, int version, const char* rest) {
    return Step{absl::StrCat("ticket_event { ticket: 't' id: '", id, "' version: ", version, " ", rest, " }")};
  };
  const auto record = [](const char* text) { return Step{text}; };
  return {
      record("ticket { id: 't' version: 1 created_at { seconds: 1000 } channel: 'email' customer: 'cu' team: 'a' events { "
             "kind: TICKET_EVENT_KIND_CUSTOMER_MESSAGE at { seconds: 1100 } } events { id: 'e2' kind: "
             "TICKET_EVENT_KIND_AGENT_REPLY actor_agent: 'ann' at { seconds: 1200 } } }"),
      record("ticket { id: 't' version: 3 created_at { seconds: 1000 } channel: 'chat' customer: 'cu' team: 'b' tags: 'x' }"),
      event("e3", 2, "kind: TICKET_EVENT_KIND_STATUS_CHANGE status: TICKET_STATUS_SOLVED at { seconds: 1300 }"),
      event("e3", 4, "kind: TICKET_EVENT_KIND_STATUS_CHANGE status: TICKET_STATUS_PENDING at { seconds: 1310 }"),
      event("e4", 5, "kind: TICKET_EVENT_KIND_ASSIGNMENT team: 'c' old_team: 'a' at { seconds: 1250 }"),
      {"", Event("t", "e4"), 6},
      event("e4", 7, "kind: TICKET_EVENT_KIND_ASSIGNMENT team: 'd' at { seconds: 1255 }"),
      record("ticket { id: 'u' version: 1 created_at { seconds: 500 } customer: 'cu' events { id: 'f' kind: "
             "TICKET_EVENT_KIND_AGENT_REPLY at { seconds: 600 } } events { id: 'g' version: 9 kind: "
             "TICKET_EVENT_KIND_BOT_REPLY at { seconds: 700 } } }"),
      {"", Ticket("u"), 4},
      record("ticket { id: 'u' version: 8 created_at { seconds: 500 } channel: 'web' }"),
      record("survey { id: 's' version: 1 kind: SURVEY_KIND_NPS sent_at { seconds: 1400 } ticket: 't' }"),
      record("survey { id: 's' version: 2 kind: SURVEY_KIND_NPS sent_at { seconds: 1400 } responded_at { seconds: 1500 } "
             "score: 9 ticket: 'u' }"),
      record("survey { id: 's3' version: 1 kind: SURVEY_KIND_NPS sent_at { seconds: 1400 } }"),
      {"", Survey("s3"), 2},
      record("call_leg { call: 'c' leg: '1' version: 1 started_at { seconds: 900 } answered_at { seconds: 910 } "
             "ended_at { seconds: 950 } outcome: CALL_OUTCOME_TRANSFERRED ticket: 't' agent: 'ann' }"),
      record("call_leg { call: 'c' leg: '2' version: 1 started_at { seconds: 950 } ended_at { seconds: 999 } ticket: 'u' }"),
      record("call_leg { call: 'c' leg: '1' version: 2 started_at { seconds: 900 } ended_at { seconds: 950 } }"),
      record("agent_time { id: 'w' version: 1 agent: 'ann' state: AGENT_STATE_BREAK from { seconds: 1000 } to { seconds: 200000 } }"),
      record("agent_time { id: 'w' version: 2 agent: 'ann' state: AGENT_STATE_HANDLING from { seconds: 90000 } to { seconds: 95000 } }"),
      record("agent_time { id: 'v' version: 2 agent: 'ann' state: AGENT_STATE_AVAILABLE from { seconds: 80000 } to { seconds: 91000 } }"),
      record("agent { id: 'ann' version: 1 kind: AGENT_KIND_BOT }"),
      record("agent { id: 'ann' version: 2 kind: AGENT_KIND_HUMAN }"),
      record("agent { id: 'bea' version: 1 kind: AGENT_KIND_BOT }"),
      event("e5", 1, "kind: TICKET_EVENT_KIND_AGENT_REPLY actor_agent: 'bea' at { seconds: 1150 }"),
      record("customer_period { id: 'p' version: 1 from { } to { seconds: 86400 } customers_at_start: 5 }"),
      record("customer_period { id: 'p' version: 2 from { } to { seconds: 86400 } customers_at_start: 6 }"),
      record("support_cost { id: 'm' version: 1 from { } to { seconds: 86400 } amount { currency: 'EUR' minor_units: 5 } }"),
      {"", {v1::RECORD_KIND_SUPPORT_COST, "", "m", ""}, 2},
  };
}

// What is stored, by names and text.
std::string Contents(Desk& desk) {
  std::string text;
  for (int kind = v1::RECORD_KIND_TICKET; kind <= v1::RECORD_KIND_AGENT; ++kind) {
    const auto page = ListRecords(desk.store, kTenant, {static_cast<v1::RecordKind>(kind), "", 1000});
    EXPECT_OK(page);
    for (const v1::Record& record : page->records) absl::StrAppend(&text, record.ShortDebugString(), "\n");
  }
  return text;
}

std::string Play(const std::vector<Step>& steps, std::mt19937& random) {
  Desk desk;
  std::vector<std::string> together;
  const auto flush = [&] {
    // One request cannot hold two versions of a name twice with other content, and may hold anything else.
    if (!together.empty()) {
      EXPECT_OK(desk.Upsert(together));
    }
    together.clear();
  };
  for (const Step& step : steps) {
    if (step.record.empty()) {
      flush();
      EXPECT_OK(desk.Delete(step.name, step.version));
    } else {
      together.push_back(step.record);
      if (random() % 3 == 0) flush();
    }
  }
  flush();
  return desk.Facts() + Contents(desk);
}

TEST(ArrivalTest, EveryOrderSplitAndRepetitionEndsTheSame) {
  std::mt19937 random(20261122);
  const std::vector<Step> story = Story();
  const std::string expected = Play(story, random);
  EXPECT_NE(expected.find("ticket_channel=web"), std::string::npos) << expected;
  EXPECT_NE(expected.find("first_replied_at=1200000"), std::string::npos) << expected;
  for (int round = 0; round < 100; ++round) {
    std::vector<Step> steps = story;
    for (const Step& step : story)
      if (random() % 4 == 0) steps.push_back(step);
    std::shuffle(steps.begin(), steps.end(), random);
    ASSERT_EQ(Play(steps, random), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace supportkpi::ingest
