// Short words for plans of one part or more, and for what an executor makes of them:
//
//   Ask ask(&store);
//   ask.buckets = {"01-01", "02-01", "03-01"};
//   ask.Group("channel", Col(Column::kChannel), Domain::kChannel);
//   EXPECT_EQ(ask.Run(part), "0 email: 2\n1 none: 1\n");
#ifndef SUPPORTKPI_TESTS_EXEC_PART_LANGUAGE_H_
#define SUPPORTKPI_TESTS_EXEC_PART_LANGUAGE_H_

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "exec/native/native_executor.h"
#include "gtest/gtest.h"
#include "kpi/expr.h"
#include "plan/plan.h"
#include "tests/support/fake_snapshot.h"

namespace supportkpi::testing {

// Of a year whose months have 28 days, as tables of facts and buckets write it: Hour(25) is 01-02T01:00.
inline std::string Hour(int hours) {
  const int day = hours / 24;
  return absl::StrFormat("%02d-%02dT%02d:00", 1 + day / 28, 1 + day % 28, hours % 24);
}

class Ask {
 public:
  explicit Ask(FakeStore* store) : store_(*store) {}

  std::vector<std::string> buckets = {"01-01", "2027-01-01"};  // boundaries; the first and last are the range's
  std::vector<plan::BoundField> groups;
  plan::BoundFilter filter;
  plan::Statistic statistic;
  kpi::Clock clock = kpi::Clock::kCalendar;
  std::string schedule;
  std::vector<plan::GroupingSet> sets = {{}};
  std::optional<plan::Fold> fold;
  exec::Context context;
  const time::Zone* zone = nullptr;
  bool evidence = false;  // also facts, left out, notes
  std::vector<size_t> chunk_rows = {65536, 1, 3};

  plan::BoundField Field(std::string name, kpi::Expr expr, record::Domain domain) {
    return {.name = std::move(name), .expr = std::move(expr), .domain = domain};
  }
  void Group(std::string name, kpi::Expr expr, record::Domain domain) {
    groups.push_back(Field(std::move(name), std::move(expr), domain));
  }
  void GroupList(std::string name, fact::Column list, record::Domain domain) {
    groups.push_back({.name = std::move(name), .list = list, .domain = domain});
  }
  void Filter(plan::BoundFilter::Op op, plan::BoundField field, std::vector<std::string> values = {}) {
    filter = {.op = op, .field = std::move(field), .values = std::move(values)};
  }
  void WithTotals() { sets = {{}, {true, 0}, {false}, {false, 0}}; }
  void Percentile(double percentile) { statistic = {plan::Statistic::Kind::kPercentile, percentile}; }

  plan::PartPlan PlanOf(kpi::Part part) const {
    plan::PartPlan plan{.part = std::move(part), .clock = clock, .statistic = statistic, .schedule = schedule};
    plan.filter = filter;
    plan.groups = groups;
    for (size_t i = 0; i + 1 < buckets.size(); ++i)
      plan.buckets.push_back({.start_ms = At(buckets[i]), .end_ms = At(buckets[i + 1])});
    plan.start_ms = At(buckets.front());
    plan.end_ms = At(buckets.back());
    return plan;
  }

  plan::Plan WholePlan(std::vector<plan::PartPlan> parts) const {
    plan::Plan plan;
    plan.parts = std::move(parts);
    plan.sets = sets;
    plan.fold = fold;
    plan.zone = zone;
    plan.start_ms = plan.parts[0].start_ms;
    plan.end_ms = plan.parts[0].end_ms;
    return plan;
  }

  absl::StatusOr<exec::Result> Execute(std::vector<plan::PartPlan> parts) {
    return exec::native::NativeExecutor(store_, 7).Execute(WholePlan(std::move(parts)), context);
  }

