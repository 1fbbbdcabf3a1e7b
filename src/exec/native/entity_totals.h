// How many entities stand in each cell, and the sum of all their values, where nothing is asked of one entity's own sum: a bit
// for each code tells that it was there, and no fact is placed.
#ifndef SUPPORTKPI_EXEC_NATIVE_ENTITY_TOTALS_H_
#define SUPPORTKPI_EXEC_NATIVE_ENTITY_TOTALS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/accumulator.h"
#include "exec/native/placed_entities.h"
#include "exec/native/runs_by_cell.h"
#include "exec/native/worker_pool.h"

namespace supportkpi::exec::native {

// By cell; no value may be kNoSchedule. std::nullopt: of so many cells, or so few facts, bits of all codes would take too much.
std::optional<std::vector<Sum>> TotalsOf(absl::Span<const EntitySource> sources, const RunsByCell<EntityRun>& runs, size_t cells,
                                         const Helpers& helpers);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_ENTITY_TOTALS_H_
