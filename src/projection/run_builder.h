// Makes sorted segments of the facts of some chunks: sealing (chunks of the tail) and merging (segments) are the same.
#ifndef SUPPORTKPI_PROJECTION_RUN_BUILDER_H_
#define SUPPORTKPI_PROJECTION_RUN_BUILDER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "column/fact_chunk.h"
#include "column/segment.h"
#include "fact/fact_sets.h"
#include "projection/keys.h"
#include "projection/segment_shelf.h"
#include "storage/store.h"

namespace supportkpi::projection {

// New segments, their columns stored, their headers not yet: they exist once PutHeader() and a manifest with higher ids
// are durable.
class Run {
 public:
  const std::vector<std::shared_ptr<column::Segment>>& segments() const { return segments_; }
  // Gives the segments the deaths that their facts have by now in the chunks that they came from.
  void TakeOverDeaths() const;
  // Lets go of the chunks: no more deaths are taken over.
  void ForgetSources() {
    sources_.clear();
    place_of_ = {};
  }

 private:
  friend class RunBuilder;
  struct Source {
    std::shared_ptr<const column::FactChunk> chunk;
    std::vector<uint32_t> rows;  // those that were taken, ascending
    uint32_t first = 0;          // number of the first of them among all taken rows
  };
  struct Part {
    uint32_t first = 0;  // place of its first row in the sorted order
    uint32_t count = 0;
  };
  std::vector<Source> sources_;
  std::vector<uint32_t> place_of_;  // number of a taken row -> its place in the sorted order
  std::vector<Part> parts_;         // what each segment holds
  std::vector<std::shared_ptr<column::Segment>> segments_;
};

struct RunOptions {
  uint32_t rows_per_segment = column::kRowsPerChunk;
  int64_t horizon = 0;  // facts that died up to this commit are left out
};

class RunBuilder {
 public:
  RunBuilder(storage::Store& store, SegmentShelf& shelf, const Keys& keys, const RunOptions& options)
      : store_(store), shelf_(shelf), keys_(keys), options_(options) {}

  // Writes columns of the facts of `chunks` as segments with ids from *next_id on, which is moved on.
  absl::StatusOr<Run> Build(fact::FactSet set, const std::vector<std::shared_ptr<const column::FactChunk>>& chunks,
                            uint64_t* next_id);

 private:
  void TakeRows(const std::vector<std::shared_ptr<const column::FactChunk>>& chunks);
  // Those that last before those that pass.
  void Sort(fact::FactSet set);
  // Segments of the rows at these places of the sorted order.
  void Cut(fact::FactSet set, uint32_t first, uint32_t end);
  absl::Status WriteScalars(column::ColumnKey key, uint64_t first_id);
  absl::Status WriteLists(column::ColumnKey key, uint64_t first_id);
  absl::Status Put(uint64_t id, column::ColumnKey key, const std::string& bytes);
  absl::Status WriteBatch();

  storage::Store& store_;
  SegmentShelf& shelf_;
  const Keys& keys_;
  const RunOptions options_;

  Run run_;
  uint32_t row_count_ = 0;
  uint32_t lasting_count_ = 0;
  std::vector<uint32_t> order_;  // place in the sorted order -> number of the taken row
  std::vector<column::SegmentWriter> writers_;
  std::unique_ptr<storage::Batch> batch_;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_RUN_BUILDER_H_
