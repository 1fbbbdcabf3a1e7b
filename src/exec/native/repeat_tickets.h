// What the tickets of a snapshot are to repeat contacts: read from the ticket facts.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_TICKETS_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_TICKETS_H_

#include <cstdint>
#include <vector>

#include "column/chunk.h"

namespace supportkpi::exec::native {

// A ticket with a customer and an issue.
struct RepeatTicket {
  int64_t created_at = 0;
  int64_t known_at = 0;  // its issue is known to ranges that end after this; kNull: to all
  uint64_t issue = 0;    // issue key or category, told apart by the lowest bit
  uint32_t customer = 0;
  uint32_t ticket = 0;
  uint32_t resolved_begin = 0, resolved_end = 0;  // into RepeatTickets::resolved
  bool excluded = false;                          // flagged: never an earlier or later one
  bool state_unknown = false;
};

struct RepeatTickets {
  struct Resolved {
    int64_t from, to;
  };
  std::vector<RepeatTicket> tickets;
  std::vector<Resolved> resolved;

  // A ticket of another list.
  void Add(RepeatTicket ticket, const std::vector<Resolved>& its_resolved);
  // All of another list.
  void Append(const RepeatTickets& others);
};

// Those of the chunk that are alive at the commit.
RepeatTickets TicketsOf(const column::Chunk& chunk, int64_t commit);

// What became of tickets after some commit.
struct RepeatChanges {
  RepeatTickets born;             // as they are now
  std::vector<uint32_t> changed;  // codes of tickets that are born or died, perhaps several times the same
};

// Adds what became of the chunk's tickets after one commit until another.
void AddChanges(const column::Chunk& chunk, int64_t after, int64_t until, RepeatChanges* changes);

// Sets the places of the chunk's tickets that are alive at the commit, by code; `is_alive` has room for all of them.
void MarkAlive(const column::Chunk& chunk, int64_t commit, std::vector<uint8_t>* is_alive);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_TICKETS_H_
