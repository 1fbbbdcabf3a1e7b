// Calls as ranges see them, and their legs.
#include "gtest/gtest.h"
#include "tests/fact/story_test_support.h"

namespace supportkpi::fact {
namespace {

class CallTest : public testing::Test {
 protected:
  // Times "" are absent.
  v1::CallLeg& Leg(const std::string& id, const std::string& start, const std::string& answered, const std::string& ended,
                   v1::CallOutcome outcome, const std::string& agent = "") {
    v1::CallLeg& leg = legs_.emplace_back();
    leg.set_call("c1");
    leg.set_leg(id);
    leg.set_agent(agent);
    leg.set_outcome(outcome);
    *leg.mutable_started_at() = Stamp(start);
    if (!answered.empty()) *leg.mutable_answered_at() = Stamp(answered);
    if (!ended.empty()) *leg.mutable_ended_at() = Stamp(ended);
    return leg;
  }

  std::vector<Fact> Facts() {
    std::vector<const v1::CallLeg*> legs;
    for (const v1::CallLeg& leg : legs_) legs.push_back(&leg);
    std::vector<Fact> facts;
    ReduceCall(legs, tickets_, codes_, &facts);
    return facts;
  }

  std::string Tell(FactSet set, const std::string& columns) { return TellFacts(Facts(), codes_, set, columns); }
  std::string TellCall(const std::string& columns) { return Tell(FactSet::kCall, "known_from known_to " + columns); }

