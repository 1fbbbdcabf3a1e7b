// What runs of tickets tell is what a look at all the tickets tells.
#include "exec/native/repeat_runs.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/dice.h"

namespace supportkpi::testing {
namespace {

using exec::native::Helpers;
using exec::native::kForever;
using exec::native::kNull;
using exec::native::RepeatRuns;
using exec::native::RepeatTicket;
using exec::native::RepeatTickets;
using exec::native::WorkerPool;

constexpr int64_t kInstants = 12;

class Runs : public ::testing::Test {
 protected:

  // Few instants, so that many tickets of an issue were created at one. `codes_apart`: so many codes lie between two tickets.
  RepeatTickets Tickets(bool some_known_late, uint32_t codes_apart) {
    RepeatTickets tickets;
    for (uint32_t ticket = 1; ticket <= 300; ++ticket) {
      const int64_t known_at = some_known_late && dice.Below(9) == 0 ? dice.Below(kInstants) : kNull;
      tickets.tickets.push_back({.created_at = dice.Below(kInstants),
                                 .known_at = known_at,
                                 .issue = static_cast<uint64_t>(dice.Below(3)),
                                 .customer = static_cast<uint32_t>(1 + dice.Below(30)),
                                 .ticket = ticket * codes_apart,
                                 .excluded = dice.Below(5) == 0});
    }
    return tickets;
  }

  static int64_t PlainNext(const RepeatTickets& all, const RepeatTicket& ticket, int64_t after, int64_t range_end) {
    int64_t next = kForever;
    if (ticket.known_at >= range_end) return next;
    for (const RepeatTicket& other : all.tickets) {
      const bool counts = other.customer == ticket.customer && other.issue == ticket.issue && !other.excluded;
      if (counts && other.ticket != ticket.ticket && other.known_at < range_end && other.created_at > after)
        next = std::min(next, other.created_at);
    }
    return next;
  }

  Dice dice{5};
  WorkerPool pool{2};
  const Helpers helpers{pool, 3};
};

TEST_F(Runs, TheNextTicketOfAnIssueIsTheOneThatALookAtAllTicketsFinds) {
  for (const bool some_known_late : {false, true}) {
    for (const uint32_t codes_apart : {1, 100}) {  // places by code, and those of few
      const RepeatTickets tickets = Tickets(some_known_late, codes_apart);
      const RepeatRuns runs(tickets, helpers);
      for (const RepeatTicket& ticket : tickets.tickets) {
        for (int64_t after = -1; after <= kInstants; ++after) {
          for (const int64_t range_end : {int64_t{3}, int64_t{8}, kForever}) {
            EXPECT_EQ(runs.NextCreatedAt(ticket.ticket, after, range_end), PlainNext(tickets, ticket, after, range_end))
                << ticket.ticket << " after " << after << " until " << range_end;
          }
        }
      }
    }
  }
}

TEST_F(Runs, NothingComesAfterATicketThatIsNotThereOrAfterNoInstant) {
  const RepeatTickets tickets = Tickets(false, 1);
  const RepeatRuns runs(tickets, helpers);
  for (const int64_t ticket : {kNull, int64_t{-1}, int64_t{0}, int64_t{301}, int64_t{1} << 40, kForever})
    EXPECT_EQ(runs.NextCreatedAt(ticket, 0, kForever), kForever) << ticket;
  EXPECT_EQ(runs.NextCreatedAt(1, kNull, kForever), kForever);
  EXPECT_EQ(runs.NextCreatedAt(1, kForever, kForever), kForever);
}

}  // namespace
}  // namespace supportkpi::testing
