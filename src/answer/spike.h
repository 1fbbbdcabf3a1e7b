// How far a count lies from those of earlier like buckets.
#ifndef SUPPORTKPI_ANSWER_SPIKE_H_
#define SUPPORTKPI_ANSWER_SPIKE_H_

#include <optional>
#include <vector>

namespace supportkpi::answer {

// Fewer earlier buckets say nothing.
inline constexpr int kSpikeHistoryMin = 4;

struct Spike {
  double distance = 0;  // x - median
  double scale = 1;     // max(1.4826 MAD, square root of the median, 1)
};

// Nothing with fewer than kSpikeHistoryMin values. The median is exact; 1.4826 MAD estimates the standard deviation of a
// normal distribution (Hampel), the square root that of a Poisson count.
std::optional<Spike> SpikeOf(double x, std::vector<double> earlier);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_SPIKE_H_
