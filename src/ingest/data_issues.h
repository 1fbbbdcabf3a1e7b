// What in a tenant's stored records deserves a look: found by one scan over them.
#ifndef SUPPORTKPI_INGEST_DATA_ISSUES_H_
#define SUPPORTKPI_INGEST_DATA_ISSUES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/store.h"
#include "supportkpi/v1/records.pb.h"

namespace supportkpi::ingest {

struct DataIssue {
  std::string kind;
  std::string description;
  v1::RecordKind record_kind = v1::RECORD_KIND_UNSPECIFIED;
  int64_t count = 0;
  std::vector<std::string> first_ids;  // at most 10, as "SOURCE/ID" or "ID"
};

// Most frequent first; kinds without a record are left out. `is_cancelled` is asked now and then; true: CANCELLED.
absl::StatusOr<std::vector<DataIssue>> FindDataIssues(const storage::View& view, absl::string_view tenant,
                                                      const std::function<bool()>& is_cancelled);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_DATA_ISSUES_H_
