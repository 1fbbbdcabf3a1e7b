// What becomes of the rows after aggregation: their order, which of them stay, which groups come first.
#ifndef SUPPORTKPI_PLAN_SHAPE_H_
#define SUPPORTKPI_PLAN_SHAPE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace supportkpi::plan {

// Bits of dimensions, by their place in group_by.
using DimensionMask = uint32_t;
inline constexpr DimensionMask kAllDimensions = ~DimensionMask{0};
inline constexpr DimensionMask MaskOf(size_t dimension) { return DimensionMask{1} << dimension; }
inline constexpr bool Has(DimensionMask dimensions, size_t dimension) { return (dimensions & MaskOf(dimension)) != 0; }

// The texts of a group's values of some dimensions, in order; nullopt: none.
using GroupTexts = std::vector<std::optional<std::string>>;

struct OrderColumn {
  enum class Kind : uint8_t { kBucket, kGroup, kKpi } kind = Kind::kBucket;
  size_t index = 0;  // into group_names or kpis
  bool descending = false;
};

// A condition on the cells of a row. Leaves but kPresent and kAbsent are false where there is no number.
struct Having {
  enum class Op : uint8_t {
    kTrue, kAll, kAny, kNot, kIn, kLessThan, kAtMost, kGreaterThan, kAtLeast, kPresent, kAbsent
  } op = Op::kTrue;
  enum class Of : uint8_t { kValue, kFacts, kNumerator, kDenominator } of = Of::kValue;
  size_t kpi = 0;
  std::vector<double> numbers;
  std::vector<Having> args;
};

// The first groups of some dimensions by a KPI over the whole range.
struct TopGroups {
  int64_t count = 0;
  size_t kpi = 0;
  bool descending = true;
  int64_t minimum_facts = 0;
  DimensionMask dimensions = kAllDimensions;
  bool without_other = false;
};

struct Shape {
  std::vector<OrderColumn> order;
  Having having;
  std::optional<TopGroups> top;
  int64_t limit = 0;  // 0: all rows
  bool sparse = false;
};

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_SHAPE_H_
