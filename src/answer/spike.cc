#include "answer/spike.h"

#include <algorithm>
#include <cmath>

namespace supportkpi::answer {
namespace {

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

std::optional<Spike> SpikeOf(double x, std::vector<double> earlier) {
  if (earlier.size() < kSpikeHistoryMin) return std::nullopt;
  const double median = MedianOf(earlier);
  for (double& value : earlier) value = std::abs(value - median);
  const double deviation = 1.4826 * MedianOf(std::move(earlier));
  return Spike{x - median, std::max({deviation, std::sqrt(median), 1.0})};
}

}  // namespace supportkpi::answer
