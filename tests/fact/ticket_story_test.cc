// States, resolutions, waits and replies of tickets with events.
#include "gtest/gtest.h"
#include "tests/fact/story_test_support.h"

namespace supportkpi::fact {
namespace {

TEST(ResolutionTest, CreatedBeforeTheRangeAnsweredInItKeepsItsWholeDuration) {  // case 1
  Story story("10:00");
  story.Reply("2 09:00", "ann");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "created_at clock_start_at first_replied_at reply_agent"),
            "10:00 10:00 2 09:00 ann\n");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at wait_outcome agent"), "10:00 2 09:00 replied ann\n");
}

TEST(ResolutionTest, AnUnansweredTicketHasNoReplyAndAnOpenWait) {  // case 2
  Story story("10:00");
  story.Note("10:30", "ann").BotReply("10:31");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "first_replied_at first_resolved_at reply_agent"), "never never none\n");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at wait_outcome"), "10:00 never open\n");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "status start_at end_at clock_start_at first_replied_at"),
            "new 10:00 never 10:00 never\n");
}

TEST(ResolutionTest, ATicketMayBeOpenForYears) {  // case 6
  Story story("10:00");
  story.Solve("4000 10:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "created_at start_at end_at"), "10:00 4000 10:00 never\n");
}

TEST(ResolutionTest, SolvedReopenedSolvedIsTwoSpansOfWhichOneIsFirst) {  // cases 7 and 8
  Story story("10:00");
  story.Reply("10:30", "ann").Solve("11:00").Open("12:00").Reply("12:30", "bob").Solve("13:00").Close("14:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "start_at end_at is_first replies reopens agents_involved"),
            "11:00 12:00 1 1 0 1\n"
            "13:00 never 0 2 1 2\n");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "first_resolved_at resolved_from resolved_to"),
            "11:00 [11:00,13:00] [12:00,never]\n");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "status_step_at status_step"),
            "[10:00,11:00,12:00,13:00,14:00] [new,solved,open,solved,closed]\n");
}

TEST(ResolutionTest, ClosedWithoutSolvedIsAResolution) {
  Story story("10:00");
  story.Close("11:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "start_at end_at"), "11:00 never\n");
}

TEST(ResolutionTest, SettingTheStateThatStandsAlreadyIsNoChange) {
  Story story("10:00");
  story.Open("10:10").Open("10:20").Solve("11:00").Solve("11:30");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "status start_at end_at"),
            "new 10:00 10:10\nopen 10:10 11:00\nsolved 11:00 never\n");
}

TEST(ResolutionTest, ResolvedAndReopenedAtOneInstantIsAnEventThatCoversNothing) {
  Story story("10:00");
  story.Open("10:10").Solve("11:00").Open("11:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "start_at end_at"), "11:00 11:00\n");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "status start_at end_at"), "new 10:00 10:10\nopen 10:10 never\n");
}

TEST(ResolutionTest, TimesInStatusRunUpToEachResolution) {
  Story story("10:00");
  story.Open("10:10").Pend("10:30").Hold("11:00").Solve("12:00").Open("13:00").Solve("13:01");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "new_ms open_ms pending_ms on_hold_ms"),
            "600s 1200s 1800s 3600s\n"
            "600s 1260s 1800s 3600s\n");
}

TEST(ResolutionTest, CountersAreThoseUpToTheResolution) {
  Story story("10:00");
  story.Message("10:05").Reply("10:10", "ann").Message("10:20").Reply("10:30", "ann").Solve("11:00");
  story.Message("11:10").Reply("11:20", "bob");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "replies contacts agents_involved has_customer_message"), "2 2 1 1\n");
}

TEST(ResolutionTest, TheActorOfAResolutionIsNamedBesideItsAssignee) {
  Story story("10:00");
  story.Assign("10:05", "ann").AssignTeam("10:05", "blue").Solve("11:00", "bob");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "agent team actor_agent actor_team"), "ann blue bob blue\n");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "resolver_agent resolver_team resolver_actor resolver_actor_team"),
            "ann blue bob blue\n");
}

