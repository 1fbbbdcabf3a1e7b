// The groups of cells as texts: codes become names, codes that people cannot tell apart become one group, and groups that
// the plan folds become the one of all others. Shared by the threads of an execution.
#ifndef SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_
#define SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "exec/native/accumulator.h"
#include "exec/native/compiler.h"
#include "exec/result.h"

namespace supportkpi::exec::native {

class GroupNames {
 public:
  // `fold`: nullptr for none. All must outlive it; nobody else may look at `table` while threads are at work.
  GroupNames(const QueryResources& resources, const plan::Fold* fold, GroupTable* table)
      : resources_(resources), fold_(fold), table_(*table) {}

  // For each group of the accumulator the group of the table in that set: values that the set does not keep, or the part
  // does not have, are taken together.
  std::vector<int32_t> GroupsOf(const Accumulator& from, const plan::GroupingSet& set) ABSL_LOCKS_EXCLUDED(mutex_);
  // False: the group with those values of the folded dimensions (indexes into scan.dimensions) is among the others.
  bool Keeps(const PartScan& scan, const std::vector<size_t>& folding, const std::vector<int64_t>& values)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  int32_t NumberOf(const Dimension& dimension, int64_t value) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  GroupValue Name(const plan::BoundField& field, int64_t value) const;
  void Fold(absl::Span<int32_t> numbers) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const QueryResources& resources_;
  const plan::Fold* const fold_;
  absl::Mutex mutex_;
  GroupTable& table_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::pair<const plan::BoundField*, int64_t>, int32_t> numbers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_