  // The cells of the first part, a line each; the same for every number of threads and size of chunks, when the chunks are
  // scanned, when partials are kept of them, and when these are asked instead.
  std::string Run(std::vector<plan::PartPlan> parts) {
    std::string first;
    for (const int threads : {1, 2, 8}) {
      for (const size_t rows : chunk_rows) {
        store_.rows_per_chunk = rows;
        context.threads = threads;
        exec::native::NativeExecutor executor(store_, 7, {.partials = {.chunk_rows_min = 1}});
        for (const absl::string_view time : {"first", "second", "third", "fourth"}) {
          const auto result = executor.Execute(WholePlan(parts), context);
          const std::string text = result.ok() ? Print(*result, parts[0].part) : std::string(result.status().message());
          if (first.empty()) first = text;
          EXPECT_EQ(text, first) << time << " time, " << threads << " threads, chunks of " << rows;
        }
      }
    }
    return first;
  }
  std::string Run(kpi::Part part) { return Run(std::vector<plan::PartPlan>{PlanOf(std::move(part))}); }

  // By bucket, all buckets together first, then by group, all groups together last.
  std::string Print(const exec::Result& result, const kpi::Part& part, size_t index = 0) const {
    std::multimap<std::pair<int, std::vector<exec::GroupValue>>, exec::PartCell> sorted;
    for (const exec::Cells& cells : result.parts[index].sets) {
      for (size_t i = 0; i < cells.size(); ++i) {
        std::vector<exec::GroupValue> values;
        for (size_t d = 0; d < groups.size(); ++d) values.push_back(result.groups.ValueOf(cells.key(i).group, d));
        sorted.emplace(std::make_pair(cells.key(i).bucket, std::move(values)), cells.cell(i));
      }
    }
    std::string out;
    for (const auto& [key, cell] : sorted) {
      const auto& [bucket, values] = key;
      const auto is_all = [](const exec::GroupValue& value) { return value.kind == exec::GroupValue::Kind::kAll; };
      absl::StrAppend(&out, bucket < 0 ? "all" : absl::StrCat(bucket));
      if (!values.empty() && std::all_of(values.begin(), values.end(), is_all)) {
        absl::StrAppend(&out, " any");
      } else {
        for (const exec::GroupValue& value : values) absl::StrAppend(&out, " ", NameOf(value));
      }
      absl::StrAppend(&out, ": ", cell.value.has_value() ? absl::StrFormat("%.10g", *cell.value) : "absent");
      if (cell.mixed_currencies) absl::StrAppend(&out, " mixed");
      if (!cell.currency.empty()) absl::StrAppend(&out, " ", cell.currency);
      if (!cell.record.empty()) absl::StrAppend(&out, " ", cell.record);
      if (cell.no_schedule) absl::StrAppend(&out, " no_schedule");
      if (evidence) {
        absl::StrAppend(&out, " of ", cell.facts);
        PrintCounts(exec::LeftOutNames(part), cell.left_out, &out);
        PrintCounts(exec::NoteNames(part), cell.notes, &out);
      }
      absl::StrAppend(&out, "\n");
    }
    return out;
  }

 private:
  static std::string NameOf(const exec::GroupValue& value) {
    switch (value.kind) {
      case exec::GroupValue::Kind::kNone: return "none";
      case exec::GroupValue::Kind::kOther: return "other";
      case exec::GroupValue::Kind::kAll: return "any";
      default: return value.text;
    }
  }

  static void PrintCounts(const std::vector<std::string>& names, absl::Span<const int64_t> counts, std::string* out) {
    if (!counts.empty()) {
      EXPECT_EQ(names.size(), counts.size());
    }
    for (size_t i = 0; i < counts.size(); ++i)
      if (counts[i] != 0) absl::StrAppend(out, " ", names[i], "=", counts[i]);
  }

  FakeStore& store_;
};

}  // namespace supportkpi::testing

#endif  // SUPPORTKPI_TESTS_EXEC_PART_LANGUAGE_H_
