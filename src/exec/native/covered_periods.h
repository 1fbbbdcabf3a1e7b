// Parts that count over the time that another part's periods cover (PartPlan::over): which plan counts the pieces of that
// time, and how cells are put together from the pieces.
#ifndef SUPPORTKPI_EXEC_NATIVE_COVERED_PERIODS_H_
#define SUPPORTKPI_EXEC_NATIVE_COVERED_PERIODS_H_

#include "exec/executor.h"
#include "plan/plan.h"

namespace supportkpi::exec::native {

// The part over disjoint pieces as its buckets: the covered periods of all cells of `covering`, cut at each other's ends.
plan::PartPlan PiecesOf(const plan::PartPlan& part, const PartResult& covering);

// The cells of `covering`, whose groups are those of `groups`, each with the sum of the pieces it covers. `pieces`: the result
// of `pieces_plan` alone, in the same grouping sets but always by bucket.
PartResult SumPieces(const plan::PartPlan& part, const plan::PartPlan& pieces_plan, const Result& pieces,
                     const PartResult& covering, const GroupTable& groups);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_COVERED_PERIODS_H_
