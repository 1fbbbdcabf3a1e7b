// Bundles: chunks that stand beside each other and whose partials of one question are kept together, as one. A question of which all
// bundles are known looks at some ten of them where there are hundreds of chunks.
#ifndef SUPPORTKPI_EXEC_NATIVE_BUNDLES_H_
#define SUPPORTKPI_EXEC_NATIVE_BUNDLES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "column/chunk.h"
#include "exec/native/part_scan.h"
#include "exec/native/partial_cache.h"

namespace supportkpi::exec::native {

struct Bundle {
  size_t first = 0, count = 0;  // among all chunks of the fact set
  uint64_t dead_rows = 0;       // of all of them
  uint32_t least_rows = 0;      // of the chunk that has fewest
};

// Two chunks each at least, of which partials are kept. They end where a chunk's own address says so: one that comes or goes
// changes its own bundle and no other.
std::vector<Bundle> BundlesOf(absl::Span<const ChunkPointer> chunks, const PartialCache& partials, int64_t commit);

// False: a part that keeps every value, entity or stretch. Its bundle would take as much memory as all of its chunks' partials.
bool KeepsBundles(const PartScan& scan);

// All buckets of a part and nothing less: a bundle serves questions with the same ones.
std::vector<int64_t> InstantsOfBundles(const PartScan& scan);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_BUNDLES_H_
