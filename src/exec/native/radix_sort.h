// Sorts by an unsigned key in linear time: as many passes as the largest key has digits of 11 bits.
#ifndef SUPPORTKPI_EXEC_NATIVE_RADIX_SORT_H_
#define SUPPORTKPI_EXEC_NATIVE_RADIX_SORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace supportkpi::exec::native {

// Stable. `key_of(element)` is a uint64_t of at most max_key.
template <class Element, class KeyOf>
void RadixSort(std::vector<Element>* elements, uint64_t max_key, KeyOf key_of) {
  constexpr int kBits = 11;
  constexpr size_t kDigits = size_t{1} << kBits;
  std::vector<Element> other(elements->size());
  for (int shift = 0; shift < 64 && (max_key >> shift) != 0; shift += kBits) {
    std::array<size_t, kDigits> next{};
    for (const Element& element : *elements) ++next[(key_of(element) >> shift) & (kDigits - 1)];
    size_t begin = 0;
    for (size_t& place : next) begin += std::exchange(place, begin);
    for (const Element& element : *elements) other[next[(key_of(element) >> shift) & (kDigits - 1)]++] = element;
    elements->swap(other);
  }
}

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_RADIX_SORT_H_
