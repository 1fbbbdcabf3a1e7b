// The fields with a history, the order of events, and what does not depend on arrival.
#include <map>

#include "gtest/gtest.h"
#include "tests/fact/story_test_support.h"

namespace supportkpi::fact {
namespace {

TEST(HistoryTest, TheBacklogOfAGroupIsAsTheTicketWasThen) {  // case 9
  Story story("10:00");
  story.AssignTeam("10:00", "blue").AssignTeam("2 10:00", "red").Version(1);
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "team start_at end_at team_current"),
            "blue 10:00 2 10:00 red\n"
            "red 2 10:00 never red\n");
  EXPECT_EQ(story.Tell(FactSet::kMove, "at team_before team"), "2 10:00 blue red\n");
}

TEST(HistoryTest, WithoutAnyChangeTheTicketsOwnValueHoldsThroughout) {
  Story story("10:00");
  story.ticket().set_agent("ann");
  story.Open("11:00");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "agent start_at"), "ann 10:00\nann 11:00\n");
}

TEST(HistoryTest, BeforeTheFirstChangeTheValueIsThatEventsOldOne) {
  Story story("10:00");
  story.ticket().set_agent("dan");
  story.ticket().set_priority("low");
  story.Assign("11:00", "ann").last().set_old_agent("zoe");
  story.Prioritize("11:00", "high").Assign("12:00", "bob").last().set_old_agent("nobody asks");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "agent_initial agent_step_at agent_step"), "zoe [11:00,12:00] [ann,bob]\n");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "priority_initial priority_step"), "none [high]\n");
}

TEST(HistoryTest, AFieldThatAnEventDoesNotCarryStaysAndAnEmptyOneBecomesNone) {
  Story story("10:00");
  story.Assign("10:10", "ann").AssignTeam("10:20", "blue").Assign("10:30", "");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "start_at agent team"),
            "10:00 none none\n10:10 ann none\n10:20 ann blue\n10:30 none blue\n");
}

TEST(HistoryTest, CurrentIsTheNewerByVersion) {
  Story story("10:00");
  story.ticket().set_agent("dan");
  story.ticket().set_version(5);
  story.Assign("10:10", "ann").Version(5);
  EXPECT_EQ(story.Tell(FactSet::kTicket, "agent_current"), "dan\n");
  story.Assign("10:05", "bob").Version(9);
  EXPECT_EQ(story.Tell(FactSet::kTicket, "agent_current"), "dan\n") << "the last event is still ann's";
  story.Assign("10:20", "cid").Version(6);
  EXPECT_EQ(story.Tell(FactSet::kTicket, "agent_current"), "cid\n");
  story.ticket().set_version(7);
  story.ticket().clear_agent();
  EXPECT_EQ(story.Tell(FactSet::kTicket, "agent_current"), "none\n");
}

TEST(HistoryTest, ACreationWithoutValueTakesTheFirstThatCame) {
  Story story("10:00");
  story.Assign("10:10", "ann").Assign("10:20", "bob").AssignTeam("10:00", "blue");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "agent_at_event agent_first agent_first_at team_at_event team_first"),
            "none ann 10:10 blue none\n");
  EXPECT_EQ(story.Tell(FactSet::kContact, "agent_at_event agent_first agent_first_at team_first_at"),
            "none ann 10:10 never\n");
}

TEST(HistoryTest, SeveralChangesAtOneInstantAreOneMove) {
  Story story("10:00");
  story.Assign("10:00", "ann").Assign("10:10", "bob").Assign("10:10", "cid").AssignTeam("10:10", "red");
  story.Assign("10:20", "bob").Assign("10:20", "cid");
  EXPECT_EQ(story.Tell(FactSet::kMove, "at agent_before agent team_before team"), "10:10 ann cid none red\n");
}

TEST(HistoryTest, AResolvedTicketDoesNotMoveButOneThatIsResolvedThereDoes) {
  Story story("10:00");
  story.Assign("10:00", "ann").Assign("11:00", "bob").Solve("11:00").Assign("12:00", "cid").Open("13:00");
  story.Assign("13:00", "dan");
  EXPECT_EQ(story.Tell(FactSet::kMove, "at agent_before agent"), "11:00 ann bob\n");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "agent agent_at_end"), "bob dan\n");
}

// opening + created + reopened + moved in - resolved - moved out = closing, for each agent and for the whole.
TEST(HistoryTest, TheBacklogBalancesForEveryGroupAndTheWhole) {  // case 19
  Story story("10:00");
  story.Assign("10:00", "ann").Assign("10:30", "bob").Solve("11:00").Open("11:00").Assign("11:00", "cid");
  story.Solve("12:00").Assign("12:30", "dan").Open("13:00").Assign("13:00", "eve").Assign("14:00", "ann");
  const std::vector<Fact> facts = story.Facts();
  for (const char* until : {"10:15", "10:45", "11:30", "12:15", "13:30", "15:00"}) {
    const int64_t end = At(until);
    std::map<int64_t, int> flow, closing;
    for (const Fact& fact : facts) {
      const auto is_before = [&](Column at) { return ValueOf(fact, at) < end; };
      if (fact.set == FactSet::kTicket) ++flow[ValueOf(fact, Column::kAgentAtEvent)];
      if (fact.set == FactSet::kResolution && is_before(Column::kStartAt)) --flow[ValueOf(fact, Column::kAgent)];
      if (fact.set == FactSet::kResolution && is_before(Column::kEndAt)) ++flow[ValueOf(fact, Column::kAgentAtEnd)];
      if (fact.set == FactSet::kMove && is_before(Column::kAt)) {
        ++flow[ValueOf(fact, Column::kAgent)];
        --flow[ValueOf(fact, Column::kAgentBefore)];
      }
      if (fact.set == FactSet::kStateSpan && is_before(Column::kStartAt) && ValueOf(fact, Column::kEndAt) >= end &&
          ValueOf(fact, Column::kStatus) < v1::TICKET_STATUS_SOLVED) {
        ++closing[ValueOf(fact, Column::kAgent)];
      }
    }
    std::erase_if(flow, [](const auto& entry) { return entry.second == 0; });
    EXPECT_EQ(flow, closing) << until;
  }
}

