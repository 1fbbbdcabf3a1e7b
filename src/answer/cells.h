// Cells of an answer from the parts' results.
#ifndef SUPPORTKPI_ANSWER_CELLS_H_
#define SUPPORTKPI_ANSWER_CELLS_H_

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "answer/answer.h"
#include "answer/formula.h"
#include "exec/executor.h"
#include "plan/plan.h"

namespace supportkpi::answer {

// FAILED_PRECONDITION: a KPI's parts are in different currencies and the question does not tell them apart.
absl::Status CheckCurrencies(const plan::Plan& plan, const exec::Result& result);

// Makes the cells of one KPI, key by key. Holds references: plan and result outlive it.
class CellMaker {
 public:
  CellMaker(const plan::Plan& plan, const plan::KpiPlan& kpi, const exec::Result& result);

  // The cell of a grouping set of the plan.
  Cell Make(size_t set, const exec::CellKey& key) const;

 private:
  PartCells CellsAt(size_t set, const exec::CellKey& key) const;
  void AddShareTotals();
  void FindFirstTicket();
  Value Plain(const PartCells& cells, Cell* cell) const;
  Value PerOccurrence(const exec::CellKey& key, const PartCells& cells, Cell* cell) const;
  Value ShareOfGroups(size_t set, const exec::CellKey& key, const PartCells& cells, Cell* cell) const;
  Value Spike(size_t set, const exec::CellKey& key, const PartCells& cells, Cell* cell) const;
  void AddEvidence(const PartCells& cells, Cell* cell) const;
  void SetNumeratorAndDenominator(const PartCells& cells, Cell* cell) const;
  // From base units to the KPI's unit.
  double InUnit(double value, const Cell& cell) const;

  const plan::Plan& plan_;
  const plan::KpiPlan& kpi_;
  const exec::Result& result_;
  // By part: the names of its left_out and notes.
  std::vector<std::vector<std::string>> left_out_names_;
  std::vector<std::vector<std::string>> note_names_;
  const PlacedFormula formula_;
  std::optional<PlacedFormula> numerator_, denominator_;
  std::optional<double> first_ticket_ms_;  // kSpike: when the tenant's first ticket was created
  // kShareOfGroups: by group the number of all groups that differ from it in the shared dimension only; by set, bucket and
  // that number what they count together.
  std::vector<int32_t> sharing_;
  absl::flat_hash_map<std::tuple<size_t, int32_t, int32_t>, double> share_totals_;
};

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_CELLS_H_
