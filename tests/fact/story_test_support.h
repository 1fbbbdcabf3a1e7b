// A small language for tests of the reduction: tickets, surveys, calls and agent time are written as they happened, facts
// are read as text. Times: "10:30" is that time of 1 March 2026 UTC, "2 10:30" that of 2 March, "10:30:05.250" finer.
#ifndef SUPPORTKPI_TESTS_FACT_STORY_TEST_SUPPORT_H_
#define SUPPORTKPI_TESTS_FACT_STORY_TEST_SUPPORT_H_

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fact/reduction.h"

namespace supportkpi::fact {

int64_t At(const std::string& time);
google::protobuf::Timestamp Stamp(const std::string& time);

// A dictionary that grows; and the agents that are bots.
class TestCodes : public Codes {
 public:
  int64_t CodeOf(record::Domain domain, absl::string_view name) override;
  bool IsBot(absl::string_view agent) override { return bots.count(std::string(agent)) > 0; }
  std::string NameOf(record::Domain domain, int64_t code) const;

  std::set<std::string> bots;

 private:
  std::map<record::Domain, std::map<std::string, int64_t>> codes_;
};

// A ticket and what happens to it. Events get the ids "e1", "e2", ... in the order written.
class Story {
 public:
  explicit Story(const std::string& created, const std::string& id = "t1");

  Story& Message(const std::string& at);
  Story& Reply(const std::string& at, const std::string& agent, const std::string& team = "");
  Story& BotReply(const std::string& at, const std::string& bot = "");
  Story& Note(const std::string& at, const std::string& agent);
  Story& Status(const std::string& at, v1::TicketStatus status, const std::string& agent = "");
  Story& Open(const std::string& at, const std::string& agent = "") { return Status(at, v1::TICKET_STATUS_OPEN, agent); }
  Story& Pend(const std::string& at) { return Status(at, v1::TICKET_STATUS_PENDING); }
  Story& Hold(const std::string& at) { return Status(at, v1::TICKET_STATUS_ON_HOLD); }
  Story& Solve(const std::string& at, const std::string& agent = "") {
    return Status(at, v1::TICKET_STATUS_SOLVED, agent);
  }
  Story& Close(const std::string& at) { return Status(at, v1::TICKET_STATUS_CLOSED); }
  Story& Assign(const std::string& at, const std::string& agent);
  Story& AssignTeam(const std::string& at, const std::string& team);
  Story& Prioritize(const std::string& at, const std::string& priority);
  Story& Categorize(const std::string& at, const std::string& category);
  Story& Work(const std::string& at, const std::string& agent, int seconds);

  v1::Ticket& ticket() { return ticket_; }
  v1::TicketEvent& last() { return *events_.back().event; }
  // The last event's version (0 unless said) and id.
  Story& Version(int64_t version);
  Story& Id(const std::string& id);
  Story& ByCustomer();
  v1::Survey& Survey(const std::string& id);

  std::vector<Fact> Facts();
  // As if the events and surveys had come in another order.
  std::vector<Fact> FactsWhenShuffled(unsigned seed);
  // "start_at status agent": the columns of a set's facts, one line per fact, in the order of `facts`.
  std::string Tell(FactSet set, const std::string& columns);
  TicketFamily Family() const;

  TestCodes codes;

 private:
  v1::TicketEvent& Add(const std::string& at, v1::TicketEventKind kind);

  struct Stored {
    std::unique_ptr<v1::TicketEvent> event;
    int64_t version = 0;
  };
  v1::Ticket ticket_;
  std::vector<Stored> events_;
  std::deque<v1::Survey> surveys_;
};

// Instants as in the language, kForever as "never", kNull as "-", codes as names ("none"), durations in seconds, lists in
// brackets; columns separated by blanks.
std::string TellFacts(const std::vector<Fact>& facts, const TestCodes& codes, FactSet set, const std::string& columns);
int64_t ValueOf(const Fact& fact, Column column);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_TESTS_FACT_STORY_TEST_SUPPORT_H_
