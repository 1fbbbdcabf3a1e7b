// One sum for each entity of a cell: of what chunks have summed before, in runs, and of facts that stand in any order.
#ifndef SUPPORTKPI_EXEC_NATIVE_ENTITY_SUMS_H_
#define SUPPORTKPI_EXEC_NATIVE_ENTITY_SUMS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace supportkpi::exec::native {

// The entities of a chunk that stand in a cell, ascending, each once.
struct EntityRun {
  uint32_t cell = 0;
  uint32_t size = 0;
  const uint32_t* entities = nullptr;
  const int64_t* values = nullptr;   // the sum of each; nullptr: all 0
  const uint32_t* facts = nullptr;   // how many facts the sum of each is of

  int64_t ValueAt(size_t i) const { return values == nullptr ? 0 : values[i]; }
};

// The value of one fact, or kNoSchedule.
struct EntityValue {
  uint32_t entity;
  int64_t value;
};

// Sums cell by cell; keeps the memory that one cell took for the next. Of one thread.
class EntitySums {
 public:
  // Afterwards sums() and lost() are those of a cell in which these runs and values stand. `loose` is reordered.
  void Sum(absl::Span<const EntityRun> runs, absl::Span<EntityValue> loose);

  // Of each entity that has one, in any order.
  const std::vector<int64_t>& sums() const { return sums_; }
  // Entities of which a value is kNoSchedule: they have no sum.
  const std::vector<uint32_t>& lost() const { return lost_; }

 private:
  struct Head;

  void Merge(absl::Span<const EntityRun> runs);
  bool SumByCode(absl::Span<const EntityRun> runs, absl::Span<const EntityValue> loose);
  void SumSorted(absl::Span<EntityValue> values);

  std::vector<int64_t> sums_;
  std::vector<uint32_t> lost_;
  std::vector<int64_t> by_code_;
  std::vector<EntityValue> gathered_, scratch_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_ENTITY_SUMS_H_
