// Fills one fact by column: the place of a column in its set is known at compile time, and so is that the set has it.
#ifndef SUPPORTKPI_FACT_FACT_ROW_H_
#define SUPPORTKPI_FACT_FACT_ROW_H_

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "fact/fact_columns.h"
#include "fact/reduction.h"

namespace supportkpi::fact {

// Appends a fact to `facts`; to be filled before the next one is appended. Lists are set in the order of the set's
// columns, each once.
template <FactSet set>
class FactRow {
 public:
  explicit FactRow(std::vector<Fact>* facts) : fact_(facts->emplace_back()) {
    fact_.set = set;
    fact_.scalars.resize(ScalarCountOfSet<set>());
  }

  template <Column column>
  FactRow& Set(int64_t value) {
    constexpr int position = PositionInSet<set>(column);
    static_assert(position >= 0, "the set does not have this column");
    fact_.scalars[position] = value;
    return *this;
  }

  // Neighbouring columns from `first` on.
  template <Column first, size_t count>
  FactRow& SetBlock(const std::array<int64_t, count>& values) {
    constexpr int position = PositionInSet<set>(first);
    static_assert(position >= 0, "the set does not have this column");
    std::copy(values.begin(), values.end(), fact_.scalars.begin() + position);
    return *this;
  }

  template <Column column>
  FactRow& SetList(absl::Span<const int64_t> values) {
    constexpr int index = PositionInSet<set>(column) - ScalarCountOfSet<set>();
    static_assert(index >= 0, "the set does not have this list");
    assert(index == lists_set_);
    ++lists_set_;
    fact_.list_values.insert(fact_.list_values.end(), values.begin(), values.end());
    fact_.list_ends[index] = static_cast<uint32_t>(fact_.list_values.size());
    return *this;
  }

  void ReserveLists(size_t values) { fact_.list_values.reserve(values); }
  Fact& fact() { return fact_; }

 private:
  Fact& fact_;
  int lists_set_ = 0;
};

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_FACT_ROW_H_
