// The groups of cells: codes become numbers of names, codes that people cannot tell apart become one group, and groups that
// the plan folds become the one of all others. Shared by the threads of an execution.
#ifndef SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_
#define SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "exec/native/accumulator.h"
#include "exec/native/compiler.h"
#include "exec/result.h"

namespace supportkpi::exec::native {

class GroupNames {
 public:
  // `fold`: nullptr for none. All must outlive it; nobody else may look at `table` while threads are at work.
  GroupNames(const QueryResources& resources, const plan::Fold* fold, GroupTable* table);

  // For each group of the accumulator the group of the table in that set: values that the set does not keep, or the part
  // does not have, are taken together.
  std::vector<int32_t> GroupsOf(const Accumulator& from, const plan::GroupingSet& set) ABSL_LOCKS_EXCLUDED(mutex_);
  // False: the group with those values of the folded dimensions (indexes into scan.dimensions) is among the others.
  bool Keeps(const PartScan& scan, const std::vector<size_t>& folding, const std::vector<int64_t>& values)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // The numbers of values, as they turned up.
  struct Numbers {
    std::vector<int32_t> dense;  // of the values 0, 1, ...; empty: all are in the map
    absl::flat_hash_map<int64_t, int32_t> sparse;

    int32_t& Of(int64_t value);
    int32_t Known(int64_t value) const;
  };
  // Values of one meaning: codes of one dictionary, or what one field has.
  struct Space {
    const plan::BoundField* field = nullptr;
    std::array<Numbers, 2> numbers;  // as they are; folded
  };
  struct Place {
    std::deque<Space> spaces;
    // Of a fold: the values that stand in a group which is kept.
    absl::flat_hash_set<std::optional<std::string>> kept;
  };

  // Puts the numbers of the values of a dimension into the groups' tuples.
  void AddNumbers(const CellTable& cells, size_t column, const Dimension& dimension, bool folded, std::vector<int32_t>* tuples)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Space& SpaceOf(const Dimension& dimension) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives numbers to values that had none.
  void NumberByCode(const Dimension& dimension, absl::Span<const int64_t> values, bool folded, Space* space)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NumberByText(const Dimension& dimension, absl::Span<const int64_t> values, bool folded, Numbers* numbers)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int32_t SpecialNumber(size_t place, GroupValue::Kind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return table_.NumberOf(place, {.kind = kind});
  }
  GroupValue Name(const plan::BoundField& field, int64_t value) const;
  // True where the accumulator's groups in that set have a value of every folded dimension.
  bool Folds(const Accumulator& from, const plan::GroupingSet& set) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fold(absl::Span<int32_t> numbers) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const QueryResources& resources_;
  const plan::Fold* const fold_;
  absl::Mutex mutex_;
  GroupTable& table_ ABSL_GUARDED_BY(mutex_);
  std::vector<Place> places_ ABSL_GUARDED_BY(mutex_);  // by dimension of the question
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_
