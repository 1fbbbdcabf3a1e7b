// What expressions mean on single values: the rules of kpi/expr.h for kNull and kForever, written once. All of it inlines
// into the batch loops.
#ifndef SUPPORTKPI_EXEC_NATIVE_VALUE_RULES_H_
#define SUPPORTKPI_EXEC_NATIVE_VALUE_RULES_H_

#include <algorithm>
#include <cstdint>

#include "column/value.h"

namespace supportkpi::exec::native {

using column::kForever;
using column::kNull;

// A kNull that says why: no schedule tells whether some stretch was working time. Lives only inside an execution; every
// rule treats it as kNull and hands it on.
inline constexpr int64_t kNoSchedule = kNull + 1;

inline bool IsNull(int64_t value) { return value <= kNoSchedule; }
inline bool IsTrue(int64_t value) { return (value != 0) & (value > kNoSchedule); }
inline bool OneIsNull(int64_t left, int64_t right) { return (left <= kNoSchedule) | (right <= kNoSchedule); }
inline bool BothAreNull(int64_t left, int64_t right) { return (left <= kNoSchedule) & (right <= kNoSchedule); }
inline bool OneIsTrue(int64_t left, int64_t right) {
  return ((left != 0) & (left > kNoSchedule)) | ((right != 0) & (right > kNoSchedule));
}
inline bool BothAreTrue(int64_t left, int64_t right) {
  return (left != 0) & (left > kNoSchedule) & (right != 0) & (right > kNoSchedule);
}

// The null of two operands of which at least one is null: a lack of schedule is told on.
inline int64_t NullOf(int64_t left, int64_t right) {
  return BothAreNull(left, right) ? std::max(left, right) : std::min(left, right);
}

// Selections instead of branches, here and below, so that vector units can run them.
template <class Arithmetic>
inline int64_t Combine(int64_t left, int64_t right, Arithmetic arithmetic) {
  const auto combined = static_cast<int64_t>(arithmetic(static_cast<uint64_t>(left), static_cast<uint64_t>(right)));
  const int64_t finite = ((left == kForever) | (right == kForever)) ? kForever : combined;
  return OneIsNull(left, right) ? NullOf(left, right) : finite;
}

inline int64_t AddValues(int64_t left, int64_t right) {
  return Combine(left, right, [](uint64_t a, uint64_t b) { return a + b; });
}
inline int64_t SubtractValues(int64_t left, int64_t right) {
  return Combine(left, right, [](uint64_t a, uint64_t b) { return a - b; });
}
inline int64_t MultiplyValues(int64_t left, int64_t right) {
  return Combine(left, right, [](uint64_t a, uint64_t b) { return a * b; });
}

inline int64_t MaxValues(int64_t left, int64_t right) { return std::max(left, right); }  // nulls are the smallest
inline int64_t MinValues(int64_t left, int64_t right) {
  return OneIsNull(left, right) ? std::max(left, right) : std::min(left, right);
}
inline int64_t CoalesceValues(int64_t left, int64_t right) {
  return IsNull(left) ? (IsNull(right) ? std::max(left, right) : right) : left;
}
inline int64_t FirstNamedValue(int64_t left, int64_t right) { return IsTrue(left) ? left : right; }

inline bool Both(int64_t left, int64_t right) { return (left > kNoSchedule) & (right > kNoSchedule); }

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_VALUE_RULES_H_
