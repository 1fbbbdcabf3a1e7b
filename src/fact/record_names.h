// Codes of what records name: a record by its source and id, attributes by name and value.
#ifndef SUPPORTKPI_FACT_RECORD_NAMES_H_
#define SUPPORTKPI_FACT_RECORD_NAMES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "fact/reduction.h"
#include "google/protobuf/map.h"
#include "record/domain.h"

namespace supportkpi::fact {

using Attributes = std::vector<std::pair<int64_t, int64_t>>;
using AttributeMap = google::protobuf::Map<std::string, std::string>;

// "SOURCE/ID", or "ID" where the source is empty; an empty id is none.
int64_t CodeOfRecord(record::Domain domain, absl::string_view source, absl::string_view id, Codes& codes);

// Sorted by code; an attribute with an empty value is not there.
Attributes AttributesOf(const AttributeMap& map, Codes& codes);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_RECORD_NAMES_H_