TEST(ReassignmentTest, OnlyAChangeFromOneNameToAnotherCounts) {
  Story story("10:00");
  story.Assign("10:05", "ann").Assign("10:10", "bob").Assign("10:15", "bob").Assign("10:20", "").Assign("10:25", "cid");
  story.AssignTeam("10:30", "blue").Solve("11:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "reassignments team_changed"), "1 0\n");
}

TEST(ReassignmentTest, AnEventThatChangesAgentAndTeamIsOne) {
  Story story("10:00");
  story.Assign("10:05", "ann").last().set_team("blue");
  story.Assign("10:10", "bob").last().set_team("red");
  story.Solve("11:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "reassignments team_changed"), "1 1\n");
}

TEST(ReassignmentTest, TheOldValueOfTheFirstChangeIsAValue) {
  Story story("10:00");
  story.AssignTeam("10:05", "blue").last().set_old_team("red");
  story.Solve("11:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "reassignments team_changed"), "1 1\n");
}

TEST(WaitTest, SeveralMessagesInARowAreOneWait) {
  Story story("10:00");
  story.Message("10:10").Message("10:20").Reply("10:30", "ann").Message("11:00").Message("11:05").Reply("11:30", "bob");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at wait_outcome agent"),
            "10:00 10:30 replied ann\n"
            "11:00 11:30 replied bob\n");
  EXPECT_EQ(story.Tell(FactSet::kContact, "at contacts"), "10:00 1\n11:00 1\n");
}

TEST(WaitTest, AWaitThatAResolutionEndsHasNoResponse) {
  Story story("10:00");
  story.Assign("10:05", "ann").Solve("11:00");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at wait_outcome agent agent_at_event"),
            "10:00 11:00 resolved ann ann\n");
}

TEST(WaitTest, AReopeningByTheCustomerStartsAWait) {
  Story story("10:00");
  story.Reply("10:30", "ann").Solve("11:00").Open("12:00").ByCustomer().Reply("12:30", "ann");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at"), "10:00 10:30\n12:00 12:30\n");
  EXPECT_EQ(story.Tell(FactSet::kContact, "at"), "10:00\n12:00\n");
}

TEST(WaitTest, AReopeningAfterAMessageStartsAWaitAtTheReopening) {
  Story story("10:00");
  story.Reply("10:30", "ann").Solve("11:00").Message("11:30").Open("12:00").Reply("12:30", "ann");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at"), "10:00 10:30\n12:00 12:30\n");
}

TEST(WaitTest, AReopeningAfterAMessageThatWasAnsweredStartsNone) {
  Story story("10:00");
  story.Reply("10:30", "ann").Solve("11:00").Message("11:30").Reply("11:40", "ann").Open("12:00");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at"), "10:00 10:30\n");
}

TEST(WaitTest, AReopeningByAnAgentStartsNone) {
  Story story("10:00");
  story.Reply("10:30", "ann").Solve("11:00").Open("12:00", "ann");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at"), "10:00 10:30\n");
}

TEST(WaitTest, AMessageOnATicketThatStaysResolvedStartsNone) {
  Story story("10:00");
  story.Reply("10:30", "ann").Solve("11:00").Message("12:00");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at"), "10:00 10:30\n");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "contacts"), "1\n");
}

TEST(ClockTest, OfATicketOpenedByAnAgentItStartsAtTheFirstMessage) {
  Story story("10:00");
  story.ticket().set_origin(v1::TICKET_ORIGIN_AGENT);
  story.Reply("10:00", "ann");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "clock_start_at first_replied_at"), "- never\n");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at"), "");
  EXPECT_EQ(story.Tell(FactSet::kContact, "at"), "");
  story.Message("11:00").Reply("11:30", "bob").Solve("12:00");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "clock_start_at first_replied_at reply_agent"), "11:00 11:30 bob\n");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "replies contacts agents_involved has_customer_message"), "1 1 2 1\n");
}

TEST(ClockTest, BotsNotesAndRulesDoNotStopIt) {
  Story story("10:00");
  story.codes.bots = {"robo"};
  story.BotReply("10:01").Reply("10:02", "robo").Note("10:03", "ann");
  story.Reply("10:05", "rule").last().set_actor(v1::ACTOR_KIND_SYSTEM);
  story.Reply("10:06", "ann");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "first_replied_at reply_agent"), "10:06 ann\n");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "participant_at participant_agent"), "[10:06] [ann]\n");
}

TEST(ClockTest, AnUnnamedHumanRepliesToo) {
  Story story("10:00");
  story.Reply("10:06", "").last().set_actor(v1::ACTOR_KIND_AGENT);
  EXPECT_EQ(story.Tell(FactSet::kTicket, "first_replied_at reply_agent participant_agent"), "10:06 none []\n");
  story.Reply("10:05", "");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "first_replied_at"), "10:05\n");
}

TEST(ParticipantsTest, EachHumanStandsOnceInEachTeam) {
  Story story("10:00");
  story.AssignTeam("10:00", "blue").Reply("10:10", "ann").Work("10:20", "ann", 60).Work("10:30", "bob", 60);
  story.Reply("10:40", "ann", "red").Solve("11:00");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "participant_at participant_agent participant_team"),
            "[10:10,10:30,10:40] [ann,bob,ann] [blue,blue,red]\n");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "agents_involved"), "2\n");
}

// Data reaches up to what a ticket's records name, be it that nothing is counted from it.
TEST(TicketTest, TellsUpToWhenItsRecordAndEventsReachWhereNoOtherColumnDoes) {
  Story noted("10:00");
  noted.Reply("10:10", "ann").Solve("11:00").Note("11:30", "ann").BotReply("11:40");
  EXPECT_EQ(noted.Tell(FactSet::kTicket, "latest_at"), "11:40\n");
  Story answered("10:00");
  answered.Solve("11:00").Reply("11:20", "ann");
  EXPECT_EQ(answered.Tell(FactSet::kTicket, "first_replied_at latest_at"), "11:20 -\n");
  Story closed_by_record("10:00");
  closed_by_record.Note("10:30", "ann");
  *closed_by_record.ticket().mutable_closed_at() = Stamp("12:00");
  EXPECT_EQ(closed_by_record.Tell(FactSet::kTicket, "latest_at"), "12:00\n");
  Story flat("10:00");
  *flat.ticket().mutable_first_replied_at() = Stamp("10:30");
  *flat.ticket().mutable_first_resolved_at() = Stamp("10:20");
  *flat.ticket().mutable_resolved_at() = Stamp("11:00");
  EXPECT_EQ(flat.Tell(FactSet::kTicket, "latest_at"), "-\n");
}

TEST(WorkTest, IsDoneByItsActorInTheTeamOfThen) {
  Story story("10:00");
  story.codes.bots = {"robo"};
  story.AssignTeam("10:00", "blue").Assign("10:00", "ann").AssignTeam("11:00", "red");
  story.Work("10:30", "bob", 90).Work("11:30", "robo", 30);
  EXPECT_EQ(story.Tell(FactSet::kWork, "at work_ms agent team agent_at_event team_at_event"),
            "10:30 90s bob blue ann blue\n"
            "11:30 30s robo red ann red\n");
}

}  // namespace
}  // namespace supportkpi::fact
