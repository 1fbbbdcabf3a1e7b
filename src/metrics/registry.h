// What can be read from outside: counters and histograms that are told, readings that are asked.
#ifndef SUPPORTKPI_METRICS_REGISTRY_H_
#define SUPPORTKPI_METRICS_REGISTRY_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace supportkpi::metrics {

// Names are [a-z_][a-z0-9_]*; what values may appear is bounded by whoever adds them.
using Labels = std::vector<std::pair<std::string, std::string>>;

// Only grows. Any thread.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void Add(double value) = 0;
};

// Any thread.
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void Observe(double value) = 0;
};

// The values of one name at the moment of a scrape.
struct Reading {
  struct Sample {
    Labels labels;
    double value = 0;
  };
  std::string name;
  std::string help;
  bool only_grows = false;  // a counter (its name ends in _total), else a gauge
  std::vector<Sample> samples;
};

// Appends readings; called at each scrape on a thread of the endpoint, several at a time.
using Reader = std::function<void(std::vector<Reading>*)>;

class Registry {
 public:
  static std::unique_ptr<Registry> Create();
  virtual ~Registry() = default;

  // The same name and labels give the same metric; all labels of a name have the same names. They live as long as the
  // registry.
  virtual Counter& AddCounter(absl::string_view name, absl::string_view help, const Labels& labels) = 0;
  // `bounds`: ascending upper ends of the buckets.
  virtual Histogram& AddHistogram(absl::string_view name, absl::string_view help, const Labels& labels,
                                  const std::vector<double>& bounds) = 0;
  // `read` is called until RemoveReaders().
  virtual void AddReader(Reader read) = 0;
  // Waits for those that run. For whoever owns what they read, before it goes.
  virtual void RemoveReaders() = 0;

  // Everything, in Prometheus's text format.
  virtual std::string Text() const = 0;
};

}  // namespace supportkpi::metrics

#endif  // SUPPORTKPI_METRICS_REGISTRY_H_
