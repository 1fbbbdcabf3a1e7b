// Entities that threads gathered in any order, placed by cell; those of a cell that has very many by blocks of codes as well, for
// threads to share: no entity is in two blocks.
#ifndef SUPPORTKPI_EXEC_NATIVE_PLACED_ENTITIES_H_
#define SUPPORTKPI_EXEC_NATIVE_PLACED_ENTITIES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "exec/native/entity_sums.h"
#include "exec/native/runs_by_cell.h"
#include "exec/native/worker_pool.h"

namespace supportkpi::exec::native {

// What one thread gathered: by fact its cell there, its entity and its value (none: all 0); by cell there the cell here.
struct EntitySource {
  absl::Span<const uint32_t> cells;
  absl::Span<const uint32_t> entities;
  absl::Span<const int64_t> values;
  absl::Span<const uint32_t> cell_of;
};

// The least and the greatest of all, in so many cells. first > last: there are none.
struct EntityCodes {
  uint32_t first = ~uint32_t{0}, last = 0;
};
EntityCodes CodesOf(absl::Span<const EntitySource> sources, const RunsByCell<EntityRun>& runs, size_t cells, const Helpers& helpers);

class PlacedEntities {
 public:
  // A cell with so many is shared.
  static constexpr size_t kSharedEntitiesMin = 100'000;

  // Of so many cells, in which `runs` stand as well. What they point to must stay.
  PlacedEntities(std::vector<EntitySource> sources, const RunsByCell<EntityRun>& runs, size_t cells, const Helpers& helpers,
                 size_t shared_entities_min = kSharedEntitiesMin);

  // At most as many entities as the cell has, those of its runs with them.
  size_t CountOf(size_t cell) const { return counts_[cell]; }
  // 1: it is not shared.
  size_t BlocksOf(size_t cell) const { return places_[cell + 1] - places_[cell]; }
  absl::Span<EntityValue> LooseOf(size_t cell, size_t block) {
    const size_t place = places_[cell] + block;
    return {values_.get() + begins_[place], begins_[place + 1] - begins_[place]};
  }
  std::vector<EntityRun> RunsOf(size_t cell, size_t block) const;

 private:
  void CountCells(const Helpers& helpers);
  void Place(const Helpers& helpers);
  template <class Body>
  void ForEachFact(const EntitySource& source, Body body) const;

  const std::vector<EntitySource> sources_;
  const RunsByCell<EntityRun>& runs_;
  std::vector<size_t> counts_;  // by cell
  uint32_t first_ = 0;          // of all codes
  int block_shift_ = 0;         // a block has 2^n codes
  std::vector<size_t> places_;  // by cell, where its blocks begin among all
  std::vector<size_t> begins_;  // by place
  std::unique_ptr<EntityValue[]> values_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PLACED_ENTITIES_H_
