// What questions can group and filter by, as a table, and which values of it occur in a snapshot.
#ifndef SUPPORTKPI_SERVICE_DIMENSION_VALUES_H_
#define SUPPORTKPI_SERVICE_DIMENSION_VALUES_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "column/value.h"
#include "fact/fact_sets.h"
#include "kpi/bound_field.h"
#include "kpi/expr.h"
#include "projection/snapshot.h"
#include "record/domain.h"

namespace supportkpi::service {

// A column that holds values of a dimension.
struct ValueColumn {
  fact::FactSet set = fact::FactSet::kTicket;
  column::ColumnKey column = 0;
  bool is_list = false;

  auto operator<=>(const ValueColumn&) const = default;
};

struct DimensionRow {
  std::string name;  // `attributes`, `ticket.attributes`, ... stand for any of them
  kpi::ValueKind kind = kpi::ValueKind::kCode;
  record::Domain domain = record::Domain::kNotCoded;
  std::vector<std::string> fixed_values;          // of kEnum, in order; there may be coded ones too
  std::vector<ValueColumn> columns;               // of kCode
  std::optional<kpi::LookupField> lookup;         // of customer.* and agent.*: the table's field instead of columns
  std::vector<std::string> kpis;                  // that can have it, in the order of the catalogue

  // It stands for every attribute of its owner.
  bool is_any_attribute() const { return domain == record::Domain::kNotCoded && name.ends_with("attributes"); }
};

// All dimensions by name; made once.
const std::vector<DimensionRow>& AllDimensions();

// Those rows of AllDimensions() that stand for attributes, once for each attribute that occurs in the snapshot.
absl::StatusOr<std::vector<DimensionRow>> AttributesOf(const projection::Snapshot& snapshot);

struct DimensionValues {
  std::optional<int64_t> distinct_count;  // absent: not counted (numbers, instants, fixed values)
  std::vector<std::string> first;         // in order
};

// The values that live facts (customers, agents) have, at most `values_max` of them. Exact; columns are read only until
// every name has been seen. Of more than kSortedValuesMax values the first ones known are given, and names of erased
// persons count. CANCELLED when *cancelled became true.
inline constexpr int64_t kSortedValuesMax = 100'000;
absl::StatusOr<DimensionValues> ValuesOf(const DimensionRow& row, const projection::Snapshot& snapshot, int32_t values_max,
                                         const std::atomic<bool>* cancelled);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_DIMENSION_VALUES_H_
