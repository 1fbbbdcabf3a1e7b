// An answer: what is made of the results of a plan's parts. Formulas, shares, spikes, totals, order, dense rows, units and
// the reasons of absent values. Knows neither gRPC nor protobuf, nor which executor computed the parts.
#ifndef SUPPORTKPI_ANSWER_ANSWER_H_
#define SUPPORTKPI_ANSWER_ANSWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exec/executor.h"
#include "plan/plan.h"
#include "plan/question.h"

namespace supportkpi::answer {

// Why a value is absent; the numbers are those of the API's AbsentReason.
enum class AbsentReason : uint8_t {
  kPresent = 0,
  kEmptyRange = 1,
  kNoData = 2,
  kZeroDenominator = 3,
  kNoSchedule = 4,
  kInsufficientHistory = 5,
  kPartialBucket = 6,
  kNotForTotals = 7,
  kMixedCurrencies = 8,
  kNeverOccurs = 9,
  kTooFewFacts = 10,
};

struct CountedNote {
  std::string rule;
  int64_t count = 0;

  bool operator==(const CountedNote&) const = default;
};

// The value of one KPI in one row, in the KPI's unit: counts, seconds, percent, index, main units of money.
struct Cell {
  std::optional<double> value;
  AbsentReason reason = AbsentReason::kPresent;
  std::optional<double> numerator;    // base units: counts, ms, minor units, billionths
  std::optional<double> denominator;
  int64_t facts = 0;
  std::vector<CountedNote> left_out;
  std::vector<CountedNote> notes;
  std::string currency;
  std::string record;
};

struct Row {
  exec::CellKey key;        // key.bucket: index into Answer::buckets, -1: all together
  std::vector<Cell> cells;  // one for each KPI of the plan
};

struct Answer {
  std::vector<time::Bucket> buckets;
  std::vector<Row> rows;
  std::vector<Row> totals;
  int64_t row_count = 0;  // before the limit
  int64_t commit = 0;
  std::optional<int64_t> data_until_ms;
  int64_t facts_read = 0;
  std::vector<std::string> warnings;
};

// Runs the plan and makes the answer. INVALID_ARGUMENT: order_by names no column. Otherwise the executor's statuses.
absl::StatusOr<Answer> Ask(const plan::Question& question, const plan::Plan& plan, exec::Executor& executor,
                           const exec::Context& context);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_ANSWER_H_
