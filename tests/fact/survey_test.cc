// Surveys with and without a ticket.
#include "gtest/gtest.h"
#include "tests/fact/story_test_support.h"

namespace supportkpi::fact {
namespace {

void Answer(v1::Survey& survey, const std::string& at, double score) {
  survey.set_kind(v1::SURVEY_KIND_CSAT);
  survey.set_scale_min(1);
  survey.set_scale_max(5);
  *survey.mutable_responded_at() = Stamp(at);
  survey.set_score(score);
}

TEST(SurveyTest, ThreeAnswersOnATicketFollowOneAnother) {  // case 10
  Story story("10:00");
  Answer(story.Survey("late"), "14:00", 5);
  Answer(story.Survey("early"), "12:00", 3);
  Answer(story.Survey("middle"), "13:00", 4);
  story.Survey("unanswered").set_kind(v1::SURVEY_KIND_CSAT);
  EXPECT_EQ(story.Tell(FactSet::kSurvey, "survey responded_at superseded_at score"),
            "early 12:00 13:00 3\nmiddle 13:00 14:00 4\nlate 14:00 never 5\nunanswered never never -\n");
}

TEST(SurveyTest, AnotherQuestionSupersedesNothing) {
  Story story("10:00");
  v1::Survey& speed = story.Survey("speed");
  speed.set_question("speed");
  Answer(speed, "13:00", 2);
  Answer(story.Survey("plain"), "12:00", 3);
  EXPECT_EQ(story.Tell(FactSet::kSurvey, "survey superseded_at"), "plain never\nspeed never\n");
}

TEST(SurveyTest, WithoutItsTicketItCountsAndTheTicketsFieldsAreNone) {  // case 11
  Story story("10:00");
  story.ticket().set_customer("acme");
  story.ticket().set_segment("smb");
  story.Solve("11:00");
  v1::Survey& survey = story.Survey("s1");
  survey.set_customer("eve");
  Answer(survey, "12:00", 5);
  TicketFamily family = story.Family();
  family.ticket = nullptr;
  std::vector<Fact> facts;
  ReduceTicketFamily(family, story.codes, &facts);
  const char* columns = "ticket customer ticket_customer segment score resolved_from";
  EXPECT_EQ(TellFacts(facts, story.codes, FactSet::kSurvey, columns), "t1 eve none none 5 []\n");
  EXPECT_EQ(story.Tell(FactSet::kSurvey, columns), "t1 eve acme smb 5 [11:00]\n");
}

TEST(SurveyTest, AReversedScaleIsTurnedBeforeAnything) {  // case 12
  Story story("10:00");
  v1::Survey& survey = story.Survey("s1");
  Answer(survey, "12:00", 2);
  survey.set_direction(v1::SCALE_DIRECTION_LOW_IS_GOOD);
  survey.set_threshold(2.5);
  EXPECT_EQ(story.Tell(FactSet::kSurvey, "score scale_min scale_max threshold reversed"), "4 1 5 3.5 1\n");
}

TEST(SurveyTest, NpsZeroIsAScoreAndItsScaleIsZeroToTen) {
  Story story("10:00");
  v1::Survey& survey = story.Survey("s1");
  survey.set_kind(v1::SURVEY_KIND_NPS);
  *survey.mutable_responded_at() = Stamp("12:00");
  survey.set_score(0);
  EXPECT_EQ(story.Tell(FactSet::kSurvey, "score scale_min scale_max responded_at sent_at"), "0 0 10 12:00 -\n");
}

TEST(SurveyTest, AScoreWithoutATimeIsNoAnswer) {
  Story story("10:00");
  Answer(story.Survey("s1"), "12:00", 4);
  v1::Survey& survey = story.Survey("s2");
  survey.set_score(3);
  EXPECT_EQ(story.Tell(FactSet::kSurvey, "survey responded_at score"), "s2 never -\ns1 12:00 4\n");
}

TEST(SurveyTest, IsAboutItsOwnAgentElseTheAssigneeAtTheAnswerElseAtTheSending) {
  Story story("10:00");
  story.Assign("10:00", "ann").AssignTeam("10:00", "blue").Assign("12:00", "bob").Assign("14:00", "cid");
  v1::Survey& survey = story.Survey("s1");
  *survey.mutable_sent_at() = Stamp("11:00");
  const char* columns = "agent team agent_at_sent agent_current ticket_agent ticket_agent_at_sent ticket_team_at_sent own_agent";
  EXPECT_EQ(story.Tell(FactSet::kSurvey, columns), "ann blue ann none ann ann blue none\n") << "current: the ticket's own";
  Answer(survey, "13:00", 4);
  EXPECT_EQ(story.Tell(FactSet::kSurvey, "agent team agent_at_sent ticket_agent"), "bob blue ann bob\n");
  survey.set_agent("zoe");
  EXPECT_EQ(story.Tell(FactSet::kSurvey, columns), "zoe blue zoe zoe bob ann blue zoe\n");
}

TEST(SurveyTest, ALoneSurveyHasNoTicket) {
  TestCodes codes;
  v1::Survey survey;
  survey.set_id("s1");
  survey.set_source("web");
  survey.set_agent("ann");
  survey.set_call("c1");
  (*survey.mutable_attributes())["page"] = "home";
  Answer(survey, "12:00", 4);
  std::vector<Fact> facts;
  ReduceLoneSurvey(survey, codes, &facts);
  EXPECT_EQ(TellFacts(facts, codes, FactSet::kSurvey, "survey source ticket agent survey_call origin superseded_at"),
            "web/s1 web none ann web/c1 0 never\n");
  EXPECT_EQ(facts[0].attributes.size(), 1u);
  EXPECT_TRUE(facts[0].ticket_attributes.empty());
}

}  // namespace
}  // namespace supportkpi::fact
