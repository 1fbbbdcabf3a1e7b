// What the benchmarks of the parts have in common: each compares its kernel with a plain version once, before it is timed.
#ifndef SUPPORTKPI_TESTS_BENCH_PARTS_H_
#define SUPPORTKPI_TESTS_BENCH_PARTS_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace supportkpi::parts {

// Ends the program where `is_right()` is false. Asked at the first call with this name only: a benchmark's function is called
// for every repetition.
template <class IsRight>
void CheckOnce(const std::string& name, const IsRight& is_right) {
  static auto& checked = *new std::set<std::string>();
  if (!checked.insert(name).second || is_right()) return;
  std::fprintf(stderr, "%s: not what the plain version says\n", name.c_str());
  std::exit(1);
}

// Integers in [0, below), from a seed.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int64_t Below(uint64_t below) { return static_cast<int64_t>(engine_() % below); }

 private:
  std::mt19937_64 engine_;
};

template <class Make>
auto Filled(size_t count, const Make& make) {
  std::vector<decltype(make(size_t{0}))> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = make(i);
  return values;
}

}  // namespace supportkpi::parts

#endif  // SUPPORTKPI_TESTS_BENCH_PARTS_H_
