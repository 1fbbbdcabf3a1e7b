// What the native executor takes per fact (processor time of all threads) for typical questions, over facts in plain arrays (decoding is not measured):
// a million tickets with their resolutions, state spans and waits, planned by the real planner.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_join.h"
#include "exec/native/native_executor.h"
#include "plan/planner.h"
#include "tests/support/fake_snapshot.h"

namespace supportkpi {
namespace {

using column::ColumnKey;
using fact::Column;
using fact::FactSet;

// One set's rows as arrays; chunks are views of them.
struct Arrays {
  std::map<ColumnKey, std::vector<int64_t>> scalars;  // of stable addresses
  struct List {
    std::vector<uint32_t> offsets = {0};
    std::vector<int64_t> values;
  };
  std::map<ColumnKey, List> lists;
  size_t rows = 0;
  std::vector<int64_t>& operator[](Column column) { return scalars[static_cast<ColumnKey>(column)]; }
};

class View final : public column::Chunk {
 public:
  using Chunk::Read;
  View(const Arrays& arrays, size_t first, size_t count) : arrays_(arrays), first_(first), count_(count) {
    for (const auto& [key, values] : arrays.scalars) {
      column::ColumnRange& range = ranges_[key];
      for (size_t i = first; i < first + count; ++i) {
        if (values[i] == column::kNull) range.has_null = true;
        else if (values[i] == column::kForever) range.has_forever = true;
        else range.min = std::min(range.min, values[i]), range.max = std::max(range.max, values[i]);
      }
    }
  }
  uint32_t row_count() const override { return static_cast<uint32_t>(count_); }
  bool Has(ColumnKey key) const override { return arrays_.scalars.contains(key) || arrays_.lists.contains(key); }
  column::ColumnRange Range(ColumnKey key) const override {
    auto it = ranges_.find(key);
    return it == ranges_.end() ? column::ColumnRange{} : it->second;
  }
  void Read(ColumnKey key, uint32_t first, uint32_t count, int64_t missing, int64_t* out) const override {
    auto it = arrays_.scalars.find(key);
    if (it == arrays_.scalars.end()) return void(std::fill_n(out, count, missing));
    std::memcpy(out, it->second.data() + first_ + first, count * sizeof(int64_t));
  }
  void ReadLists(ColumnKey key, uint32_t first, uint32_t count, column::Lists* out) const override {
    out->offsets.assign(1, 0);
    out->values.clear();
    auto it = arrays_.lists.find(key);
    if (it == arrays_.lists.end()) return void(out->offsets.resize(count + 1, 0));
    const auto& list = it->second;
    const uint32_t begin = list.offsets[first_ + first];
    for (uint32_t i = 1; i <= count; ++i) out->offsets.push_back(list.offsets[first_ + first + i] - begin);
    out->values.assign(list.values.begin() + begin, list.values.begin() + list.offsets[first_ + first + count]);
  }
  bool AliveRows(int64_t, uint32_t, uint32_t, std::vector<uint32_t>*) const override { return true; }

 private:
  const Arrays& arrays_;
  size_t first_, count_;
  absl::flat_hash_map<ColumnKey, column::ColumnRange> ranges_;
};

class Bench final : public projection::SnapshotSource {
 public:
  explicit Bench(int64_t tickets) : tickets_(tickets) { Generate(); }
  absl::StatusOr<std::shared_ptr<const projection::Snapshot>> TakeSnapshot(absl::string_view) override { return snapshot_; }
  const settings::Settings& settings() const { return *snapshot_->settings; }

 private:
  int64_t Uniform(int64_t below) { return std::uniform_int_distribution<int64_t>(0, below - 1)(random_); }

  void Names(record::Domain domain, const char* prefix, int64_t count) {
    for (int64_t i = 1; i <= count; ++i) snapshot_->names[domain].Intern(absl::StrCat(prefix, i));
  }

