// The live segments of a tenant by fact set, and the search for the row that holds a fact. One writer.
#ifndef SUPPORTKPI_PROJECTION_SEALED_FACTS_H_
#define SUPPORTKPI_PROJECTION_SEALED_FACTS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "column/segment.h"
#include "fact/fact_sets.h"
#include "fact/reduction.h"
#include "projection/merge_policy.h"

namespace supportkpi::projection {

using SegmentPointer = std::shared_ptr<const column::Segment>;

struct SealedRow {
  const column::Segment* segment = nullptr;
  uint32_t row = 0;
  auto operator<=>(const SealedRow&) const = default;
};

class SealedFacts {
 public:
  void Add(const SegmentPointer& segment);
  void Remove(const column::Segment& segment);
  const std::vector<SegmentPointer>& Of(fact::FactSet set) const { return sets_[static_cast<size_t>(set)].segments; }

  // A row that holds this fact, is alive and not taken.
  absl::StatusOr<std::optional<SealedRow>> Find(const fact::Fact& fact,
                                                const std::function<bool(const SealedRow&)>& is_taken) const;
  std::vector<MergeCandidate> MergeCandidates(fact::FactSet set) const;
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const Set& set : sets_) {
      for (const SegmentPointer& segment : set.segments) visit(*segment);
    }
  }

 private:
  // What decides whether a segment can hold a fact; apart, so that thousands are looked at quickly.
  struct Bounds {
    int64_t min = 0;
    int64_t max = 0;
    bool has_null = false;
    bool has_forever = false;
    Lasting lasting = Lasting::kAll;
    bool MayHold(int64_t sort_value, bool lasts) const;
  };
  struct Set {
    std::vector<SegmentPointer> segments;
    std::vector<Bounds> bounds;
  };
  std::array<Set, fact::kFactSetCount> sets_;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_SEALED_FACTS_H_
