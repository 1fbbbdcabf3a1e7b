// What a cell of a fact column holds: always an int64. Instants and durations are milliseconds, codes are dictionary
// codes (0: none), money is minor units, scores are billionths.
#ifndef SUPPORTKPI_COLUMN_VALUE_H_
#define SUPPORTKPI_COLUMN_VALUE_H_

#include <cstdint>
#include <limits>

namespace supportkpi::column {

// No value.
inline constexpr int64_t kNull = std::numeric_limits<int64_t>::min();
// An instant that has not come: later than every other.
inline constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

// Which column of a chunk: a fact::Column, or an attribute (kAttributeBase + its name's code: the fact's own,
// kTicketAttributeBase + code: its ticket's).
using ColumnKey = uint32_t;
inline constexpr ColumnKey kBorn = 0xFFFF;  // every chunk has it: the commit at which the row's fact was born
inline constexpr ColumnKey kAttributeBase = 1u << 16;
inline constexpr ColumnKey kTicketAttributeBase = 1u << 24;

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_VALUE_H_
