// Which rows of a chunk are dead, and since which commit. One writer, any number of readers.
#ifndef SUPPORTKPI_COLUMN_DEATHS_H_
#define SUPPORTKPI_COLUMN_DEATHS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "column/value.h"

namespace supportkpi::column {

struct Death {
  uint32_t row = 0;
  int64_t commit = 0;
  auto operator<=>(const Death&) const = default;
};

// Replaced as a whole, block by block of rows, so that a reader holds a consistent list and a commit that kills few rows
// copies little.
class Deaths {
 public:
  struct List {
    std::vector<std::shared_ptr<const std::vector<Death>>> blocks;  // by row / kRowsPerBlock; nullptr: none; by row
    uint32_t count = 0;
    int64_t first_commit = kForever;  // of the earliest death
    int64_t last_commit = kNull;      // of the latest
  };

  Deaths();
  // Adds deaths; a row that is dead already keeps its commit.
  void Add(std::vector<Death> deaths) ABSL_LOCKS_EXCLUDED(mutex_);
  std::shared_ptr<const List> list() const ABSL_LOCKS_EXCLUDED(mutex_);
  uint32_t count() const { return list()->count; }
  bool IsDead(uint32_t row) const;
  std::vector<Death> All() const;

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<const List> list_ ABSL_GUARDED_BY(mutex_);
};

// Stored: count varint, then per death row (less the row before) varint, commit varint; crc32c u32.
std::string EncodeDeaths(const std::vector<Death>& deaths);
// DATA_LOSS where damaged or a row is not below row_count.
absl::Status DecodeDeaths(absl::string_view bytes, uint32_t row_count, std::vector<Death>* deaths);

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_DEATHS_H_
