// Fills one fact by column: the place of a column in its set is known at compile time, and so is that the set has it.
#ifndef SUPPORTKPI_FACT_FACT_ROW_H_
#define SUPPORTKPI_FACT_FACT_ROW_H_

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "fact/fact_columns.h"
#include "fact/reduction.h"

namespace supportkpi::fact {

// Appends a fact to `facts`; it is complete once the row is destroyed, which must come before the next one is appended.
// Lists are set in the order of the set's columns, each once.
template <FactSet set>
class FactRow {
 public:
  explicit FactRow(std::vector<Fact>* facts) : fact_(facts->emplace_back()) {
    fact_.set = set;
    fact_.scalars.resize(ScalarCountOfSet<set>());
  }
  ~FactRow() {
    assert(lists_set_ == static_cast<int>(ColumnsOfSet<set>().size()) - ScalarCountOfSet<set>());
    if (!lists_.empty()) fact_.list_values.assign(lists_.begin(), lists_.end());
  }
  FactRow(const FactRow&) = delete;
  FactRow& operator=(const FactRow&) = delete;

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
    if (!values.empty()) lists_.insert(lists_.end(), values.begin(), values.end());
    fact_.list_ends[index] = static_cast<uint32_t>(lists_.size());
    return *this;
  }

  Fact& fact() { return fact_; }

 private:
  Fact& fact_;
  absl::InlinedVector<int64_t, 48> lists_;  // so that the fact allocates once, and no more than it needs
  int lists_set_ = 0;
};

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_FACT_ROW_H_
