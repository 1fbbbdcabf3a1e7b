// Each instant of an agent's day belongs to one record.
#include <random>

#include "gtest/gtest.h"
#include "tests/fact/story_test_support.h"

namespace supportkpi::fact {
namespace {

class AgentTimeTest : public testing::Test {
 protected:
  v1::AgentTime& Time(const std::string& id, const std::string& from, const std::string& to, v1::AgentState state) {
    v1::AgentTime& record = records_.emplace_back();
    record.set_id(id);
    record.set_agent("ann");
    record.set_state(state);
    *record.mutable_from() = Stamp(from);
    *record.mutable_to() = Stamp(to);
    return record;
  }

  std::vector<Fact> Facts(const std::string& day = "1 00:00", unsigned seed = 0) {
    std::vector<const v1::AgentTime*> records;
    for (const v1::AgentTime& record : records_) records.push_back(&record);
    std::mt19937 random(seed);
    std::shuffle(records.begin(), records.end(), random);
    std::vector<Fact> facts;
    ReduceAgentDay(At(day), records, codes_, &facts);
    return facts;
  }

  std::string Tell(const std::string& day = "1 00:00", const std::string& columns = "agent_time start_at end_at") {
    return TellFacts(Facts(day), codes_, FactSet::kAgentTime, columns);
  }

  std::deque<v1::AgentTime> records_;
  TestCodes codes_;
};

TEST_F(AgentTimeTest, AShiftAcrossMidnightIsCutIntoItsDays) {  // case 14
  Time("night", "22:00", "2 06:00", v1::AGENT_STATE_AVAILABLE);
  EXPECT_EQ(Tell("1 00:00"), "night 22:00 2 00:00\n");
  EXPECT_EQ(Tell("2 00:00"), "night 2 00:00 2 06:00\n");
  EXPECT_EQ(Tell("3 00:00"), "");
}

TEST_F(AgentTimeTest, TheBusiestStateWins) {
  Time("shift", "09:00", "17:00", v1::AGENT_STATE_AVAILABLE);
  Time("lunch", "12:00", "13:00", v1::AGENT_STATE_BREAK);
  Time("call", "10:00", "10:30", v1::AGENT_STATE_HANDLING);
  Time("training", "10:15", "11:00", v1::AGENT_STATE_OTHER_SUPPORT_WORK);
  Time("gone", "08:00", "18:00", v1::AGENT_STATE_OFFLINE);
  EXPECT_EQ(Tell("1 00:00", "agent_time agent_state start_at end_at paid"),
            "gone OFFLINE 08:00 09:00 0\n"
            "shift AVAILABLE 09:00 10:00 1\n"
            "call HANDLING 10:00 10:30 1\n"
            "training OTHER_SUPPORT_WORK 10:30 11:00 1\n"
            "shift AVAILABLE 11:00 17:00 1\n"
            "gone OFFLINE 17:00 18:00 0\n");
}

TEST_F(AgentTimeTest, OfOneStateTheLaterStartWinsThenTheSmallerId) {
  Time("a", "09:00", "12:00", v1::AGENT_STATE_HANDLING);
  Time("c", "10:00", "11:00", v1::AGENT_STATE_HANDLING);
  Time("b", "10:00", "10:30", v1::AGENT_STATE_HANDLING);
  EXPECT_EQ(Tell(), "a 09:00 10:00\nb 10:00 10:30\nc 10:30 11:00\na 11:00 12:00\n");
}

TEST_F(AgentTimeTest, TheLaterStartIsThatOfTheRecordEvenWhereTheDayCutsIt) {
  Time("a", "20:00", "2 02:00", v1::AGENT_STATE_HANDLING);
  Time("b", "23:00", "2 01:00", v1::AGENT_STATE_HANDLING);
  EXPECT_EQ(Tell("2 00:00"), "b 2 00:00 2 01:00\na 2 01:00 2 02:00\n");
}

TEST_F(AgentTimeTest, PaidCanBeSaid) {
  Time("a", "09:00", "10:00", v1::AGENT_STATE_OFFLINE).set_paid(true);
  Time("b", "10:00", "11:00", v1::AGENT_STATE_BREAK).set_paid(false);
  EXPECT_EQ(Tell("1 00:00", "agent_time paid"), "a 1\nb 0\n");
}

TEST_F(AgentTimeTest, ARecordWithoutLengthIsNothing) {
  Time("a", "09:00", "09:00", v1::AGENT_STATE_HANDLING);
  EXPECT_EQ(Tell(), "");
}

// The reference decides each minute of its own.
TEST_F(AgentTimeTest, AgreesWithAMinuteByMinuteReference) {
  constexpr int kRank[] = {9, 2, 0, 1, 3, 4};
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    records_.clear();
    for (int i = 0; i < 12; ++i) {
      const int from = static_cast<int>(random() % 300), length = static_cast<int>(random() % 60);
      v1::AgentTime& record = Time(std::string(1, static_cast<char>('a' + i)), "00:00", "00:00",
                                   static_cast<v1::AgentState>(1 + random() % 5));
      record.mutable_from()->set_seconds(At("00:00") / 1000 + from * 60);
      record.mutable_to()->set_seconds(At("00:00") / 1000 + (from + length) * 60);
    }
    const std::vector<Fact> facts = Facts("1 00:00", round);
    EXPECT_EQ(Facts("1 00:00", round + 1), facts);
    for (int minute = 0; minute < 360; ++minute) {
      const int64_t now = At("00:00") + minute * 60'000;
      const v1::AgentTime* best = nullptr;
      for (const v1::AgentTime& record : records_) {
        if (record.from().seconds() * 1000 > now || record.to().seconds() * 1000 <= now) continue;
        const auto key = [&](const v1::AgentTime& each) {
          return std::make_tuple(kRank[each.state()], -each.from().seconds(), each.id());
        };
        if (best == nullptr || key(record) < key(*best)) best = &record;
      }
      int64_t owner = 0;
      for (const Fact& fact : facts) {
        if (ValueOf(fact, Column::kStartAt) <= now && now < ValueOf(fact, Column::kEndAt)) {
          EXPECT_EQ(owner, 0) << "counted twice";
          owner = ValueOf(fact, Column::kAgentTime);
        }
      }
      EXPECT_EQ(codes_.NameOf(record::Domain::kAgentTimeId, owner), best == nullptr ? "none" : best->id());
    }
  }
}

}  // namespace
}  // namespace supportkpi::fact