TEST(OrderTest, AtOneInstantMessagesComeFirstThenRepliesThenOthersThenStatusChanges) {
  Story story("10:00");
  story.ticket().set_origin(v1::TICKET_ORIGIN_SYSTEM);
  story.Solve("11:00").Id("a").Assign("11:00", "ann").Id("b").Reply("11:00", "bob").Id("c").Message("11:00").Id("d");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at wait_outcome agent"), "11:00 11:00 replied bob\n");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "replies contacts agent"), "1 1 ann\n");
}

TEST(OrderTest, ABotsReplyStandsWithTheOthers) {
  Story story("10:00");
  story.codes.bots = {"robo"};
  story.Reply("11:00", "robo").Id("a").Reply("11:00", "ann").Id("b");
  EXPECT_EQ(story.Tell(FactSet::kWait, "end_at agent"), "11:00 ann\n");
}

TEST(OrderTest, WithinAKindTheIdDecidesAndThoseWithoutIdFollowByPlace) {
  Story story("10:00");
  story.Assign("11:00", "third").Id("").Assign("11:00", "last").Id("").Assign("11:00", "second").Id("b");
  story.Assign("11:00", "first").Id("a");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "agent_step"), "[last]\n");
  story.Solve("12:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "reassignments"), "3\n");
}

TEST(OrderTest, AnEventBeforeTheCreationIsDatedThereAndKeepsItsOwnTimeForDurations) {
  Story story("10:00");
  story.Reply("09:30", "ann").Assign("09:00", "bob").Assign("09:10", "cid").Solve("09:40");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "first_replied_at first_replied_own_at first_resolved_at first_resolved_own_at"),
            "10:00 09:30 10:00 09:40\n");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "agent_at_event agent_step status_step_at status_step"),
            "cid [] [10:00,10:00] [new,solved]\n");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at start_own_at end_at end_own_at"), "10:00 10:00 10:00 09:30\n");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "start_at start_own_at"), "10:00 09:40\n");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "start_at status agent"), "10:00 solved cid\n");
  EXPECT_EQ(story.Tell(FactSet::kMove, "at"), "");
}

TEST(OrderTest, EarlyEventsStandAmongThemselvesByTheirOwnTime) {
  Story story("10:00");
  story.Open("09:50").Id("a").Pend("09:40").Id("b").Reply("09:55", "ann").Id("c");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "start_at status"), "10:00 open\n");
}

TEST(ArrivalTest, TheOrderOfArrivalDoesNotMatter) {
  Story story("10:00");
  story.Reply("10:30", "ann").Assign("10:30", "ann").AssignTeam("10:30", "blue").Solve("11:00").Open("11:00");
  story.Message("11:00").Reply("11:30", "bob", "red").Work("11:30", "cid", 60).Categorize("11:30", "billing");
  story.Prioritize("09:00", "high").Solve("12:00").Close("13:00");
  for (const char* id : {"s1", "s2", "s3"}) {
    v1::Survey& survey = story.Survey(id);
    survey.set_kind(v1::SURVEY_KIND_NPS);
    survey.set_score(9);
    *survey.mutable_responded_at() = Stamp("14:00");
  }
  const std::vector<Fact> facts = story.FactsWhenShuffled(0);
  EXPECT_GT(facts.size(), 10u);
  for (unsigned seed = 1; seed < 200; ++seed) EXPECT_EQ(story.FactsWhenShuffled(seed), facts) << seed;
}

TEST(TicketValuesTest, TravelWithEveryFactOfTheTicket) {
  Story story("10:00");
  v1::Ticket& ticket = story.ticket();
  ticket.set_source("zd");
  ticket.set_customer("acme");
  ticket.set_channel("email");
  ticket.set_type("question");
  ticket.add_tags("b");
  ticket.add_tags("a");
  ticket.add_tags("b");
  ticket.set_spam(true);
  ticket.set_merged_into("t2");
  ticket.mutable_cost()->set_currency("EUR");
  ticket.mutable_cost()->set_minor_units(1250);
  (*ticket.mutable_attributes())["plan"] = "gold";
  story.Reply("10:30", "ann").Solve("11:00").Work("11:00", "ann", 5).Assign("10:40", "ann");
  for (const Fact& fact : story.Facts()) {
    EXPECT_EQ(TellFacts({fact}, story.codes, fact.set, "ticket source customer channel type exclusion origin"),
              "zd/t1 zd acme email question 10 1\n");
    EXPECT_EQ(fact.List(0).size(), 2u) << "each tag once";
    ASSERT_EQ(fact.attributes.size(), 1u);
    EXPECT_EQ(story.codes.NameOf(record::Domain::kAttributeValue, fact.attributes[0].second), "gold");
  }
  EXPECT_EQ(story.Tell(FactSet::kTicket, "cost_minor currency"), "1250 EUR\n");
}

TEST(TicketValuesTest, EventsOfATicketThatIsNotThereMakeNoFacts) {
  Story story("10:00");
  story.Reply("10:30", "ann");
  TicketFamily family = story.Family();
  family.ticket = nullptr;
  std::vector<Fact> facts;
  ReduceTicketFamily(family, story.codes, &facts);
  EXPECT_TRUE(facts.empty());
}

}  // namespace
}  // namespace supportkpi::fact
