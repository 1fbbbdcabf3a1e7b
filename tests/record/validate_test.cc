// What a record may say, told as text records and the violations they get.
#include "record/validate.h"

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "record/instant.h"
#include "record/survey_rules.h"

namespace supportkpi::record {
namespace {

constexpr int64_t kNowMs = 1'770'000'000'000;

v1::Record Parse(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

ValidationContext Context() {
  static const QuestionScale mood{1, 9, false, 7};
  static const QuestionScale effort{1, 5, true, std::nullopt};
  ValidationContext context;
  context.now_ms = kNowMs;
  context.question_scale = [](absl::string_view question) -> const QuestionScale* {
    return question == "mood" ? &mood : question == "effort" ? &effort : nullptr;
  };
  return context;
}

// "" for a good record.
std::string Check(v1::Record record) {
  Violations violations;
  ValidateRecord(record, Context(), "records[7]", &violations);
  return absl::StrJoin(violations.kept(), "\n", [](std::string* out, const Violation& violation) {
    absl::StrAppend(out, violation.path, ": ", violation.text);
  });
}

struct Case {
  const char* name;
  const char* record;
  const char* violations;
};

class ValidateTest : public ::testing::TestWithParam<Case> {};

TEST_P(ValidateTest, TellsWhatIsWrong) { EXPECT_EQ(Check(Parse(GetParam().record)), GetParam().violations); }

const Case kCases[] = {
    {"Nothing", "", "records[7]: empty; exactly one kind of record is required"},
    {"GoodTicket", "ticket { id: 't' created_at { seconds: 1 } channel: 'email' }", ""},
    {"TicketWithoutAnything", "ticket {}",
     "records[7].ticket.id: missing; 1 to 256 bytes\nrecords[7].ticket.created_at: missing; an instant is required"},
    {"NanosTooLarge", "ticket { id: 't' created_at { nanos: 1000000000 } }",
     "records[7].ticket.created_at.nanos: 1000000000 outside 0..999999999"},
    {"YearTenThousand", "ticket { id: 't' created_at { seconds: 253402300800 } }",
     "records[7].ticket.created_at.seconds: 253402300800 outside -62135596800..253402300799 (years 0001 to 9999)"},
    {"OneDayAhead", "ticket { id: 't' created_at { seconds: 1770086400 } }", ""},
    {"MoreThanOneDayAhead", "ticket { id: 't' created_at { seconds: 1770086401 } }",
     "records[7].ticket.created_at: more than 24 h in the future"},
    {"ResolvedBeforeCreated", "ticket { id: 't' created_at { seconds: 9 } resolved_at { seconds: 1 } }", ""},
    {"NegativeCounters", "ticket { id: 't' created_at {} replies: -1 handle_time { seconds: -5 } version: -2 }",
     "records[7].ticket.version: -2 below 0\nrecords[7].ticket.replies: -1 below 0\n"
     "records[7].ticket.handle_time: -5 s below 0"},
    {"BadCurrency", "ticket { id: 't' created_at {} cost { currency: 'eur' minor_units: 5 } }",
     "records[7].ticket.cost.currency: \"eur\" is no ISO 4217 code; three capital letters such as EUR"},
    {"UnknownStatus", "ticket { id: 't' created_at {} status: 99 }",
     "records[7].ticket.status: unknown value 99; known: TICKET_STATUS_UNSPECIFIED, TICKET_STATUS_NEW, "
     "TICKET_STATUS_OPEN, TICKET_STATUS_PENDING, TICKET_STATUS_ON_HOLD, TICKET_STATUS_SOLVED, TICKET_STATUS_CLOSED"},
    {"AttributeWithoutKey", "ticket { id: 't' created_at {} attributes { key: '' value: 'x' } }",
     "records[7].ticket.attributes: key \"\" has 0 bytes; 1 to 64"},
    {"EmptyTag", "ticket { id: 't' created_at {} tags: 'a' tags: '' }",
     "records[7].ticket.tags[1]: empty; 1 to 4096 bytes"},
    {"EventsOfATicket",
     "ticket { id: 't' source: 's' created_at {} events { kind: 1 at {} } events { kind: 6 at {} ticket: 'u' } "
     "events { kind: 2 at {} source: 'x' } events { at {} } }",
     "records[7].ticket.events[0].status: missing; a status change needs the new status\n"
     "records[7].ticket.events[1].ticket: \"u\" is not its ticket; leave it empty\n"
     "records[7].ticket.events[1].agent: missing; an assignment needs agent, team or both\n"
     "records[7].ticket.events[2].source: \"x\" is not its ticket's; leave it empty\n"
     "records[7].ticket.events[3].kind: missing; a value is required"},
    {"EventsNeedTheirFields", "ticket_event { kind: TICKET_EVENT_KIND_WORK_LOG at {} }",
     "records[7].ticket_event.ticket: missing; 1 to 256 bytes\n"
     "records[7].ticket_event.id: missing; only an event inside its ticket may go without an id\n"
     "records[7].ticket_event.work: missing; a work log needs how long it took"},
    {"PriorityMayBecomeNone", "ticket_event { ticket: 't' id: 'e' kind: TICKET_EVENT_KIND_PRIORITY_CHANGE priority: '' at {} }", ""},
    {"AgentTimeMayBeEmpty", "agent_time { id: 'x' agent: 'a' state: 1 from { seconds: 5 } to { seconds: 5 } }", ""},
    {"AgentTimeBackwards", "agent_time { id: 'x' agent: 'a' state: 1 from { seconds: 5 } to { seconds: 4 } }",
     "records[7].agent_time.to: before from; it may not be earlier"},
    {"AgentTimeTooLong", "agent_time { id: 'x' agent: 'a' state: 1 from { } to { seconds: 316224001 } }",
     "records[7].agent_time.to: more than 3660 days after from; send shorter stretches"},
    {"PeriodEmpty", "customer_period { id: 'x' from { seconds: 5 } to { seconds: 5 } }",
     "records[7].customer_period.to: not after from; it must be later"},
    {"CostWithoutAmount", "support_cost { id: 'x' from { seconds: 5 } to { seconds: 6 } }",
     "records[7].support_cost.amount: missing; an amount is required"},
    {"PeriodInTheFuture", "support_cost { id: 'x' from {} to { seconds: 1890000000 } amount { currency: 'EUR' } }", ""},
    {"LegWithoutCall", "call_leg { leg: '1' started_at {} talk { seconds: -1 } }",
     "records[7].call_leg.call: missing; 1 to 256 bytes\nrecords[7].call_leg.talk: -1 s below 0"},
    {"YearsNotFinite", "customer_period { id: 'x' from {} to { seconds: 6 } relationship_years: nan }",
     "records[7].customer_period.relationship_years: nan outside 0..1000"},
    {"Customer", "customer { id: 'c' since { seconds: 1890000000 } }", ""},
    {"AgentsTeams", "agent { id: 'a' teams { team: 'x' from { nanos: -1 } } }",
     "records[7].agent.teams[0].from.nanos: -1 outside 0..999999999"},
    // Surveys.
    {"SurveySent", "survey { id: 's' kind: SURVEY_KIND_CSAT }", ""},
    {"SurveyWithoutKind", "survey { id: 's' }", "records[7].survey.kind: missing; a value is required"},
    {"ScoreOutside", "survey { id: 's' kind: 1 scale_min: 1 scale_max: 5 score: 11 }",
     "records[7].survey.score: 11 outside 1..5"},
    {"ScoreWithoutScale", "survey { id: 's' kind: 1 score: 3 }",
     "records[7].survey.scale_min: missing; a score needs a scale here or in its question's setting"},
    {"HalfAScale", "survey { id: 's' kind: 1 scale_min: 1 score: 3 }",
     "records[7].survey.scale_max: missing; it goes together with scale_min"},
    {"ScaleBackwards", "survey { id: 's' kind: 1 scale_min: 5 scale_max: 1 score: 3 }",
     "records[7].survey.scale_max: 1 not above scale_min 5"},
    {"ScaleWithoutThreshold", "survey { id: 's' kind: 1 scale_min: 1 scale_max: 4 score: 3 }",
     "records[7].survey.threshold: missing; the scale 1..4 has no default, say from which score it is positive"},
    {"EffortNeedsNoThreshold", "survey { id: 's' kind: 3 scale_min: 1 scale_max: 4 score: 3 }", ""},
    {"OwnThreshold", "survey { id: 's' kind: 1 scale_min: 1 scale_max: 4 score: 3 threshold: 3 }", ""},
    {"ThresholdOutside", "survey { id: 's' kind: 1 scale_min: 1 scale_max: 4 score: 3 threshold: 9 }",
     "records[7].survey.threshold: 9 outside 1..4"},
    {"ThresholdOfTheQuestion", "survey { id: 's' kind: 1 question: 'mood' score: 7 }", ""},
    {"TwoPoints", "survey { id: 's' kind: 4 scale_min: 0 scale_max: 1 score: 1 }", ""},
    {"NpsZero", "survey { id: 's' kind: 2 score: 0 }", ""},
    {"NpsEleven", "survey { id: 's' kind: 2 score: 11 }", "records[7].survey.score: 11 outside 0..10"},
    {"NpsHalf", "survey { id: 's' kind: 2 score: 3.5 }",
     "records[7].survey.score: 3.5 is not whole; NPS takes whole scores"},
    {"NpsFromOneToTen", "survey { id: 's' kind: 2 scale_min: 1 scale_max: 10 score: 1 }", ""},
    {"NpsOnAnotherScale", "survey { id: 's' kind: 2 scale_min: 1 scale_max: 5 score: 1 }",
     "records[7].survey.scale_max: NPS on 1..5; 0..10 or 1..10"},
    {"ScoreNotFinite", "survey { id: 's' kind: 1 scale_min: 1 scale_max: 5 score: nan }",
     "records[7].survey.score: nan outside -1e+09..1e+09"},
};
INSTANTIATE_TEST_SUITE_P(Records, ValidateTest, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ValidateLimitsTest, IdsTextsTagsAndAttributesEndWhereTheTableSays) {
  auto ticket = [](auto change) {
    v1::Record record = Parse("ticket { id: 't' created_at {} }");
    change(*record.mutable_ticket());
    return Check(record);
  };
  auto text = [](size_t bytes) { return std::string(bytes, 'x'); };
  EXPECT_EQ(ticket([&](v1::Ticket& t) { t.set_id(text(256)); }), "");
  EXPECT_EQ(ticket([&](v1::Ticket& t) { t.set_id(text(257)); }), "records[7].ticket.id: 257 bytes; at most 256");
  EXPECT_EQ(ticket([&](v1::Ticket& t) { t.set_brand(text(4096)); }), "");
  EXPECT_EQ(ticket([&](v1::Ticket& t) { t.set_brand(text(4097)); }), "records[7].ticket.brand: 4097 bytes; at most 4096");
  auto tags = [](int count) { return [count](v1::Ticket& t) { for (int i = 0; i < count; ++i) t.add_tags("x"); }; };
  EXPECT_EQ(ticket(tags(128)), "");
  EXPECT_EQ(ticket(tags(129)), "records[7].ticket.tags: 129 entries; at most 128");
  auto attributes = [](int count) {
    return [count](v1::Ticket& t) { for (int i = 0; i < count; ++i) (*t.mutable_attributes())[std::to_string(i)] = "x"; };
  };
  EXPECT_EQ(ticket(attributes(64)), "");
  EXPECT_EQ(ticket(attributes(65)), "records[7].ticket.attributes: 65 entries; at most 64");
  EXPECT_EQ(ticket([&](v1::Ticket& t) { (*t.mutable_attributes())[text(64)] = text(4096); }), "");
  EXPECT_NE(ticket([&](v1::Ticket& t) { (*t.mutable_attributes())[text(65)] = ""; }), "");
  EXPECT_NE(ticket([&](v1::Ticket& t) { (*t.mutable_attributes())["a"] = text(4097); }), "");
}

TEST(SurveyFillTest, WhatTheQuestionSaysIsStoredWithTheSurvey) {
  v1::Record record = Parse("survey { id: 's' kind: SURVEY_KIND_CES question: 'effort' score: 2 }");
  Violations violations;
  ValidateRecord(record, Context(), "records[0]", &violations);
  EXPECT_TRUE(violations.empty());
  EXPECT_EQ(record.survey().scale_min(), 1);
  EXPECT_EQ(record.survey().scale_max(), 5);
  EXPECT_EQ(record.survey().direction(), v1::SCALE_DIRECTION_LOW_IS_GOOD);
  EXPECT_FALSE(record.survey().has_threshold());
}

TEST(ViolationsTest, AreToldAsOneStatusWithAllOfThemAsPayload) {
  Violations violations;
  EXPECT_TRUE(violations.ToStatus().ok());
  for (int i = 0; i < 25; ++i) violations.Add(absl::StrCat("records[", i, "].ticket.id"), "missing; 1 to 256 bytes");
  const absl::Status status = violations.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_LE(status.message().size(), 1024u);
  EXPECT_EQ(ViolationsOf(status), violations.kept());
  EXPECT_EQ(ViolationsOf(status).size(), 20u);
  EXPECT_NE(std::string(status.message()).find("; and "), std::string::npos) << status;
  EXPECT_TRUE(ViolationsOf(absl::InvalidArgumentError("other")).empty());
}

TEST(QuotedTest, EscapesAndCuts) {
  EXPECT_EQ(Quoted("a\n\xff\""), "\"a\\n\\xff\\\"\"");
  EXPECT_EQ(Quoted(std::string(100, 'x')), "\"" + std::string(64, 'x') + "...\"");
}

TEST(InstantTest, FinerThanAMillisecondIsCutTowardsThePast) {
  google::protobuf::Timestamp at;
  at.set_seconds(-1);
  at.set_nanos(999'999'999);
  EXPECT_EQ(ToMs(at), -1);
  EXPECT_EQ(ToTimestamp(-1).seconds(), -1);
  EXPECT_EQ(ToTimestamp(-1).nanos(), 999'000'000);
  EXPECT_EQ(ToMs(ToTimestamp(1234567)), 1234567);
  EXPECT_EQ(ToMs(ToDuration(1234567)), 1234567);
}

TEST(BillionthsTest, RoundHalfToEven) {
  EXPECT_EQ(Billionths(0.1), 100'000'000);
  EXPECT_EQ(Billionths(4.5), 4'500'000'000);
  EXPECT_EQ(Billionths(0.5e-9), 0);
  EXPECT_EQ(Billionths(1.5e-9), 2);
}

TEST(TenantTest, IsALowerCaseName) {
  for (const char* good : {"a", "acme-1", "0"}) EXPECT_TRUE(ValidateTenant(good).ok()) << good;
  for (const char* bad : {"", "-a", "A", "a/../b", "a_b"}) EXPECT_FALSE(ValidateTenant(bad).ok()) << bad;
  EXPECT_TRUE(ValidateTenant(std::string(63, 'a')).ok());
  EXPECT_FALSE(ValidateTenant(std::string(64, 'a')).ok());
  EXPECT_EQ(ValidateTenant("a/../b").message(), "tenant: must match [a-z0-9][a-z0-9-]{0,62}, got \"a/../b\"");
}

}  // namespace
}  // namespace supportkpi::record
