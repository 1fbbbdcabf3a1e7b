// One thread's way through one chunk: batch after batch, each handed to the runs of all parts. Of batches of which few rows stay,
// a part puts these off; at the chunk's end they are gone through together, as batches of chosen rows.
#ifndef SUPPORTKPI_EXEC_NATIVE_CHUNK_SCAN_H_
#define SUPPORTKPI_EXEC_NATIVE_CHUNK_SCAN_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/batch.h"
#include "exec/native/bounds.h"
#include "exec/native/evaluator.h"
#include "exec/native/part_run.h"

namespace supportkpi::exec::native {

class ChunkScan {
 public:
  // All that is named must outlive it. The evaluator has begun the chunk, and so have the runs. `after_batch` is told whether
  // all groups fit, and whether to go on is asked of it.
  ChunkScan(const column::Chunk& chunk, int64_t commit, ChunkBounds& bounds, Evaluator& evaluator,
            const std::vector<PartRun*>& runs, std::function<bool(bool fits)> after_batch)
      : chunk_(chunk), commit_(commit), bounds_(bounds), evaluator_(evaluator), runs_(runs), after_batch_(std::move(after_batch)) {}

  // `may_put_off`: nothing that is read costs more for a row alone, as lists do.
  void ScanAll(bool may_put_off);
  void ScanRows(absl::Span<const uint32_t> rows);

 private:
  bool ScanBatch(bool may_put_off);
  void ScanPutOff();

  const column::Chunk& chunk_;
  const int64_t commit_;
  ChunkBounds& bounds_;
  Evaluator& evaluator_;
  const std::vector<PartRun*>& runs_;
  const std::function<bool(bool fits)> after_batch_;
  Batch batch_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_CHUNK_SCAN_H_
