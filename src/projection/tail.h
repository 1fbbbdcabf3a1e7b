// The facts of a tenant that are not sealed yet: plain chunks per fact set, and an index from a fact's hash to its row.
// One writer; the chunks it shows may be read by any thread.
#ifndef SUPPORTKPI_PROJECTION_TAIL_H_
#define SUPPORTKPI_PROJECTION_TAIL_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "column/plain_chunk.h"
#include "fact/fact_sets.h"
#include "fact/reduction.h"

namespace supportkpi::projection {

// A row of the tail.
struct TailRow {
  fact::FactSet set = fact::FactSet::kTicket;
  uint32_t piece = 0;
  uint32_t row = 0;
  auto operator<=>(const TailRow&) const = default;
};

// Hash -> rows, several per hash if need be: linear probing.
class RowIndex {
 public:
  void Insert(uint64_t hash, TailRow row);
  void Erase(uint64_t hash, TailRow row);
  // Calls visit with the rows of the hash until it returns false.
  template <typename Visit>
  void ForEach(uint64_t hash, const Visit& visit) const {
    if (slots_.empty()) return;
    const size_t mask = slots_.size() - 1;
    for (size_t at = Home(hash); slots_[at].packed != kFree; at = (at + 1) & mask) {
      if (slots_[at].hash == hash && !visit(Unpack(slots_[at].packed))) return;
    }
  }
  int64_t byte_count() const { return static_cast<int64_t>(slots_.capacity() * sizeof(Slot)); }

 private:
  static constexpr uint64_t kFree = ~uint64_t{0};
  struct Slot {
    uint64_t hash = 0;
    uint64_t packed = kFree;
  };
  static uint64_t Pack(TailRow row) {
    return static_cast<uint64_t>(row.set) << 56 | static_cast<uint64_t>(row.piece) << 32 | row.row;
  }
  static TailRow Unpack(uint64_t packed) {
    return {static_cast<fact::FactSet>(packed >> 56), static_cast<uint32_t>(packed >> 32) & 0xFFFFFF,
            static_cast<uint32_t>(packed)};
  }
  size_t Home(uint64_t hash) const { return (hash ^ hash >> 32) & (slots_.size() - 1); }
  void Grow();

  std::vector<Slot> slots_;  // a power of two, at most two thirds full
  size_t used_ = 0;
};

class Tail {
 public:
  // A fact that is born, with its hash.
  struct Birth {
    const fact::Fact* fact;
    uint64_t hash;
  };
  // Appends facts, all of one set, that become visible and findable with PublishStaged().
  void Stage(absl::Span<const Birth> births, int64_t born);
  // The same for the facts of a family, of several sets.
  void StageFamily(const std::vector<fact::Fact>& facts, int64_t born);
  void DropStaged();
  void PublishStaged();

  // A row that holds this fact and is alive and not taken; `is_taken` tells of rows that are about to die.
  std::optional<TailRow> Find(const fact::Fact& fact, uint64_t hash,
                              const std::function<bool(const TailRow&)>& is_taken) const;
  // The row with this hash dies.
  void Kill(const TailRow& row, uint64_t hash, int64_t commit);
  // Makes the kills since the last call known to readers.
  void PublishKills();

  std::vector<std::shared_ptr<const column::PlainChunk>> Chunks(fact::FactSet set) const;
  bool HasRows(fact::FactSet set) const { return !sets_[static_cast<size_t>(set)].pieces.empty(); }
  int64_t row_count() const { return row_count_; }  // published, the dead ones too
  int64_t dead_count() const { return dead_count_; }
  int64_t byte_count() const;

 private:
  struct Piece {
    explicit Piece(fact::FactSet set);
    column::PlainAppender rows;
    std::shared_ptr<const column::PlainChunk> shown;
    std::vector<column::Death> killed;  // not yet known to readers
  };
  struct Set {
    std::vector<std::unique_ptr<Piece>> pieces;
    size_t shown_pieces = 0;  // pieces and rows of the last one as of PublishStaged()
    uint32_t shown_rows = 0;
  };
  struct Staged {
    uint64_t hash;
    TailRow row;
  };

  std::array<Set, fact::kFactSetCount> sets_;
  RowIndex index_;
  std::vector<Staged> staged_;
  std::vector<TailRow> killed_;
  int64_t row_count_ = 0;
  int64_t dead_count_ = 0;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_TAIL_H_
