// Of the states of a chunk that a part asks for, those that stayed open longest. Where every state that is looked for later is one
// of these, a backlog reads these few rows of an old chunk instead of all.
#ifndef SUPPORTKPI_EXEC_NATIVE_OPEN_ROWS_H_
#define SUPPORTKPI_EXEC_NATIVE_OPEN_ROWS_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "column/chunk.h"
#include "exec/native/part_signature.h"
#include "exec/native/program.h"

namespace supportkpi::exec::native {

// Immutable.
class OpenRows {
 public:
  // One of so many rows is listed at most: rows that are read one by one cost several times as much.
  static constexpr uint32_t kRowsPerListed = 16;

  // The nodes depend on the row alone and are not dear.
  struct States {
    NodeId at = kNoNode, to = kNoNode;
    std::vector<NodeId> conditions;  // all hold
    std::vector<NodeId> nodes() const;
  };
  OpenRows(const Program& program, const States& states, const column::Chunk& chunk);

  // Instants after this one may be asked for: all states began before, and those that are not listed had ended.
  int64_t told_after() const { return told_after_; }
  // How many are open until an instant or longer, and which: ascending. Nulls are in no state.
  size_t CountUntil(int64_t instant) const;
  std::vector<uint32_t> RowsUntil(int64_t instant) const;
  int64_t bytes() const { return static_cast<int64_t>(sizeof(*this) + open_.capacity() * sizeof(Open)); }

 private:
  struct Open {
    int64_t until;
    uint32_t row;
  };
  int64_t told_after_ = column::kNull;
  std::vector<Open> open_;  // the longest first
};

// Those of complete chunks, for as long as these are there. Thread-safe.
class OpenRowsCache {
 public:
  // nullptr: the chunk could not be read.
  // `signature`: that of the states.
  std::shared_ptr<const OpenRows> Of(const std::shared_ptr<const column::Chunk>& chunk, const Program& program,
                                     const OpenRows::States& states, const std::shared_ptr<const PartSignature>& signature)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::weak_ptr<const column::Chunk> chunk;
    std::shared_ptr<const PartSignature> signature;  // of the states
    std::shared_ptr<const OpenRows> rows;
  };
  // A byte for each row of the chunks at most: ten million tickets have 20 million states.
  static constexpr int64_t kBytesMax = 64 << 20;

  void DropGone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  absl::flat_hash_map<std::pair<const column::Chunk*, uint64_t>, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_OPEN_ROWS_H_
