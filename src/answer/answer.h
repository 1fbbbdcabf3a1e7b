// An answer: what is made of the results of a plan's parts. Formulas, shares, spikes, totals, order, dense rows, units and
// the reasons of absent values. Knows neither gRPC nor protobuf, nor which executor computed the parts.
#ifndef SUPPORTKPI_ANSWER_ANSWER_H_
#define SUPPORTKPI_ANSWER_ANSWER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "exec/executor.h"
#include "plan/plan.h"

namespace supportkpi::answer {

// Rows of one answer, and as many totals; more are refused, since each takes 12 bytes while the answer is held.
inline constexpr int64_t kAnswerRowsMax = 10'000'000;

// Groups that the first ones may be chosen from, where the tenant's memory has room for them: some 700 bytes each.
inline constexpr int64_t kRankedGroupsMax = 1'000'000;

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
  absl::string_view rule;  // lives as long as the answer
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
  absl::InlinedVector<CountedNote, 2> left_out;
  absl::InlinedVector<CountedNote, 2> notes;
  absl::string_view currency;  // live as long as the answer
  absl::string_view record;
};

// Where a row stands.
struct Row {
  exec::CellKey key;  // bucket: index into the plan's buckets, -1: all together; group: of the answer's table
  uint32_t set = 0;   // the plan's grouping set
};

class CellMaker;

// Rows are places; their cells are made when somebody looks at them. Immutable, so any thread may look.
class Answer {
 public:
  Answer(plan::Plan plan, exec::Result result);
  ~Answer();
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  const plan::Plan& plan() const { return plan_; }
  const exec::GroupTable& groups() const { return result_.groups; }
  int64_t commit() const { return result_.commit; }
  std::optional<int64_t> data_until_ms() const { return result_.data_until_ms; }
  int64_t facts_read() const { return facts_read_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  // Before the limit.
  int64_t row_count() const { return row_count_; }

  const std::vector<Row>& rows() const { return rows_; }
  // Totals, then subtotals.
  const std::vector<Row>& totals() const { return totals_; }
  // False for totals over all groups, whose rows name no group.
  bool NamesGroups(const Row& row) const;
  Cell CellOf(const Row& row, size_t kpi) const;

 private:
  friend class AnswerMaker;

  const plan::Plan plan_;
  const exec::Result result_;
  std::vector<CellMaker> makers_;  // by KPI
  int64_t facts_read_ = 0;
  int64_t row_count_ = 0;
  std::vector<Row> rows_;
  std::vector<Row> totals_;
  std::vector<std::string> warnings_;
};

// Runs the plan and makes the answer. The executor's statuses; RESOURCE_EXHAUSTED: more than rows_max rows.
absl::StatusOr<std::shared_ptr<const Answer>> Ask(plan::Plan plan, exec::Executor& executor, const exec::Context& context,
                                                  int64_t rows_max = kAnswerRowsMax);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_ANSWER_H_
