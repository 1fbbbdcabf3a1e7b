// How the facts of each set stand in columns, and what staging needs to know of a fact.
#ifndef SUPPORTKPI_PROJECTION_LAYOUT_H_
#define SUPPORTKPI_PROJECTION_LAYOUT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "column/plain_chunk.h"
#include "column/value.h"
#include "fact/fact_sets.h"
#include "fact/reduction.h"

namespace supportkpi::projection {

struct SetLayout {
  std::shared_ptr<const column::PlainLayout> columns;
  column::ColumnKey sort_column = 0;
  column::ColumnKey identity_column = 0;  // the code of the record; rows of equal sort values ascend by it
  size_t sort_place = 0;
  size_t identity_place = 0;
  // Of a set whose rows hold for ranges that end up to an instant. A row lasts where that is kForever, else it passes; the
  // two kinds stand in segments of their own, so that a later range reads none of those that pass. A row of a set without
  // the column lasts.
  std::optional<column::ColumnKey> known_to_column;
  size_t known_to_place = 0;
  std::vector<size_t> instant_places;     // scalar columns of instants
  std::vector<size_t> instant_lists;      // list columns of instants, counted among the lists
  std::vector<column::ColumnKey> instant_columns;  // both
};

const SetLayout& LayoutOf(fact::FactSet set);

// The fact as a row of its set's layout; valid as long as the fact.
column::PlainRow RowOf(const fact::Fact& fact);
bool Lasts(const fact::Fact& fact);
uint64_t HashOf(const fact::Fact& fact);
// The latest instant that the fact tells of; kNull: none.
int64_t LatestInstantOf(const fact::Fact& fact);

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_LAYOUT_H_
