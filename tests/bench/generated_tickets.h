// Seeded records for benchmarks: the n-th ticket is always the same, so no list has to be kept.
#ifndef SUPPORTKPI_TESTS_BENCH_GENERATED_TICKETS_H_
#define SUPPORTKPI_TESTS_BENCH_GENERATED_TICKETS_H_

#include <cstdint>
#include <vector>

#include "supportkpi/v1/records.pb.h"
#include "supportkpi/v1/settings.pb.h"

namespace supportkpi::bench {

// The year that the records lie in, 2025 in UTC.
inline constexpr int64_t kYearStartMs = 1735689600000;
inline constexpr int64_t kYearEndMs = 1767225600000;

struct Shape {
  int64_t tickets = 1'000'000;
  int teams = 20;
  int agents = 400;
  uint64_t seed = 1;
  bool flat = false;  // tickets tell their outcome themselves, without events, surveys and calls
};

// Appends the n-th ticket (of shape.tickets, evenly over the year): flat, or with six events and what comes with it: 0.3
// surveys and 0.3 calls a ticket.
void AppendTicket(const Shape& shape, int64_t n, std::vector<v1::Record>* records);
// Agent time of all agents for the n-th day of the year; customers' and costs' periods of the n-th month.
void AppendAgentDay(const Shape& shape, int day, std::vector<v1::Record>* records);
void AppendMonth(const Shape& shape, int month, std::vector<v1::Record>* records);
// Two schedules over the teams.
v1::Settings GeneratedSettings(const Shape& shape);

}  // namespace supportkpi::bench

#endif  // SUPPORTKPI_TESTS_BENCH_GENERATED_TICKETS_H_