  void AddTicketValues(Arrays& to, int64_t ticket, int64_t created_at) {
    to[Column::kTicket].push_back(ticket);
    to[Column::kCreatedAt].push_back(created_at);
    to[Column::kCustomer].push_back(ticket % 100'000 + 1);
    to[Column::kChannel].push_back(ticket % 6 + 1);
    to[Column::kExclusion].push_back(ticket % 50 == 0 ? 2 : 0);
    to[Column::kOrigin].push_back(1);
    to[Column::kFlat].push_back(0);
    to[Column::kStateUnknown].push_back(0);
    const int64_t team = ticket % 20 + 1;
    for (Column column : {Column::kTeam, Column::kTeamCurrent, Column::kTeamInitial, Column::kTeamAtEvent, Column::kReplyTeam})
      to[column].push_back(team);
    for (Column column : {Column::kAgent, Column::kReplyAgent, Column::kAgentAtEvent}) to[column].push_back(ticket % 300 + 1);
    for (Column column : {Column::kPriority, Column::kPriorityAtEvent}) to[column].push_back(ticket % 4 + 1);
    for (Column column : {Column::kCategory, Column::kCategoryAtEvent}) to[column].push_back(ticket % 40 + 1);
    auto& at = to.lists[static_cast<ColumnKey>(Column::kTeamStepAt)];
    auto& step = to.lists[static_cast<ColumnKey>(Column::kTeamStep)];
    if (ticket % 3 == 0) at.values.push_back(created_at + 3'600'000), step.values.push_back(team % 20 + 1);
    at.offsets.push_back(at.values.size()), step.offsets.push_back(step.values.size());
    ++to.rows;
  }

  void Generate() {
    using record::Domain;
    Names(Domain::kChannel, "channel", 6);
    Names(Domain::kTeam, "team", 20);
    Names(Domain::kAgent, "agent", 300);
    Names(Domain::kPriority, "priority", 4);
    Names(Domain::kCategory, "category", 40);
    Names(Domain::kCustomer, "customer", 100'000);
    const int64_t start = testing::At("2026-01-01"), year = 365 * time::kDayMs;
    for (int64_t ticket = 1; ticket <= tickets_; ++ticket) {
      const int64_t created = start + ticket * (year / (tickets_ + 1));
      const int64_t reply = created + 60'000 + Uniform(8 * time::kHourMs);
      const int64_t resolved = reply + Uniform(3 * time::kDayMs);
      Arrays& t = arrays_[static_cast<size_t>(FactSet::kTicket)];
      AddTicketValues(t, ticket, created);
      for (Column column : {Column::kClockStartAt, Column::kClockStartOwnAt}) t[column].push_back(created);
      for (Column column : {Column::kFirstRepliedAt, Column::kFirstRepliedOwnAt}) t[column].push_back(reply);
      for (Column column : {Column::kFirstResolvedAt, Column::kFirstResolvedOwnAt}) t[column].push_back(resolved);
      auto& from = t.lists[static_cast<ColumnKey>(Column::kResolvedFrom)];
      auto& to = t.lists[static_cast<ColumnKey>(Column::kResolvedTo)];
      from.values.push_back(resolved), to.values.push_back(column::kForever);
      from.offsets.push_back(ticket), to.offsets.push_back(ticket);
      Arrays& r = arrays_[static_cast<size_t>(FactSet::kResolution)];
      AddTicketValues(r, ticket, created);
      r[Column::kStartAt].push_back(resolved);
      r[Column::kStartOwnAt].push_back(resolved);
      r[Column::kEndAt].push_back(column::kForever);
      r[Column::kIsFirst].push_back(1);
      r[Column::kReplies].push_back(1 + ticket % 3);
      r[Column::kContacts].push_back(1 + ticket % 2);
      r[Column::kReopens].push_back(0);
      r[Column::kHasCustomerMessage].push_back(1);
      Arrays& s = arrays_[static_cast<size_t>(FactSet::kStateSpan)];
      const int64_t cuts[] = {created, reply, resolved, column::kForever};
      for (int span = 0; span < 3; ++span) {
        AddTicketValues(s, ticket, created);
        s[Column::kStartAt].push_back(cuts[span]);
        s[Column::kEndAt].push_back(cuts[span + 1]);
        s[Column::kStatus].push_back(span == 2 ? 5 : span + 1);
      }
    }
    for (size_t set = 0; set < arrays_.size(); ++set) {
      for (size_t first = 0; first < arrays_[set].rows; first += column::kRowsPerChunk)
        snapshot_->chunks[set].push_back(
            std::make_shared<View>(arrays_[set], first, std::min<size_t>(column::kRowsPerChunk, arrays_[set].rows - first)));
    }
    time::ScheduleVersion version;
    for (int day = 0; day < 5; ++day) version.weekly_hours[day] = {{9 * 60, 17 * 60}};
    snapshot_->settings->schedules["day"] = {.name = "day", .zone = *time::FindZone("America/New_York"), .versions = {version}};
    snapshot_->settings->schedules["other"] = {.name = "other", .zone = *time::FindZone("Europe/Paris"), .versions = {version}};
    snapshot_->settings->default_schedule = "day";
    snapshot_->settings->team_schedules["team3"] = "other";
  }

  const int64_t tickets_;
  std::mt19937_64 random_{1};
  std::array<Arrays, fact::kFactSetCount> arrays_;
  std::shared_ptr<testing::FakeSnapshot> snapshot_ = std::make_shared<testing::FakeSnapshot>();
};

struct Case {
  const char* kpi;
  const char* statistic = "";
  bool business = false;
  std::vector<std::string> group_by = {"channel", "priority"};
  time::GrainUnit grain = time::GrainUnit::kMonth;
  const char* variant = "";
};

int Run(int64_t tickets) {
  Bench bench(tickets);
  exec::native::NativeExecutor executor(bench);
  const Case cases[] = {
      {"tickets_created"},
      {"tickets_created", "", false, {"customer"}, time::GrainUnit::kNone},
      {"tickets_created", "", false, {}, time::GrainUnit::kDay},
      {"first_response_time"},
      {"first_response_time", "p90"},
      {"first_response_time", "p90", true},
      {"first_response_within_target", "", true},
      {"tickets_resolved"},
      {"resolution_time", "median", true},
      {"first_contact_resolution_rate"},
      {"first_contact_resolution_rate", "", false, {"channel", "priority"}, time::GrainUnit::kMonth, "no_repeat"},
      {"repeat_contact_rate"},
      {"repeat_contact_customers"},
      {"backlog"},
      {"backlog", "", false, {"team"}, time::GrainUnit::kDay},
      {"backlog_age", "p90", true},
      {"requester_wait_time", "median", true},
  };
  std::printf("%-30s %-7s %-9s %-18s %8s %8s %8s %10s\n", "kpi", "stat", "clock", "group_by", "cells", "ms", "cpu ms", "ns/fact");
  for (const Case& c : cases) {
    plan::Question question;
    plan::KpiSelection selection;
    selection.kpi = c.kpi;
    selection.statistic = c.statistic;
    selection.variant = c.variant;
    selection.clock = c.business ? kpi::Clock::kBusiness : kpi::Clock::kCalendar;
    question.kpis = {selection};
    question.start_ms = testing::At("2026-01-01");
    question.end_ms = testing::At("2027-01-01");
    question.grain.unit = c.grain;
    question.group_by = c.group_by;
    auto plan = plan::MakePlan(question, bench.settings(), {});
    if (!plan.ok()) {
      std::printf("%-30s %s\n", c.kpi, plan.status().ToString().c_str());
      continue;
    }
    exec::Context context;
    context.max_groups = 1'000'000;
    double best_ms = 1e9, best_cpu_ms = 1e9;
    size_t cells = 0;
    int64_t facts = 1;
    for (int run = 0; run < 5; ++run) {
      const auto begin = std::chrono::steady_clock::now();
      const std::clock_t cpu = std::clock();
      auto result = executor.Execute(*plan, context);
      best_cpu_ms = std::min(best_cpu_ms, static_cast<double>(std::clock() - cpu) * 1e3 / CLOCKS_PER_SEC);
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
      if (!result.ok()) return std::printf("%s: %s\n", c.kpi, result.status().ToString().c_str()), 1;
      best_ms = std::min(best_ms, took.count());
      facts = std::max<int64_t>(result->facts_read, 1);
      cells = 0;
      for (const auto& part : result->parts)
        for (const auto& set : part.sets) cells += set.size();
    }
    std::printf("%-30s %-7s %-9s %-18s %8zu %8.2f %8.2f %10.2f\n", c.kpi, c.variant[0] ? c.variant : c.statistic,
                c.business ? "business" : "calendar", absl::StrJoin(c.group_by, ",").c_str(), cells, best_ms,
                best_cpu_ms, best_cpu_ms * 1e6 / static_cast<double>(facts));
  }
  return 0;
}

}  // namespace
}  // namespace supportkpi

int main(int argc, char** argv) { return supportkpi::Run(argc > 1 ? std::atoll(argv[1]) : 1'000'000); }
