// Which records ListRecords shows.
#ifndef SUPPORTKPI_SERVICE_RECORD_FILTER_H_
#define SUPPORTKPI_SERVICE_RECORD_FILTER_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "supportkpi/v1/record_service.pb.h"

namespace supportkpi::service {

// True for records that pass. INVALID_ARGUMENT `filter.start.nanos: ...`.
absl::StatusOr<std::function<bool(const v1::Record&)>> RecordFilterFromWire(const v1::RecordFilter& filter);

// Page tokens say where the next page starts, and belong to one tenant, kind and filter. INVALID_ARGUMENT otherwise.
std::string PageToken(absl::string_view tenant, const v1::ListRecordsRequest& request, absl::string_view start);
absl::StatusOr<std::string> StartOfPage(absl::string_view tenant, const v1::ListRecordsRequest& request);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_RECORD_FILTER_H_
