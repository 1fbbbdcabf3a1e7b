// The end of a benchmark that cannot go on.
#ifndef SUPPORTKPI_TESTS_BENCH_DIE_H_
#define SUPPORTKPI_TESTS_BENCH_DIE_H_

#include <cstdlib>
#include <iostream>

#include "absl/strings/string_view.h"

namespace supportkpi::bench {

// Says why on standard error; exit code 1.
[[noreturn]] inline void Die(absl::string_view why) {
  std::cerr << why << "\n";
  std::exit(1);
}

}  // namespace supportkpi::bench

#endif  // SUPPORTKPI_TESTS_BENCH_DIE_H_
