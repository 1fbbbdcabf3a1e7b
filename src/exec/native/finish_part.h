// Puts the threads' accumulators of a part together and reads its cells off them, for each grouping set.
#ifndef SUPPORTKPI_EXEC_NATIVE_FINISH_PART_H_
#define SUPPORTKPI_EXEC_NATIVE_FINISH_PART_H_

#include <vector>

#include "absl/status/statusor.h"
#include "exec/executor.h"
#include "exec/native/compiler.h"
#include "exec/native/group_names.h"
#include "exec/native/part_run.h"
#include "exec/native/worker_pool.h"

namespace supportkpi::exec::native {

// A part as the threads left it.
struct ScannedPart {
  const PartScan* scan = nullptr;
  std::vector<const PartRun*> runs;  // of the threads that met the part
};

// `population`: the parts whose facts make one population: this one with those that join it, or the one it joins with all
// that do. Of a part that joins another only the evidence is made.
absl::StatusOr<PartResult> FinishPart(const ScannedPart& part, const std::vector<const ScannedPart*>& population,
                                      const std::vector<plan::GroupingSet>& sets, const QueryResources& resources,
                                      GroupNames& names, const Helpers& helpers);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_FINISH_PART_H_
