// Numbers that look random and are the same in every run.
#ifndef SUPPORTKPI_TESTS_SUPPORT_DICE_H_
#define SUPPORTKPI_TESTS_SUPPORT_DICE_H_

#include <cstdint>

namespace supportkpi::testing {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  // 0 to below - 1.
  int Below(int below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;  // Knuth's linear congruential generator (MMIX)
    return static_cast<int>((state_ >> 33) % static_cast<uint64_t>(below));
  }

 private:
  uint64_t state_;
};

}  // namespace supportkpi::testing

#endif  // SUPPORTKPI_TESTS_SUPPORT_DICE_H_
