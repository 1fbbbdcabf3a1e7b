// Which segments of a fact set are worth merging.
#ifndef SUPPORTKPI_PROJECTION_MERGE_POLICY_H_
#define SUPPORTKPI_PROJECTION_MERGE_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace supportkpi::projection {

// Which rows of a segment last (SetLayout). Some: it was stored before the two kinds were kept apart.
enum class Lasting : uint8_t { kAll, kNone, kSome };

// A segment as merging sees it; kNull and kForever count as they are ordered.
struct MergeCandidate {
  int64_t min = 0;  // of the sort column
  int64_t max = 0;
  uint32_t rows = 0;
  uint32_t dead = 0;
  Lasting lasting = Lasting::kAll;
};

struct MergePolicy {
  uint32_t rows_per_segment = 64 * 1024;
  double dead_share_max = 0.2;
  size_t overlap_max = 8;    // so many segments may cover one value of the sort column
  size_t inputs_max = 64;    // segments merged at once: bounds the memory of a merge
};

// Indexes of the segments to merge next; empty: all is well. Merging them leaves fewer segments, fewer dead facts or less
// overlap, or the two kinds of rows apart, so that repeating ends.
std::vector<size_t> PickMerge(const std::vector<MergeCandidate>& segments, const MergePolicy& policy);

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_MERGE_POLICY_H_
