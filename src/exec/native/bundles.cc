#include "exec/native/bundles.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "column/hash.h"

namespace supportkpi::exec::native {
namespace {

// A bundle that is made anew costs as many partials as it has chunks, each bundle asked for as much as a partial: about the
// square root of the hundreds of chunks that ten million facts stand in.
constexpr uint64_t kMeanCount = 16;
constexpr size_t kCountMax = 4 * kMeanCount;

bool EndsBundle(const column::Chunk* chunk) {
  return column::MixHash(reinterpret_cast<uintptr_t>(chunk), 0) % kMeanCount == 0;
}

}  // namespace

std::vector<Bundle> BundlesOf(absl::Span<const ChunkPointer> chunks, const PartialCache& partials, int64_t commit) {
  std::vector<Bundle> bundles;
  Bundle bundle;
  const auto end = [&] {
    if (bundle.count > 1) bundles.push_back(bundle);
    bundle = Bundle{.least_rows = std::numeric_limits<uint32_t>::max()};
  };
  end();
  for (size_t i = 0; i < chunks.size(); ++i) {
    const auto dead_rows = partials.Takes(*chunks[i]) ? chunks[i]->DeadRows(commit) : std::nullopt;
    if (!dead_rows.has_value()) {
      end();
      continue;
    }
    if (bundle.count == 0) bundle.first = i;
    ++bundle.count;
    bundle.dead_rows += *dead_rows;
    bundle.least_rows = std::min(bundle.least_rows, chunks[i]->row_count());
    if (bundle.count == kCountMax || EndsBundle(chunks[i].get())) end();
  }
  end();
  return bundles;
}

bool KeepsBundles(const PartScan& scan) {
  if (scan.stretch_record != kNoNode) return false;
  return scan.keep == Keep::kCount || scan.keep == Keep::kSums || scan.keep == Keep::kNumbers || scan.keep == Keep::kGreatest;
}

std::vector<int64_t> InstantsOfBundles(const PartScan& scan) {
  std::vector<int64_t> instants(scan.starts.begin(), scan.starts.end());
  instants.insert(instants.end(), scan.ends.begin(), scan.ends.end());
  return instants;
}

}  // namespace supportkpi::exec::native
