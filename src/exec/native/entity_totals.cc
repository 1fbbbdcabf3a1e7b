#include "exec/native/entity_totals.h"

#include <algorithm>
#include <cstdint>

#include "absl/synchronization/mutex.h"

namespace supportkpi::exec::native {
namespace {

// Bits of a thread take a quarter of what placing a fact would, at most.
constexpr uint64_t kBitsPerFactMax = 32;
constexpr size_t kWordBits = 64;
// Of one cell one thread counts so many at a time.
constexpr size_t kWordsAtATime = 4096;

// What one thread gathered: bits by cell and code, and sums by cell.
struct Marks {
  std::vector<uint64_t> bits;  // empty: none
  std::vector<Int128> sums;
};

inline void Mark(uint32_t code, uint64_t* bits) { bits[code / kWordBits] |= uint64_t{1} << (code % kWordBits); }

Int128 SumOf(absl::Span<const int64_t> values) {
  Int128 sum = 0;
  for (const int64_t value : values) sum += value;
  return sum;
}

Marks MarksOf(const EntitySource& source, uint32_t first, size_t words, size_t cells) {
  Marks marks{{}, std::vector<Int128>(cells, 0)};
  if (source.entities.empty()) return marks;
  marks.bits.assign(words * cells, 0);
  if (source.cell_of.size() == 1) {
    uint64_t* const bits = &marks.bits[words * source.cell_of[0]];
    for (const uint32_t entity : source.entities) Mark(entity - first, bits);
    marks.sums[source.cell_of[0]] = SumOf(source.values);
    return marks;
  }
  for (size_t fact = 0; fact < source.entities.size(); ++fact) {
    const uint32_t cell = source.cell_of[source.cells[fact]];
    Mark(source.entities[fact] - first, &marks.bits[words * cell]);
    if (!source.values.empty()) marks.sums[cell] += source.values[fact];
  }
  return marks;
}

// Marks what of the run lies from code `begin` to before `end`; the sum of that.
Int128 MarkRun(const EntityRun& run, uint64_t begin, uint64_t end, uint64_t* bits) {
  const uint32_t* const all_end = run.entities + run.size;
  Int128 sum = 0;
  for (const uint32_t* at = std::lower_bound(run.entities, all_end, begin); at != all_end && *at < end; ++at) {
    Mark(static_cast<uint32_t>(*at - begin), bits);
    sum += run.ValueAt(static_cast<size_t>(at - run.entities));
  }
  return sum;
}

}  // namespace

std::optional<std::vector<Sum>> TotalsOf(absl::Span<const EntitySource> sources, const RunsByCell<EntityRun>& runs, size_t cells,
                                         const Helpers& helpers) {
  const EntityCodes codes = CodesOf(sources, runs, cells, helpers);
  std::vector<Sum> totals(cells);
  if (codes.first > codes.last) return totals;
  uint64_t facts = 0;
  for (const EntitySource& source : sources) facts += source.entities.size();
  for (size_t cell = 0; cell < cells; ++cell)
    for (const EntityRun& run : runs.Of(cell)) facts += run.size;
  const size_t words = (codes.last - codes.first) / kWordBits + 1;
  if (words * cells > facts * kBitsPerFactMax / kWordBits + kWordsAtATime) return std::nullopt;

  std::vector<Marks> marks(sources.size());
  helpers.ForEach(sources.size(), 1, [&](size_t source, size_t) { marks[source] = MarksOf(sources[source], codes.first, words, cells); });
  for (const Marks& of_source : marks)
    for (size_t cell = 0; cell < cells; ++cell) totals[cell].sum += of_source.sums[cell];
  absl::Mutex mutex;
  const size_t pieces = (words + kWordsAtATime - 1) / kWordsAtATime;
  helpers.ForEach(cells * pieces, 1, [&](size_t number, size_t) {
    const size_t cell = number / pieces, first_word = number % pieces * kWordsAtATime;
    std::vector<uint64_t> bits(std::min(kWordsAtATime, words - first_word), 0);
    for (const Marks& of_source : marks)
      for (size_t word = 0; word < bits.size() && !of_source.bits.empty(); ++word) bits[word] |= of_source.bits[words * cell + first_word + word];
    const uint64_t begin = codes.first + uint64_t{first_word} * kWordBits;
    Sum of_piece;
    for (const EntityRun& run : runs.Of(cell)) of_piece.sum += MarkRun(run, begin, begin + bits.size() * kWordBits, bits.data());
    for (const uint64_t word : bits) of_piece.count += __builtin_popcountll(word);
    absl::MutexLock lock(&mutex);
    totals[cell].Merge(of_piece);
  });
  return totals;
}

}  // namespace supportkpi::exec::native
