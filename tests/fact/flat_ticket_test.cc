// Tickets whose source knows no events.
#include "gtest/gtest.h"
#include "tests/fact/story_test_support.h"

namespace supportkpi::fact {
namespace {

Story FlatTicket() {
  Story story("10:00");
  v1::Ticket& ticket = story.ticket();
  ticket.set_agent("ann");
  ticket.set_team("blue");
  *ticket.mutable_first_replied_at() = Stamp("10:30");
  *ticket.mutable_resolved_at() = Stamp("11:00");
  *ticket.mutable_closed_at() = Stamp("12:00");
  return story;
}

TEST(FlatTicketTest, IsSolvedFromResolvedAtAndClosedFromClosedAtWhateverItsStatus) {
  Story story = FlatTicket();
  story.ticket().set_status(v1::TICKET_STATUS_PENDING);
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "status start_at end_at flat"),
            "pending 10:00 11:00 1\nsolved 11:00 12:00 1\nclosed 12:00 never 1\n");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "start_at end_at is_first agent team"), "11:00 never 1 ann blue\n");
}

TEST(FlatTicketTest, IsOpenUntilItIsResolvedUnlessItsStatusIsAnUnresolvedOne) {
  Story story("10:00");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "status start_at end_at"), "open 10:00 never\n");
  story.ticket().set_status(v1::TICKET_STATUS_ON_HOLD);
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "status start_at end_at"), "on_hold 10:00 never\n");
  story.ticket().set_status(v1::TICKET_STATUS_CLOSED);
  *story.ticket().mutable_closed_at() = Stamp("11:00");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "status start_at end_at"), "open 10:00 11:00\nclosed 11:00 never\n");
}

TEST(FlatTicketTest, WhatItDoesNotKnowIsUnknown) {
  Story story = FlatTicket();
  const char* counters = "replies agents_involved reopens reassignments team_changed new_ms open_ms contacts";
  EXPECT_EQ(story.Tell(FactSet::kResolution, counters), "- - - - - - - 1\n");
  story.ticket().set_replies(2);
  story.ticket().set_agents_involved(1);
  story.ticket().set_reopens(0);
  story.ticket().set_contacts(3);
  EXPECT_EQ(story.Tell(FactSet::kResolution, counters), "2 1 0 - - - - 3\n");
  EXPECT_EQ(story.Tell(FactSet::kContact, "at contacts"), "10:00 3\n");
}

TEST(FlatTicketTest, SolvedWithoutATimeHasAnUnknownStateAndCountsByCreation) {
  Story story("10:00");
  story.ticket().set_status(v1::TICKET_STATUS_SOLVED);
  EXPECT_EQ(story.Tell(FactSet::kTicket, "created_at state_unknown flat first_resolved_at status_step"),
            "10:00 1 1 never []\n");
  EXPECT_EQ(story.Tell(FactSet::kContact, "at state_unknown"), "10:00 1\n");
  EXPECT_EQ(story.Facts().size(), 2u);
}

TEST(FlatTicketTest, ItsOneWaitEndsAtTheEarlierOfReplyAndResolution) {
  Story story = FlatTicket();
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at wait_outcome agent team agent_at_event"),
            "10:00 10:30 replied ann blue ann\n");
  *story.ticket().mutable_first_replied_at() = Stamp("11:30");
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at end_at wait_outcome agent"), "10:00 11:00 resolved ann\n");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "first_replied_at"), "11:30\n");
  story.ticket().set_origin(v1::TICKET_ORIGIN_AGENT);
  EXPECT_EQ(story.Tell(FactSet::kWait, "start_at"), "");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "clock_start_at first_replied_at"), "- never\n");
  EXPECT_EQ(story.Tell(FactSet::kContact, "at contacts"), "10:00 -\n") << "nobody knows how many";
  story.ticket().set_contacts(0);
  EXPECT_EQ(story.Tell(FactSet::kContact, "at"), "");
}

TEST(FlatTicketTest, AnEarlierFirstResolutionIsASpanOfItsOwnThatCoversNothing) {
  Story story = FlatTicket();
  *story.ticket().mutable_first_resolved_at() = Stamp("10:45");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "start_at end_at is_first reopens"), "10:45 10:45 1 0\n11:00 never 0 -\n");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "first_resolved_at resolved_from"), "10:45 [10:45,11:00]\n");
}

TEST(FlatTicketTest, HandleTimeIsDatedByTheResolutionElseTheCreation) {
  Story story = FlatTicket();
  story.ticket().mutable_handle_time()->set_seconds(300);
  EXPECT_EQ(story.Tell(FactSet::kWork, "at work_ms agent team"), "11:00 300s ann blue\n");
  story.ticket().clear_resolved_at();
  EXPECT_EQ(story.Tell(FactSet::kWork, "at"), "12:00\n");
  story.ticket().clear_closed_at();
  EXPECT_EQ(story.Tell(FactSet::kWork, "at"), "10:00\n");
}

TEST(FlatTicketTest, ResolvedBeforeItsCreationKeepsItsOwnTime) {
  Story story("10:00");
  *story.ticket().mutable_resolved_at() = Stamp("09:00");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "start_at start_own_at created_at"), "10:00 09:00 10:00\n");
  EXPECT_EQ(story.Tell(FactSet::kStateSpan, "status start_at"), "solved 10:00\n");
}

TEST(FlatTicketTest, OneStoredEventSilencesAllFlatFacts) {
  Story story = FlatTicket();
  story.ticket().set_status(v1::TICKET_STATUS_PENDING);
  story.Note("10:05", "ann");
  EXPECT_EQ(story.Tell(FactSet::kTicket, "flat first_replied_at first_resolved_at status_step"), "0 never never [new]\n");
  EXPECT_EQ(story.Tell(FactSet::kResolution, "start_at"), "");
}

}  // namespace
}  // namespace supportkpi::fact
