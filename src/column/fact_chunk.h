// What the chunks that the projection makes have in common: births and deaths of rows, and which columns there are.
#ifndef SUPPORTKPI_COLUMN_FACT_CHUNK_H_
#define SUPPORTKPI_COLUMN_FACT_CHUNK_H_

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "column/chunk.h"
#include "column/deaths.h"

namespace supportkpi::column {

// A column of a chunk.
struct ColumnSpec {
  ColumnKey key = 0;
  bool is_list = false;
};

class FactChunk : public Chunk {
 public:
  explicit FactChunk(std::shared_ptr<Deaths> deaths) : deaths_(std::move(deaths)) {}

  bool AliveRows(int64_t commit, uint32_t first, uint32_t count, std::vector<uint32_t>* rows) const final;
  std::optional<uint32_t> DeadRows(int64_t commit) const final;
  // The columns it has, kBorn left out.
  virtual std::vector<ColumnSpec> Columns() const = 0;
  const std::shared_ptr<Deaths>& deaths() const { return deaths_; }

 private:
  const std::shared_ptr<Deaths> deaths_;
};

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_FACT_CHUNK_H_
