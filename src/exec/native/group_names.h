// The groups of a part's cells as texts: codes become names, and codes that people cannot tell apart become one group.
#ifndef SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_
#define SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "exec/executor.h"
#include "exec/native/compiler.h"

namespace supportkpi::exec::native {

class GroupNames {
 public:
  GroupNames(const QueryResources& resources, size_t dimensions) : resources_(resources), dimensions_(dimensions) {}

  // The number of the group of a value of dimension `d`; equal for values with equal texts, whichever field they are of.
  int64_t GroupOf(size_t d, const plan::BoundField& field, int64_t value);
  const GroupValue& Value(size_t d, int64_t group) const { return dimensions_[d].values[group]; }

 private:
  struct OfDimension {
    absl::flat_hash_map<std::pair<const plan::BoundField*, int64_t>, int64_t> groups;
    std::map<GroupValue, int64_t> numbers;
    std::vector<GroupValue> values;
  };
  GroupValue Name(const plan::BoundField& field, int64_t value) const;

  const QueryResources& resources_;
  std::vector<OfDimension> dimensions_;
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_GROUP_NAMES_H_
