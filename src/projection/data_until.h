// The latest instant that any live fact tells of, and with it any record that facts were made of. Committing keeps a bound;
// where the fact that held it died, the exact instant is looked for when somebody asks.
#ifndef SUPPORTKPI_PROJECTION_DATA_UNTIL_H_
#define SUPPORTKPI_PROJECTION_DATA_UNTIL_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "column/chunk.h"
#include "column/value.h"
#include "fact/fact_sets.h"

namespace supportkpi::projection {

using SetChunks = std::vector<std::shared_ptr<const column::Chunk>>;
using AllChunks = std::array<std::shared_ptr<const SetChunks>, fact::kFactSetCount>;

// Nothing live tells of a later instant; `exact`: something tells of this one.
struct InstantBound {
  int64_t at_ms = column::kNull;  // kNull: no instant at all
  bool exact = true;
};

// The bound after a commit that brought and killed facts with these latest instants (kNull: none).
InstantBound After(const InstantBound& before, int64_t latest_born_ms, int64_t latest_died_ms);

// Of one view: computed once, by whoever asks first.
class DataUntil {
 public:
  explicit DataUntil(const InstantBound& bound) : bound_(bound) {}
  std::optional<int64_t> At(const AllChunks& chunks, int64_t commit) const ABSL_LOCKS_EXCLUDED(mutex_);
  // What is known by now.
  InstantBound bound() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  mutable InstantBound bound_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_DATA_UNTIL_H_
