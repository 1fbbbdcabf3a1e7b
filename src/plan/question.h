// What was asked, as plain values: a QueryKpis request after parsing, before any meaning was checked.
#ifndef SUPPORTKPI_PLAN_QUESTION_H_
#define SUPPORTKPI_PLAN_QUESTION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kpi/definition.h"
#include "time/bucket.h"

namespace supportkpi::plan {

// A tree of conditions as in the API's Filter.
struct Filter {
  enum class Op : uint8_t {
    kTrue, kAll, kAny, kNot, kEquals, kIn, kLessThan, kAtMost, kGreaterThan, kAtLeast, kPrefix, kPresent, kAbsent
  } op = Op::kTrue;
  std::string field;
  std::vector<std::string> values;  // one but for kIn
  std::vector<Filter> args;
};

struct KpiSelection {
  std::string kpi;
  std::string alias;  // empty: the KPI's id
  std::string statistic, anchor, variant, attribution;  // empty: the default
  kpi::Clock clock = kpi::Clock::kCalendar;
  Filter filter;
  Filter filter_text;  // what the text says; holds on top of `filter`
  std::map<std::string, std::string> parameters;
  std::vector<std::string> include;  // deleted, spam, test, merged
};

struct OrderBy {
  std::string column;
  bool descending = false;
};

// The first groups by one KPI over the whole range.
struct Top {
  int64_t count = 0;
  std::string by;                  // alias; empty: the first KPI
  std::optional<bool> descending;  // nullopt: the best first
  int64_t minimum_facts = 0;
  std::string dimension;           // empty: all of them together
  bool without_other = false;
};

struct Subtotal {
  std::vector<std::string> group_by;
  bool over_buckets = false;
};

struct Question {
  std::vector<KpiSelection> kpis;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  std::string time_zone;  // empty: the tenant's
  time::Grain grain;
  std::vector<std::string> group_by;
  Filter filter;
  Filter filter_text;  // what the text says; holds on top of `filter`
  Filter having;       // over aliases
  Filter having_text;  // what the text says; holds on top of `having`
  bool totals = false;
  std::vector<Subtotal> subtotals;
  std::optional<Top> top;
  std::vector<OrderBy> order_by;
  int64_t limit = 0;
  bool sparse = false;
};

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_QUESTION_H_