  std::deque<v1::CallLeg> legs_;
  std::vector<TicketFamily> tickets_;
  TestCodes codes_;
};

TEST_F(CallTest, ARangeSeesTheStartThenTheAnswerThenTheEnd) {
  Leg("l1", "10:00", "10:01", "10:05", v1::CALL_OUTCOME_ANSWERED, "ann").set_queue("main");
  EXPECT_EQ(TellCall("running answered offered outcome wait_ms talk_union_ms agent queue"),
            "10:00 10:01 1 0 1 UNSPECIFIED - - ann main\n"
            "10:01 10:05 1 1 1 ANSWERED 60s - ann main\n"
            "10:05 never 0 1 1 ANSWERED 60s 240s ann main\n");
}

TEST_F(CallTest, ACallWithATransferIsOneCallWithOneWaitAndTwoLegs) {  // case 13
  Leg("l2", "10:05", "10:06", "10:20", v1::CALL_OUTCOME_ANSWERED, "bob").mutable_talk()->set_seconds(800);
  Leg("l1", "10:00", "10:01", "10:10", v1::CALL_OUTCOME_TRANSFERRED, "ann").mutable_talk()->set_seconds(400);
  EXPECT_EQ(Tell(FactSet::kCall, "known_from start_at end_at wait_ms agent agent_legs talk_union_ms running"),
            "10:00 10:00 never - ann 0 - 1\n"
            "10:01 10:00 never 60s ann 1 - 1\n"
            "10:06 10:00 never 60s ann 2 - 1\n"
            "10:10 10:00 never 60s ann 2 540s 1\n"
            "10:20 10:00 10:20 60s ann 2 1140s 0\n")
      << "overlapping legs are joined for the call; at 10:05 nothing of the call changes";
  EXPECT_EQ(Tell(FactSet::kLeg, "start_at end_at agent is_agent_leg talk_ms"),
            "10:00 10:10 ann 1 400s\n10:05 10:20 bob 1 800s\n");
}

TEST_F(CallTest, AnUnansweredCallEndsAsItsLastLeg) {
  Leg("l1", "10:00", "", "10:02", v1::CALL_OUTCOME_RETURNED_TO_QUEUE, "ann").set_team("blue");
  Leg("l2", "10:02", "", "10:03", v1::CALL_OUTCOME_ABANDONED_IN_QUEUE, "bob");
  EXPECT_EQ(TellCall("outcome offered returned wait_ms end_of_queue_ms agent answered"),
            "10:00 10:02 UNSPECIFIED 1 0 - - ann 0\n"
            "10:02 10:03 UNSPECIFIED 1 1 - - bob 0\n"
            "10:03 never ABANDONED_IN_QUEUE 1 1 180s 180s bob 0\n");
}

TEST_F(CallTest, IsOfferedUnlessOutboundFailedOrEndedInTheMenu) {
  const auto offered = [&](v1::CallOutcome outcome, v1::CallDirection direction) {
    legs_.clear();
    Leg("l1", "10:00", "", "10:01", outcome).set_direction(direction);
    return Tell(FactSet::kCall, "offered");
  };
  EXPECT_EQ(offered(v1::CALL_OUTCOME_VOICEMAIL, v1::CALL_DIRECTION_UNSPECIFIED), "1\n1\n");
  EXPECT_EQ(offered(v1::CALL_OUTCOME_ABANDONED_IN_IVR, v1::CALL_DIRECTION_INBOUND), "1\n0\n");
  EXPECT_EQ(offered(v1::CALL_OUTCOME_FAILED, v1::CALL_DIRECTION_INBOUND), "1\n0\n");
  EXPECT_EQ(offered(v1::CALL_OUTCOME_ANSWERED, v1::CALL_DIRECTION_OUTBOUND), "0\n0\n");
}

TEST_F(CallTest, AnAnswerWithoutATimeComesAfterMenuQueueAndRinging) {
  v1::CallLeg& leg = Leg("l1", "10:00", "", "10:05", v1::CALL_OUTCOME_ANSWERED, "ann");
  leg.mutable_ivr()->set_seconds(20);
  leg.mutable_queued()->set_seconds(30);
  leg.mutable_ring()->set_seconds(10);
  EXPECT_EQ(TellCall("answered_at wait_ms ivr_ms"),
            "10:00 10:01 never - 0s\n"
            "10:01 10:05 10:01 60s 20s\n"
            "10:05 never 10:01 60s 20s\n");
}

TEST_F(CallTest, MenuTimeCountsUpToTheAnswer) {
  Leg("l1", "10:00", "", "10:01", v1::CALL_OUTCOME_TRANSFERRED).mutable_ivr()->set_seconds(50);
  Leg("l2", "10:01", "10:02", "10:10", v1::CALL_OUTCOME_TRANSFERRED, "ann").mutable_ivr()->set_seconds(5);
  Leg("l3", "10:08", "10:09", "10:20", v1::CALL_OUTCOME_ANSWERED, "bob").mutable_ivr()->set_seconds(7);
  EXPECT_EQ(Tell(FactSet::kCall, "known_from wait_ms ivr_ms answered"),
            "10:00 - 0s 0\n10:01 - 50s 0\n10:02 120s 55s 1\n10:09 120s 55s 1\n10:10 120s 55s 1\n10:20 120s 55s 1\n");
}

TEST_F(CallTest, ALegIsAnAgentLegByItsOutcomeAsFarAsKnown) {
  Leg("l1", "10:00", "10:01", "10:02", v1::CALL_OUTCOME_RETURNED_TO_QUEUE, "ann");
  EXPECT_EQ(TellCall("answered outcome"),
            "10:00 10:01 0 UNSPECIFIED\n10:01 10:02 1 ANSWERED\n10:02 never 0 RETURNED_TO_QUEUE\n");
  EXPECT_EQ(Tell(FactSet::kLeg, "is_agent_leg answered_at"), "0 never\n");
}

TEST_F(CallTest, ARunningCallIsAsKnown) {
  Leg("l1", "10:00", "", "", v1::CALL_OUTCOME_UNSPECIFIED);
  EXPECT_EQ(TellCall("running offered answered end_at wait_ms"), "10:00 never 1 1 0 never -\n");
  EXPECT_EQ(Tell(FactSet::kLeg, "end_at talk_ms work_ms is_agent_leg"), "never - - 0\n");
}

TEST_F(CallTest, CustomerQueueTopicAndTicketAreThoseOfTheFirstLegThatHasThem) {
  Leg("l1", "10:00", "", "10:01", v1::CALL_OUTCOME_TRANSFERRED).set_customer("acme");
  v1::CallLeg& second = Leg("l2", "10:05", "10:06", "10:10", v1::CALL_OUTCOME_ANSWERED, "ann");
  second.set_customer("other");
  second.set_topic("billing");
  second.set_ticket("t1");
  second.set_ticket_source("zd");
  (*second.mutable_attributes())["skill"] = "de";
  Story story("09:00");
  story.ticket().set_source("zd");
  story.ticket().set_customer("umbrella");
  story.ticket().set_channel("phone");
  story.AssignTeam("09:30", "blue").Prioritize("09:30", "high").Prioritize("10:07", "low");
  tickets_ = {story.Family()};
  EXPECT_EQ(Tell(FactSet::kCall, "known_from customer topic ticket ticket_customer channel ticket_team priority"),
            "10:00 acme none none none none none none\n"
            "10:01 acme none none none none none none\n"
            "10:05 acme billing zd/t1 umbrella phone blue high\n"
            "10:06 acme billing zd/t1 umbrella phone blue high\n"
            "10:10 acme billing zd/t1 umbrella phone blue high\n");
  EXPECT_EQ(Tell(FactSet::kLeg, "customer ticket priority priority_at_end"),
            "acme none none none\nother zd/t1 high low\n");
  std::vector<const v1::CallLeg*> legs = {&legs_[1], &legs_[0]};
  EXPECT_EQ(TicketsOfCall(legs), (std::vector<std::pair<std::string, std::string>>{{"zd", "t1"}}));
  EXPECT_EQ(Facts()[3].attributes.size(), 1u);
}

TEST_F(CallTest, EachLegHasTheFieldsOfTheTicketThatItNamesItself) {
  const auto leg = [&](const char* id, const char* start, const char* ticket) {
    Leg(id, start, start, "10:50", v1::CALL_OUTCOME_ANSWERED, "ann").set_ticket(ticket);
  };
  leg("l1", "10:00", "t2");
  leg("l2", "10:10", "t1");
  leg("l3", "10:20", "t3");
  leg("l4", "10:30", "");
  Story first("09:00");
  first.ticket().set_channel("web");
  first.Prioritize("09:30", "high").Prioritize("10:40", "low");
  Story second("09:00");
  second.ticket().set_id("t2");
  second.ticket().set_channel("chat");
  second.ticket().set_priority("urgent");
  tickets_ = {first.Family(), second.Family()};
  const char* by_leg = "10:00 t2 chat urgent urgent\n10:10 t1 web high low\n10:20 t3 none none none\n10:30 none none none none\n";
  EXPECT_EQ(Tell(FactSet::kLeg, "start_at ticket ticket_channel priority priority_at_end"), by_leg);
  EXPECT_EQ(TellFacts({Facts()[0]}, codes_, FactSet::kCall, "ticket ticket_channel priority"), "t2 chat urgent\n");
  std::swap(tickets_[0], tickets_[1]);
  EXPECT_EQ(Tell(FactSet::kLeg, "start_at ticket ticket_channel priority priority_at_end"), by_leg);
  tickets_.pop_back();
  EXPECT_EQ(Tell(FactSet::kLeg, "ticket ticket_channel"), "t2 chat\nt1 none\nt3 none\nnone none\n") << "t1 is not there";
  std::vector<const v1::CallLeg*> legs = {&legs_[0], &legs_[1], &legs_[3], &legs_[0]};
  EXPECT_EQ(TicketsOfCall(legs), (std::vector<std::pair<std::string, std::string>>{{"", "t1"}, {"", "t2"}}));
}

TEST_F(CallTest, TheOrderOfArrivalDoesNotMatter) {
  Leg("l1", "10:00", "", "10:02", v1::CALL_OUTCOME_RETURNED_TO_QUEUE, "ann");
  Leg("l2", "10:02", "10:03", "10:08", v1::CALL_OUTCOME_TRANSFERRED, "bob");
  Leg("l3", "10:02", "10:04", "10:09", v1::CALL_OUTCOME_ANSWERED, "cid");
  const std::vector<Fact> facts = Facts();
  std::swap(legs_[0], legs_[2]);
  EXPECT_EQ(Facts(), facts);
  std::swap(legs_[0], legs_[1]);
  EXPECT_EQ(Facts(), facts);
}

}  // namespace
}  // namespace supportkpi::fact
