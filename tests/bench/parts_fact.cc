// Facts: one ticket with its events reduced, as in every commit and every new derivation.
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "column/value.h"
#include "tests/bench/parts.h"
#include "tests/fact/story_test_support.h"

namespace supportkpi::fact {
namespace {

// Names in hash tables, as a tenant's dictionaries in memory are.
class HashedCodes final : public Codes {
 public:
  int64_t CodeOf(record::Domain domain, absl::string_view name) override {
    if (name.empty()) return 0;
    auto& codes = codes_[static_cast<size_t>(domain)];
    if (auto it = codes.find(name); it != codes.end()) return it->second;
    return codes.emplace(name, static_cast<int64_t>(codes.size()) + 1).first->second;
  }
  bool IsBot(absl::string_view) override { return false; }

 private:
  std::array<absl::flat_hash_map<std::string, int64_t>, 64> codes_;
};

// Six events a day: assigned, taken, answered, asked once more, answered, solved; the day after it is opened again.
Story TicketOfDays(int days) {
  Story story("09:00");
  story.ticket().set_customer("customer");
  story.ticket().set_channel("email");
  story.ticket().set_priority("high");
  story.ticket().set_category("billing");
  story.ticket().add_tags("vip");
  for (int day = 1; day <= days; ++day) {
    const auto at = [day](const char* clock) { return absl::StrCat(day, " ", clock); };
    const std::string agent = absl::StrCat("agent", day % 3);
    story.Assign(at("09:10"), agent).Open(at("09:15"), agent).Reply(at("09:30"), agent);
    story.Message(at("11:00")).Reply(at("11:45"), agent).Solve(at("12:00"), agent);
  }
  return story;
}

// What such a ticket's facts say, told from how it was written.
bool IsReducedAsWritten(const Story& story, int days) {
  HashedCodes codes;
  std::vector<Fact> facts;
  ReduceTicketFamily(story.Family(), codes, &facts);
  int resolutions = 0, waits = 0, tickets = 0;
  for (const Fact& fact : facts) {
    const auto is = [&fact](Column column, int64_t value) { return ValueOf(fact, column) == value; };
    if (fact.set == FactSet::kTicket) {
      ++tickets;
      if (!is(Column::kCreatedAt, At("09:00")) || !is(Column::kFirstRepliedAt, At("09:30"))) return false;
      if (!is(Column::kFirstResolvedAt, At("12:00"))) return false;
    } else if (fact.set == FactSet::kResolution) {
      const int day = ++resolutions;
      if (!is(Column::kStartAt, At(absl::StrCat(day, " 12:00")))) return false;
      if (!is(Column::kEndAt, day == days ? column::kForever : At(absl::StrCat(day + 1, " 09:15")))) return false;
    } else if (fact.set == FactSet::kWait) {
      ++waits;
    }
  }
  // The first of the first day waits since the creation; later a customer's message begins each wait.
  return tickets == 1 && resolutions == days && waits == days + 1;
}

void ReduceTicket(benchmark::State& state) {
  const int days = static_cast<int>(state.range(0)) / 6;
  const Story story = TicketOfDays(days);
  parts::CheckOnce(absl::StrCat("fact/reduce_ticket/", days), [&] { return IsReducedAsWritten(story, days); });
  const TicketFamily family = story.Family();
  HashedCodes codes;
  std::vector<Fact> facts;
  for (auto _ : state) {
    facts.clear();
    ReduceTicketFamily(family, codes, &facts);
    benchmark::DoNotOptimize(facts.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["facts"] = static_cast<double>(facts.size());
}
BENCHMARK(ReduceTicket)->Name("fact/reduce_ticket")->ArgName("events")->Arg(6)->Arg(60);

}  // namespace
}  // namespace supportkpi::fact
