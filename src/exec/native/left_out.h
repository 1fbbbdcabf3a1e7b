// Goes through the few verdicts that leave a fact out for a reason.
#ifndef SUPPORTKPI_EXEC_NATIVE_LEFT_OUT_H_
#define SUPPORTKPI_EXEC_NATIVE_LEFT_OUT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"
#include "exec/native/verdicts.h"

namespace supportkpi::exec::native {

// body(i) for each verdict that is neither kCounted nor kDropped. Most items count or are dropped: eight verdicts are looked at in one go.
template <class Body>
void ForEachLeftOut(absl::Span<const uint8_t> verdicts, Body body) {
  constexpr uint8_t kApart = kCounted ^ kDropped;
  static_assert(kCounted == 0xff && (kPartly | kApart) != kCounted);
  constexpr uint64_t kApartEach = ~uint64_t{0} / 0xff * kApart;
  size_t i = 0;
  for (; i + sizeof(uint64_t) <= verdicts.size(); i += sizeof(uint64_t)) {
    uint64_t eight;
    std::memcpy(&eight, &verdicts[i], sizeof(eight));
    if ((eight | kApartEach) == ~uint64_t{0}) continue;
    for (size_t j = i; j < i + sizeof(eight); ++j)
      if ((verdicts[j] | kApart) != kCounted) body(j);
  }
  for (; i < verdicts.size(); ++i)
    if ((verdicts[i] | kApart) != kCounted) body(i);
}

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_LEFT_OUT_H_
