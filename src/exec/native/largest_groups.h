// Of a ranking by numbers of facts, the groups that can be among the first, found before any of them gets a name: of a million
// customers a few.
#ifndef SUPPORTKPI_EXEC_NATIVE_LARGEST_GROUPS_H_
#define SUPPORTKPI_EXEC_NATIVE_LARGEST_GROUPS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "exec/native/compiler.h"
#include "exec/native/part_run.h"
#include "exec/native/part_scan.h"

namespace supportkpi::exec::native {

// True where a group's facts are told by codes alone, each group having one cell.
bool CanKeepLargestGroups(const PartScan& scan, const QueryResources& resources);

// Puts what the threads gathered together in the first of them and leaves there the groups with as many facts as the one in
// place `count`, or more, and those without a name; the others become nullptr. False: too many groups.
bool KeepLargestGroups(int64_t count, int64_t max_groups, const std::vector<std::unique_ptr<PartRun>*>& runs);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_LARGEST_GROUPS_H_
