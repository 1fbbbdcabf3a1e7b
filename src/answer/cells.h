// Cells of an answer from the parts' results.
#ifndef SUPPORTKPI_ANSWER_CELLS_H_
#define SUPPORTKPI_ANSWER_CELLS_H_

#include <map>
#include <string>
#include <vector>

#include "answer/answer.h"
#include "answer/formula.h"
#include "exec/executor.h"
#include "plan/plan.h"

namespace supportkpi::answer {

// Makes the cells of one KPI, key by key. Holds references: plan and result outlive it.
class CellMaker {
 public:
  CellMaker(const plan::Plan& plan, const plan::KpiPlan& kpi, const exec::Result& result);

  // `is_total`: the key belongs to a total.
  Cell Make(const exec::CellKey& key, bool is_total) const;

 private:
  PartCells CellsAt(const exec::CellKey& key) const;
  Value Plain(const PartCells& cells, Cell* cell) const;
  Value PerOccurrence(const exec::CellKey& key, const PartCells& cells, Cell* cell) const;
  Value ShareOfGroups(const exec::CellKey& key, const PartCells& cells, Cell* cell) const;
  Value Spike(const exec::CellKey& key, bool is_total, const PartCells& cells, Cell* cell) const;
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
  std::map<exec::CellKey, double> share_totals_;  // kShareOfGroups: by key with the shared group emptied
};

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_CELLS_H_
