#include "exec/native/placed_entities.h"

#include <algorithm>
#include <utility>

#include "column/target_clones.h"

namespace supportkpi::exec::native {
namespace {

// A sum for each code of a block stays in a core's cache.
constexpr int kBlockShiftMin = 15;
constexpr uint32_t kBlocksMax = 1024;

SUPPORTKPI_TARGET_CLONES
void WidenTo(const uint32_t* codes, size_t count, uint32_t* first, uint32_t* last) {
  uint32_t least = *first, greatest = *last;
  for (size_t i = 0; i < count; ++i) {
    least = std::min(least, codes[i]);
    greatest = std::max(greatest, codes[i]);
  }
  *first = least;
  *last = greatest;
}

}  // namespace

EntityCodes CodesOf(absl::Span<const EntitySource> sources, const RunsByCell<EntityRun>& runs, size_t cells, const Helpers& helpers) {
  std::vector<EntityCodes> of_source(sources.size());
  helpers.ForEach(sources.size(), 1, [&](size_t number, size_t) {
    const absl::Span<const uint32_t> entities = sources[number].entities;
    WidenTo(entities.data(), entities.size(), &of_source[number].first, &of_source[number].last);
  });
  EntityCodes codes;
  for (const EntityCodes& some : of_source) {
    codes.first = std::min(codes.first, some.first);
    codes.last = std::max(codes.last, some.last);
  }
  for (size_t cell = 0; cell < cells; ++cell) {
    for (const EntityRun& run : runs.Of(cell)) {
      if (run.size == 0) continue;
      codes.first = std::min(codes.first, run.entities[0]);
      codes.last = std::max(codes.last, run.entities[run.size - 1]);
    }
  }
  return codes;
}

PlacedEntities::PlacedEntities(std::vector<EntitySource> sources, const RunsByCell<EntityRun>& runs, size_t cells, const Helpers& helpers,
                               size_t shared_entities_min)
    : sources_(std::move(sources)), runs_(runs), counts_(cells, 0), places_(cells + 1, 0) {
  CountCells(helpers);
  const auto [first, last] = CodesOf(sources_, runs_, cells, helpers);
  first_ = first;
  while (last >= first && (last - first) >> block_shift_ >= kBlocksMax) ++block_shift_;
  block_shift_ = std::max(block_shift_, kBlockShiftMin);
  const size_t blocks = last < first ? 1 : ((last - first) >> block_shift_) + 1;
  for (size_t cell = 0; cell < cells; ++cell) places_[cell + 1] = places_[cell] + (counts_[cell] < shared_entities_min ? 1 : blocks);
  Place(helpers);
}

void PlacedEntities::CountCells(const Helpers& helpers) {
  std::vector<std::vector<size_t>> of_source(sources_.size(), std::vector<size_t>(counts_.size(), 0));
  helpers.ForEach(sources_.size(), 1, [&](size_t number, size_t) {
    const EntitySource& source = sources_[number];
    if (source.cell_of.size() == 1)
      of_source[number][source.cell_of[0]] = source.cells.size();
    else
      for (const uint32_t cell : source.cells) ++of_source[number][source.cell_of[cell]];
  });
  for (size_t cell = 0; cell < counts_.size(); ++cell) {
    for (const auto& counts : of_source) counts_[cell] += counts[cell];
    for (const EntityRun& run : runs_.Of(cell)) counts_[cell] += run.size;
  }
}

// body(fact, place) of each.
template <class Body>
void PlacedEntities::ForEachFact(const EntitySource& source, Body body) const {
  for (size_t fact = 0; fact < source.cells.size(); ++fact) {
    const uint32_t cell = source.cell_of[source.cells[fact]];
    const size_t block = BlocksOf(cell) == 1 ? 0 : (source.entities[fact] - first_) >> block_shift_;
    body(fact, places_[cell] + block);
  }
}

// Each source on a thread of its own counts what goes where, and then moves it: once, into memory that nobody has touched.
void PlacedEntities::Place(const Helpers& helpers) {
  const size_t place_count = places_.back();
  std::vector<std::vector<size_t>> next(sources_.size(), std::vector<size_t>(place_count, 0));
  helpers.ForEach(sources_.size(), 1, [&](size_t number, size_t) {
    std::vector<size_t>& counts = next[number];
    ForEachFact(sources_[number], [&](size_t, size_t place) { ++counts[place]; });
  });
  size_t begin = 0;
  for (size_t place = 0; place < place_count; ++place) {
    begins_.push_back(begin);
    for (auto& of_source : next) begin += std::exchange(of_source[place], begin);
  }
  begins_.push_back(begin);
  values_.reset(new EntityValue[begin]);
  helpers.ForEach(sources_.size(), 1, [&](size_t number, size_t) {
    const EntitySource& source = sources_[number];
    std::vector<size_t>& to = next[number];
    ForEachFact(source, [&](size_t fact, size_t place) {
      values_[to[place]++] = {source.entities[fact], source.values.empty() ? 0 : source.values[fact]};
    });
  });
}

std::vector<EntityRun> PlacedEntities::RunsOf(size_t cell, size_t block) const {
  const absl::Span<const EntityRun> all = runs_.Of(cell);
  if (BlocksOf(cell) == 1) return {all.begin(), all.end()};
  const uint64_t begin = first_ + (static_cast<uint64_t>(block) << block_shift_), end = begin + (uint64_t{1} << block_shift_);
  std::vector<EntityRun> runs;
  for (const EntityRun& run : all) {
    const uint32_t* from = std::lower_bound(run.entities, run.entities + run.size, begin);
    const uint32_t* to = std::lower_bound(from, run.entities + run.size, end);
    if (from == to) continue;
    const auto skipped = static_cast<size_t>(from - run.entities);
    runs.push_back({run.cell, static_cast<uint32_t>(to - from), from, run.values == nullptr ? nullptr : run.values + skipped,
                    run.facts + skipped});
  }
  return runs;
}

}  // namespace supportkpi::exec::native
